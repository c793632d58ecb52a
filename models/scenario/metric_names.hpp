// Whether what a metric's selectors name is there: tenant classes, tiers and their sites and partitions, faults, flaws,
// mitigations, populations of clients. Left out: whether a run has samples for it, which the run shows.
#pragma once

#include <string>
#include <vector>

#include "models/expect/expectation.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// What is wrong with the names, in full sentences; empty if all is well.
[[nodiscard]] std::vector<std::string> errors_in_names(const Measure& measure, const ScenarioSpec& scenario);

/// Gives the metric of tenants that selects a partition its tier, where it does not say which: the only one that has it.
void complete_tier(Measure& measure, const ScenarioSpec& scenario);

}  // namespace mailquake
