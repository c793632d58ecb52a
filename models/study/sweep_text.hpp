// What a sweep came to: a table of points and metrics for people, JSON for programs, and what the figures of the first
// metric look like over one axis (bars) or two (a map). Values are means over replications with the half-width of their 95 %
// interval, quantiles those of all replications together.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/study/grid.hpp"
#include "sim/experiment/paired.hpp"
#include "sim/experiment/summary.hpp"

namespace mailquake {

/// A table with a row per point; columns are the varied paths, the replications that ended, and the metrics.
[[nodiscard]] std::string sweep_table(const Experiment& experiment, std::span<const PointId> points);

/// One object; `ends` is empty unless a precision was asked for.
[[nodiscard]] std::string sweep_json(const Experiment& experiment, std::span<const PointId> points, std::span<const PreciseEnd> ends);

/// Bars over one axis, a map over two; an empty text for others.
[[nodiscard]] std::string sweep_plot(const Experiment& experiment, const Grid& grid, std::span<const PointId> points);

/// How many points have become as precise as was asked for, and what to do about the others.
[[nodiscard]] std::string precision_text(std::span<const PreciseEnd> ends, double relative);

}  // namespace mailquake
