#include "models/results/figures.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "models/results/affected.hpp"
#include "models/results/backlog.hpp"
#include "models/results/delay_bounds.hpp"
#include "models/results/recovery.hpp"
#include "models/results/seconds.hpp"
#include "models/results/worst_moment.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

namespace {

double count(std::uint64_t n) { return static_cast<double>(n); }

std::optional<double> seconds(const std::optional<SimTime>& t) {
    if (!t) return std::nullopt;
    return exact_seconds(*t);
}

MessageFigures message_figures(const Outcome& o) {
    MessageFigures m;
    m.accepted = count(o.messages.accepted);
    m.generated = count(o.messages.generated);
    m.duplicated = count(o.messages.duplicated);
    m.delivered = count(o.messages.delivered);
    m.bounced = count(o.messages.bounced);
    m.expired = count(o.messages.expired);
    m.dropped = count(o.messages.dropped);
    m.filtered = count(o.messages.filtered);
    m.discarded = count(o.messages.discarded);
    m.in_system = count(o.messages.in_system);
    m.delivered_again = count(o.messages.delivered_again);
    m.delivered_reports = count(o.messages.delivered_reports);
    m.lost = count(o.messages.lost);
    m.returned = count(o.messages.returned);
    m.under_way = count(o.messages.under_way());
    m.false_failures = count(o.messages.false_failures);
    for (const ClassOutcome& c : o.classes) {
        m.censored += count(c.censored);
        m.excused_destination += count(c.excused_destination);
        m.excused_greylisting += count(c.excused_greylisting);
    }
    return m;
}

DelayFigures overall_delay(const Outcome& o) {
    Histogram all, under_way;
    std::uint64_t lost = 0;
    for (const ClassOutcome& c : o.classes) {
        all.merge(c.delay);
        under_way.merge(c.under_way);
        lost += c.lost;
    }
    return delay_figures(all, under_way, lost);
}

RetryFigures retry_figures(const Outcome& o) {
    RetryFigures r;
    r.attempts = count(o.retry_attempts);
    const auto top = std::max_element(o.minutes.begin(), o.minutes.end(),
                                      [](const MinuteTally& a, const MinuteTally& b) { return a.retries < b.retries; });
    if (top == o.minutes.end() || top->retries == 0) return r;
    r.peak_rate = top->retries / 60.0;
    r.peak_at = 60.0 * static_cast<double>(top - o.minutes.begin());
    return r;
}

/// Adds what the tenant knew to the same.
template <class Figures>
void add_notice(Figures& f, const std::vector<TenantNotice>& notices, std::size_t tenant) {
    if (notices.empty()) return;
    const TenantNotice& n = notices[tenant];
    f.notified += n.notified;
    f.never_told += n.affected && !n.notified;
    f.told_in_error += n.told && !n.affected;
    f.unaware += exact_seconds(n.unaware);
}

/// Adds the tenant's copies to the figures of a class, or of a class on a partition.
template <class Figures>
void add_copies(Figures& f, const TenantOutcome& t) {
    f.accepted += count(t.counts.accepted);
    f.delivered += count(t.counts.delivered);
    f.lost += count(t.counts.lost);
    f.bounced += count(t.counts.bounced);
    f.wrongly_bounced += count(t.counts.wrongly_bounced);
    f.measured += count(t.measured);
    f.late += count(t.late);
}

std::vector<ClassFigures> class_figures(const Outcome& o, const std::vector<TenantNotice>& notices) {
    std::vector<ClassFigures> list;
    for (const ClassOutcome& c : o.classes) {
        ClassFigures f;
        f.tenant_class = c.name;
        f.count = c.tenants;
        f.censored = count(c.censored);
        f.delay = delay_figures(c.delay, c.under_way, c.lost);
        if (c.worst) f.worst = std::to_string(*c.worst);
        list.push_back(std::move(f));
    }
    for (std::size_t k = 0; k < o.tenants.size(); ++k) {
        const TenantOutcome& t = o.tenants[k];
        ClassFigures& f = list.at(t.tenant_class);
        add_notice(f, notices, k);
        f.affected += is_affected(t);
        f.collateral += is_collateral(t);
        f.hit_hours += count(hours_hit(t));
        f.late_minutes += time_hit(t).seconds() / 60;
        add_copies(f, t);
    }
    return list;
}

std::vector<PartitionFigures> partition_figures(const Outcome& o) {
    std::vector<PartitionFigures> list;
    for (std::size_t tier = 0; tier < o.partitioned_tiers.size(); ++tier) {
        const PartitionedTier& p = o.partitioned_tiers[tier];
        const std::size_t first = list.size();
        for (const std::string& name : p.partitions) list.push_back({p.tier, name});
        for (const TenantOutcome& t : o.tenants) {
            if (tier >= t.partitions.size() || t.partitions[tier] >= p.partitions.size()) continue;
            PartitionFigures& f = list[first + t.partitions[tier]];
            f.tenants += 1;
            f.affected += is_affected(t);
            f.collateral += is_collateral(t);
        }
    }
    return list;
}

/// Every class with every partition of a tier, tenants or not, so that replications have the same entries.
std::vector<ClassPartitionFigures> class_partition_figures(const Outcome& o, const std::vector<TenantNotice>& notices) {
    std::size_t partitions = 0;
    for (const PartitionedTier& p : o.partitioned_tiers) partitions += p.partitions.size();
    std::vector<ClassPartitionFigures> list;
    if (partitions * o.classes.size() > kMostClassPartitions) return list;
    for (std::size_t tier = 0; tier < o.partitioned_tiers.size(); ++tier) {
        const PartitionedTier& p = o.partitioned_tiers[tier];
        const std::size_t first = list.size();
        for (const ClassOutcome& c : o.classes)
            for (const std::string& name : p.partitions) list.push_back({.tenant_class = c.name, .tier = p.tier, .partition = name});
        for (std::size_t k = 0; k < o.tenants.size(); ++k) {
            const TenantOutcome& t = o.tenants[k];
            if (tier >= t.partitions.size() || t.partitions[tier] >= p.partitions.size()) continue;
            ClassPartitionFigures& f = list[first + t.tenant_class * p.partitions.size() + t.partitions[tier]];
            f.count += 1;
            f.affected += is_affected(t);
            f.collateral += is_collateral(t);
            add_copies(f, t);
            add_notice(f, notices, k);
        }
    }
    return list;
}

std::vector<TierFigures> tier_figures(const Outcome& o) {
    std::vector<TierFigures> list;
    for (const StationOutcome& s : o.stations) {
        TierFigures f;
        f.name = s.partition.empty() ? s.tier : s.tier + "/" + s.partition;
        f.site = s.site;
        f.servers = s.servers;
        f.workers = s.workers;
        f.utilization = s.utilization;
        f.arrivals = count(s.arrivals);
        f.served = count(s.served);
        f.refused = count(s.refused);
        f.swallowed = count(s.swallowed);
        f.timed_out = count(s.timed_out);
        f.wasted = count(s.wasted);
        const DelayFigures wait = delay_figures(s.wait);
        f.wait = {wait.mean, wait.p50, wait.p99, wait.max};
        f.queue = {s.queue_mean, count(s.queue_max), exact_seconds(s.queue_max_at)};
        list.push_back(std::move(f));
    }
    return list;
}

/// Of what waited there when faults ended, the slowest to leave.
void add_drains(const Outcome& o, BacklogFigures& f) {
    bool all_left = true;
    for (const DrainOutcome& d : o.drains) {
        if (d.tier != f.tier || d.site != f.site) continue;
        f.waited = std::max(f.waited, count(d.waiting));
        const auto later = [&](std::optional<double>& longest, SimTime t) { longest = std::max(longest.value_or(0), exact_seconds(t - d.from)); };
        if (d.drained) {
            later(f.drain, *d.drained);
        } else {
            f.not_drained += 1;
            f.drain_at_least = std::max(f.drain_at_least, exact_seconds(o.end - d.from));
        }
        if (d.empty) later(f.last_left, *d.empty);
        all_left = all_left && d.empty;
    }
    if (f.not_drained > 0) f.drain.reset();
    if (!all_left) f.last_left.reset();
}

/// One row per tier and site, in the order of the stations; utilization weighs partitions by their workers.
std::vector<BacklogFigures> backlog_figures(const Outcome& o) {
    std::vector<BacklogFigures> list;
    std::map<std::string, std::pair<double, double>> busy;   // by label: workers x utilization, workers
    for (const StationOutcome& s : o.stations) {
        const std::string label = s.tier + "@" + s.site;
        auto [at, is_new] = busy.try_emplace(label, 0.0, 0.0);
        const double workers = static_cast<double>(s.servers) * s.workers;
        at->second.first += workers * s.utilization;
        at->second.second += workers;
        if (!is_new) continue;
        BacklogFigures f;
        f.tier = s.tier;
        f.site = s.site;
        list.push_back(std::move(f));
    }
    for (BacklogFigures& f : list) {
        const auto& [used, workers] = busy[f.label()];
        f.utilization = workers > 0 ? used / workers : 0;
        for (const BacklogOutcome& b : o.backlogs) {
            if (b.tier != f.tier || b.site != f.site) continue;
            f.max = count(b.most);
            f.at = exact_seconds(b.most_at);
        }
        f.growth = backlog_growth(waiting_at(o, f.tier, f.site));
        add_drains(o, f);
    }
    return list;
}

std::vector<ClientFigures> client_figures(const Outcome& o) {
    std::vector<ClientFigures> list;
    for (const ClientOutcome& c : o.clients) {
        ClientFigures f;
        f.name = c.name;
        f.count = count(c.count);
        f.tried = count(c.tried);
        f.succeeded = count(c.succeeded);
        f.given_up = count(c.given_up);
        f.trying = count(c.trying);
        f.attempts = count(c.attempts);
        f.signed_in = {count(c.min_signed_in), exact_seconds(c.below_90)};
        list.push_back(std::move(f));
    }
    return list;
}

std::vector<DisturbanceFigures> disturbance_figures(const std::vector<DisturbanceOutcome>& from) {
    std::vector<DisturbanceFigures> list;
    for (const DisturbanceOutcome& d : from) {
        DisturbanceFigures f;
        f.name = d.name;
        f.kind = d.kind;
        f.target = d.target;
        if (d.pos.line > 0) f.where = print(d.pos);
        f.enabled = d.enabled;
        f.start = seconds(d.start);
        f.end = seconds(d.end);
        f.touched = count(d.touched);
        f.probability = d.probability;
        if (d.times) f.times = count(*d.times);
        list.push_back(std::move(f));
    }
    return list;
}

std::vector<RecoveredFigures> recovered_figures(const Outcome& o, SimDuration objective) {
    std::vector<RecoveredFigures> list;
    for (const DisturbanceOutcome& fault : o.faults) {
        if (!fault.enabled || !fault.start || *fault.start >= o.end) continue;
        RecoveredFigures f;
        f.fault = fault.name;
        const auto after = fault.end ? recovered_after(o, objective, *fault.end) : std::nullopt;
        if (after) {
            f.after = exact_seconds(*after);
            f.seen = 1;
        } else {
            f.not_before = exact_seconds(recovery_not_before(o, objective, fault.end.value_or(o.end)));
            const SimDuration lacks = fault.end ? lacks_for_recovery(o, objective, *fault.end) : SimDuration::zero();
            if (lacks > SimDuration::zero()) f.too_soon = exact_seconds(lacks);
        }
        list.push_back(std::move(f));
    }
    return list;
}

std::vector<QshapeRowFigures> qshape_rows(const std::vector<Qshape::Row>& rows) {
    std::vector<QshapeRowFigures> list;
    for (const Qshape::Row& row : rows) {
        QshapeRowFigures f;
        f.name = row.name;
        for (std::uint32_t n : row.by_age) {
            f.by_age.push_back(n);
            f.total += n;
        }
        list.push_back(std::move(f));
    }
    return list;
}

}  // namespace

QshapeFigures qshape_figures(const Qshape& q) {
    return {exact_seconds(q.at), {}, qshape_rows(q.destinations), qshape_rows(q.classes)};
}

DelayFigures delay_figures(const Histogram& delay, const Histogram& under_way, std::uint64_t lost) {
    DelayFigures f;
    f.lost = count(lost);
    if (delay.count() + lost == 0) return f;
    if (delay.count() > 0) f.mean = delay.mean() / 1e9;
    if (under_way.count() > 0) f.at_least.emplace_back("mean");
    const auto take = [&](std::optional<double>& into, const char* name, double q) {
        const DelayBounds bounds = delay_bounds(delay, under_way, lost, q);
        if (bounds.least) into = exact_seconds(*bounds.least);
        if (!bounds.least) f.never.emplace_back(name);
        else if (!bounds.exact()) f.at_least.emplace_back(name);
    };
    take(f.p50, "p50", 0.5);
    take(f.p90, "p90", 0.9);
    take(f.p95, "p95", 0.95);
    take(f.p99, "p99", 0.99);
    take(f.p999, "p999", 0.999);
    take(f.max, "max", 1);
    return f;
}

Figures figures_of(const Outcome& o, const ScenarioSpec& scenario, const std::vector<SimTime>& qshape_at) {
    Figures f;
    f.simulated = exact_seconds(o.end);
    f.wall = o.wall;
    f.events = count(o.events);
    f.messages = message_figures(o);
    f.delay = overall_delay(o);
    f.affected.of = count(o.tenants.size());
    if (scenario.backlog.empty()) f.affected.before_fault = affected_before_fault(o);   // a start state is the trouble itself
    for (const TenantOutcome& t : o.tenants) {
        f.affected.tenants += is_affected(t);
        f.affected.by_destination += is_affected_by_destination(t);
        f.collateral += is_collateral(t);
    }
    f.recovered = recovered_figures(o, scenario.slo.delay);
    f.oldest = exact_seconds(o.oldest);
    f.retries = retry_figures(o);
    f.notices = {count(o.notices), seconds(o.first_notice)};
    f.bounces = {count(o.bounces), seconds(o.first_bounce), count(o.messages.wrongly_bounced)};
    const std::vector<TenantNotice> notices = tenant_notices(o);
    f.tenants = class_figures(o, notices);
    f.partitions = partition_figures(o);
    f.class_partitions = class_partition_figures(o, notices);
    f.tiers = tier_figures(o);
    f.backlogs = backlog_figures(o);
    f.clients = client_figures(o);
    f.faults = disturbance_figures(o.faults);
    f.flaws = disturbance_figures(o.flaws);
    f.mitigations = disturbance_figures(o.mitigations);
    f.dashboard = dashboard_figures(o, notices);
    if (const auto worst = worst_moment(o.qshapes, scenario.slo.delay)) f.qshape = qshape_figures(o.qshapes[*worst]);
    for (const Qshape& q : o.qshapes)
        if (std::find(qshape_at.begin(), qshape_at.end(), q.at) != qshape_at.end()) f.qshapes.push_back(qshape_figures(q));
    f.warnings = o.warnings;
    return f;
}

}  // namespace mailquake
