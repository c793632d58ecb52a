#include "models/world/offered_load.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <string_view>

#include "models/world/traffic_equations.hpp"

namespace mailquake {

namespace {

bool far(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) return x != y;
    return std::abs(x - y) > 1e-9 * std::max(std::abs(x), std::abs(y));
}

std::string key_of(const NextHopRow& row) { return row.place + " > " + row.destination + " " + std::string(text_of(row.limit)); }

/// Whether a fault makes a difference that is more than rounding.
bool differs(const OfferedLoadRow& a, const OfferedLoadRow& b) {
    return far(a.arrivals_per_second, b.arrivals_per_second) || far(a.work, b.work) || far(a.workers, b.workers) ||
           far(a.peak_utilization, b.peak_utilization);
}

bool differs(const NextHopRow& a, const NextHopRow& b) {
    return far(a.arrivals_per_second, b.arrivals_per_second) || far(a.needed, b.needed) || a.gets_through != b.gets_through;
}

/// Under one condition. What an overloaded station or next-hop queue holds back does not come to those behind it, which may take as
/// many rounds as a path has tiers.
OfferedLoad load_under(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault, const std::string& condition) {
    std::size_t longest = 1;
    for (const TenantClassSpec& tenants : scenario.tenants)
        for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal}) longest = std::max(longest, path->size());
    std::vector<std::unique_ptr<TrafficEquations>> rounds;
    rounds.push_back(std::make_unique<TrafficEquations>(scenario, topology, fault));
    while (rounds.size() < longest && rounds.back()->is_overloaded()) rounds.push_back(std::make_unique<TrafficEquations>(scenario, topology, fault, rounds.back().get()));
    return {rounds.back()->rows(condition), rounds.back()->next_hops(condition)};
}

}  // namespace

OfferedLoad normal_load(const ScenarioSpec& scenario) { return load_under(scenario, Topology(scenario.sites, scenario.links), nullptr, "normal"); }

OfferedLoad offered_load(const ScenarioSpec& scenario) {
    const Topology topology(scenario.sites, scenario.links);
    const OfferedLoad normal = load_under(scenario, topology, nullptr, "normal");
    OfferedLoad all = normal;
    for (const FaultSpec& fault : scenario.faults) {
        if (!fault.enabled) continue;
        const OfferedLoad under = load_under(scenario, topology, &fault, fault.name);
        for (std::size_t i = 0; i < under.tiers.size(); ++i) {
            if (differs(normal.tiers[i], under.tiers[i])) all.tiers.push_back(under.tiers[i]);
        }
        std::map<std::string, const NextHopRow*> before;
        for (const NextHopRow& row : normal.next_hops) before[key_of(row)] = &row;
        for (const NextHopRow& row : under.next_hops) {
            const auto same = before.find(key_of(row));
            if (same == before.end() || differs(*same->second, row)) all.next_hops.push_back(row);
        }
    }
    return all;
}

}  // namespace mailquake
