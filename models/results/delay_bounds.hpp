// A quantile of delays, as far as a run tells. A copy that was lost is slower than any other. One that is under way when the run ends
// is as old as it is then (the least that its delay can be), or never arrives (the most).
//
// Rule: of n copies that arrived, are under way or were lost, the quantile q is the delay of rank max(1, ceil(q n)). Exact but for
// the histograms' relative error.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/stats/histogram.hpp"

namespace mailquake {

struct DelayBounds {
    std::optional<std::int64_t> least;   // none: it falls on lost mail, whatever comes of the rest [ns]
    std::optional<std::int64_t> most;    // none: without bound [ns]
    [[nodiscard]] bool exact() const { return least.has_value() && least == most; }
};

/// `all`: of what arrived and, by age, of what is `under_way`, which are in both. There is a copy, or `lost` > 0.
[[nodiscard]] DelayBounds delay_bounds(const Histogram& all, const Histogram& under_way, std::uint64_t lost, double q);

}  // namespace mailquake
