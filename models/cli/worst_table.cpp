#include "models/cli/worst_table.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "models/world/simulate.hpp"

namespace mailquake {

namespace {

bool on_a_path(std::string_view tier, const ScenarioSpec& scenario) {
    const auto names_it = [&](const std::vector<std::string>& path) { return std::find(path.begin(), path.end(), tier) != path.end(); };
    return std::any_of(scenario.tenants.begin(), scenario.tenants.end(), [&](const TenantClassSpec& c) {
        return names_it(c.paths.inbound) || names_it(c.paths.outbound) || names_it(c.paths.internal);
    });
}

/// At tiers off the path requests wait, no copies. Among equals the earliest moment, then the first place.
const BacklogFigures* worst_place(const Figures& figures, const ScenarioSpec& scenario) {
    const BacklogFigures* worst = nullptr;
    for (const BacklogFigures& b : figures.backlogs) {
        if (b.max == 0 || !on_a_path(b.tier, scenario)) continue;
        if (worst == nullptr || b.max > worst->max || (b.max == worst->max && b.at < worst->at)) worst = &b;
    }
    return worst;
}

/// Something happened: else no moment is worse than others.
bool is_incident(const Figures& figures) {
    const auto touched = [](const std::vector<DisturbanceFigures>& list) {
        return std::any_of(list.begin(), list.end(), [](const DisturbanceFigures& d) { return d.touched > 0; });
    };
    return touched(figures.faults) || touched(figures.flaws) || touched(figures.mitigations);
}

/// Just after the instant: all that happens at it has happened. Seconds in a double are exact to the ns for 104 days.
SimTime after(double seconds) {
    const auto ns = static_cast<std::int64_t>(std::llround(seconds * 1e9));
    return SimTime::zero() + SimDuration{ns + 1 + (ns >> 53)};
}

}  // namespace

void add_worst_table(const ReplicateRequest& request, unsigned threads, ReplicationResult& replication) {
    Figures& figures = replication.figures;
    const BacklogFigures* worst = worst_place(figures, *request.scenario);
    if (worst == nullptr || !figures.qshape.place.empty() || figures.events > kMostEventsAgain || !is_incident(figures)) return;
    RunOptions options;
    options.seed = request.seed;
    options.replication = replication.replication;
    options.threads = std::max(1U, threads);
    options.qshape_at = {after(worst->at)};
    options.until = options.qshape_at.front() + SimDuration{1};
    options.stop = request.stop;
    if (*options.until > SimTime::zero() + request.scenario->duration) return;
    const Outcome outcome = simulate(*request.scenario, options);
    if (outcome.qshapes.empty() || outcome.qshapes.back().at != options.qshape_at.front()) return;   // stopped
    figures.qshape = qshape_figures(outcome.qshapes.back());
    figures.qshape.at = worst->at;
    figures.qshape.place = worst->label();
}

}  // namespace mailquake
