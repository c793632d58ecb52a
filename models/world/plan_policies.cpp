// Policies of tiers and calls, from the scenario's words to what runs (policy_plan.hpp).
#include <algorithm>
#include <limits>

#include "models/scenario/bulkhead_tier.hpp"
#include "models/world/plan_builder.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// A kind of queue that can look at its jobs when their turn comes, where the plain lanes cannot.
QueueKind kind_of(const TierSpec& spec, bool is_checked) {
    if (spec.bulkhead) return QueueKind::bulkhead;
    switch (spec.queue.discipline) {
        case Discipline::fifo: return is_checked ? QueueKind::checked : QueueKind::plain;
        case Discipline::priority: return is_checked || spec.queue.aging ? QueueKind::aging : QueueKind::plain;
        case Discipline::fair: return QueueKind::fair;
        case Discipline::lifo_under_overload: return QueueKind::lifo;
        case Discipline::preemptive: return QueueKind::preemptive;
    }
    check_failed("a discipline", __FILE__, __LINE__, "every discipline has a kind of queue");
}

QueuePolicy queue_policy(const TierSpec& spec, bool has_deadlines) {
    const QueueSpec& queue = spec.queue;
    QueuePolicy policy;
    policy.is_checked = queue.codel || has_deadlines;
    policy.kind = kind_of(spec, policy.is_checked || queue.shed);
    policy.counts_bytes = queue.fair.quantum_bytes.has_value();
    policy.quantum = policy.counts_bytes ? queue.fair.quantum_bytes->count : queue.fair.quantum;
    policy.above = queue.lifo.above;
    policy.slot_cost = queue.preemption.slot_cost;
    policy.shard = spec.spread == Spread::shuffle_shard ? narrow<std::uint32_t>(spec.shard, "servers of a shard") : 0;
    policy.age = queue.aging.value_or(SimDuration{std::numeric_limits<std::int64_t>::max()});
    if (queue.shed) {
        policy.shed_older_than = queue.shed->older_than;
        policy.shed_spare = narrow<std::uint8_t>(queue.shed->spare, "priorities");
    }
    if (queue.codel) {
        policy.codel_target = queue.codel->target;
        policy.codel_interval = queue.codel->interval;
    }
    return policy;
}

}  // namespace

/// After the tiers: a bulkhead and a deadline rest on other tiers than their own.
void PlanBuilder::add_policies() {
    const auto has_deadlines = [&](const std::string& callee) {
        return std::any_of(scenario_.tiers.begin(), scenario_.tiers.end(), [&](const TierSpec& tier) {
            return std::any_of(tier.calls.begin(), tier.calls.end(), [&](const CallSpec& call) { return call.to == callee && call.deadline; });
        });
    };
    for (std::size_t t = 0; t < scenario_.tiers.size(); ++t) {
        const TierSpec& spec = scenario_.tiers[t];
        TierPlan& plan = plan_.tiers[t];
        plan.policies.queue = queue_policy(spec, has_deadlines(spec.name));
        if (spec.bulkhead) plan.policies.bulkhead = bulkhead(spec);
        plan.policies.autoscale = spec.autoscale;
        plan.policies.back_pressure = spec.queue.back_pressure;
        plan.policies.tarpit = spec.queue.tarpit;
        plan.policies.shadow = spec.shadow;
        plan.policies.safety_net = spec.safety_net;
        plan.policies.greylist = spec.greylist;
        plan.policies.greylist_luck = StreamKey(plan_.seed, place_identity("tiers/" + spec.name), draws::greylist);
        plan.policies.asks_at_door = spec.queue.back_pressure || spec.greylist;
        for (std::size_t c = 0; c < spec.calls.size(); ++c) {
            const CallSpec& call = spec.calls[c];
            plan.calls[c].policies = {.guard = {call.retry_budget, call.breaker, call.throttle},
                                      .deadline = call.deadline,
                                      .hedge = call.hedge,
                                      .place = place_identity("calls/" + plan.calls[c].name),
                                      .any = call.retry_budget || call.breaker || call.throttle || call.deadline || call.hedge};
        }
    }
}

BulkheadPlan PlanBuilder::bulkhead(const TierSpec& spec) const {
    BulkheadPlan plan;
    plan.by = spec.bulkhead->by;
    plan.share = spec.bulkhead->share ? spec.bulkhead->share->value : 0;
    plan.workers = narrow<std::uint32_t>(spec.bulkhead->workers.value_or(0), "workers");
    if (plan.by != BulkheadBy::partition) return plan;
    const TierSpec* of = bulkhead_tier(scenario_, spec);
    MQ_CHECK(of != nullptr, "a bulkhead by partition has been found a partitioned tier by the loader");
    plan.partitioned = plan_.tiers[tier(of->name).index()].partitioned;
    return plan;
}

}  // namespace mailquake
