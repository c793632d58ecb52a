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

/// Under one condition. What an overloaded station, next-hop queue or link holds back does not come to those behind it, or to those that
/// are called from there; then those who call somebody that is overloaded wait for it, and what they hold back in turn does not come.
OfferedLoad load_under(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault, const std::string& condition, Placements& placements) {
    std::size_t most_rounds = 2 + scenario.tiers.size();
    for (const TenantClassSpec& tenants : scenario.tenants)
        for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal}) most_rounds = std::max(most_rounds, path->size() + 2);
    most_rounds = std::min<std::size_t>(most_rounds, 30);
    auto load = std::make_unique<TrafficEquations>(scenario, topology, fault, placements);
    std::unique_ptr<TrafficEquations> before;
    const auto settle = [&](const CalleeWaits& waits) {
        for (std::size_t round = 0; round < most_rounds; ++round) {
            auto next = std::make_unique<TrafficEquations>(scenario, topology, fault, placements, load.get(), waits);
            const bool is_settled = next->agrees_with(*load);
            before = std::move(load);   // the next round asks the one before
            load = std::move(next);
            if (is_settled) break;
        }
    };
    if (load->is_overloaded()) settle({});
    for (std::size_t depth = 0; depth < scenario.tiers.size(); ++depth) {   // one who waits may be called, too
        const CalleeWaits waits = load->waits_with_overload();
        if (waits.size() == load->waits().size()) break;
        settle(waits);
    }
    return {load->rows(condition), load->next_hops(condition)};
}

}  // namespace

OfferedLoad normal_load(const ScenarioSpec& scenario) {
    Placements placements;
    return load_under(scenario, Topology(scenario.sites, scenario.links), nullptr, "normal", placements);
}

OfferedLoad offered_load(const ScenarioSpec& scenario) {
    const Topology topology(scenario.sites, scenario.links);
    Placements placements;
    const OfferedLoad normal = load_under(scenario, topology, nullptr, "normal", placements);
    OfferedLoad all = normal;
    for (const FaultSpec& fault : scenario.faults) {
        if (!fault.enabled) continue;
        const OfferedLoad under = load_under(scenario, topology, &fault, fault.name, placements);
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
