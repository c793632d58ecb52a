#include "models/mta/server_share.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

std::uint64_t rounded(double share, std::uint64_t servers) { return whole_part<std::uint64_t>(share * static_cast<double>(servers) + 0.5, "servers"); }

}  // namespace

std::vector<std::uint32_t> apportion(double share, std::span<const std::uint32_t> servers) {
    const std::uint64_t all = std::accumulate(servers.begin(), servers.end(), std::uint64_t{0});
    std::uint64_t left = std::min(rounded(share, all), all);
    std::vector<std::uint32_t> counts;
    std::vector<std::pair<double, std::size_t>> remainders;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const double quota = share * servers[i];
        counts.push_back(std::min(whole_part<std::uint32_t>(quota, "servers"), servers[i]));
        left -= std::min<std::uint64_t>(left, counts.back());
        remainders.emplace_back(quota - counts.back(), i);
    }
    std::stable_sort(remainders.begin(), remainders.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [remainder, i] : remainders) {
        if (left == 0) break;
        if (counts[i] == servers[i]) continue;
        ++counts[i];
        --left;
    }
    return counts;
}

std::vector<std::uint32_t> rank_servers(const StreamKey& key, std::uint32_t servers) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> words;
    for (std::uint32_t server = 0; server < servers; ++server) words.emplace_back(hashed_word(key, server), server);
    std::sort(words.begin(), words.end());
    std::vector<std::uint32_t> ranks(servers);
    for (std::uint32_t rank = 0; rank < servers; ++rank) ranks[words[rank].second] = rank;
    return ranks;
}

std::vector<bool> choose_servers(const StreamKey& key, std::uint32_t count, std::uint32_t servers) {
    std::vector<bool> chosen(servers, count >= servers);
    if (count == 0 || count >= servers) return chosen;
    const std::vector<std::uint32_t> ranks = rank_servers(key, servers);
    for (std::uint32_t server = 0; server < servers; ++server) chosen[server] = ranks[server] < count;
    return chosen;
}

bool is_added_server_hit(double share, const std::vector<bool>& planned, std::uint32_t server) {
    auto hit = static_cast<std::uint64_t>(std::count(planned.begin(), planned.end(), true));
    bool is_hit = false;
    for (std::uint64_t n = planned.size(); n <= server; ++n) {
        is_hit = hit < rounded(share, n + 1);
        hit += is_hit ? 1 : 0;
    }
    return is_hit;
}

}  // namespace mailquake
