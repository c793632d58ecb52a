// The figures of a run, as `run --json` prints them: every word as the design defines it. Times are seconds, rates are
// per second, shares are 0 to 1; counts are doubles, since over several replications they are means.
//
// figures_of() takes one replication; merge.hpp puts several together. The rules behind the less plain figures stand in
// files of their own: affected.hpp, recovery.hpp, backlog.hpp, worst_moment.hpp.
//
// Delays have bounds (delay_bounds.hpp). What rests on copies that were still under way when the run ended is a lower bound, and its
// name stands in `at_least`: a quantile that would be another one if these never arrived, and the mean as soon as there is one. What
// falls on mail that was lost has no number; its name stands in `never`. The mean leaves the `lost` out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "models/results/dashboard_figures.hpp"
#include "models/results/fields.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

/// Delays of measured copies [s]; nothing where there was no copy, or for what is in `never`.
struct DelayFigures {
    std::optional<double> mean, p50, p90, p95, p99, p999, max;
    std::vector<std::string> at_least;   // names of those above that are lower bounds, since copies were still under way
    std::vector<std::string> never;      // names of those above that fall on lost mail: without bound
    double lost = 0;                     // measured mail that was lost or bounced, which the mean leaves out
    template <class S = DelayFigures>
    static constexpr auto fields() {
        return std::tuple{field("mean", &S::mean).in("s"), field("p50", &S::p50).in("s"),
                          field("p90", &S::p90).in("s"),   field("p95", &S::p95).in("s"),
                          field("p99", &S::p99).in("s"),   field("p999", &S::p999).in("s"),
                          field("max", &S::max).in("s"),   field("at_least", &S::at_least),
                          field("never", &S::never),       field("lost", &S::lost)};
    }
};

struct MessageFigures {
    double accepted = 0, generated = 0, duplicated = 0, delivered = 0, bounced = 0, expired = 0, dropped = 0,
           filtered = 0, discarded = 0, in_system = 0;
    double censored = 0;   // measured copies still under way at the end
    // Of accepted mail: delivered + lost + returned + under_way = accepted. `delivered` is mail that arrived; further copies of it, and
    // bounces and notices, are counted apart, so that what was accepted, generated or duplicated is the sum of all ends.
    double delivered_again = 0, delivered_reports = 0, lost = 0, returned = 0, under_way = 0;
    double false_failures = 0;   // copies that were given up though their mail arrived: false failure notices
    double excused_destination = 0, excused_greylisting = 0;   // measured copies over the objective that do not count as late
    template <class S = MessageFigures>
    static constexpr auto fields() {
        return std::tuple{field("accepted", &S::accepted),   field("generated", &S::generated),
                          field("duplicated", &S::duplicated), field("delivered", &S::delivered),
                          field("bounced", &S::bounced),     field("expired", &S::expired),
                          field("dropped", &S::dropped),     field("filtered", &S::filtered),
                          field("discarded", &S::discarded), field("in_system", &S::in_system),
                          field("censored", &S::censored),
                          field("delivered_again", &S::delivered_again), field("delivered_reports", &S::delivered_reports),
                          field("lost", &S::lost),           field("returned", &S::returned),
                          field("under_way", &S::under_way), field("false_failures", &S::false_failures),
                          field("excused_destination", &S::excused_destination),
                          field("excused_greylisting", &S::excused_greylisting)};
    }
};

struct AffectedFigures {
    double tenants = 0, of = 0;
    double by_destination = 0;            // of `tenants`: only by mail that was lost at its own outside destination, which was hit
    std::optional<double> before_fault;   // share, from whole hours before the first fault; nothing without such an hour, or with a backlog at the start
    template <class S = AffectedFigures>
    static constexpr auto fields() {
        return std::tuple{field("tenants", &S::tenants), field("of", &S::of),
                          field("before_fault", &S::before_fault), field("by_destination", &S::by_destination)};
    }
};

struct RecoveredFigures {
    std::string fault;
    std::optional<double> after;        // from the fault's end [s]; nothing: not within the run
    std::optional<double> not_before;   // where it was not seen: the least it can have taken [s]
    double seen = 0;                    // share of the replications in which it recovered
    std::optional<double> too_soon;     // where the run ends too soon after the fault to see a recovery: what it lacks [s]
    [[nodiscard]] const std::string& label() const { return fault; }
    template <class S = RecoveredFigures>
    static constexpr auto fields() {
        return std::tuple{field("fault", &S::fault),
                          field("after", &S::after).in("s").by(Merge::every),
                          field("not_before", &S::not_before).in("s"),
                          field("seen", &S::seen), field("too_soon", &S::too_soon).in("s")};
    }
};

struct RetryFigures {
    double attempts = 0;                 // attempts that are not a copy's first at that hop
    double peak_rate = 0;                // in the busiest minute [1/s]
    std::optional<double> peak_at;       // its start [s]
    template <class S = RetryFigures>
    static constexpr auto fields() {
        return std::tuple{field("attempts", &S::attempts), field("peak_rate", &S::peak_rate).in("1/s"),
                          field("peak_at", &S::peak_at).in("s")};
    }
};

struct NoticeFigures {
    double count = 0;
    std::optional<double> first;   // [s]
    template <class S = NoticeFigures>
    static constexpr auto fields() {
        return std::tuple{field("count", &S::count), field("first", &S::first).in("s")};
    }
};

struct BounceFigures {
    double count = 0;
    std::optional<double> first;   // [s]
    double wrong = 0;              // bounced though the recipient exists
    template <class S = BounceFigures>
    static constexpr auto fields() {
        return std::tuple{field("count", &S::count), field("first", &S::first).in("s"),
                          field("wrong", &S::wrong)};
    }
};

/// A class of tenants.
struct ClassFigures {
    std::string tenant_class;
    double count = 0, affected = 0, collateral = 0;   // tenants
    double accepted = 0, delivered = 0, lost = 0, bounced = 0, wrongly_bounced = 0;   // copies
    double measured = 0, late = 0, censored = 0;      // measured copies; of these late, and still under way at the end
    double hit_hours = 0;                             // hours in which a tenant was hit, summed over tenants
    double late_minutes = 0;                          // time for which a tenant had late mail, summed over tenants [min]
    double notified = 0, never_told = 0, told_in_error = 0, unaware = 0;   // see dashboard_figures.hpp
    std::string worst;                                // identity of its slowest measured copy, as --follow takes it
    DelayFigures delay;
    [[nodiscard]] const std::string& label() const { return tenant_class; }
    template <class S = ClassFigures>
    static constexpr auto fields() {
        return std::tuple{field("class", &S::tenant_class), field("count", &S::count), field("affected", &S::affected),
                          field("collateral", &S::collateral), field("accepted", &S::accepted),
                          field("delivered", &S::delivered), field("lost", &S::lost), field("bounced", &S::bounced),
                          field("wrongly_bounced", &S::wrongly_bounced), field("measured", &S::measured),
                          field("late", &S::late), field("censored", &S::censored), field("hit_hours", &S::hit_hours),
                          field("late_minutes", &S::late_minutes).in("min"), field("notified", &S::notified), field("never_told", &S::never_told),
                          field("told_in_error", &S::told_in_error), field("unaware", &S::unaware).in("s"),
                          field("worst", &S::worst),
                          field("delay", &S::delay)};
    }
};

/// The tenants of a class that are on a partition; for expectations that select both.
struct ClassPartitionFigures {
    std::string tenant_class, tier, partition;
    double count = 0, affected = 0, collateral = 0;   // tenants
    double accepted = 0, delivered = 0, lost = 0, bounced = 0, wrongly_bounced = 0, measured = 0, late = 0;   // copies
    double late_minutes = 0;                          // time for which a tenant had late mail, summed over tenants [min]
    double notified = 0, never_told = 0, told_in_error = 0, unaware = 0;   // see dashboard_figures.hpp
    [[nodiscard]] std::string label() const { return tier + "/" + partition + "@" + tenant_class; }
    template <class S = ClassPartitionFigures>
    static constexpr auto fields() {
        return std::tuple{field("class", &S::tenant_class), field("tier", &S::tier), field("partition", &S::partition),
                          field("count", &S::count), field("affected", &S::affected), field("collateral", &S::collateral),
                          field("accepted", &S::accepted), field("delivered", &S::delivered), field("lost", &S::lost),
                          field("bounced", &S::bounced), field("wrongly_bounced", &S::wrongly_bounced),
                          field("measured", &S::measured), field("late", &S::late), field("notified", &S::notified),
                          field("never_told", &S::never_told), field("told_in_error", &S::told_in_error),
                          field("unaware", &S::unaware).in("s")};
    }
};

/// No more classes times partitions are kept apart.
inline constexpr std::size_t kMostClassPartitions = 10'000;

struct PartitionFigures {
    std::string tier, name;
    double tenants = 0, affected = 0, collateral = 0;
    [[nodiscard]] std::string label() const { return tier + "/" + name; }
    template <class S = PartitionFigures>
    static constexpr auto fields() {
        return std::tuple{field("tier", &S::tier), field("name", &S::name), field("tenants", &S::tenants),
                          field("affected", &S::affected), field("collateral", &S::collateral)};
    }
};

struct WaitFigures {   // time in the input queue [s]; nothing where nothing waited or was served
    std::optional<double> mean, p50, p99, max;
    template <class S = WaitFigures>
    static constexpr auto fields() {
        return std::tuple{field("mean", &S::mean).in("s"), field("p50", &S::p50).in("s"),
                          field("p99", &S::p99).in("s"), field("max", &S::max).in("s")};
    }
};

struct QueueFigures {   // the input queue, in copies or requests
    double mean = 0, max = 0;
    double max_at = 0;   // [s]
    template <class S = QueueFigures>
    static constexpr auto fields() {
        return std::tuple{field("mean", &S::mean), field("max", &S::max),
                          field("max_at", &S::max_at).in("s")};
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
    template <class S = TierFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("site", &S::site), field("servers", &S::servers),
                          field("workers", &S::workers), field("utilization", &S::utilization),
                          field("arrivals", &S::arrivals), field("served", &S::served), field("refused", &S::refused),
                          field("swallowed", &S::swallowed), field("timed_out", &S::timed_out),
                          field("wasted", &S::wasted), field("wait", &S::wait), field("queue", &S::queue)};
    }
};

/// What waited at a tier of a site, input and next-hop queues together; see backlog.hpp.
struct BacklogFigures {
    std::string tier, site;
    double utilization = 0;              // of all its workers there
    double max = 0;                      // copies
    double at = 0;                       // when it was highest [s]
    std::optional<double> growth;        // mean net rate from the onset to the peak [1/s]
    double waited = 0;                   // of all faults' ends, most copies that were waiting then
    std::optional<double> drain;         // from a fault's end until 95 % of those had left, the longest [s]; nothing: not within the run, or nobody waited
    std::optional<double> last_left;     // until the last of them had left [s]; likewise
    double not_drained = 0;              // faults at whose end more waited than left within the run
    double drain_at_least = 0;           // of these, the longest time from the fault's end to the end of the run [s]
    [[nodiscard]] std::string label() const { return tier + "@" + site; }
    template <class S = BacklogFigures>
    static constexpr auto fields() {
        return std::tuple{field("tier", &S::tier), field("site", &S::site), field("utilization", &S::utilization),
                          field("max", &S::max), field("at", &S::at).in("s"), field("growth", &S::growth).in("1/s"),
                          field("waited", &S::waited), field("drain", &S::drain).in("s").by(Merge::every),
                          field("last_left", &S::last_left).in("s").by(Merge::every), field("not_drained", &S::not_drained),
                          field("drain_at_least", &S::drain_at_least).in("s")};
    }
};

struct SignedInFigures {
    double min = 0;        // fewest at once
    double below_90 = 0;   // time with fewer than 90 % [s]
    template <class S = SignedInFigures>
    static constexpr auto fields() {
        return std::tuple{field("min", &S::min), field("below_90", &S::below_90).in("s")};
    }
};

struct ClientFigures {
    std::string name;
    double count = 0, tried = 0, succeeded = 0, given_up = 0, trying = 0, attempts = 0;   // sign-ins but `count`, `attempts`
    SignedInFigures signed_in;
    [[nodiscard]] const std::string& label() const { return name; }
    template <class S = ClientFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("count", &S::count), field("tried", &S::tried),
                          field("succeeded", &S::succeeded), field("given_up", &S::given_up),
                          field("trying", &S::trying), field("attempts", &S::attempts),
                          field("signed_in", &S::signed_in)};
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
    template <class S = DisturbanceFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("kind", &S::kind), field("target", &S::target),
                          field("where", &S::where), field("enabled", &S::enabled), field("start", &S::start).in("s").by(Merge::first),
                          field("end", &S::end).in("s").by(Merge::first), field("touched", &S::touched),
                          field("probability", &S::probability).by(Merge::first).if_any(), field("times", &S::times).if_any()};
    }
};

struct QshapeRowFigures {
    std::string name;
    double total = 0;
    std::vector<double> by_age;   // 10 columns: to 5, 10, 20, ... 1280 minutes, and older
    [[nodiscard]] const std::string& label() const { return name; }
    template <class S = QshapeRowFigures>
    static constexpr auto fields() {
        return std::tuple{field("name", &S::name), field("total", &S::total), field("by_age", &S::by_age)};
    }
};

/// The queues by age at one moment.
struct QshapeFigures {
    double at = 0;   // [s]
    std::string place;   // tier@site at which most copies waited just then; empty: a moment that was not chosen for that
    std::vector<QshapeRowFigures> destinations, classes;
    [[nodiscard]] std::string label() const { return std::to_string(static_cast<long long>(at)); }
    template <class S = QshapeFigures>
    static constexpr auto fields() {
        return std::tuple{field("at", &S::at), field("place", &S::place).if_any(), field("destinations", &S::destinations), field("classes", &S::classes)};
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
    template <class S = OnsetFigures>
    static constexpr auto fields() {
        return std::tuple{field("queue", &S::queue), field("at", &S::at), field("before", &S::before),
                          field("oldest", &S::oldest), field("waiting", &S::waiting)};
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
    DashboardFigures              dashboard;
    std::vector<OnsetFigures>     cascade;
    QshapeFigures                 qshape;        // at the worst moment
    std::vector<QshapeFigures>    qshapes;       // at the times that were asked for
    std::vector<std::string>      warnings;

    template <class S = Figures>
    static constexpr auto fields() {
        return std::tuple{
            field("simulated", &S::simulated).in("s"), field("wall", &S::wall).in("s"), field("events", &S::events),
            field("messages", &S::messages), field("delay", &S::delay), field("affected", &S::affected),
            field("collateral", &S::collateral), field("recovered", &S::recovered), field("oldest", &S::oldest).in("s"),
            field("retries", &S::retries), field("notices", &S::notices), field("bounces", &S::bounces),
            field("tenants", &S::tenants), field("partitions", &S::partitions), field("class_partitions", &S::class_partitions), field("tiers", &S::tiers),
            field("backlogs", &S::backlogs), field("clients", &S::clients), field("faults", &S::faults),
            field("flaws", &S::flaws), field("mitigations", &S::mitigations), field("dashboard", &S::dashboard),
            field("cascade", &S::cascade).by(Merge::first), field("qshape", &S::qshape).by(Merge::first),
            field("qshapes", &S::qshapes).by(Merge::first), 
            field("warnings", &S::warnings)};
    }
};

/// One table of the queues; no `place`.
[[nodiscard]] QshapeFigures qshape_figures(const Qshape& table);

/// The figures of one replication; `cascade` is left empty (models/report/cascade.hpp fills it in). `qshape_at`: the
/// times whose tables were asked for, next to the worst moment's.
[[nodiscard]] Figures figures_of(const Outcome& outcome, const ScenarioSpec& scenario,
                                 const std::vector<SimTime>& qshape_at = {});

/// Delay figures of a histogram in which copies `under_way` count with their age so far; `lost` more never arrived.
[[nodiscard]] DelayFigures delay_figures(const Histogram& delay, const Histogram& under_way = Histogram(), std::uint64_t lost = 0);

}  // namespace mailquake
