#include "models/results/backlog.hpp"

#include <algorithm>

namespace mailquake {

namespace {

SimTime end_of_minute(std::size_t m) { return SimTime::zero() + static_cast<std::int64_t>(m + 1) * 1_min; }

}  // namespace

Backlog backlog_of(const std::vector<std::uint64_t>& waiting) {
    Backlog found;
    const auto top = std::max_element(waiting.begin(), waiting.end());
    if (top == waiting.end() || *top == 0) return found;
    const auto peak = static_cast<std::size_t>(top - waiting.begin());
    found.max = *top;
    found.at = end_of_minute(peak);

    std::size_t onset = peak;
    while (onset > 0 && waiting[onset] * 20 > found.max) --onset;
    if (found.max >= 20 && onset < peak)
        found.growth = static_cast<double>(found.max - waiting[onset]) / (60.0 * static_cast<double>(peak - onset));
    return found;
}

std::vector<std::uint64_t> waiting_at(const Outcome& outcome, const std::string& tier, const std::string& site) {
    std::vector<std::uint64_t> sum;
    for (const QueueSeries& q : outcome.queues) {
        if (q.tier != tier || q.site != site) continue;
        if (sum.size() < q.waiting.size()) sum.resize(q.waiting.size(), 0);
        for (std::size_t m = 0; m < q.waiting.size(); ++m) sum[m] += q.waiting[m];
    }
    return sum;
}

}  // namespace mailquake
