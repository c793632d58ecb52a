#include "models/world/cluster.hpp"

#include <algorithm>

namespace mailquake {

Cluster::Cluster(const std::vector<Site*>& members, std::vector<std::uint32_t> numbers, LookaheadMatrix inside)
    : numbers_(std::move(numbers)), inside_(std::move(inside)), turns_(make_serial_executor()) {
    for (Site* site : members) {
        sites_.push_back(std::make_unique<Member>(*site, numbers_));
        members_.push_back(sites_.back().get());
    }
}

SimTime Cluster::next_time() const {
    SimTime next = SimTime::never();
    for (const LogicalProcess* member : members_) next = std::min(next, member->next_time());
    return next;
}

void Cluster::run_until(SimTime horizon) { (void)run_windows(members_, inside_, horizon, *turns_); }

bool Cluster::receive() {
    bool came = false;
    for (const auto& site : sites_) came = site->receive_all() || came;
    return came;
}

std::vector<std::size_t> clusters_of(const Plan& plan) {
    const std::size_t n = plan.sites.size();
    std::vector<std::size_t> cluster(n);
    for (std::size_t i = 0; i < n; ++i) cluster[i] = i;
    for (std::uint32_t i = 0; i < n; ++i)
        for (std::uint32_t j = 0; j < n; ++j) {
            if (i == j || plan.lookahead.min_latency({i}, {j}) >= kLeastLookahead) continue;
            const std::size_t from = std::max(cluster[i], cluster[j]), to = std::min(cluster[i], cluster[j]);
            std::replace(cluster.begin(), cluster.end(), from, to);
        }
    std::vector<std::size_t> firsts(cluster);
    std::sort(firsts.begin(), firsts.end());
    firsts.erase(std::unique(firsts.begin(), firsts.end()), firsts.end());
    for (std::size_t& c : cluster) c = static_cast<std::size_t>(std::lower_bound(firsts.begin(), firsts.end(), c) - firsts.begin());
    return cluster;
}

}  // namespace mailquake
