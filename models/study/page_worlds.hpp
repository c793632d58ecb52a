// Worlds beside each other, as the post-incident page shows them: means with intervals, changes paired by seed, and what
// share of the damage is whose, by Shapley, with an interval from the differences between seeds.
//
// Readings come from whoever ran them (ComparedSide: by seed and replication, then by metric).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/report/page_data.hpp"
#include "models/study/choices.hpp"
#include "models/study/compare.hpp"
#include "models/study/what_if.hpp"

namespace mailquake {

/// What the page compares worlds by; the damage first. Without tenants that is the time in which few clients were signed in.
[[nodiscard]] std::vector<std::string> page_metrics(const ScenarioSpec& scenario);

/// Mean and 95 % interval over the replications that have samples.
[[nodiscard]] PageValue page_value(std::span<const std::optional<Reading>> readings);

/// `changed` beside `base`; the base itself has no changes.
[[nodiscard]] PageWorld page_world(const std::string& name, const ComparedSide& base, const ComparedSide& changed, std::span<const Measure> measures);

/// Each cause's share of metric `metric`; `worlds` are those of subsets(), as many as 2^n. Over the replications that all have.
[[nodiscard]] std::vector<PageValue> shapley_by_seed(std::span<const ComparedSide> worlds, std::size_t metric);

[[nodiscard]] std::vector<PageChoice> page_choices(std::span<const ChoiceEffect> effects, std::span<const double> factors);

/// Most damage saved first; those that make it worse last. `damage`: its metric.
void rank_cures(std::vector<PageWorld>& worlds, const std::string& damage);

/// `The flaw turned 40m for 3 % of the tenants into 7h for 60 %`, by the means of the two worlds; empty without samples.
[[nodiscard]] std::string turned_sentence(const std::string& what, const PageWorld& without, const PageWorld& as_written);

}  // namespace mailquake
