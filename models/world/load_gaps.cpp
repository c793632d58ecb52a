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

/// It changes what becomes of an attempt that failed, or when the next one is.
bool is_of_retries(const FlawSpec& flaw) {
    return flaw.enabled && (std::holds_alternative<MisreadReplyFlaw>(flaw.body) || std::holds_alternative<DiscardBackoffFlaw>(flaw.body) ||
                            std::holds_alternative<ResetTimersFlaw>(flaw.body) || std::holds_alternative<SynchroniseFlaw>(flaw.body));
}

bool is_random(const FaultSpec& fault) { return fault.enabled && fault.mtbf; }

bool comes_by_itself(const FaultSpec& fault) { return fault.enabled && !fault.mtbf && fault.with.empty(); }

/// Attempts to hand mail over fail while it acts.
bool breaks_attempts(const FaultSpec& fault) {
    return fault.enabled && (std::holds_alternative<LinkDownFault>(fault.body) || std::holds_alternative<LinkBlackHoleFault>(fault.body) ||
                             std::holds_alternative<LinkFlapFault>(fault.body) || std::holds_alternative<SiteDownFault>(fault.body) ||
                             std::holds_alternative<ServerCrashFault>(fault.body) || std::holds_alternative<ServerPauseFault>(fault.body) ||
                             std::holds_alternative<GrayFault>(fault.body) || std::holds_alternative<TierLostFault>(fault.body));
}

bool acts_beside(const FaultSpec& a, const FaultSpec& b) {
    const auto ends = [](const FaultSpec& fault) { return fault.length > SimDuration::zero() ? saturating_add(fault.at.at, fault.length) : SimTime::never(); };
    return &a != &b && comes_by_itself(a) && comes_by_itself(b) && a.at.at < ends(b) && b.at.at < ends(a);
}

std::string overlapping_faults(const ScenarioSpec& scenario) {
    return names_where(scenario.faults, [&](const FaultSpec& one) {
        return std::any_of(scenario.faults.begin(), scenario.faults.end(), [&](const FaultSpec& other) { return acts_beside(one, other); });
    });
}

/// Mail of its own comes of what fails, or takes long.
bool reports(const TierSpec& tier) {
    return tier.next_hop.notice_after || tier.queue.on_full == OnFull::bounce ||
           any_call(tier, [](const CallSpec& call) { return call.on_failure == OnFailure::bounce || call.on_failure == OnFailure::refuse; });
}

/// Links over which mail comes from outside, whose bandwidth somebody has set.
std::string narrow_links_of_senders(const ScenarioSpec& scenario) {
    const auto sends = [&](const std::string& site) {
        return std::any_of(scenario.senders.begin(), scenario.senders.end(), [&](const SenderSpec& senders) { return senders.at == site; });
    };
    return names_where(scenario.links, [&](const LinkSpec& link) { return link.bandwidth.bits_per_second < LinkSpec{}.bandwidth.bits_per_second && (sends(link.from) || sends(link.to)); });
}

// What operators do, by kind: a new one has no sentence until somebody writes it here, and does not compile.
std::string_view done_by(const CutOffMitigation&) { return "calls that are no longer made"; }
std::string_view done_by(const RemoveFlawMitigation&) { return "servers without the flaw"; }
std::string_view done_by(const AddServersMitigation&) { return "more servers"; }
std::string_view done_by(const FailOverMitigation&) { return "mail and clients that go to another site"; }
std::string_view done_by(const HoldMitigation&) { return "mail that is held, and comes when the hold ends"; }
std::string_view done_by(const BypassMitigation&) { return "mail that passes the tier by"; }
std::string_view done_by(const ThrottleMitigation&) { return "what is turned away, and comes again"; }
std::string_view done_by(const FlushMitigation&) { return "deferred mail that is tried at once"; }
std::string_view done_by(const DrainAsideMitigation&) { return "waiting mail that is put aside, and comes back at a rate"; }
std::string_view done_by(const ReplayMitigation&) { return "mail that is sent again"; }
std::string_view done_by(const RouteAroundMitigation&) { return "mail and calls that go to another site"; }
std::string_view done_by(const SuspendMitigation&) { return "mail that waits while its queue is suspended"; }

void say_mitigations(Gaps& gaps, const ScenarioSpec& scenario) {
    for (const MitigationSpec& mitigation : scenario.mitigations)
        if (mitigation.enabled)
            gaps.say(mitigation.name, std::visit([](const auto& body) { return fmt::format("what operators do: {} ({})", done_by(body), body.kind); }, mitigation.body));
}

}  // namespace

std::vector<std::string> load_gaps(const ScenarioSpec& scenario) {
    Gaps gaps;
    const bool any_fault = std::any_of(scenario.faults.begin(), scenario.faults.end(), [](const FaultSpec& fault) { return fault.enabled; });
    if ((comes_again(scenario) && any_fault) || std::any_of(scenario.faults.begin(), scenario.faults.end(), breaks_attempts))
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
    gaps.say(names_where(scenario.flaws, is_of_retries), "what becomes of an attempt that failed, and when mail is tried again");
    gaps.say(names_where(scenario.tiers, reports), "bounces and delay notices, which are mail, too");
    gaps.say(names_where(scenario.senders, [](const SenderSpec& senders) { return senders.notice_after.has_value(); }), "delay notices of senders, which are mail, too");
    gaps.say(names_where(scenario.backlog, [](const BacklogSpec& backlog) { return backlog.count > 0 || !backlog.qshape.empty() || !backlog.qshape_file.empty(); }),
             "mail that waits when the run starts");
    gaps.say(names_where(scenario.faults, [](const FaultSpec& fault) { return fault.enabled && std::holds_alternative<LinkLossFault>(fault.body); }),
             "how much longer a transfer takes that loses packets");
    gaps.say(narrow_links_of_senders(scenario), "how much mail from outside it lets through");
    gaps.say(names_where(scenario.faults, is_random), "when it comes: shown as if it acted all the time");
    gaps.say(overlapping_faults(scenario), "what they do together: they act at the same time, and the rows are of each alone");
    say_mitigations(gaps, scenario);
    gaps.say(names_where(scenario.dashboards, [](const DashboardSpec& dashboard) { return dashboard.enabled; }), "mail of the dashboard");
    return gaps.all;
}

}  // namespace mailquake
