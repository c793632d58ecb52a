// The tipping point: along ordered candidates (a fault's length, a load), from where on does a claim about single runs no
// longer hold? Chance decides where, so the answer is a curve: at each candidate, the share of seeds whose boundary lies
// beyond it, with its interval.
//
// For each replication the boundary is found by bisection, with the same luck at all candidates; all replications go
// forward together, so that threads stay busy. One look more per replication, at a candidate that is drawn by its number,
// and has not been looked at on the way, tells how often the claim holds beyond the boundary or breaks before it; what contradicts is
// counted, not hidden.
//
// The claim holds at the first candidates and breaks at the last ones; whoever asks the other way round reverses them. A
// run that leaves it open (ended too early, failed, no samples) counts as broken and is counted. Where the first broken one was too short
// to show it at all, the boundary is not known, and counted too. Assumes one boundary per
// replication. Intervals: Clopper and Pearson for each candidate alone, ranks for the boundary's quantiles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/experiment/claim.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

/// At one candidate: the share of replications in which the claim still holds there, among those that were long enough to show it.
struct MarginPoint {
    PointId  point;
    double   share = 0;
    Interval interval;
    std::uint64_t known = 0;   // replications that show it; none: the share is not known
};

struct Margin {
    std::vector<MarginPoint> curve;            // by candidate
    std::vector<std::uint32_t> boundaries;     // by replication that is done: at how many of the candidates it holds
    std::uint32_t unknown = 0;                 // looks that left it open
    std::uint32_t not_known = 0;               // boundaries beyond which the run is too short to show whether it holds
    std::uint32_t contradictions = 0, checks = 0;
    bool stopped = false;

    /// The candidate after which a share q of replications has tipped, as an index; -1 where they have at the first one.
    struct Tipping {
        std::ptrdiff_t last_held = -1;                           // the last candidate at which more than 1 - q hold
        std::optional<std::ptrdiff_t> low, high;                 // 95 %, where there are replications enough
    };
    /// q = 0.5: the median of the tipping points; 0.05: where one in twenty no longer comes back.
    [[nodiscard]] Tipping tipping(double q = 0.5) const;
};

/// One row of candidates, from holding to broken.
[[nodiscard]] Margin find_margin(Experiment& experiment, std::span<const PointId> candidates, const Claim& claim, std::uint32_t replications);

/// A map over two parameters: rows of candidates, all of which go forward together.
[[nodiscard]] std::vector<Margin> find_margins(Experiment& experiment, std::span<const std::vector<PointId>> rows, const Claim& claim,
                                               std::uint32_t replications);

}  // namespace mailquake
