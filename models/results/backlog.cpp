#include "models/results/backlog.hpp"

#include <algorithm>

namespace mailquake {

std::optional<double> backlog_growth(const std::vector<std::uint64_t>& waiting) {
    const auto top = std::max_element(waiting.begin(), waiting.end());
    if (top == waiting.end() || *top < 20) return std::nullopt;
    const auto peak = static_cast<std::size_t>(top - waiting.begin());
    std::size_t onset = peak;
    while (onset > 0 && waiting[onset] * 20 > *top) --onset;
    if (onset == peak) return std::nullopt;
    return static_cast<double>(*top - waiting[onset]) / (60.0 * static_cast<double>(peak - onset));
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
