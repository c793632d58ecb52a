// Faults, flaws and mitigations that are on and touched nothing in any run: a verdict about what never happened would be
// worth nothing, so it is said loudly. Read as metrics beside those that are judged.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

/// One for each entry that is on, in the order of the scenario's lists.
[[nodiscard]] std::vector<std::shared_ptr<const Metric>> touch_metrics(const ScenarioSpec& scenario);

/// A line for each entry that touched nothing, in all units of these points; `first`: where the metrics above begin.
[[nodiscard]] std::vector<std::string> untouched_warnings(const ScenarioSpec& scenario, const Experiment& experiment, std::size_t first,
                                                          std::span<const PointId> points);

}  // namespace mailquake
