// `check` says what `run` does: its rows beside what runs measure, by rate where all is stationary, and over the time of a fault where it
// is not. The table stands in check_rows.hpp. Failed calls cost nothing but time (`on_failure: continue`), since retries come on top of what
// `check` counts. Each figure is a mean over as many replications as it takes for the half-width of its 95 % interval to be at most 2 %.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "models/world/offered_load.hpp"
#include "sim/stats/confidence.hpp"
#include "small_world.hpp"
#include "tests/models/world/check_rows.hpp"

using namespace mailquake;
using check_rows::Row;
using check_rows::Transient;

namespace {

constexpr std::size_t kFewest = 3, kMost = 12;
constexpr double kHalfWidth = 0.02;   // of the mean
constexpr double kTolerance = 0.03;   // of a rate
constexpr double kOfIntegral = 0.05;  // of what comes or waits over the time of a fault

constexpr double kScaleOfQueues = 20;  // what comes in all rows [1/s]: 2 % of it, where a queue grows by less

std::string place_of(const StationOutcome& s) { return s.tier + (s.partition.empty() ? "" : "/" + s.partition) + "@" + s.site; }

/// One figure over replications.
struct Samples {
    std::vector<double> values;
    [[nodiscard]] double mean() const {
        double sum = 0;
        for (const double x : values) sum += x;
        return sum / static_cast<double>(values.size());
    }
    [[nodiscard]] double half_width() const { return values.size() < 2 ? 1e300 : student_t_interval(values)->half_width(); }
    /// `scale`: what 2 % are of, where that is more than the figure itself.
    [[nodiscard]] bool is_known(double scale, double margin) const { return half_width() <= std::max(margin, kHalfWidth * std::max(mean(), scale)); }
};

/// What one replication measures: by place, and by queue: of a tier at a site, or behind it ("mta@dc (next hop)").
struct Measured {
    Samples arrivals, busy, served, growth;
};
using AllMeasured = std::map<std::string, Measured>;

bool all_known(const AllMeasured& all, double margin) {
    return std::all_of(all.begin(), all.end(), [margin](const auto& one) {
        const Measured& m = one.second;
        const double scale = m.arrivals.mean();
        return m.arrivals.is_known(0, margin) && m.growth.is_known(scale, margin) && (m.busy.values.empty() || (m.busy.is_known(0, margin) && m.served.is_known(scale, margin)));
    });
}

/// Runs replications until all is known.
template <class Measure>
AllMeasured measure(double margin, Measure one) {
    AllMeasured all;
    for (std::uint32_t r = 0; r < kMost && (r < kFewest || !all_known(all, margin)); ++r) one(r, all);
    for (const auto& [place, m] : all) {
        INFO(fmt::format("{}: {} replications, half-widths: {:.3g} of {:.4g} arrivals/s, {:.3g} of {:.4g} busy, growth {:.3g} of {:.4g}/s", place, m.arrivals.values.size(), m.arrivals.half_width(),
                         m.arrivals.mean(), m.busy.half_width(), m.busy.values.empty() ? 0.0 : m.busy.mean(), m.growth.half_width(), m.growth.mean()));
        CHECK(all_known({{place, m}}, margin));
    }
    return all;
}

/// And not of senders outside.
bool is_of_a_tier(const ScenarioSpec& spec, const QueueSeries& queue) {
    return std::any_of(spec.tiers.begin(), spec.tiers.end(), [&](const TierSpec& tier) { return tier.name == queue.tier; });
}

/// Until its last point.
double seconds_of(const QueueSeries& queue) { return 60 * static_cast<double>(queue.waiting.size()); }

void measure_stationary(const ScenarioSpec& spec, std::uint32_t replication, AllMeasured& all) {
    RunOptions options;
    options.replication = replication;
    const Outcome outcome = simulate(spec, options);
    const double seconds = spec.duration.seconds();
    for (const StationOutcome& s : outcome.stations) {
        Measured& m = all[place_of(s)];
        const double busy = s.utilization * s.servers * s.workers;
        m.arrivals.values.push_back(static_cast<double>(s.arrivals) / seconds);
        m.busy.values.push_back(busy);
        m.served.values.push_back(static_cast<double>(s.served) / seconds);
    }
    for (const QueueSeries& queue : outcome.queues) if (is_of_a_tier(spec, queue)) all[queue.name].growth.values.push_back(queue.waiting.back() / seconds_of(queue));
    for (auto& [place, m] : all) {
        if (m.arrivals.values.size() <= replication) m.arrivals.values.push_back(kScaleOfQueues);
        if (m.growth.values.size() <= replication) m.growth.values.push_back(0);
    }
}

std::string condition_of(const ScenarioSpec& spec) { return spec.faults.empty() ? "normal" : spec.faults.front().name; }

/// The rows that hold while the fault acts: its own, and else those of normal load.
template <class R, class Key>
std::map<std::string, R> rows_under(const std::vector<R>& rows, const std::string& condition, Key key) {
    std::map<std::string, R> held;
    for (const R& row : rows)
        if (row.condition == "normal") held[key(row)] = row;
    for (const R& row : rows)
        if (row.condition == condition) held[key(row)] = row;
    return held;
}

/// Growth of all queues of a tier at a site, in front of it and behind it, as a run names them.
std::map<std::string, double> growth_said(const ScenarioSpec& spec) {
    const auto whole = [](const std::string& place) { return place.substr(0, place.find_first_of("/@")) + place.substr(place.find('@')); };
    const OfferedLoad load = offered_load(spec);
    std::map<std::string, double> said, by_hop, by_processes;
    for (const auto& [place, row] : rows_under(load.tiers, condition_of(spec), [](const OfferedLoadRow& r) { return r.place; })) said[whole(place)] += row.growth_per_second;
    const auto limits = rows_under(load.next_hops, condition_of(spec), [](const NextHopRow& r) { return r.place + ">" + r.destination + ">" + std::string(text_of(r.limit)); });
    for (const auto& [key, row] : limits) {   // of several limits the tightest
        double& most = (row.destination.empty() ? by_processes : by_hop)[row.place + ">" + row.destination];
        most = std::max(most, row.growth_per_second);
    }
    std::map<std::string, double> behind;
    for (const auto& [hop, growth] : by_hop) behind[whole(hop.substr(0, hop.find('>')))] += growth;
    for (const auto& [hop, growth] : by_processes) behind[whole(hop.substr(0, hop.find('>')))] += growth;
    for (const auto& [place, growth] : behind) said[place + " (next hop)"] = growth;
    return said;
}

void compare(const Row& c) {
    const ScenarioSpec spec = scenario_of(c.yaml, c.sets);
    INFO(c.what);
    const auto said = rows_under(offered_load(spec).tiers, condition_of(spec), [](const OfferedLoadRow& r) { return r.place; });
    const auto growth = growth_said(spec);
    const AllMeasured all = measure(c.margin, [&](std::uint32_t replication, AllMeasured& measured) { measure_stationary(spec, replication, measured); });
    for (const auto& [place, m] : all) {
        const auto grows = growth.find(place);
        const auto row = said.find(place);
        if (grows != growth.end()) {
            INFO(fmt::format("{}: grows by {:.4g}/s said, {:.4g}/s measured", place, grows->second, m.growth.mean()));
            const double arrivals = row == said.end() ? kScaleOfQueues : row->second.arrivals_per_second;
            CHECK(std::abs(grows->second - m.growth.mean()) <= std::max(c.margin, kTolerance * std::max(arrivals, m.growth.mean())));
        }
        if (row == said.end()) continue;
        const OfferedLoadRow& r = row->second;
        INFO(fmt::format("{}: arrivals {:.4g}/s said, {:.4g}/s measured; busy workers {:.4g} said, {:.4g} measured; growth {:.4g}/s, served {:.4g}/s", place, r.arrivals_per_second,
                         m.arrivals.mean(), r.work, m.busy.mean(), r.growth_per_second, m.served.mean()));
        CHECK(r.arrivals_per_second == Approx(m.arrivals.mean()).epsilon(kTolerance).margin(c.margin));
        if (place.starts_with(c.still + "@") || place.starts_with(c.still + "/")) {
            CHECK(r.arrivals_per_second - r.growth_per_second == Approx(m.served.mean()).epsilon(kTolerance).margin(c.margin));
            continue;
        }
        CHECK(std::min(r.work, r.workers) == Approx(m.busy.mean()).epsilon(kTolerance).margin(c.margin));
        CHECK(r.utilization == (r.workers > 0 ? Approx(r.work / r.workers) : Approx(r.utilization)));
    }
}

void compare_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) compare(row);
}

/// Arrivals from one instant to another, and what waits then.
void measure_between(const ScenarioSpec& spec, SimTime from, SimTime to, std::uint32_t replication, AllMeasured& all) {
    RunOptions options;
    options.replication = replication;
    options.until = from;
    const Outcome before = simulate(spec, options);
    options.until = to;
    const Outcome after = simulate(spec, options);
    const double seconds = (to - from).seconds();
    for (std::size_t i = 0; i < after.stations.size(); ++i)
        all[place_of(after.stations[i])].arrivals.values.push_back(static_cast<double>(after.stations[i].arrivals - before.stations[i].arrivals) / seconds);
    for (const QueueSeries& queue : after.queues) if (is_of_a_tier(spec, queue)) all[queue.name].growth.values.push_back(queue.waiting.back() / (seconds_of(queue) - from.seconds()));
    for (auto& [place, m] : all) {
        if (m.arrivals.values.size() <= replication) m.arrivals.values.push_back(kScaleOfQueues);
        if (m.growth.values.size() <= replication) m.growth.values.push_back(0);
    }
}

void compare_integral(const Transient& c) {
    constexpr double kNothing = 0.02;
    const SimTime from = SimTime::zero() + 30_min, to = SimTime::zero() + 90_min;
    const ScenarioSpec spec = scenario_of(c.yaml, [&] {
        std::vector<std::string> sets = c.sets;
        sets.push_back("duration=90min");
        return sets;
    }());
    INFO(c.what);
    const auto said = rows_under(offered_load(spec).tiers, condition_of(spec), [](const OfferedLoadRow& r) { return r.place; });
    const auto growth = growth_said(spec);
    const AllMeasured all = measure(kNothing, [&](std::uint32_t replication, AllMeasured& measured) { measure_between(spec, from, to, replication, measured); });
    const double seconds = (to - from).seconds();
    double most_grown = 0;
    for (const auto& [place, m] : all) {
        const auto grows = growth.find(place);
        const auto row = said.find(place);
        const double arrivals = row == said.end() ? kScaleOfQueues : row->second.arrivals_per_second;
        if (grows != growth.end()) {
            INFO(fmt::format("{}: {:.5g} wait at the end, said; {:.5g} measured", place, grows->second * seconds, m.growth.mean() * seconds));
            CHECK(std::abs(grows->second - m.growth.mean()) <= std::max(0.005 * arrivals, kOfIntegral * m.growth.mean()));
            most_grown = std::max(most_grown, grows->second);
        }
        if (row == said.end()) continue;
        INFO(fmt::format("{}: {:.5g} arrivals said, {:.5g} measured", place, arrivals * seconds, m.arrivals.mean() * seconds));
        CHECK(arrivals == Approx(m.arrivals.mean()).epsilon(kOfIntegral).margin(kNothing));
    }
    CHECK((most_grown > 1 || c.what.starts_with("a flapping")));   // else there is no backlog to compare
}

}  // namespace

TEST_CASE("check says what run does: faults of the one who is called", "[long]") { compare_all(check_rows::of_calls()); }
TEST_CASE("check says what run does: flaws", "[long]") { compare_all(check_rows::of_flaws()); }
TEST_CASE("check says what run does: faults of servers, sites and load", "[long]") { compare_all(check_rows::of_places()); }
TEST_CASE("check says what run does: kinds of arrivals", "[long]") { compare_all(check_rows::of_arrivals()); }
TEST_CASE("check says what run does: disciplines, spreading and laws of service", "[long]") { compare_all(check_rows::of_tiers()); }
TEST_CASE("check says what run does: hand-overs, and what the tiers behind get from a queue that is held back", "[long]") { compare_all(check_rows::of_hand_overs()); }

TEST_CASE("check says what run does: over the time of a fault", "[long]") {
    for (const Transient& transient : check_rows::transients()) compare_integral(transient);
}
