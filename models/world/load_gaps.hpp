// What the arithmetic of offered load leaves out of this scenario: a sentence each, for whoever reads its rows. What no scenario has
// counted stands in offered_load.hpp; here is only what this one says, and what would change its rows.
#pragma once

#include <string>
#include <vector>

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

[[nodiscard]] std::vector<std::string> load_gaps(const ScenarioSpec& scenario);

}  // namespace mailquake
