// Whose the limits of next-hop queues are: a tier of several servers that does not say so gets a notice, since other simulators, and
// older files, mean a total.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"

namespace mailquake {
namespace {

/// Does mail wait behind the tier for the next one?
bool hands_on(const ScenarioSpec& scenario, const TierSpec& tier) {
    const auto passes = [&](const std::vector<std::string>& way) {
        return !way.empty() && std::find(way.begin(), std::prev(way.end()), tier.name) != std::prev(way.end());
    };
    return tier.hand_over == HandOver::queued && std::any_of(scenario.tenants.begin(), scenario.tenants.end(), [&](const TenantClassSpec& tenants) {
               return passes(tenants.paths.inbound) || passes(tenants.paths.outbound) || passes(tenants.paths.internal);
           });
}

bool has_several_servers(const ScenarioSpec& scenario, const TierSpec& tier) {
    const auto grows = [&](const MitigationSpec& mitigation) {
        const auto* add = std::get_if<AddServersMitigation>(&mitigation.body);
        return add != nullptr && mitigation.enabled && split_place(add->target).tier == tier.name;
    };
    return tier.autoscale || std::any_of(tier.at.begin(), tier.at.end(), [&](const std::string& site) { return tier.servers_at(site) > 1; }) ||
           std::any_of(scenario.mitigations.begin(), scenario.mitigations.end(), grows);
}

}  // namespace

void validate_next_hops(const ReadScenario& scenario, Diagnostics& diagnostics) {
    std::vector<std::string> unsaid;
    for (const TierSpec& tier : scenario.spec.tiers)
        if (!tier.next_hop.per && hands_on(scenario.spec, tier) && has_several_servers(scenario.spec, tier)) unsaid.push_back(tier.name);
    if (unsaid.empty()) return;
    diagnostics.notice(scenario.at("tiers." + unsaid.front()),
                       fmt::format("each server of {} has next-hop queues and connections of its own (`next_hop.per: server`); with `per: place` the servers at a site share them",
                                   fmt::join(unsaid, ", ")));
}

}  // namespace mailquake
