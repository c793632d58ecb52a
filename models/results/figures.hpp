// The figures of a run, as `run --json` prints them: every word as the design defines it. Times are seconds, rates are
// per second, shares are 0 to 1; counts are doubles, since over several replications they are means.
//
// figures_of() takes one replication; merge.hpp puts several together. The rules behind the less plain figures stand in
// files of their own: affected.hpp, recovery.hpp, backlog.hpp, worst_moment.hpp.
//
// A figure that rests on copies which were still under way when the run ended is a lower bound, and its name stands in
// `at_least` of its delay: true delays of these copies are longer than their age so far. A quantile rests on them if it
// would be another one were they all slower than it; the mean and the maximum rest on them as soon as there is one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/results/fields.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// Delays of measured copies [s]; nothing where there was no copy.
struct DelayFigures {
    std::optional<double> mean, p50, p90, p95, p99, p999, max;
    std::vector<std::string> at_least;   // names of those above that rest on copies still under way
    static constexpr auto fields() {
        return std::tuple{field("mean", &DelayFigures::mean).in("s"), field("p50", &DelayFigures::p50).in("s"),
                          field("p90", &DelayFigures::p90).in("s"),   field("p95", &DelayFigures::p95).in("s"),
                          field("p99", &DelayFigures::p99).in("s"),   field("p999", &DelayFigures::p999).in("s"),
                          field("max", &DelayFigures::max).in("s"),   field("at_least", &DelayFigures::at_least)};
    }
};

struct MessageFigures {
    double accepted = 0, generated = 0, duplicated = 0, delivered = 0, bounced = 0, expired = 0, dropped = 0,
           filtered = 0, discarded = 0, in_system = 0;
    double censored = 0;   // measured copies still under way at the end
    static constexpr auto fields() {
        using M = MessageFigures;
        return std::tuple{field("accepted", &M::accepted),   field("generated", &M::generated),
                          field("duplicated", &M::duplicated), field("delivered", &M::delivered),
                          field("bounced", &M::bounced),     field("expired", &M::expired),
                          field("dropped", &M::dropped),     field("filtered", &M::filtered),
                          field("discarded", &M::discarded), field("in_system", &M::in_system),
                          field("censored", &M::censored)};
    }
};

struct AffectedFigures {
    double tenants = 0, of = 0;
    std::optional<double> before_fault;   // share, from whole hours before the first fault; nothing without such an hour, or with a backlog at the start
    static constexpr auto fields() {
        return std::tuple{field("tenants", &AffectedFigures::tenants), field("of", &AffectedFigures::of),
                          field("before_fault", &AffectedFigures::before_fault)};
    }
};

struct RecoveredFigures {
    std::string fault;
    std::optional<double> after;        // from the fault's end [s]; nothing: not within the run
    std::optional<double> not_before;   // where it was not seen: the least it can have taken [s]
    double seen = 0;                    // share of the replications in which it recovered
    [[nodiscard]] const std::string& label() const { return fault; }
    static constexpr auto fields() {
        return std::tuple{field("fault", &RecoveredFigures::fault),
                          field("after", &RecoveredFigures::after).in("s").by(Merge::every),
                          field("not_before", &RecoveredFigures::not_before).in("s"),
                          field("seen", &RecoveredFigures::seen)};
    }
};

struct RetryFigures {
    double attempts = 0;                 // attempts that are not a copy's first at that hop
    double peak_rate = 0;                // in the busiest minute [1/s]
    std::optional<double> peak_at;       // its start [s]
    static constexpr auto fields() {
        return std::tuple{field("attempts", &RetryFigures::attempts), field("peak_rate", &RetryFigures::peak_rate).in("1/s"),
                          field("peak_at", &RetryFigures::peak_at).in("s")};
    }
};

struct NoticeFigures {
    double count = 0;
    std::optional<double> first;   // [s]
    static constexpr auto fields() {
        return std::tuple{field("count", &NoticeFigures::count), field("first", &NoticeFigures::first).in("s")};
    }
};

struct BounceFigures {
    double count = 0;
    std::optional<double> first;   // [s]
    double wrong = 0;              // bounced though the recipient exists
    static constexpr auto fields() {
        return std::tuple{field("count", &BounceFigures::count), field("first", &BounceFigures::first).in("s"),
                          field("wrong", &BounceFigures::wrong)};
    }
};

/// A class of tenants.
struct ClassFigures {
    std::string tenant_class;
    double count = 0, affected = 0, collateral = 0;   // tenants
    double accepted = 0, delivered = 0, lost = 0, bounced = 0, wrongly_bounced = 0;   // copies
    double measured = 0, late = 0, censored = 0;      // measured copies; of these late, and still under way at the end
    double hit_hours = 0;                             // hours in which a tenant was hit, summed over tenants
    std::string worst;                                // identity of its slowest measured copy, as --follow takes it
    DelayFigures delay;
    [[nodiscard]] const std::string& label() const { return tenant_class; }
    static constexpr auto fields() {
        using C = ClassFigures;
        return std::tuple{field("class", &C::tenant_class), field("count", &C::count), field("affected", &C::affected),
                          field("collateral", &C::collateral), field("accepted", &C::accepted),
                          field("delivered", &C::delivered), field("lost", &C::lost), field("bounced", &C::bounced),
                          field("wrongly_bounced", &C::wrongly_bounced), field("measured", &C::measured),
                          field("late", &C::late), field("censored", &C::censored), field("hit_hours", &C::hit_hours),
                          field("worst", &C::worst),
                          field("delay", &C::delay)};
    }
};

/// The tenants of a class that are on a partition; for expectations that select both.
struct ClassPartitionFigures {
    std::string tenant_class, tier, partition;
    double count = 0, affected = 0, collateral = 0;   // tenants
    double accepted = 0, delivered = 0, lost = 0, bounced = 0, wrongly_bounced = 0, measured = 0, late = 0;   // copies
    [[nodiscard]] std::string label() const { return tier + "/" + partition + "@" + tenant_class; }
    static constexpr auto fields() {
        using C = ClassPartitionFigures;
        return std::tuple{field("class", &C::tenant_class), field("tier", &C::tier), field("partition", &C::partition),
                          field("count", &C::count), field("affected", &C::affected), field("collateral", &C::collateral),
                          field("accepted", &C::accepted), field("delivered", &C::delivered), field("lost", &C::lost),
                          field("bounced", &C::bounced), field("wrongly_bounced", &C::wrongly_bounced),
                          field("measured", &C::measured), field("late", &C::late)};
    }
};

/// No more classes times partitions are kept apart.
inline constexpr std::size_t kMostClassPartitions = 10'000;

struct PartitionFigures {
    std::string tier, name;
    double tenants = 0, affected = 0, collateral = 0;
    [[nodiscard]] std::string label() const { return tier + "/" + name; }
    static constexpr auto fields() {
        using P = PartitionFigures;
        return std::tuple{field("tier", &P::tier), field("name", &P::name), field("tenants", &P::tenants),
                          field("affected", &P::affected), field("collateral", &P::collateral)};
    }
};

struct WaitFigures {   // time in the input queue [s]; nothing where nothing waited or was served
    std::optional<double> mean, p50, p99, max;
    static constexpr auto fields() {
        return std::tuple{field("mean", &WaitFigures::mean).in("s"), field("p50", &WaitFigures::p50).in("s"),
                          field("p99", &WaitFigures::p99).in("s"), field("max", &WaitFigures::max).in("s")};
    }
};

struct QueueFigures {   // the input queue, in copies or requests
    double mean = 0, max = 0;
    double max_at = 0;   // [s]
    static constexpr auto fields() {
        return std::tuple{field("mean", &QueueFigures::mean), field("max", &QueueFigures::max),
                          field("max_at", &QueueFigures::max_at).in("s")};
    }
};

/// A tier at a site, or one partition of it there.
struct TierFigures {
    std::string name;   // `transport`, or `directory/p3`
    std::string site;
    double servers = 0, workers = 0, utilization = 0, arrivals = 0, served = 0, refused = 0, swallowed = 0,
           timed_out = 0, wasted = 0;
    WaitFigures  wait;
    QueueFigures queue;
    [[nodiscard]] std::string label() const { return name + "@" + site; }
    static constexpr auto fields() {
        using T = TierFigures;
        return std::tuple{field("name", &T::name), field("site", &T::site), field("servers", &T::servers),
                          field("workers", &T::workers), field("utilization", &T::utilization),
                          field("arrivals", &T::arrivals), field("served", &T::served), field("refused", &T::refused),
                          field("swallowed", &T::swallowed), field("timed_out", &T::timed_out),
                          field("wasted", &T::wasted), field("wait", &T::wait), field("queue", &T::queue)};
    }
};

/// What waited at a tier of a site, input and next-hop queues together; see backlog.hpp.
struct BacklogFigures {
    std::string tier, site;
    double utilization = 0;              // of all its workers there
    double max = 0;                      // copies
    double at = 0;                       // when it was highest [s]
    std::optional<double> growth;        // mean net rate from the onset to the peak [1/s]
    std::optional<double> drain;         // from the peak until it was gone [s]; nothing: not within the run
    [[nodiscard]] std::string label() const { return tier + "@" + site; }
    static constexpr auto fields() {
        using B = BacklogFigures;
        return std::tuple{field("tier", &B::tier), field("site", &B::site), field("utilization", &B::utilization),
                          field("max", &B::max), field("at", &B::at).in("s"), field("growth", &B::growth).in("1/s"),
                          field("drain", &B::drain).in("s").by(Merge::every)};
    }
};

struct SignedInFigures {
    double min = 0;        // fewest at once
    double below_90 = 0;   // time with fewer than 90 % [s]
    static constexpr auto fields() {
        return std::tuple{field("min", &SignedInFigures::min), field("below_90", &SignedInFigures::below_90).in("s")};
    }
};

struct ClientFigures {
    std::string name;
    double count = 0, tried = 0, succeeded = 0, given_up = 0, trying = 0, attempts = 0;   // sign-ins but `count`, `attempts`
    SignedInFigures signed_in;
    [[nodiscard]] const std::string& label() const { return name; }
    static constexpr auto fields() {
        using C = ClientFigures;
        return std::tuple{field("name", &C::name), field("count", &C::count), field("tried", &C::tried),
                          field("succeeded", &C::succeeded), field("given_up", &C::given_up),
                          field("trying", &C::trying), field("attempts", &C::attempts),
                          field("signed_in", &C::signed_in)};
    }
};

/// A fault, flaw or mitigation.
struct DisturbanceFigures {
    std::string name, kind, target;
    std::string where;   // file:line:column of the entry
    bool enabled = true;
    std::optional<double> start, end;   // [s]
    double touched = 0;
    std::optional<double> probability, times;   // of a random fault: that a run has it; how often it happened
    [[nodiscard]] const std::string& label() const { return name; }
    static constexpr auto fields() {
        using D = DisturbanceFigures;
        return std::tuple{field("name", &D::name), field("kind", &D::kind), field("target", &D::target),
                          field("where", &D::where), field("enabled", &D::enabled), field("start", &D::start).in("s").by(Merge::first),
                          field("end", &D::end).in("s").by(Merge::first), field("touched", &D::touched),
                          field("probability", &D::probability).by(Merge::first).if_any(), field("times", &D::times).if_any()};
    }
};

struct QshapeRowFigures {
    std::string name;
    double total = 0;
    std::vector<double> by_age;   // 10 columns: to 5, 10, 20, ... 1280 minutes, and older
    [[nodiscard]] const std::string& label() const { return name; }
    static constexpr auto fields() {
        using Q = QshapeRowFigures;
        return std::tuple{field("name", &Q::name), field("total", &Q::total), field("by_age", &Q::by_age)};
    }
};

/// The queues by age at one moment.
struct QshapeFigures {
    double at = 0;   // [s]
    std::vector<QshapeRowFigures> destinations, classes;
    [[nodiscard]] std::string label() const { return std::to_string(static_cast<long long>(at)); }
    static constexpr auto fields() {
        using Q = QshapeFigures;
        return std::tuple{field("at", &Q::at), field("destinations", &Q::destinations), field("classes", &Q::classes)};
    }
};

/// When a queue began to suffer; models/report/cascade.hpp finds it.
struct OnsetFigures {
    std::string queue;
    double at = 0;          // [s]
    double before = 0;      // 99th percentile of the oldest one's age before the fault [s]
    double oldest = 0;      // greatest age in it over the run [s]
    double waiting = 0;     // most waiting in it over the run
    [[nodiscard]] const std::string& label() const { return queue; }
    static constexpr auto fields() {
        using O = OnsetFigures;
        return std::tuple{field("queue", &O::queue), field("at", &O::at), field("before", &O::before),
                          field("oldest", &O::oldest), field("waiting", &O::waiting)};
    }
};

/// Everything, of one replication or (after merge) as means over several.
struct Figures {
    double simulated = 0, wall = 0, events = 0;
    MessageFigures  messages;
    DelayFigures    delay;
    AffectedFigures affected;
    double          collateral = 0;
    std::vector<RecoveredFigures> recovered;
    double          oldest = 0;
    RetryFigures    retries;
    NoticeFigures   notices;
    BounceFigures   bounces;
    std::vector<ClassFigures>     tenants;
    std::vector<PartitionFigures> partitions;
    std::vector<ClassPartitionFigures> class_partitions;   // empty if there are too many
    std::vector<TierFigures>      tiers;
    std::vector<BacklogFigures>   backlogs;
    std::vector<ClientFigures>    clients;
    std::vector<DisturbanceFigures> faults, flaws, mitigations;
    std::vector<OnsetFigures>     cascade;
    QshapeFigures                 qshape;        // at the worst moment
    std::vector<QshapeFigures>    qshapes;       // at the times that were asked for
    std::vector<std::string>      warnings;

    static constexpr auto fields() {
        using F = Figures;
        return std::tuple{
            field("simulated", &F::simulated).in("s"), field("wall", &F::wall).in("s"), field("events", &F::events),
            field("messages", &F::messages), field("delay", &F::delay), field("affected", &F::affected),
            field("collateral", &F::collateral), field("recovered", &F::recovered), field("oldest", &F::oldest).in("s"),
            field("retries", &F::retries), field("notices", &F::notices), field("bounces", &F::bounces),
            field("tenants", &F::tenants), field("partitions", &F::partitions), field("class_partitions", &F::class_partitions), field("tiers", &F::tiers),
            field("backlogs", &F::backlogs), field("clients", &F::clients), field("faults", &F::faults),
            field("flaws", &F::flaws), field("mitigations", &F::mitigations),
            field("cascade", &F::cascade).by(Merge::first), field("qshape", &F::qshape).by(Merge::first),
            field("qshapes", &F::qshapes).by(Merge::first), 
            field("warnings", &F::warnings)};
    }
};

/// The figures of one replication; `cascade` is left empty (models/report/cascade.hpp fills it in). `qshape_at`: the
/// times whose tables were asked for, next to the worst moment's.
[[nodiscard]] Figures figures_of(const Outcome& outcome, const ScenarioSpec& scenario,
                                 const std::vector<SimTime>& qshape_at = {});

/// Delay figures of a histogram in which `censored` copies count with their age so far.
[[nodiscard]] DelayFigures delay_figures(const Histogram& delay, std::uint64_t censored);

}  // namespace mailquake
