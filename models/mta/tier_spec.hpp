// A tier: a role on the mail path, at one or several sites. n servers of w workers each, an input queue, calls to other
// tiers, a service-time law, and a way to hand mail over to the next tier.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/mta/autoscale_spec.hpp"
#include "models/mta/back_pressure.hpp"
#include "models/mta/bulkhead_spec.hpp"
#include "models/mta/circuit_breaker_spec.hpp"
#include "models/mta/codel_spec.hpp"
#include "models/mta/concurrency_spec.hpp"
#include "models/mta/deadline_spec.hpp"
#include "models/mta/fair_spec.hpp"
#include "models/mta/fallback_spec.hpp"
#include "models/mta/gcra.hpp"
#include "models/mta/greylist_spec.hpp"
#include "models/mta/hedge_spec.hpp"
#include "models/mta/lifo_spec.hpp"
#include "models/mta/mx_spec.hpp"
#include "models/mta/preemption_spec.hpp"
#include "models/mta/ready_spec.hpp"
#include "models/mta/retry_budget_spec.hpp"
#include "models/mta/retry_spec.hpp"
#include "models/mta/safety_net_spec.hpp"
#include "models/mta/shadow_spec.hpp"
#include "models/mta/shed_spec.hpp"
#include "models/mta/tarpit_spec.hpp"
#include "models/mta/throttle_spec.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/law_spec.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// How work is spread over the servers of a tier.
enum class Spread { shared, random, round_robin, least_loaded, two_choices, shuffle_shard };
template <>
struct EnumText<Spread> {
    static constexpr EnumTable<Spread, 6> table{{{Spread::shared, "shared"},
                                                 {Spread::random, "random"},
                                                 {Spread::round_robin, "round-robin"},
                                                 {Spread::least_loaded, "least-loaded"},
                                                 {Spread::two_choices, "two-choices"},
                                                 {Spread::shuffle_shard, "shuffle-shard"}}};
};

/// Who is served next.
enum class Discipline { fifo, priority, fair, lifo_under_overload, preemptive };
template <>
struct EnumText<Discipline> {
    static constexpr EnumTable<Discipline, 5> table{{{Discipline::fifo, "fifo"},
                                                     {Discipline::priority, "priority"},
                                                     {Discipline::fair, "fair"},
                                                     {Discipline::lifo_under_overload, "lifo-under-overload"},
                                                     {Discipline::preemptive, "preemptive"}}};
};

/// What a full input queue answers: 4yz, 5yz, or nothing: the copy is dropped (and counted as lost).
enum class OnFull { defer, bounce, drop };
template <>
struct EnumText<OnFull> {
    static constexpr EnumTable<OnFull, 3> table{{{OnFull::defer, "defer"}, {OnFull::bounce, "bounce"}, {OnFull::drop, "drop"}}};
};

/// How a message gets to the next tier of its path.
enum class HandOver { queued, held, direct };
template <>
struct EnumText<HandOver> {
    static constexpr EnumTable<HandOver, 3> table{{{HandOver::queued, "queued"}, {HandOver::held, "held"}, {HandOver::direct, "direct"}}};
};

/// What the caller does with the message when a call has failed for good.
enum class OnFailure { defer, refuse, bounce, continue_ };
template <>
struct EnumText<OnFailure> {
    static constexpr EnumTable<OnFailure, 4> table{{{OnFailure::defer, "defer"},
                                                    {OnFailure::refuse, "refuse"},
                                                    {OnFailure::bounce, "bounce"},
                                                    {OnFailure::continue_, "continue"}}};
};

struct QueueSpec {
    Discipline discipline = Discipline::fifo;
    std::optional<std::int64_t> limit;  // of waiting ones, per queue; none: unbounded
    OnFull on_full = OnFull::defer;
    FairSpec fair;
    LifoSpec lifo;
    PreemptionSpec preemption;
    std::optional<SimDuration> aging;   // of priorities; none: they are strict
    std::optional<CodelSpec> codel;
    std::optional<ShedSpec> shed;
    std::optional<BackPressureSpec> back_pressure;
    std::optional<TarpitSpec> tarpit;

    template <class S = QueueSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("discipline", &S::discipline).says("who is served next; priority: by the tenant class's `priority`, FIFO within; fair: tenants take turns; lifo-under-overload: the last one, while the queue is long; preemptive: mail for few overtakes mail for many (Postfix)"),
            key("limit", &S::limit).at_least(0).says("most waiting ones per queue, those in service not counted; unbounded if unsaid"),
            key("on_full", &S::on_full).says("answer of a full queue, or of one that sheds: 4yz, 5yz, or drop (which loses mail)"),
            key("fair", &S::fair).says("turns of `discipline: fair`"),
            key("lifo", &S::lifo).says("of `discipline: lifo-under-overload`"),
            key("preemption", &S::preemption).says("of `discipline: preemptive`"),
            key("aging", &S::aging).above(0).says("of `discipline: priority`: who has waited for so long is moved up by a class; never if unsaid, so that the least urgent may starve"),
            key("codel", &S::codel).says("turns requests and a proxy's mail away that have waited for too long (CoDel)"),
            key("shed", &S::shed).says("takes nobody in while the queue is too old"),
            key("back_pressure", &S::back_pressure).says("keeps senders waiting, then refuses them, while the queue is too long (Exchange)"),
            key("tarpit", &S::tarpit).says("keeps whoever offers mail waiting while more than so many wait (Postfix in_flow_delay)")};
    }
};

/// A call to another tier, made while a worker is held. A caller that gives up does not free the callee.
struct CallSpec : Entry {
    static constexpr std::string_view name_default = "to";  // the callee's
    std::string  to;
    SimDuration  timeout = 10_s;
    std::int64_t attempts = 1;
    OnFailure    on_failure = OnFailure::defer;
    Ratio        cached{0};
    std::optional<RetryBudgetSpec>    retry_budget;
    std::optional<CircuitBreakerSpec> breaker;
    std::optional<ThrottleSpec>       throttle;
    std::optional<DeadlineSpec>       deadline;
    std::optional<HedgeSpec>          hedge;

    template <class S = CallSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("to", &S::to).required().naming(Refers::tier).says("the tier that is called; of a partitioned one, the tenant's own partition"),
                key("timeout", &S::timeout).at_least(0.001).says("how long an attempt waits for the answer"),
                key("attempts", &S::attempts).at_least(1).at_most(1000).says("tries before the call has failed"),
                key("on_failure", &S::on_failure).says("what becomes of the message: try later (4yz of the tier itself), refuse to the client, bounce, or go on without the answer"),
                key("cached", &S::cached).at_least(0).at_most(1).says("share of the calls that a cache of the caller answers at once; the fault cache-loss takes it away"),
                key("retry_budget", &S::retry_budget).says("bounds second tries by how many calls are answered"),
                key("breaker", &S::breaker).says("makes no call for a while when too many fail"),
                key("throttle", &S::throttle).says("makes fewer calls the fewer are answered"),
                key("deadline", &S::deadline).says("tells the callee until when its answer is waited for, which drops what is too late"),
                key("hedge", &S::hedge).says("makes a call that takes long a second time, beside the first")});
    }
};

/// Whose are the limits of next-hop queues? Each server of a tier has a queue manager of its own (Postfix, Exim, KumoMTA), or all
/// servers at a place share one.
enum class NextHopPer { server, place };
template <>
struct EnumText<NextHopPer> {
    static constexpr EnumTable<NextHopPer, 2> table{{{NextHopPer::server, "server"}, {NextHopPer::place, "place"}}};
};

/// Next-hop queues of a tier: per destination, a bounded active window on an unbounded deferred store.
struct NextHopSpec {
    std::int64_t connections = 20;         // Postfix default_destination_concurrency_limit
    std::int64_t active = 20000;           // Postfix qmgr_message_active_limit
    RetrySpec    retry = PostfixRetrySpec{};
    std::optional<SimDuration> notice_after;  // age at which the sender gets a delay notice; none: never
    std::optional<ConcurrencySpec> concurrency;  // none: always `connections` at once
    std::optional<GcraSpec> throttle;         // none: as fast as slots are free
    std::optional<ReadySpec> ready;           // none: an active window instead
    std::optional<std::int64_t> processes;    // shared by all destinations; none: no bound beside `connections`
    std::vector<FallbackOn> fallback_on{FallbackOn::connect, FallbackOn::greeting};
    std::int64_t addresses = 5;               // Postfix smtp_mx_address_limit
    std::int64_t sessions = 2;                // Postfix smtp_mx_session_limit
    std::optional<NextHopPer> per;            // none: server

    [[nodiscard]] bool is_per_server() const { return per.value_or(NextHopPer::server) == NextHopPer::server; }

    template <class S = NextHopSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("connections", &S::connections).at_least(1).says("attempts at once to one destination (Postfix: 20)"),
            key("active", &S::active).at_least(1).says("messages of one destination in the active window (Postfix: 20000)"),
            one_of("retry", "schedule", &S::retry).says("when a failed attempt is repeated, and when the message is given up"),
            key("notice_after", &S::notice_after).above(0).says("age at which the sender gets a delay notice (Exchange: 4h); never if unsaid"),
            key("concurrency", &S::concurrency).says("lets attempts at once grow with successes and shrink with failures, up to `connections`, and knows dead destinations (Postfix)"),
            key("throttle", &S::throttle).says("spaces attempts to one destination evenly (KumoMTA)"),
            key("ready", &S::ready).says("a bounded ready queue for each destination, instead of the active window: what overflows goes back for a while (KumoMTA)"),
            key("processes", &S::processes).at_least(1).says("delivery processes that all its destinations share (Postfix default_process_limit: 100); unbounded if unsaid"),
            key("per", &S::per).says("server: each server of the tier has next-hop queues of its own, and `connections`, `active`, `concurrency`, `ready` and `processes` hold for each; place: the servers at a site share them. A `throttle` is always the place's. Unsaid: server"),
            key("addresses", &S::addresses).at_least(1).at_most(100).says("sites or MX hosts of a destination tried in one attempt, at most (Postfix smtp_mx_address_limit: 5)"),
            key("fallback_on", &S::fallback_on).says("after which failures the same attempt goes on at the next site of a tier that mail passes through, or at the next MX host: connect, greeting (421), 4yz (any other); or none (Postfix: all three)"),
            key("sessions", &S::sessions).at_least(1).at_most(100).says("of `fallback_on: 4yz`: how many of them may end with 4yz (Postfix smtp_mx_session_limit: 2)")};
    }
};

/// How others learn that this tier, or its site, is down.
struct HealthSpec {
    SimDuration  interval = 10_s;
    std::int64_t failures = 3;
    SimDuration  timeout = 1_s;

    template <class S = HealthSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("interval", &S::interval).at_least(0.001).says("time between two checks"),
            key("failures", &S::failures).at_least(1).says("failed checks in a row until the tier is known to be down there"),
            key("timeout", &S::timeout).at_least(0.001).says("how long a check waits for its answer")};
    }
};

/// A tier's own figures at one site; what is unsaid is the tier's.
struct TierSiteSpec : Entry {  // the name is the site's
    std::optional<std::int64_t> servers;
    std::optional<std::int64_t> workers;
    std::optional<LawSpec> service;

    template <class S = TierSiteSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("servers", &S::servers).at_least(1).at_most(100000).says("servers at this site"),
                key("workers", &S::workers).at_least(1).at_most(100000).says("workers of each server at this site"),
                one_of("service", "law", &S::service).says("service time at this site")});
    }
};

struct TierSpec : Entry {
    std::string  preset;                   // laid under this entry by the loader
    std::vector<std::string> at;           // sites
    std::int64_t servers = 1;              // per site, and per partition where there are partitions
    std::int64_t workers = 1;              // per server
    LawSpec      service = DeterministicSpec{SimDuration::zero()};
    SimDuration  slope = SimDuration::zero();   // service slows with load
    Spread       spread = Spread::shared;
    QueueSpec    queue;
    std::vector<std::string> partitions;   // servers and a queue for each
    std::vector<CallSpec> calls;           // in this order, before the tier's own service
    HandOver     hand_over = HandOver::queued;
    NextHopSpec  next_hop;
    std::optional<HealthSpec> health;      // none: known to be down only by failed attempts
    std::vector<TierSiteSpec> sites;
    std::optional<BulkheadSpec> bulkhead;
    std::optional<AutoscaleSpec> autoscale;
    std::optional<GreylistSpec> greylist;
    std::int64_t shard = 2;                // of spread: shuffle-shard
    std::optional<ShadowSpec> shadow;
    std::optional<SafetyNetSpec> safety_net;
    bool         own = false;              // a partition for each tenant, instead of `partitions`
    std::vector<MxSpec> mx;                // of a tier outside: the hosts of one destination; empty: each site is a destination

    /// Servers of one station: at this site, of each partition.
    [[nodiscard]] std::int64_t servers_at(std::string_view site) const {
        for (const TierSiteSpec& own_figures : sites)
            if (own_figures.name == site) return own_figures.servers.value_or(servers);
        return servers;
    }

    template <class S = TierSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("preset", &S::preset).inert().says("documented defaults of a mail system, under all that is said here: postfix, exim, exchange, opensmtpd, haraka, kumomta; see presets.yaml"),
                key("at", &S::at).required().naming(Refers::site).says("the sites where it stands"),
                key("servers", &S::servers).at_least(1).at_most(100000).says("servers at each site; of a partitioned tier, for each partition"),
                key("workers", &S::workers).at_least(1).at_most(100000).says("workers of each server: what it does at once"),
                one_of("service", "law", &S::service).says("time that a worker is busy with one message or request, calls not counted"),
                key("slope", &S::slope).at_least(0).says("by how much a service grows for each job that is in service at that place when it starts (Brooker, simple_collapse_sim: 10ms on 1s)"),
                key("spread", &S::spread).says("how work is spread over the servers"),
                key("queue", &S::queue).says("the input queue: one for all servers if shared, else one per server"),
                key("partitions", &S::partitions).says("names of the partitions; every site has all of them, each with its own servers and queue"),
                key("calls", &S::calls).says("calls to other tiers, made in this order while the worker is held, before its own service"),
                key("hand_over", &S::hand_over).says("queued: a next-hop queue with retries; held: a proxy, whose worker is held until the next tier has accepted; direct: no time, no slot"),
                key("next_hop", &S::next_hop).says("its next-hop queues, where mail is handed over `queued`, or deferred"),
                key("health", &S::health).says("health checks by which others learn that it is down; without them only failed attempts tell"),
                key("sites", &S::sites).says("figures of its own at a site"),
                key("bulkhead", &S::bulkhead).says("bounds how many workers are busy for one partition, tenant or destination at once"),
                key("autoscale", &S::autoscale).says("adds and drains servers as they are needed"),
                key("greylist", &S::greylist).says("puts off mail from outside of somebody who has not written before"),
                key("shard", &S::shard).at_least(1).at_most(16).says("of `spread: shuffle-shard`: servers that serve a tenant, chosen by chance; it gets the least loaded of them"),
                key("shadow", &S::shadow).says("what the tier has accepted is on a second server, too, which sends it again when the first one is lost (Exchange)"),
                key("safety_net", &S::safety_net).says("keeps what it has handed on, for mitigations of kind replay (Exchange)"),
                key("own", &S::own).says("every tenant whose mail passes it has servers and a queue of his own: a partition CLASS-N each, instead of `partitions`"),
                key("mx", &S::mx).says("of a tier of the outside world: its sites are the MX hosts of one destination, with their preferences; unsaid: each site is a destination of its own")});
    }
};

}  // namespace mailquake
