#include "models/results/delay_bounds.hpp"

#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

/// The value of rank `rank` among those of `all` that are not in `without`.
std::int64_t value_of_rank(const Histogram& all, const Histogram& without, std::uint64_t rank) {
    std::vector<std::pair<std::uint32_t, std::uint64_t>> left_out;
    without.for_each_bucket([&](std::uint32_t bucket, std::uint64_t n) { left_out.emplace_back(bucket, n); });
    auto next = left_out.begin();
    std::uint64_t seen = 0;
    std::int64_t found = all.max();
    bool is_found = false;
    all.for_each_bucket([&](std::uint32_t bucket, std::uint64_t n) {
        while (next != left_out.end() && next->first < bucket) ++next;
        const std::uint64_t here = n - (next != left_out.end() && next->first == bucket ? std::min(n, next->second) : 0);
        seen += here;
        if (is_found || seen < rank) return;
        is_found = true;
        found = std::clamp(all.scale().middle(bucket), all.min(), all.max());
    });
    return found;
}

}  // namespace

DelayBounds delay_bounds(const Histogram& all, const Histogram& under_way, std::uint64_t lost, double q) {
    const std::uint64_t n = all.count() + lost, rank = quantile_rank(q, n);
    MQ_CHECK(n > 0, "a quantile is of something");
    const std::uint64_t arrived = all.count() - std::min(all.count(), under_way.count());
    DelayBounds bounds;
    const auto of_all = [&](std::uint64_t k) { return k <= 1 ? all.min() : k >= all.count() ? all.max() : value_of_rank(all, Histogram(all.scale().relative_error()), k); };
    if (rank <= all.count()) bounds.least = of_all(rank);
    if (rank > arrived) return bounds;
    bounds.most = arrived == all.count() ? bounds.least : std::max(*bounds.least, value_of_rank(all, under_way, rank));
    return bounds;
}

}  // namespace mailquake
