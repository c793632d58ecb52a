// Why mail was late and who was told, as the page shows it: the greatest parts of the delay by class, place and cause, the
// cascade as a graph, collateral mail and its company; tenants in trouble and told, minute by minute.
//
// Parts that are left out are summed up by class, so that the parts still add up to the delays. Rounded to three digits.
#pragma once

#include <nlohmann/json.hpp>

#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// From an outcome that kept the lives of its copies apart; null where there is nothing to explain.
[[nodiscard]] nlohmann::ordered_json explanation_for_page(const ScenarioSpec& scenario, const Outcome& outcome);

/// Null without dashboards.
[[nodiscard]] nlohmann::ordered_json told_for_page(const Outcome& outcome);

}  // namespace mailquake
