// Axes of a grid along which nothing happened: the same luck gave the very same readings at every step, whatever the other
// axes said. A table of such points looks like an answer and is none, so it is said.
#pragma once

#include <span>
#include <vector>

#include "sim/experiment/axes.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

/// The idle ones of `axes`; `points` are the grid's, run as far as they were. An axis of which no two steps can be compared
/// is not among them.
[[nodiscard]] std::vector<const Axis*> idle_axes(const Experiment& experiment, std::span<const Axis> axes, std::span<const PointId> points);

}  // namespace mailquake
