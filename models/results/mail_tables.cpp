#include "models/results/mail_tables.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "models/results/affected.hpp"
#include "models/results/merge.hpp"
#include "models/results/seconds.hpp"

namespace mailquake {

const char* const kMailTables = R"(
CREATE TABLE IF NOT EXISTS tenant (
    unit INTEGER NOT NULL REFERENCES unit(id), class TEXT NOT NULL, rank INTEGER NOT NULL, home TEXT,
    own_healthy INTEGER NOT NULL, affected INTEGER NOT NULL, collateral INTEGER NOT NULL, accepted INTEGER NOT NULL,
    generated INTEGER NOT NULL, duplicated INTEGER NOT NULL, delivered INTEGER NOT NULL, delivered_again INTEGER NOT NULL,
    delivered_reports INTEGER NOT NULL, lost INTEGER NOT NULL, returned INTEGER NOT NULL, bounced INTEGER NOT NULL,
    wrongly_bounced INTEGER NOT NULL, expired INTEGER NOT NULL, dropped INTEGER NOT NULL, filtered INTEGER NOT NULL,
    discarded INTEGER NOT NULL, in_system INTEGER NOT NULL, delay_sum REAL NOT NULL, delay_max REAL NOT NULL,
    measured INTEGER NOT NULL, late INTEGER NOT NULL, partitions TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tenant_hour (
    unit INTEGER NOT NULL REFERENCES unit(id), class TEXT NOT NULL, rank INTEGER NOT NULL, hour INTEGER NOT NULL,
    accepted INTEGER NOT NULL, late INTEGER NOT NULL, bad INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tier (
    unit INTEGER NOT NULL REFERENCES unit(id), tier TEXT NOT NULL, site TEXT NOT NULL, partition TEXT,
    servers INTEGER NOT NULL, workers INTEGER NOT NULL, utilization REAL NOT NULL, arrivals INTEGER NOT NULL,
    served INTEGER NOT NULL, refused INTEGER NOT NULL, swallowed INTEGER NOT NULL, timed_out INTEGER NOT NULL,
    wasted INTEGER NOT NULL, wait_mean REAL NOT NULL, wait_p99 REAL NOT NULL, queue_mean REAL NOT NULL,
    queue_max INTEGER NOT NULL, queue_max_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS partition (
    unit INTEGER NOT NULL REFERENCES unit(id), tier TEXT NOT NULL, name TEXT NOT NULL, tenants INTEGER NOT NULL,
    affected INTEGER NOT NULL, collateral INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS disturbance (
    unit INTEGER NOT NULL REFERENCES unit(id), what TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    target TEXT NOT NULL, enabled INTEGER NOT NULL, start REAL, "end" REAL, touched INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notice (
    unit INTEGER NOT NULL REFERENCES unit(id), dashboard TEXT NOT NULL, number INTEGER NOT NULL, detected REAL NOT NULL,
    published REAL, withdrawn REAL, failed_tries INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS told (
    unit INTEGER NOT NULL REFERENCES unit(id), dashboard TEXT NOT NULL, notice INTEGER NOT NULL, channel TEXT NOT NULL,
    class TEXT NOT NULL, rank INTEGER NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS ledger (
    unit INTEGER NOT NULL REFERENCES unit(id), class TEXT NOT NULL, place TEXT NOT NULL, cause TEXT NOT NULL,
    time REAL NOT NULL);
CREATE TABLE IF NOT EXISTS qshape (
    unit INTEGER NOT NULL REFERENCES unit(id), at REAL NOT NULL, axis TEXT NOT NULL, name TEXT NOT NULL,
    age INTEGER NOT NULL, copies INTEGER NOT NULL);
)";

namespace {

constexpr std::size_t kMostPoints = 1440;

double seconds(TimeArea ns) { return static_cast<double>(ns) / 1e9; }

std::optional<std::string> some(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

/// `directory/p3@dfw` taken apart; what is not there is absent.
struct TierPlace {
    std::string tier, site, partition;
};

TierPlace tier_place(const std::string& label) {
    const std::size_t at = label.find('@');
    const std::string head = label.substr(0, at);
    const std::size_t slash = head.find('/');
    TierPlace place;
    place.tier = head.substr(0, slash);
    if (slash != std::string::npos) place.partition = head.substr(slash + 1);
    if (at != std::string::npos) place.site = label.substr(at + 1);
    return place;
}

struct Extremes {
    double min = 0, max = 0;
    friend bool operator==(const Extremes&, const Extremes&) = default;
};

template <class Value>
Series down_sampled(std::string_view name, const std::string& of, std::size_t n, double step, const Value& value) {
    const std::size_t width = std::max<std::size_t>((n + kMostPoints - 1) / kMostPoints, 1);
    std::vector<Extremes> points;
    for (std::size_t first = 0; first < n; first += width) {
        Extremes p{value(first), value(first)};
        for (std::size_t i = first; i < std::min(first + width, n); ++i) p = {std::min(p.min, value(i)), std::max(p.max, value(i))};
        points.push_back(p);
    }
    Series series{std::string(name), of, {}};
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (i > 0 && i + 1 < points.size() && points[i] == points[i - 1] && points[i] == points[i + 1]) continue;
        series.stretches.push_back({static_cast<double>(i * width) * step, points[i].min, points[i].max});
    }
    return series;
}

std::string partitions_text(const Outcome& o, const TenantOutcome& t) {
    std::string text;
    for (std::size_t i = 0; i < t.partitions.size() && i < o.partitioned_tiers.size(); ++i) {
        const PartitionedTier& tier = o.partitioned_tiers[i];
        if (t.partitions[i] >= tier.partitions.size()) continue;
        text += (text.empty() ? "" : " ") + tier.tier + "/" + tier.partitions[t.partitions[i]];
    }
    return text;
}

void write_tenants(RowSink& rows, const Outcome& o) {
    for (const TenantOutcome& t : o.tenants) {
        const std::string& name = o.classes.at(t.tenant_class).name;
        const auto home = t.home < o.sites.size() ? some(o.sites[t.home]) : std::nullopt;
        const MessageCounts& c = t.counts;
        rows.insert("tenant", {name, t.rank, home, t.own_healthy, is_affected(t), is_collateral(t), c.accepted, c.generated,
                   c.duplicated, c.delivered, c.delivered_again, c.delivered_reports, c.lost, c.returned, c.bounced, c.wrongly_bounced, c.expired, c.dropped, c.filtered, c.discarded,
                   c.in_system, seconds(t.delay_sum), exact_seconds(t.delay_max), t.measured, t.late, partitions_text(o, t)});
        for (const HourTally& h : t.hours) rows.insert("tenant_hour", {name, t.rank, h.hour, h.accepted, h.late, h.bad});
    }
}

void write_tiers(RowSink& rows, const Outcome& o, const Figures& figures) {
    for (const StationOutcome& s : o.stations)
        rows.insert("tier", {s.tier, s.site, some(s.partition), s.servers, s.workers, s.utilization, s.arrivals, s.served,
                   s.refused, s.swallowed, s.timed_out, s.wasted, s.wait.mean() / 1e9,
                   exact_seconds(s.wait.quantile(0.99)), s.queue_mean, s.queue_max, exact_seconds(s.queue_max_at)});
    for (const PartitionFigures& p : figures.partitions) rows.insert("partition", {p.tier, p.name, p.tenants, p.affected, p.collateral});
}

void write_disturbances(RowSink& rows, const Figures& figures) {
    const auto all = [&](std::string_view what, const std::vector<DisturbanceFigures>& list) {
        for (const DisturbanceFigures& d : list)
            rows.insert("disturbance", {what, d.name, d.kind, d.target, d.enabled, d.start, d.end, d.touched});
    };
    all("fault", figures.faults);
    all("flaw", figures.flaws);
    all("mitigation", figures.mitigations);
}

void write_dashboards(RowSink& rows, const Outcome& o) {
    const auto seconds_or_none = [](const std::optional<SimTime>& t) { return t ? std::optional(exact_seconds(*t)) : std::nullopt; };
    for (const DashboardOutcome& d : o.dashboards) {
        for (std::uint32_t n = 0; n < d.notices.size(); ++n)
            rows.insert("notice", {d.name, n, exact_seconds(d.notices[n].detected), seconds_or_none(d.notices[n].published),
                                   seconds_or_none(d.notices[n].withdrawn), d.notices[n].failed_tries});
        for (const Told& told : d.told) {
            const TenantOutcome& t = o.tenants[told.tenant];
            rows.insert("told", {d.name, told.notice, d.channels[told.channel].name, o.classes.at(t.tenant_class).name, t.rank, exact_seconds(told.at)});
        }
    }
}

void write_ledger(RowSink& rows, const Outcome& o) {
    for (const LedgerRow& row : o.ledger)
        rows.insert("ledger", {o.classes.at(row.tenant_class).name, row.place, row.cause, seconds(row.time)});
}

void write_qshapes(RowSink& rows, const Outcome& o) {
    const auto table = [&](SimTime at, std::string_view axis, const std::vector<Qshape::Row>& list) {
        for (const Qshape::Row& row : list)
            for (std::size_t c = 0; c < Qshape::kAges; ++c)
                if (row.by_age[c] > 0)
                    rows.insert("qshape", {exact_seconds(at), axis, row.name, c == 0 ? std::int64_t{0} : std::int64_t{5} << (c - 1), row.by_age[c]});
    };
    for (const Qshape& q : o.qshapes) {
        table(q.at, "destination", q.destinations);
        table(q.at, "class", q.classes);
    }
}

}  // namespace

std::vector<Figure> labelled_figures(const Figures& figures) {
    std::vector<Figure> all;
    for (const FlatFigure& f : flatten(figures)) {
        const std::string list = f.metric.substr(0, f.metric.find('.'));
        const bool by_both = list == "class_partitions", by_class = list == "tenants";
        const bool by_tier = by_both || list == "tiers" || list == "backlogs" || list == "partitions";
        TierPlace place = by_tier ? tier_place(f.entry) : TierPlace{};
        std::string tenant_class = by_class ? f.entry : "";
        if (by_both) tenant_class.swap(place.site);   // its label is `directory/p3@gold`
        all.push_back({f.metric,
                       {tenant_class, place.tier, place.site, place.partition, by_class || by_tier ? "" : f.entry},
                       f.value,
                       std::string(f.unit)});
        while (!all.back().labels.empty() && all.back().labels.back().empty()) all.back().labels.pop_back();
    }
    return all;
}

std::vector<Series> all_series(const Outcome& o) {
    std::vector<Series> all;
    const auto minutes = [&](std::string_view name, std::uint32_t MinuteTally::* member) {
        all.push_back(down_sampled(name, "", o.minutes.size(), 60, [&](std::size_t i) { return static_cast<double>(o.minutes[i].*member); }));
    };
    minutes("accepted", &MinuteTally::accepted);
    minutes("late", &MinuteTally::late);
    minutes("overdue", &MinuteTally::overdue);
    minutes("retries", &MinuteTally::retries);
    for (const QueueSeries& q : o.queues) {
        all.push_back(down_sampled("waiting", q.name, q.waiting.size(), 60, [&](std::size_t i) { return static_cast<double>(q.waiting[i]); }));
        all.push_back(down_sampled("oldest", q.name, q.oldest.size(), 60, [&](std::size_t i) { return static_cast<double>(q.oldest[i]); }));
    }
    for (const ClientOutcome& c : o.clients)
        all.push_back(down_sampled("signed_in", c.name, c.signed_in.size(), 10, [&](std::size_t i) { return static_cast<double>(c.signed_in[i]); }));
    return all;
}

void write_mail_tables(RowSink& rows, const Outcome& outcome, const Figures& figures) {
    write_tenants(rows, outcome);
    write_tiers(rows, outcome, figures);
    write_disturbances(rows, figures);
    write_dashboards(rows, outcome);
    write_ledger(rows, outcome);
    write_qshapes(rows, outcome);
}

}  // namespace mailquake
