// A scenario compiled for running: every name resolved to an index, every law to a sampler, every fault and mitigation
// to windows of time on the places that it hits. Built once per run, then shared by all sites and never changed: what
// one site may know of another is in here (the planned timeline), or travels over a channel.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/fault/condition.hpp"
#include "models/fault/fault_timeline.hpp"
#include "models/mail/message.hpp"
#include "models/mail/size_law.hpp"
#include "models/mta/retry_schedule.hpp"
#include "models/mta/server_share.hpp"
#include "models/mta/station.hpp"
#include "models/mta/tier_spec.hpp"
#include "models/net/lookahead.hpp"
#include "models/net/transfer.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/traffic/arrival_clock.hpp"
#include "models/traffic/tenant_directory.hpp"
#include "models/world/dashboard_plan.hpp"
#include "models/world/policy_plan.hpp"
#include "sim/base/alias_table.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/law.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {

using TierId = Id<struct TierTag>;
using StationId = Id<struct StationTag>;

struct CallPlan {
    std::string   name;
    TierId        to;
    SimDuration   timeout;
    std::uint16_t attempts;
    OnFailure     on_failure;
    double        cached = 0;                       // share that a cache answers
    std::uint64_t cache_place = 0;
    CallPolicies  policies{};
};

/// Where retries of a holder come from: its schedule and what it tells senders.
struct HolderPlan {
    RetrySchedule retry;
    std::optional<SimDuration> notice_after;
    std::int64_t connections = 0;  // 0: no limit
    std::int64_t active = 0;       // 0: no limit
    std::optional<ConcurrencySpec> concurrency{};
    std::optional<GcraSpec> throttle{};
    std::optional<ReadySpec> ready{};
    std::int64_t processes = 0;    // 0: no limit
    std::int64_t addresses = 5;    // sites or MX hosts in one attempt
    std::int64_t sessions = 2;     // of these, with a 4yz
    Fallbacks    fallback_on{};    // when an attempt goes on at the next one
    bool         per_server = false;  // each server has next-hop queues of its own
};

/// May mail of a site's own users enter a tier there without an attempt? A proxy passes it on, and servers may keep callers waiting.
enum class StraightWay : std::uint8_t { never, to_the_last, always };

/// From when to when health checks say that a tier is down at a site, or that one of its partitions is.
struct KnownDown {
    static constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();
    Stretch       when;
    std::uint32_t partition = kAll;
};

struct TierPlan {
    std::string  name;
    Spread       spread;
    Discipline   discipline;
    std::optional<std::int64_t> limit;
    OnFull       on_full;
    HandOver     hand_over;
    SimDuration  slope;                             // service grows by it for each job that is in service here already
    HolderPlan   holder;
    std::vector<CallPlan>  calls;
    std::vector<StationId> first_station;           // by site; partition p is p further; none where the tier is not
    std::vector<std::uint16_t> sites;
    std::size_t  partitions = 0;                    // 0: not partitioned
    std::size_t  partitioned = 0;                   // index in the tenant directory, where partitions > 0
    bool         outside = false;                   // stands in the outside world only
    std::vector<MxHost> hosts{};                    // of one destination, ascending preference; none: each site is a destination
    StreamKey    host_luck{}, recipient_luck{};     // of the order of equal hosts; of the recipient's site, outside
    std::vector<std::vector<KnownDown>> known_down;   // by site
    std::vector<std::uint32_t> flaws;               // indices of the enabled ones in it
    StraightWay  straight = StraightWay::always;
    bool         keeps_callers = false;             // its servers may stand still (listen_backlog.hpp)
    std::optional<SimDuration> health_detection{};  // after so long, health checks tell that somebody does not answer; none: there are no checks
    bool         serves_at_once = true;             // a job's service is all there is: no calls, no flaws that wake when it starts
    bool         may_slow = false;                  // services may take longer than drawn
    bool         flawed_start = false, flawed_replies = false, flawed_retries = false, flawed_restarts = false, flawed_entry = false;
    TierPolicies policies{};

    // What its workers may be doing beside worker_state's: in a call that may be answered, in one that a fault has
    // swallowed, held by a flaw, in a service that something slows (where `may_slow`).
    [[nodiscard]] std::size_t in_call(std::size_t call) const { return worker_state::first_of_tier + call; }
    [[nodiscard]] std::size_t in_swallowed_call(std::size_t call) const { return in_call(calls.size() + call); }
    [[nodiscard]] std::size_t in_flaw(std::size_t position) const { return in_call(2 * calls.size() + position); }
    [[nodiscard]] std::size_t slowed() const { return in_flaw(flaws.size()); }  // in a service that takes longer than drawn
    [[nodiscard]] std::size_t worker_states() const { return slowed() + (may_slow ? 1 : 0); }
};

/// What is planned to happen to a station, apart from links and whole sites.
struct NoAnswerPlan {
    std::uint32_t fault;
    Stretch       when;
    double        probability;
    SimDuration   on, off;                          // on zero: all the time
    StreamKey     luck;
};
/// Answers of a station that come late or are wrong.
enum class AnswerTrouble : std::uint8_t { late, error, no_such_recipient };
struct AnswerFaultPlan {
    std::uint32_t fault;
    AnswerTrouble trouble;
    Stretch       when;
    double        probability;
    SimDuration   added;                            // to a late one
    StreamKey     luck;
};
/// Work of a station that is dropped or slowed, though its servers are well.
struct GrayPlan {
    std::uint32_t fault;
    Stretch       when;
    double        dropped, slowed, factor;
    StreamKey     drop_luck, service_luck;
};
/// Calls that the caches of a station answer no more.
struct CacheLossPlan {
    std::uint32_t fault;
    Stretch       when;
    SimDuration   refill;

    /// How much of what was kept is there at this time: nothing while the fault lasts, then linearly all again.
    [[nodiscard]] double warmth(SimTime t) const {
        if (t < when.from || t >= saturating_add(when.to, refill)) return 1;
        return t < when.to ? 0 : static_cast<double>((t - when.to).ns) / static_cast<double>(refill.ns);
    }
};
enum class ServerTrouble : std::uint8_t { crash, pause, slow, odd };  // odd: its services are looked at one by one
struct ServerFaultPlan {
    std::uint32_t fault;
    ServerTrouble trouble;
    Stretch       when;
    double        share;                            // of the servers, rounded to whole ones
    double        factor;
    std::vector<bool> hit;                          // by planned server
    StreamKey     disk_luck;
    bool          disk_lost = false;                // of a crash
};
struct CutOffPlan {
    std::uint32_t mitigation;
    Stretch       when;                             // from never: on its condition
    SimDuration   length;                           // max: to the end
};
struct AddServersPlan {
    std::uint32_t mitigation;
    SimTime       at;
    std::uint32_t servers;
};

/// What operators do with the mail of a station.
enum class MeasureKind : std::uint8_t { hold, bypass, throttle, flush, drain_aside, replay, suspend };
struct MeasurePlan {
    std::uint32_t mitigation;
    MeasureKind   kind;
    SimTime       at;                               // never: on its condition
    SimDuration   length;                           // max: to the end; of a replay: how far back, max: all
    bool          poison_only = false;              // hold
    std::optional<std::uint16_t> tenant_class{};    // hold; as the next two
    std::optional<Bytes> larger_than{};
    std::optional<Direction> direction{};
    double        rate = 0;                         // of throttle, release and drain [1/s]; 0: all at once
    std::int64_t  burst = 1;                        // throttle
    double        rate_later = 0;                   // of a throttle that grows: what its rate is after `grows_over`
    SimDuration   grows_over{0};
    std::vector<std::uint32_t> destinations{};      // suspend: stations, ascending; none: any

    [[nodiscard]] bool suspends(std::uint32_t destination) const {
        return kind == MeasureKind::suspend && (destinations.empty() || std::binary_search(destinations.begin(), destinations.end(), destination));
    }
};

/// A mitigation that waits for its condition.
struct ConditionPlan {
    std::uint32_t mitigation;
    std::uint64_t place;                            // identity of the mitigation
    Looked        what;
    TierId        tier;
    double        over;                             // copies, [s], or a share of 1
    SimDuration   length;
    std::optional<std::uint16_t> desk{};            // the site that decides for all; none: each for itself
    std::vector<bool> looks{};                      // by site: is looked at, where there is a desk
};

struct StationPlan {
    TierId        tier;
    std::uint16_t site;
    std::uint16_t partition;                        // 0 where the tier has none
    std::uint32_t local;                            // index among its site's stations
    std::uint32_t servers, workers;
    std::string   place;                            // "directory/p3@dfw"
    std::uint64_t hash;                             // of the place
    std::uint32_t first_call = 0;                   // number of its tier's first call here: calls are numbered over all stations
    Law           service;
    StreamKey     service_luck, server_luck;
    SpreadKeys    spread_luck;
    std::vector<NoAnswerPlan>    no_answer;
    std::vector<ServerFaultPlan> server_faults;
    std::vector<AnswerFaultPlan> answer_faults;
    std::vector<GrayPlan>        gray;
    std::vector<CacheLossPlan>   cache_losses;
    std::vector<CutOffPlan>      cut_offs;
    std::vector<AddServersPlan>  added;             // never: on a condition
    std::vector<MeasurePlan>     measures;
    bool          watched = false;                  // who comes is looked at: faults on its servers, flaws, mitigations

    /// Is there, at some time or on some condition, a suspension of its queue to this station?
    [[nodiscard]] bool may_suspend(std::uint32_t destination) const {
        return std::any_of(measures.begin(), measures.end(), [&](const MeasurePlan& measure) { return measure.suspends(destination); });
    }
};

enum class FlawKind : std::uint8_t {
    hold_worker, retry_in_place, requeue_at_head, crash, leak_worker, drop, duplicate, fail_open, fail_closed, misread_reply,
    discard_backoff, reset_timers, synchronise, refuse_all
};
struct FlawPlan {
    std::string   name;
    std::uint64_t place{};                          // identity of its name path
    TierId        in;
    std::optional<std::uint16_t> call;
    Trigger       trigger;
    double        share;                            // of the tier's servers, rounded to whole ones
    std::vector<std::vector<bool>> has{};           // by station of all (empty for other tiers), by planned server
    FlawKind      kind;
    SimDuration   length;                           // of the hold, of the restart, of refusing; of waits instead of the schedule's
    std::int64_t  attempts;                         // in place; 0: without bound. Crashes until a message is put aside; 0: never
    bool          permanent = false;                // fail-closed bounces; misread: temporary as permanent
    double        probability = 1;
    std::int64_t  queue_over = 0;                   // of trigger queue
    std::int64_t  resume = 0;                       // of refuse-all
    std::vector<Stretch> awake{};                     // of trigger date
    std::vector<std::uint32_t> dates{};               // the faults that wake it
    SimTime       built_in{};                         // from when on servers get it
    std::vector<double> rings{};                      // shares that have it after each `bake`; none: all at once
    SimDuration   bake{};
    StreamKey     wakes{}, misreads{}, wait_luck{}, due_luck{};
    std::optional<std::uint32_t> fix{};             // index of the mitigation that removes it
    SimTime       fix_begins = SimTime::never();
    double        fix_rate = 0;                     // servers per second; 0: all at once
};

/// A fix that waits for its condition; a planned one is part of its flaw.
struct FixPlan {
    std::uint32_t mitigation;
    std::uint32_t flaw;                             // of flaw_plans
    double        rate;                             // servers per second; 0: all at once
    bool          everywhere;                       // servers of all sites get it, one after the other; else each site its own
};

struct FailOverPlan {
    std::uint32_t mitigation;
    SimTime       at;                               // never: on its condition
    std::uint16_t from, to;
    double        share;
    StreamKey     luck;
};

/// A tier that operators have others avoid at a site.
struct AvoidedPlan {
    std::uint32_t mitigation;
    TierId        tier;
    std::uint16_t site;
    Stretch       when;
};

/// Who holds mail before the first tier: outside senders, or the users of a site (their outboxes).
struct PopulationPlan {
    std::string   name;
    std::uint16_t site;
    bool          users;                            // hand over to their own site without network time
    HolderPlan    holder;
};

struct SourcePlan {
    std::string   name;                             // "inbound/enterprise/senders-east"
    std::uint64_t hash;
    std::uint16_t site;
    std::uint32_t population;
    std::uint16_t tenant_class;
    Direction     direction;
    ArrivalClock  clock;
    double        batch_mean;                       // 1: single arrivals
    double        gap_power = 1, gap_scale = 1;     // of a Weibull renewal process; 1: Poisson
    std::shared_ptr<const std::vector<SimTime>> replay;  // arrival times instead of the clock
    std::shared_ptr<const AliasTable> who;          // index into `tenants`
    std::shared_ptr<const std::vector<std::uint32_t>> tenants;
    StreamKey     arrival_luck, tenant_luck, size_luck, batch_luck;
    std::optional<std::uint32_t> surge;             // the fault whose extra load this is
};

struct ClassPlan {
    std::string name;
    std::array<std::vector<TierId>, kDirections> path;
    SizeLaw     sizes;
    std::uint8_t priority;
    std::vector<MxHost> mx;                             // ascending preference
    bool        mx_is_hit = false;                      // a host that the scenario names for its mail is hit within the run
    StreamKey   mx_luck;                                // of the order of equal ones
};

struct ClientPlan {
    std::string   name;
    std::uint64_t hash;
    std::uint16_t at, site;
    std::uint32_t count;
    TierId        tier;
    SimDuration   timeout, notice_loss;
    Law           session;
    BackoffSpec   retry;
    StreamKey     session_luck, wait_luck, loss_luck;
};

struct BacklogPlan {
    StationId     at;
    bool          next_hop;                         // behind it, for its next try
    std::uint64_t hash;
    std::uint16_t tenant_class;
    std::vector<std::uint32_t> tenants;             // whose mail may wait there; empty: all of the class
    Direction     direction;
    std::vector<std::pair<std::uint64_t, Stretch>> groups;  // count, and from which to which age [ns before the start]
};

struct DisturbancePlan {
    std::string name, kind, target;
    SourcePos   pos;
    bool        enabled;
    std::optional<SimTime> start{}, end{};          // of the first and the last time; none where it does not happen
    std::vector<LinkId>  links{};                     // of a link fault: both directions
    std::vector<Stretch> acts{};                      // of a fault: all its times
    std::optional<double> probability{};              // of a random one: that it happens in a run
    std::optional<SimDuration> length{};              // of a mitigation that waits for its condition: for how long it then acts
};

/// Mail that is poison while a fault lasts.
struct PoisonPlan {
    std::uint32_t fault;
    std::uint16_t tenant_class;
    Stretch       when;
    double        share;
    StreamKey     luck;
};

/// A call of a station, by its number over all stations.
struct CallSite {
    std::uint32_t station;
    std::uint16_t call;
    std::uint64_t identity;
};

/// Where a station stands: its site, and its number there.
struct StationAddress {
    std::uint16_t site;
    std::uint32_t local;
};

/// The whole compiled scenario.
struct Plan {
    Plan(const ScenarioSpec& scenario, std::uint64_t replication_seed, SimTime end);
    Plan(const Plan&) = delete;
    Plan& operator=(const Plan&) = delete;

    std::uint64_t seed;
    SimTime       end, measure_from, measure_to;
    SimDuration   objective;

    std::vector<std::string> sites;
    std::vector<SimDuration> inside_latency;        // by site, one way
    std::vector<bool>        outside;               // by site
    std::vector<FaultOccurrences> fault_times;      // by fault
    std::vector<PoisonPlan>  poisons;
    std::vector<ConditionPlan> conditions;
    std::vector<AvoidedPlan> avoided;
    std::vector<std::vector<Stretch>> site_down;    // by site
    std::vector<std::vector<std::uint32_t>> site_down_fault;  // beside it: whose doing
    std::vector<std::vector<Stretch>> site_trouble;  // by site: when a planned fault hits it, a tier there, or a link at it
    bool looks_at_new_mail = false;                 // some mail is poison, or:
    bool names_hit_places = false;                  // some mail goes to an outside site, or by an MX list, that is hit within the run
    Network       network;
    Lookahead     lookahead;

    bool has_bypasses = false;                      // operators pass some tier by, at a time
    bool has_replays = false;                       // operators may have mail sent again
    bool has_hosts = false;                         // some tier has several MX hosts
    bool has_fallbacks = false;                     // an attempt may go on at another site or host
    std::vector<TierPlan>    tiers;
    std::vector<StationPlan> stations;
    std::vector<StationAddress> addresses;          // beside it
    std::vector<CallSite>    call_sites;            // of all stations; StationPlan::first_call indexes this
    std::vector<ClassPlan>   classes;
    std::vector<PopulationPlan> populations;
    std::vector<SourcePlan>  sources;
    std::vector<ClientPlan>  clients;
    std::vector<BacklogPlan> backlog;
    std::vector<FlawPlan>    flaw_plans;            // the enabled ones; TierPlan::flaws index this
    std::vector<std::uint32_t> flaw_index;          // beside it: index among all flaws of the scenario
    std::vector<FailOverPlan> fail_overs;           // by time
    std::vector<FixPlan>     fixes;                 // on conditions
    std::vector<DisturbancePlan> faults, flaws, mitigations;
    std::vector<DashboardPlan> dashboards;
    std::vector<TenantDirectory::Partitioned> partitioned;
    std::unique_ptr<TenantDirectory> tenants;

    [[nodiscard]] bool is_site_down(std::uint16_t site, SimTime t) const;
    /// Is all of a station down by plan: its site, or every server of it?
    [[nodiscard]] bool is_out(StationId station, SimTime t) const;
    [[nodiscard]] bool known_down(TierId tier, std::uint16_t site, SimTime t, std::uint32_t partition) const;
    /// The tenant's own; 0 where the tier has none.
    [[nodiscard]] std::uint32_t partition_of(TierId tier, std::uint32_t tenant) const {
        const TierPlan& plan = tiers[tier.index()];
        return plan.partitions == 0 ? 0 : tenants->partition(tenant, plan.partitioned);
    }
    /// The station of a tier at a site for a tenant (its own partition); none where the tier is not.
    [[nodiscard]] StationId station(TierId tier, std::uint16_t site, std::uint32_t tenant) const {
        const StationId first = tiers[tier.index()].first_station[site];
        return first.valid() ? StationId{first.value + partition_of(tier, tenant)} : first;
    }
    /// The site of `tier` that serves somebody at `from`, who needs this partition of it: the same one unless the tier is not there
    /// or known to be down, then the nearest by latency; when all are known to be down, as if none were.
    [[nodiscard]] std::uint16_t nearest(TierId tier, std::uint16_t from, SimTime t, std::uint32_t partition) const {
        const TierPlan& plan = tiers[tier.index()];
        if (plan.first_station[from].valid() && (plan.known_down[from].empty() || !known_down(tier, from, t, partition))) return from;
        return nearest_elsewhere(tier, from, t, partition);
    }
    [[nodiscard]] std::uint16_t nearest_elsewhere(TierId tier, std::uint16_t from, SimTime t, std::uint32_t partition) const;
    /// The k-th of the tier's other sites than `first`, from 1, the nearest one first, without those that operators have others avoid.
    [[nodiscard]] std::optional<std::uint16_t> next_nearest(TierId tier, std::uint16_t from, std::uint16_t first, std::size_t k, SimTime t) const;
    /// The fault that made this copy poison, if one did.
    [[nodiscard]] std::optional<std::uint32_t> poisoned_by(const Message& m) const;
    /// Which of the places of this tier outside has the copy's recipient.
    [[nodiscard]] std::uint16_t recipients_place(const TierPlan& tier, std::uint64_t identity) const {
        return tier.sites[hashed_word(tier.recipient_luck, identity) % tier.sites.size()];
    }
    /// An identity, number n of its kind below `parent`, for another copy of the same mail: what is drawn from the identity and belongs
    /// to the mail (is it poison? where is its recipient?) comes out the same.
    [[nodiscard]] std::uint64_t identity_of_same(const Message& m, std::uint64_t parent, const DrawPurpose& step, std::uint64_t n) const;
    [[nodiscard]] bool is_of_same_mail(const Message& m, std::uint64_t identity) const;
    /// The identity that a copy has from when the station (its global id) accepts it. After an offer whose reply was not heard, the
    /// station may have accepted it before: this one is then a copy of its own, with other random numbers.
    [[nodiscard]] std::uint64_t identity_at(const Message& m, std::uint32_t station) const;
    /// Was no site, partition or link of the tenant's own hit by an enabled fault within the run, and no campaign its own?
    [[nodiscard]] bool own_healthy(std::uint32_t tenant) const;
    /// The sites that take outbound mail of this class and identity outside: its recipient's, or the MX hosts; none if it does not go outside.
    template <class F>
    [[nodiscard]] bool any_destination(std::uint16_t tenant_class, Direction direction, std::uint64_t identity, F&& is_so) const {
        const auto& path = classes[tenant_class].path[static_cast<std::size_t>(direction)];
        if (direction != Direction::outbound || path.empty()) return false;
        const TierPlan& last = tiers[path.back().index()];
        if (!last.outside) return false;
        if (last.hosts.empty()) return is_so(recipients_place(last, identity));
        return std::any_of(last.hosts.begin(), last.hosts.end(), [&](const MxHost& host) { return is_so(host.site); });
    }
    /// Was the copy's own outside destination (of MX hosts: one of them) hit while it was under way?
    [[nodiscard]] bool destination_in_trouble(std::uint16_t tenant_class, Direction direction, std::uint64_t identity, SimTime from, SimTime to) const;
    /// Is a place that mail of this class and identity itself names hit within the run: its outside destination, or its MX list?
    [[nodiscard]] bool own_place_hit(std::uint16_t tenant_class, Direction direction, std::uint64_t identity) const;
    [[nodiscard]] bool own_place_hit(const Message& m) const { return names_hit_places && own_place_hit(m.tenant_class, m.direction, m.identity); }
    /// Keys what is drawn for a tenant, whoever else there is.
    [[nodiscard]] std::uint64_t tenant_identity(std::uint32_t tenant) const;
};

/// The site that takes what would go to `site`, after these fail-overs, ascending in time; `touched` learns whose doing it was.
[[nodiscard]] std::uint16_t after_fail_over(const std::vector<FailOverPlan>& fail_overs, std::uint16_t site, std::uint64_t identity, SimTime t,
                                            std::optional<std::uint32_t>& touched);

}  // namespace mailquake
