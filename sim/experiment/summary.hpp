// A metric over the replications of a point: for a quantile that of all values together (quantile_interval.hpp), for
// everything else the mean of the replications with Student's interval. Raw values stay where they are.
//
// Replications without samples are counted and left out; a summary of none has no value. If one reading is a lower bound
// (the run ended too early), so is the summary.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/experiment/experiment.hpp"
#include "sim/stats/confidence.hpp"
#include "sim/stats/precision.hpp"

namespace mailquake {

struct Summary {
    std::optional<double>   value;
    std::optional<Interval> interval;   // 95 %; none for fewer than two replications
    bool at_least = false;
    std::uint32_t with = 0, without = 0;   // replications with and without samples
};

/// Over all units of the point that ended, or of the first `n` replications alone.
[[nodiscard]] Summary summarize(const Experiment& experiment, PointId point, std::size_t metric,
                                std::optional<std::uint32_t> n = std::nullopt);

/// How precise a point became.
struct PreciseEnd {
    Precision     state = Precision::more;   // `more`: it was stopped
    std::uint32_t replications = 0;
    std::vector<std::optional<double>> reached;   // half-width / value by metric
};

/// Adds replications to each of the points until all metrics are as precise as the rule wants, or its budget ends.
[[nodiscard]] std::vector<PreciseEnd> replicate_until_precise(Experiment& experiment, std::span<const PointId> points,
                                                              const PrecisionRule& rule);

}  // namespace mailquake
