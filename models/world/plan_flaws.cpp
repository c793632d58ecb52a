// What the code does wrong, compiled: each flaw's parameters, when and where it is there, and which steps of its tier must ask.
#include <algorithm>

#include "models/world/plan_builder.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

template <FlawKind kind, class Body>
inline constexpr bool stands_for = std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(kind), FlawBody>, Body>;
static_assert(stands_for<FlawKind::hold_worker, HoldWorkerFlaw> && stands_for<FlawKind::retry_in_place, RetryInPlaceFlaw> &&
              stands_for<FlawKind::requeue_at_head, RequeueAtHeadFlaw> && stands_for<FlawKind::crash, CrashFlaw> &&
              stands_for<FlawKind::leak_worker, LeakWorkerFlaw> && stands_for<FlawKind::drop, DropFlaw> &&
              stands_for<FlawKind::duplicate, DuplicateFlaw> && stands_for<FlawKind::fail_open, FailOpenFlaw> &&
              stands_for<FlawKind::fail_closed, FailClosedFlaw> && stands_for<FlawKind::misread_reply, MisreadReplyFlaw> &&
              stands_for<FlawKind::discard_backoff, DiscardBackoffFlaw> && stands_for<FlawKind::reset_timers, ResetTimersFlaw> &&
              stands_for<FlawKind::synchronise, SynchroniseFlaw> && stands_for<FlawKind::refuse_all, RefuseAllFlaw>,
              "flaws are numbered in the order of FlawBody");

/// What is the behaviour's own.
void take_body(const FlawBody& body, FlawPlan& flaw) {
    if (const auto* hold = std::get_if<HoldWorkerFlaw>(&body)) flaw.length = hold->hold;
    if (const auto* retry = std::get_if<RetryInPlaceFlaw>(&body)) flaw.attempts = retry->attempts;
    if (const auto* backoff = std::get_if<DiscardBackoffFlaw>(&body)) flaw.length = backoff->within;
    if (const auto* waves = std::get_if<SynchroniseFlaw>(&body)) flaw.length = waves->every;
    if (const auto* refuse = std::get_if<RefuseAllFlaw>(&body)) {
        flaw.resume = refuse->resume;
        flaw.length = refuse->at_least;
    }
    if (const auto* closed = std::get_if<FailClosedFlaw>(&body)) flaw.permanent = closed->answer == FailClosedAnswer::bounce;
    if (const auto* misread = std::get_if<MisreadReplyFlaw>(&body)) flaw.permanent = misread->reading == Misreading::temporary_as_permanent;
    if (const auto* crash = std::get_if<CrashFlaw>(&body)) {
        flaw.length = crash->restart;
        flaw.attempts = crash->poison_queue;
    }
}

/// Which steps of the tier ask for its flaws.
void mark(const FlawPlan& flaw, TierPlan& tier) {
    switch (flaw.kind) {
        case FlawKind::misread_reply: tier.flawed_replies = true; return;
        case FlawKind::discard_backoff:
        case FlawKind::synchronise: tier.flawed_retries = true; return;
        case FlawKind::reset_timers: tier.flawed_restarts = true; return;
        case FlawKind::refuse_all: tier.flawed_entry = true; return;
        case FlawKind::hold_worker:
        case FlawKind::retry_in_place:
        case FlawKind::requeue_at_head:
        case FlawKind::crash:
        case FlawKind::leak_worker:
        case FlawKind::drop:
        case FlawKind::duplicate:
        case FlawKind::fail_open:
        case FlawKind::fail_closed: break;
    }
    if (is_of_calls(flaw.trigger)) return;
    tier.flawed_start = true;
    tier.serves_at_once = false;
}

}  // namespace

void PlanBuilder::add_flaws() {
    for (std::uint32_t f = 0; f < scenario_.flaws.size(); ++f) {
        const FlawSpec& spec = scenario_.flaws[f];
        const std::string_view kind = std::visit([](const auto& b) { return std::decay_t<decltype(b)>::kind; }, spec.body);
        plan_.flaws.push_back({.name = spec.name, .kind = std::string(kind), .target = spec.in, .pos = spec.pos, .enabled = spec.enabled});
        if (!spec.enabled) continue;
        FlawPlan flaw{.name = spec.name,
                      .in = tier(spec.in),
                      .call = std::nullopt,
                      .trigger = spec.trigger,
                      .share = spec.share.value,
                      .kind = static_cast<FlawKind>(spec.body.index()),
                      .length = SimDuration::zero(),
                      .attempts = 0};
        TierPlan& t = plan_.tiers[flaw.in.index()];
        for (std::uint32_t c = 0; c < t.calls.size(); ++c)
            if (t.calls[c].name == spec.call) flaw.call = narrow<std::uint16_t>(c, "calls of a tier");
        take_body(spec.body, flaw);
        flaw.probability = spec.probability.value;
        flaw.queue_over = spec.queue_over.value_or(0);
        if (spec.built_in) flaw.built_in = spec.built_in->at;
        for (Ratio ring : spec.rings) flaw.rings.push_back(ring.value);
        flaw.bake = spec.bake;
        flaw.place = place_identity("flaws/" + spec.name);
        flaw.wakes = StreamKey(plan_.seed, flaw.place, draws::wakes);
        flaw.misreads = StreamKey(plan_.seed, flaw.place, draws::misreads);
        flaw.wait_luck = StreamKey(plan_.seed, flaw.place, draws::flawed_wait);
        flaw.due_luck = StreamKey(plan_.seed, flaw.place, draws::flawed_due);
        choose_flawed_servers(flaw);
        for (std::uint32_t i = 0; i < scenario_.faults.size(); ++i) {
            const std::vector<std::string> targets = targets_of(scenario_.faults[i]);
            const bool wakes = std::holds_alternative<DateReachedFault>(scenario_.faults[i].body) && scenario_.faults[i].enabled &&
                               std::find(targets.begin(), targets.end(), spec.name) != targets.end();
            if (wakes) flaw.dates.push_back(i);
            if (wakes) flaw.awake.insert(flaw.awake.end(), plan_.fault_times[i].acts.begin(), plan_.fault_times[i].acts.end());
        }
        add_fix(spec, flaw);
        mark(flaw, t);
        t.flaws.push_back(narrow<std::uint32_t>(plan_.flaw_plans.size(), "flaws"));
        plan_.flaw_plans.push_back(std::move(flaw));
        plan_.flaw_index.push_back(f);
    }
}

/// The servers of the tier, over all its stations, whose code has the flaw.
void PlanBuilder::choose_flawed_servers(FlawPlan& flaw) const {
    std::vector<std::uint32_t> stations, servers;
    for (std::uint32_t s = 0; s < plan_.stations.size(); ++s) {
        if (plan_.stations[s].tier != flaw.in) continue;
        stations.push_back(s);
        servers.push_back(plan_.stations[s].servers);
    }
    const std::vector<std::uint32_t> counts = apportion(flaw.share, servers);
    flaw.has.resize(plan_.stations.size());
    for (std::size_t i = 0; i < stations.size(); ++i) {
        const StreamKey which(plan_.seed, derived(flaw.place, draws::at, plan_.stations[stations[i]].hash), draws::server_order);
        flaw.has[stations[i]] = choose_servers(which, counts[i], servers[i]);
    }
}

/// The last of the mitigations that remove the flaw is the one that does.
void PlanBuilder::add_fix(const FlawSpec& spec, FlawPlan& flaw) const {
    for (std::uint32_t m = 0; m < scenario_.mitigations.size(); ++m) {
        const auto* fix = std::get_if<RemoveFlawMitigation>(&scenario_.mitigations[m].body);
        if (fix == nullptr || fix->flaw != spec.name || !scenario_.mitigations[m].enabled) continue;
        if (!scenario_.mitigations[m].when.empty()) {
            const auto& condition = std::find_if(plan_.conditions.begin(), plan_.conditions.end(), [m](const ConditionPlan& c) { return c.mitigation == m; });
            MQ_CHECK(condition != plan_.conditions.end(), "mitigations are planned before flaws");
            plan_.fixes.push_back({m, narrow<std::uint32_t>(plan_.flaw_plans.size(), "flaws"),
                                   fix->rate ? fix->rate->per_second : 0, condition->desk.has_value()});
            continue;
        }
        flaw.fix = m;
        flaw.fix_begins = scenario_.mitigations[m].at.at;
        flaw.fix_rate = fix->rate ? fix->rate->per_second : 0;
    }
}

}  // namespace mailquake
