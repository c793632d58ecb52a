// What happens to the mail in a scenario, apart from who is told of it. A dashboard that neither sends mail nor asks a tier
// before it publishes only watches (models/dashboard): what it sees and whom it tells changes no copy's way. So scenarios that
// differ in nothing else have the same course, and one run does for both, as long as no metric of dashboards is asked for.
#pragma once

#include <string>

#include "models/dashboard/dashboard_spec.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// It sends nothing and asks nobody: portals and feeds alone.
[[nodiscard]] bool only_watches(const DashboardSpec& dashboard);

/// Equal texts are equal courses of the mail: the canonical text without the dashboards that only watch.
[[nodiscard]] std::string mail_course(ScenarioSpec scenario);

}  // namespace mailquake
