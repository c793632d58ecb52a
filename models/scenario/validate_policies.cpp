// Policies that can act: with the queue, the calls and the bound that they need. Errors where one cannot be meant as written,
// warnings where it does nothing.
#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "models/scenario/bulkhead_tier.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {

const TierSpec* bulkhead_tier(const ScenarioSpec& scenario, const TierSpec& tier) {
    const auto partitioned = [&](const std::string& name) -> const TierSpec* {
        const TierSpec* found = find_entry(scenario.tiers, name);
        return found == nullptr || found->partitions.empty() ? nullptr : found;
    };
    if (!tier.bulkhead->of.empty()) return partitioned(tier.bulkhead->of);
    for (const CallSpec& call : tier.calls)
        if (const TierSpec* callee = partitioned(call.to)) return callee;
    return nullptr;
}

namespace {

class Policies {
public:
    Policies(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        gather();
        for (const TierSpec& tier : spec_.tiers) {
            const std::string path = "tiers." + tier.name;
            check_discipline(tier.queue, path + ".queue");
            check_preemption(tier, path + ".queue.discipline");
            check_turning_away(tier, path + ".queue");
            if (tier.bulkhead) check_bulkhead(tier, path + ".bulkhead");
            check_servers(tier, path);
            check_ready(tier.next_hop, path + ".next_hop");
            check_door(tier, path);
            if (tier.safety_net) check_safety_net(tier, path + ".safety_net");
            for (const CallSpec& call : tier.calls) check_call(tier, call, fmt::format("{}.calls.{}", path, call.name));
        }
    }

private:
    void gather() {
        for (const TierSpec& caller : spec_.tiers)
            for (const CallSpec& call : caller.calls) asked_.insert(call.to);
        for (const ClientSpec& client : spec_.clients) asked_.insert(client.tier);
        for (const TenantClassSpec& tenants : spec_.tenants)
            if (tenants.directions.inbound.value > 0 && !tenants.paths.inbound.empty()) entries_.insert(tenants.paths.inbound.front());
    }

    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void no_effect(const std::string& path, std::string_view why) {
        if (scenario_.says(path)) diagnostics_.warning(scenario_.at(path), fmt::format("no effect: {}", why));
    }

    void check_discipline(const QueueSpec& queue, const std::string& path) {
        if (queue.discipline != Discipline::fair) no_effect(path + ".fair", "it is for `discipline: fair`");
        else if (queue.fair.quantum_bytes) no_effect(path + ".fair.quantum", "turns are counted in octets, by `quantum_bytes`");
        if (queue.discipline != Discipline::lifo_under_overload) no_effect(path + ".lifo", "it is for `discipline: lifo-under-overload`");
        if (queue.discipline != Discipline::preemptive) no_effect(path + ".preemption", "it is for `discipline: preemptive`");
        if (queue.discipline != Discipline::priority) no_effect(path + ".aging", "it is for `discipline: priority`");
    }

    /// Mail for few can overtake none where all mail is for one.
    void check_preemption(const TierSpec& tier, const std::string& path) {
        const auto sends_to_many = [&](const TenantClassSpec& c) {
            const auto passes = [&](const std::vector<std::string>& way) { return std::find(way.begin(), way.end(), tier.name) != way.end(); };
            return std::holds_alternative<BatchArrivalsSpec>(c.arrivals) && (passes(c.paths.inbound) || passes(c.paths.outbound) || passes(c.paths.internal));
        };
        if (tier.queue.discipline == Discipline::preemptive && std::none_of(spec_.tenants.begin(), spec_.tenants.end(), sends_to_many))
            no_effect(path, "no class whose mail passes this tier sends to many at once (`arrivals: batch`)");
    }

    /// Only requests, and mail that a proxy has in its hands, can be turned away once they wait.
    void check_turning_away(const TierSpec& tier, const std::string& path) {
        if (!asked_.contains(tier.name) && tier.hand_over != HandOver::held)
            no_effect(path + ".codel", "nobody calls this tier, and mail that it has accepted is its own; `shed` or `limit` turn mail away at the door");
    }

    void check_bulkhead(const TierSpec& tier, const std::string& path) {
        const BulkheadSpec& bulkhead = *tier.bulkhead;
        if (bulkhead.share.has_value() == bulkhead.workers.has_value())
            error(bulkhead.share ? path + ".workers" : path, "say how many workers one of them may have, either as a `share` or as `workers`");
        if (tier.queue.discipline != Discipline::fifo)
            error(path, fmt::format("a bulkhead lets others go past in the order of arrival, which `discipline: {}` does not keep; use fifo", to_text(tier.queue.discipline)));
        if (bulkhead.by != BulkheadBy::partition) {
            no_effect(path + ".of", "it names the tier whose partitions are meant, for `by: partition`");
        } else if (bulkhead_tier(spec_, tier) == nullptr) {
            if (bulkhead.of.empty()) error(path + ".by", fmt::format("tier '{}' calls no partitioned tier; name the one that is meant, with `of`", tier.name));
            else error(path + ".of", fmt::format("tier '{}' has no partitions", bulkhead.of));
        }
        std::int64_t most = tier.workers * (tier.spread == Spread::shared ? tier.servers : 1);
        for (const TierSiteSpec& site : tier.sites)
            most = std::max(most, site.workers.value_or(tier.workers) * (tier.spread == Spread::shared ? site.servers.value_or(tier.servers) : 1));
        if (bulkhead.workers && *bulkhead.workers >= most)
            no_effect(path + ".workers", fmt::format("a queue has {} workers, which one of them may all have", most));
    }

    void check_servers(const TierSpec& tier, const std::string& path) {
        if (tier.spread != Spread::shuffle_shard) no_effect(path + ".shard", "it is for `spread: shuffle-shard`");
        else if (tier.shard >= tier.servers) no_effect(path + ".shard", fmt::format("there are {} servers, and all of them are everybody's", tier.servers));
        if (!tier.autoscale) return;
        const AutoscaleSpec& scale = *tier.autoscale;
        if (tier.spread != Spread::shared)
            error(path + ".autoscale", fmt::format("servers that are drained leave their queue to others, which `spread: {}` has not; use shared", to_text(tier.spread)));
        if (scale.below >= scale.above) error(path + ".autoscale.below", "servers would be added and drained at the same load: `below` must be less than `above`");
        if (scale.least > tier.servers || scale.most < tier.servers)
            error(path + ".autoscale.most", fmt::format("the {} servers at the start are not between `least` ({}) and `most` ({})", tier.servers, scale.least, scale.most));
    }

    void check_safety_net(const TierSpec& tier, const std::string& path) {
        const auto passes = [&](const std::vector<std::string>& way) {
            return std::find(way.begin(), way.end(), tier.name) < way.end() - (way.empty() ? 0 : 1);
        };
        if (tier.hand_over == HandOver::held)
            error(path, fmt::format("tier '{}' is a proxy (`hand_over: held`): it has no mail of its own that it could keep", tier.name));
        else if (std::none_of(spec_.tenants.begin(), spec_.tenants.end(), [&](const TenantClassSpec& c) { return passes(c.paths.inbound) || passes(c.paths.outbound) || passes(c.paths.internal); }))
            error(path, fmt::format("tier '{}' hands no mail on to another tier: there is nothing to keep", tier.name));
        else if (std::none_of(spec_.mitigations.begin(), spec_.mitigations.end(), [&](const MitigationSpec& m) {
                     const auto* replay = std::get_if<ReplayMitigation>(&m.body);
                     return replay != nullptr && split_place(replay->target).tier == tier.name;
                 }))
            no_effect(path, "nothing sends again what it keeps; that is done by a mitigation of kind replay");
    }

    /// Where mail waits for a destination, and what becomes of it when nobody answers there, is said once.
    void check_ready(const NextHopSpec& next_hop, const std::string& path) {
        if (!next_hop.ready) return;
        no_effect(path + ".active", "mail waits in the ready queue, whose bound is `ready.max`");
        if (next_hop.concurrency)
            error(path + ".concurrency", "`concurrency` (Postfix) and `ready` (KumoMTA) both say what becomes of mail when a destination does not answer; leave one of them out");
        if (const auto* exim = std::get_if<EximRetrySpec>(&next_hop.retry); exim != nullptr && exim->per_host)
            error(path + ".retry.per_host", "`per_host` (Exim) and `ready` (KumoMTA) both say what becomes of mail when a destination does not answer; leave one of them out");
    }

    void check_door(const TierSpec& tier, const std::string& path) {
        if (!entries_.contains(tier.name)) no_effect(path + ".greylist", "no mail from outside enters here");
        if (!tier.queue.back_pressure) return;
        const BackPressureSpec& levels = *tier.queue.back_pressure;
        if (levels.high_above < levels.medium_above || levels.medium_below > levels.high_above || levels.low_below > levels.medium_above || levels.low_below > levels.medium_below)
            error(path + ".queue.back_pressure", "levels must rise: low_below <= medium_above <= high_above, and low_below <= medium_below <= high_above");
    }

    void check_call(const TierSpec& tier, const CallSpec& call, const std::string& path) {
        const bool may_repeat = call.attempts > 1 || std::any_of(spec_.flaws.begin(), spec_.flaws.end(), [&](const FlawSpec& flaw) {
                                    return flaw.in == tier.name && std::holds_alternative<RetryInPlaceFlaw>(flaw.body);
                                });
        if (!may_repeat) no_effect(path + ".retry_budget", "the call is made once (`attempts: 1`)");
        if (call.hedge && call.hedge->after >= call.timeout) no_effect(path + ".hedge.after", fmt::format("the call has timed out by then, after {}", print(call.timeout)));
        if (call.deadline && call.deadline->margin >= call.timeout)
            error(path + ".deadline.margin", fmt::format("a margin of {} leaves nothing of the time-out of {}: every request would be dropped", print(call.deadline->margin), print(call.timeout)));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
    std::set<std::string_view> asked_, entries_;   // tiers that are called or signed in at; where mail from outside enters
};

}  // namespace

void validate_policies(const ReadScenario& scenario, Diagnostics& diagnostics) { Policies(scenario, diagnostics).run(); }

}  // namespace mailquake
