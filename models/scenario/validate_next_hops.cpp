// Whose the limits of next-hop queues are: tiers of several servers that do not say so get a notice, since a limit may be meant as a total.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"

namespace mailquake {
namespace {

constexpr std::size_t kMostNames = 5;

/// Tiers that have another one behind them on a path.
std::set<std::string_view> tiers_with_a_next_hop(const ScenarioSpec& scenario) {
    std::set<std::string_view> found;
    for (const TenantClassSpec& tenants : scenario.tenants)
        for (const auto* way : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal})
            for (std::size_t hop = 0; hop + 1 < way->size(); ++hop) found.insert((*way)[hop]);
    return found;
}

/// Tiers to which operators add servers.
std::set<std::string> tiers_that_grow(const ScenarioSpec& scenario) {
    std::set<std::string> found;
    for (const MitigationSpec& mitigation : scenario.mitigations)
        if (const auto* add = std::get_if<AddServersMitigation>(&mitigation.body); add != nullptr && mitigation.enabled) found.insert(split_place(add->target).tier);
    return found;
}

}  // namespace

void validate_next_hops(const ReadScenario& scenario, Diagnostics& diagnostics) {
    const auto passing = tiers_with_a_next_hop(scenario.spec);
    const auto growing = tiers_that_grow(scenario.spec);
    std::vector<std::string> unsaid;
    for (const TierSpec& tier : scenario.spec.tiers) {
        if (tier.next_hop.per || tier.hand_over != HandOver::queued || !passing.contains(tier.name)) continue;
        const bool has_several = std::any_of(tier.at.begin(), tier.at.end(), [&](const std::string& site) { return tier.servers_at(site) > 1; });
        if (has_several || tier.autoscale || growing.contains(tier.name)) unsaid.push_back(tier.name);
    }
    if (unsaid.empty()) return;
    const std::string first = unsaid.front();
    const std::string more = unsaid.size() > kMostNames ? fmt::format(" and {} more tiers", unsaid.size() - kMostNames) : "";
    unsaid.resize(std::min(unsaid.size(), kMostNames));
    diagnostics.notice(scenario.at("tiers." + first),
                       fmt::format("each server of {}{} has next-hop queues and connections of its own (`next_hop: {{per: server}}`); with `per: place` the servers at a site share them",
                                   fmt::join(unsaid, ", "), more));
}

}  // namespace mailquake
