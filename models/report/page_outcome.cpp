#include <algorithm>
#include <map>

#include "models/report/page.hpp"
#include "models/report/page_series.hpp"
#include "models/report/cascade.hpp"
#include "models/results/affected.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostQueues = 40, kMostLedgerRows = 400;
constexpr double kMinute = 60;

/// Points that a run of this length has; the tallies have one or two more.
std::size_t minutes_of(const Outcome& outcome) {
    const auto whole = static_cast<std::size_t>((outcome.end.ns + (60_s).ns - 1) / (60_s).ns);
    return std::min(whole, outcome.minutes.size());
}

Json minutes_json(const Outcome& outcome) {
    const std::size_t n = minutes_of(outcome);
    const auto sums = [&](const auto& member) {
        return series_json(summed(n, kChartStretches, [&](std::size_t k) { return static_cast<double>(member(outcome.minutes[k])); }), kMinute);
    };
    Json out{{"accepted", sums([](const MinuteTally& m) { return m.accepted; })},
             {"late", sums([](const MinuteTally& m) { return m.late; })},
             {"retries", sums([](const MinuteTally& m) { return m.retries; })},
             {"bad", sums([](const MinuteTally& m) { return m.bad; })},
             {"overdue", series_json(down_sample(n, kChartStretches, [&](std::size_t k) { return double{1} * outcome.minutes[k].overdue; }), kMinute)}};
    Json bands = Json::array();
    for (std::size_t band = 0; band < kSlowBounds.size(); ++band)
        bands.push_back({{"over", kSlowBounds[band].seconds()}, {"copies", sums([&](const MinuteTally& m) { return m.slow[band]; })}});
    out["slow"] = std::move(bands);
    return out;
}

/// All that waits, and the greatest age in any queue.
Json totals_json(const Outcome& outcome) {
    std::size_t n = 0;
    for (const QueueSeries& q : outcome.queues) n = std::max(n, q.waiting.size());
    std::vector<double> waiting(n, 0), oldest(n, 0);
    for (const QueueSeries& q : outcome.queues)
        for (std::size_t k = 0; k < q.waiting.size(); ++k) {
            waiting[k] += q.waiting[k];
            oldest[k] = std::max(oldest[k], static_cast<double>(q.oldest[k]));
        }
    return {{"waiting", series_json(down_sample(n, kChartStretches, [&](std::size_t k) { return waiting[k]; }), kMinute)},
            {"oldest", series_json(down_sample(n, kChartStretches, [&](std::size_t k) { return oldest[k]; }), kMinute)}};
}

Json highs(const DownSampled& series, double point) {
    Json all = series_json(series, point);
    all.erase("low");
    return all;
}

/// Queues that suffered, in the order of their onsets; then others by the age that they reached.
Json queues_json(const Outcome& outcome) {
    const std::vector<OnsetFigures> cascade = cascade_of(outcome);
    struct Shown {
        const QueueSeries* queue;
        double onset, oldest;
    };
    std::vector<Shown> all;
    for (const QueueSeries& q : outcome.queues) {
        const auto found = std::find_if(cascade.begin(), cascade.end(), [&](const OnsetFigures& f) { return f.queue == q.name; });
        const double oldest = q.oldest.empty() ? 0 : static_cast<double>(*std::max_element(q.oldest.begin(), q.oldest.end()));
        if (oldest < 1) continue;
        all.push_back({&q, found == cascade.end() ? 1e18 : found->at, oldest});
    }
    std::stable_sort(all.begin(), all.end(), [](const Shown& a, const Shown& b) {
        return std::pair(a.onset, -a.oldest) < std::pair(b.onset, -b.oldest);
    });
    Json list = Json::array();
    for (std::size_t i = 0; i < std::min(all.size(), kMostQueues); ++i) {
        const QueueSeries& q = *all[i].queue;
        const std::size_t n = q.waiting.size();
        list.push_back({{"name", q.name}, {"tier", q.tier}, {"site", q.site}, {"next_hop", q.next_hop},
                        {"onset", all[i].onset < 1e17 ? Json(all[i].onset) : Json(nullptr)},
                        {"waiting", highs(down_sample(n, kHeatStretches, [&](std::size_t k) { return double{1} * q.waiting[k]; }), kMinute)},
                        {"oldest", highs(down_sample(n, kHeatStretches, [&](std::size_t k) { return static_cast<double>(q.oldest[k]); }), kMinute)}});
    }
    return list;
}

/// What waits in a tier at a site, all partitions and next-hop queues together: the heat of its box.
Json places_json(const Outcome& outcome) {
    struct Sum {
        std::vector<double> waiting, oldest;
    };
    std::map<std::pair<std::string, std::string>, Sum> places;
    for (const QueueSeries& q : outcome.queues) {
        Sum& sum = places[{q.site, q.tier}];
        sum.waiting.resize(std::max(sum.waiting.size(), q.waiting.size()), 0);
        sum.oldest.resize(sum.waiting.size(), 0);
        for (std::size_t k = 0; k < q.waiting.size(); ++k) {
            sum.waiting[k] += q.waiting[k];
            sum.oldest[k] = std::max(sum.oldest[k], static_cast<double>(q.oldest[k]));
        }
    }
    Json list = Json::array();
    for (const auto& [place, sum] : places) {
        if (std::all_of(sum.waiting.begin(), sum.waiting.end(), [](double n) { return n == 0; })) continue;
        const std::size_t n = sum.waiting.size();
        list.push_back({{"site", place.first}, {"tier", place.second},
                        {"waiting", highs(down_sample(n, kHeatStretches, [&](std::size_t k) { return sum.waiting[k]; }), kMinute)},
                        {"oldest", highs(down_sample(n, kHeatStretches, [&](std::size_t k) { return sum.oldest[k]; }), kMinute)}});
    }
    return list;
}

/// By class and hour: measured copies, late ones, tenants that were hit; and of those the ones whose own was healthy.
Json hours_json(const Outcome& outcome) {
    const auto hours = static_cast<std::size_t>((outcome.end.ns + (1_h).ns - 1) / (1_h).ns);
    const auto zeros = [&] { return std::vector<std::uint64_t>(hours, 0); };
    Json classes = Json::array();
    std::vector<std::uint64_t> hit_own = zeros(), hit_collateral = zeros();
    for (std::size_t c = 0; c < outcome.classes.size(); ++c) {
        std::vector<std::uint64_t> accepted = zeros(), late = zeros(), hit = zeros();
        for (const TenantOutcome& tenant : outcome.tenants) {
            if (tenant.tenant_class != c) continue;
            for (const HourTally& hour : tenant.hours) {
                if (hour.hour >= hours) continue;
                accepted[hour.hour] += hour.accepted;
                late[hour.hour] += hour.late;
                if (!hit_in(hour)) continue;
                ++hit[hour.hour];
                ++(tenant.own_healthy ? hit_collateral : hit_own)[hour.hour];
            }
        }
        classes.push_back({{"name", outcome.classes[c].name}, {"accepted", accepted}, {"late", late}, {"hit", hit}});
    }
    return {{"classes", std::move(classes)}, {"hit_own", hit_own}, {"hit_collateral", hit_collateral}};
}

/// Waiting copies by age, every ten minutes: Postfix's qshape over time.
Json ages_json(const Outcome& outcome) {
    Json rows = Json::array();
    for (const Qshape& shape : outcome.qshapes) {
        if (shape.at.ns % (10_min).ns != 0) continue;
        std::array<std::uint64_t, Qshape::kAges> sums{};
        for (const Qshape::Row& row : shape.classes)
            for (std::size_t a = 0; a < Qshape::kAges; ++a) sums[a] += row.by_age[a];
        rows.push_back({{"at", shape.at.seconds()}, {"by_age", sums}});
    }
    return rows;
}

Json clients_json(const Outcome& outcome) {
    Json list = Json::array();
    for (const ClientOutcome& c : outcome.clients)
        list.push_back({{"name", c.name}, {"count", c.count},
                        {"signed_in", series_json(down_sample(c.signed_in.size(), kChartStretches, [&](std::size_t k) { return double{1} * c.signed_in[k]; }),
                                                  kClientPoint.seconds())}});
    return list;
}

/// The greatest bookings; the rest is summed up in one row of each class, so that the parts still add up.
Json ledger_json(const Outcome& outcome) {
    std::vector<const LedgerRow*> rows;
    for (const LedgerRow& row : outcome.ledger) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(), [](const LedgerRow* a, const LedgerRow* b) { return a->time > b->time; });
    const auto seconds = [](TimeArea ns) { return static_cast<double>(ns) / 1e9; };
    std::vector<TimeArea> rest(outcome.classes.size(), 0);
    Json list = Json::array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i >= kMostLedgerRows) rest[rows[i]->tenant_class] += rows[i]->time;
        else list.push_back({{"class", rows[i]->tenant_class}, {"place", rows[i]->place}, {"cause", rows[i]->cause}, {"time", three_digits(seconds(rows[i]->time))}});
    }
    for (std::size_t c = 0; c < rest.size(); ++c)
        if (rest[c] > 0) list.push_back({{"class", c}, {"place", ""}, {"cause", "all else"}, {"time", three_digits(seconds(rest[c]))}});
    return list;
}

}  // namespace

Json outcome_json(const Outcome& outcome) {
    return {{"replication", outcome.replication}, {"end", outcome.end.seconds()},  {"minutes", minutes_json(outcome)},
            {"totals", totals_json(outcome)},     {"queues", queues_json(outcome)}, {"places", places_json(outcome)},
            {"hours", hours_json(outcome)},       {"ages", ages_json(outcome)},     {"clients", clients_json(outcome)},
            {"ledger", ledger_json(outcome)}};
}

}  // namespace mailquake
