#include "models/world/load_gaps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mailquake {

namespace {

/// Names of the entries of which this holds, with what the sentence says of them.
class Gaps {
public:
    void say(const std::string& names, const std::string& what) {
        if (!names.empty()) all.push_back(names + ": " + what);
    }
    std::vector<std::string> all;
};

template <class Entries, class Is>
std::string names_where(const Entries& entries, Is is) {
    std::string names;
    for (const auto& entry : entries)
        if (is(entry)) names += (names.empty() ? "" : ", ") + entry.name;
    return names;
}

bool guards(const CallSpec& call) { return call.retry_budget || call.breaker || call.throttle || call.deadline || call.hedge; }

bool any_call(const TierSpec& tier, bool (*is)(const CallSpec&)) { return std::any_of(tier.calls.begin(), tier.calls.end(), is); }

bool turns_away(const TierSpec& tier) {
    return tier.queue.limit || tier.queue.codel || tier.queue.shed || tier.queue.back_pressure || tier.queue.tarpit || tier.bulkhead;
}

bool comes_again(const ScenarioSpec& scenario) {
    return std::any_of(scenario.tiers.begin(), scenario.tiers.end(), [](const TierSpec& tier) { return any_call(tier, [](const CallSpec& call) { return call.on_failure == OnFailure::defer; }); });
}

bool has_own_behaviour(const FlawSpec& flaw) {
    return flaw.enabled && (flaw.trigger == Trigger::queue || flaw.built_in || std::holds_alternative<RefuseAllFlaw>(flaw.body));
}

bool is_random(const FaultSpec& fault) { return fault.enabled && fault.mtbf; }

}  // namespace

std::vector<std::string> load_gaps(const ScenarioSpec& scenario) {
    Gaps gaps;
    if (comes_again(scenario) && std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const FaultSpec& fault) { return fault.enabled; }))
        gaps.say("retries", "what a fault puts off comes again, on top of what is shown");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return any_call(tier, guards); }), "what guards its calls (retry budget, breaker, throttle, deadline, hedge)");
    gaps.say(names_where(scenario.tiers, turns_away), "what its queue turns away, and who comes again for it");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return tier.autoscale.has_value(); }), "servers that come with load");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return tier.slope > SimDuration::zero(); }), "services that slow down with load");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return tier.greylist.has_value(); }), "first contacts that are put off, and come again");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return tier.shadow || tier.safety_net; }), "copies for redundancy");
    gaps.say(names_where(scenario.tiers, [](const TierSpec& tier) { return tier.next_hop.concurrency.has_value(); }), "a window that is smaller than its connections");
    gaps.say(names_where(scenario.clients, [](const ClientSpec&) { return true; }), "sign-ins that come again when they fail, or all at once");
    gaps.say(names_where(scenario.flaws, has_own_behaviour), "when and where this flaw is awake");
    gaps.say(names_where(scenario.faults, is_random), "when it comes: shown as if it acted all the time");
    gaps.say(names_where(scenario.mitigations, [](const MitigationSpec& mitigation) { return mitigation.enabled; }), "what operators do");
    gaps.say(names_where(scenario.dashboards, [](const DashboardSpec& dashboard) { return dashboard.enabled; }), "mail of the dashboard");
    return gaps.all;
}

}  // namespace mailquake
