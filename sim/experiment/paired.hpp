// The difference that a change makes: metric at one point minus metric at another, replication by replication, with the
// same luck in both. What chance does to both alike cancels out, so a few replications say what many unpaired ones would.
//
// The interval is Student's t over the differences (Law, Simulation Modeling and Analysis, 10.2.1); a replication counts
// only where both have samples. Of quantiles the difference is that of each replication's own quantile. What is infinite on a side
// has no difference; how often it is on either side is counted instead.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/experiment/experiment.hpp"
#include "sim/stats/confidence.hpp"

namespace mailquake {

struct PairedDifference {
    std::uint32_t pairs = 0;              // of finite readings
    std::uint32_t base_never = 0, changed_never = 0;   // of all pairs: infinite in the base, and after the change
    std::optional<double>   difference;   // mean of `changed` minus `base`; none without pairs
    std::optional<Interval> interval;     // 95 % unless said; none for fewer than two pairs
    std::optional<double>   base;         // mean of the base over the same replications
    bool at_least = false;                // some reading was a lower bound: the difference is as far as was seen

    /// Whether the interval leaves zero out.
    [[nodiscard]] bool significant() const { return interval && !interval->contains(0); }
};

[[nodiscard]] PairedDifference paired_difference(const Experiment& experiment, PointId base, PointId changed, std::size_t metric,
                                                 double level = 0.95);

/// Of readings by replication, wherever they come from; as many in both.
[[nodiscard]] PairedDifference paired_difference(std::span<const std::optional<Reading>> base, std::span<const std::optional<Reading>> changed,
                                                 double level = 0.95);

/// One change among several.
struct RankedEffect {
    PointId point;
    PairedDifference difference;
};
/// The changes by the size of their effect, greatest first; those without a difference last. On which guess does it hinge?
[[nodiscard]] std::vector<RankedEffect> rank_effects(const Experiment& experiment, PointId base, std::span<const PointId> changed, std::size_t metric);

}  // namespace mailquake
