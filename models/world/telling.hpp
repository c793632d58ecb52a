// Who came to know of a dashboard's notices, put together after the run: administrators that look at intervals see what was there
// at their looks, and mail has come when it was delivered. Who looks when is the plan's (dashboard_plan.hpp).
// Invariant: nobody is told before a notice was published, or twice of one by one channel.
#pragma once

#include <vector>

#include "models/world/dashboard_outcome.hpp"
#include "models/world/dashboard_watch.hpp"
#include "models/world/plan.hpp"

namespace mailquake {

/// The dashboard as the plan has it, and who was told of these notices; `heard` is of all dashboards' mail.
[[nodiscard]] DashboardOutcome told_by(const Plan& plan, const DashboardPlan& dashboard, std::vector<DashboardNotice> notices,
                                       const std::vector<HeardMail>& heard);

}  // namespace mailquake
