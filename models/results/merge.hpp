// Several replications as one: means of the figures, and for each the 95 % confidence interval of its mean by Student's
// t. Replications are independent by construction (each has random streams of its own), so no batching is needed.
// What has no mean (a qshape table, an order of onset) is the first replication's. An optional figure is the mean over
// the replications that have it, and its `n` says how many these are; `recovered.after` and `drain` count only if every
// replication has them, since a mean over those that came back would hide the others.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/results/figures.hpp"
#include "sim/stats/confidence.hpp"

namespace mailquake {

/// One number of a result, with the path under which `intervals` and the `figure` table know it.
struct FlatFigure {
    std::string path;     // `delay.p99`, `tenants.gold.delay.p99`
    std::string metric;   // the path without the entry: `tenants.delay.p99`
    std::string entry;    // label of the list's entry: `gold`, `transport@dfw`; empty outside lists
    std::string_view unit;
    double value = 0;
};

struct FigureInterval {
    std::string path;
    Interval    interval;
};

/// All numbers of `figures` in declared order; wall-clock time, and wholes without a mean, left out.
[[nodiscard]] std::vector<FlatFigure> flatten(const Figures& figures);

/// Means over replications of the same scenario; at least one.
[[nodiscard]] Figures mean_of(const std::vector<Figures>& replications);

/// 95 % intervals of the means, by path; empty for fewer than two replications.
[[nodiscard]] std::vector<FigureInterval> intervals_of(const std::vector<Figures>& replications);

}  // namespace mailquake
