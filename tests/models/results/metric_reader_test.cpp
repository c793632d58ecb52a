// Metrics are read from what a run has stored, by hand-made numbers; and out of a ledger they read the same as fresh.
#include "models/results/metric_reader.hpp"

#include "tests/catch.hpp"

#include <cmath>

#include "models/results/figures.hpp"
#include "models/results/store.hpp"
#include "tests/models/results/small_outcome.hpp"
#include "tests/sim/experiment/temp_file.hpp"

namespace mailquake {

namespace {

RunRecord record_from(const Outcome& outcome) {
    return record_of(figures_of(outcome, testing::small_scenario()), outcome.fingerprint.hex(), outcome, Detail::figures);
}

std::shared_ptr<const Metric> metric(const std::string& text) {
    std::vector<std::string> errors;
    auto measure = parse_measure(text, errors);
    INFO(text << (errors.empty() ? "" : ": " + errors.front()));
    REQUIRE(measure);
    return make_metric(std::move(*measure));
}

std::optional<Reading> reading(const std::string& text, const RunRecord& record) { return metric(text)->of(record); }

double value(const std::string& text, const RunRecord& record) {
    const auto found = reading(text, record);
    INFO(text);
    REQUIRE(found);
    return found->value;
}

}  // namespace

TEST_CASE("shares are of the tenants or copies that are selected") {
    const RunRecord record = record_from(testing::small_outcome());
    CHECK(value("affected", record) == 0.75);
    CHECK(value("affected(class=gold)", record) == 1);
    CHECK(value("affected(class!=gold)", record) == 0.5);
    CHECK(value("affected(tier=directory, partition=p3)", record) == 1);
    CHECK(value("affected(tier=directory, partition!=p3)", record) == Approx(2.0 / 3));
    CHECK(value("affected(class=free, tier=directory, partition=p1)", record) == 0.5);
    CHECK(value("late(class=gold)", record) == Approx(66.0 / 300));
    CHECK(value("accepted(class=free)", record) == 60);
    CHECK(value("collateral(class=gold)", record) == 0.5);
}

TEST_CASE("quantiles, means and maxima are of all that is selected, together") {
    const RunRecord record = record_from(testing::small_outcome());
    CHECK(value("p50(delay, class=gold)", record) == Approx(2).epsilon(0.002));
    CHECK(value("p999(delay)", record) == Approx(7200).epsilon(0.002));
    CHECK(value("max(delay, class=free)", record) == 1);
    CHECK(value("mean_delay(class=gold)", record) == Approx((990 * 2 + 10 * 7200) / 1000.0));
    CHECK(value("p99(wait, tier=directory, partition=p3)", record) == Approx(1).epsilon(0.002));
    CHECK(reading("p50(delay)", record)->sample->count() == 1100);
    CHECK(metric("p50(delay)")->quantile() == 0.5);
    CHECK_FALSE(metric("max(delay)")->quantile());
}

TEST_CASE("of several places the greatest counts, and sums are sums") {
    const RunRecord record = record_from(testing::small_outcome());
    CHECK(value("utilization", record) == 0.9);
    CHECK(value("utilization(tier=directory)", record) == 0.4);
    CHECK(value("utilization(tier!=transport, partition!=p3)", record) == 0.2);
    CHECK(value("max(queue, tier=transport)", record) == 400);
    CHECK(value("served(tier=directory)", record) == 1980);
    CHECK(value("touched(fault=p3-silent)", record) == 33);
    CHECK(value("touched(flaw=lookup-hang)", record) == 31);
    CHECK(value("backlog(tier=transport)", record) == 400);
    CHECK(value("notices", record) == 7);
}

TEST_CASE("what mail under way could still move is a lower bound") {
    Outcome o = testing::small_outcome();
    CHECK_FALSE(reading("oldest", record_from(o))->at_least);
    o.classes[0].censored = 12;   // of 1000, and among the young ones
    o.classes[0].under_way.add(2_s, 12);
    const RunRecord record = record_from(o);
    CHECK(reading("oldest", record)->at_least);
    CHECK(reading("max(delay)", record)->at_least);
    CHECK(reading("p99(delay, class=gold)", record)->at_least);
    CHECK_FALSE(reading("p50(delay, class=gold)", record)->at_least);
    CHECK_FALSE(reading("max(delay, class=free)", record)->at_least);
}

TEST_CASE("a quantile that mail under way could move is no greater than that of what had arrived, if enough had") {
    Outcome o = testing::small_outcome();
    Histogram delay;
    for (int i = 0; i < 1000; ++i) delay.add(std::int64_t{i} * 1'000'000'000);
    o.classes[0].delay = delay;
    o.classes[0].censored = 50;   // the youngest
    for (int i = 0; i < 50; ++i) o.classes[0].under_way.add(std::int64_t{i} * 1'000'000'000);
    const RunRecord record = record_from(o);
    const auto p90 = reading("p90(delay, class=gold)", record), p99 = reading("p99(delay, class=gold)", record);
    CHECK(p90->at_least);
    CHECK(p90->value == Approx(900).epsilon(0.01));
    CHECK(p90->greatest == Approx(950).epsilon(0.01));
    CHECK(p99->at_least);
    CHECK(std::isinf(p99->greatest));   // the 50 may all be the last
}

TEST_CASE("a recovery that was not seen is later than anything that was looked at") {
    Outcome o = testing::small_outcome();
    const auto seen = reading("recovered(fault=p3-silent)", record_from(o));
    REQUIRE(seen);
    CHECK_FALSE(seen->at_least);
    CHECK(seen->value == 20 * 60);
    for (std::size_t m = 120; m < testing::kMinutes; ++m) o.minutes[m] = {10, 5, 40, 30};
    const auto unseen = reading("recovered", record_from(o));
    REQUIRE(unseen);
    CHECK(unseen->at_least);
    CHECK(unseen->value == (350 - 29 - 180) * 60);   // minutes up to 350 are known, the last 30 in a row begin at 321
}

TEST_CASE("a quotient needs a denominator, and nothing that matches is no zero") {
    const RunRecord record = record_from(testing::small_outcome());
    CHECK(value("delivered() / accepted()", record) == Approx(1));
    CHECK_FALSE(reading("accepted() / bounced()", record));
    CHECK_FALSE(reading("p99(delay, class=none)", record));
    CHECK_FALSE(reading("recovered(fault=none)", record));
    CHECK_FALSE(reading("signed_in", record));
}

TEST_CASE("metrics read the same out of a ledger as fresh") {
    const Outcome o = testing::small_outcome();
    const RunRecord fresh = record_from(o);
    const testing::TempFile temp;
    ResultsFile file(temp.path());
    const UnitKey key{std::string(32, 'a'), 1, 0};
    file.ledger().save(key, {"small", "{}", "{}", "0.1.0", "s"}, fresh, Detail::figures);
    const auto kept = file.ledger().read(key, {.figures = true, .distributions = true, .document = false});
    REQUIRE(kept);
    for (const MetricType& type : metric_types()) {
        if (type.source == MetricSource::touched) continue;
        INFO(type.title());
        const auto a = reading(type.title(), fresh), b = reading(type.title(), *kept);
        CHECK(a.has_value() == b.has_value());
        if (a && b) CHECK(a->value == b->value);
    }
}

TEST_CASE("a quantile that falls on lost mail is infinite, and so is the greatest delay of what lost any") {
    Outcome o = testing::small_outcome();
    o.classes[0].lost = 1000;   // as many as arrived
    const RunRecord record = record_from(o);
    CHECK(value("p50(delay, class=gold)", record) == Approx(7200).epsilon(0.002));
    CHECK(std::isinf(value("p90(delay, class=gold)", record)));
    CHECK(std::isinf(value("max(delay)", record)));
    CHECK(reading("p50(delay, class=gold)", record)->beyond == 1000);
    CHECK(value("max(delay, class=free)", record) == 1);
    CHECK(value("mean_delay(class=gold)", record) == Approx((990 * 2 + 10 * 7200) / 1000.0));
}

TEST_CASE("a recovery that the run is too short to show is open") {
    Outcome o = testing::small_outcome();
    o.end = SimTime::zero() + 3_h + 20_min;
    o.minutes.resize(200);
    const auto found = reading("recovered()", record_from(o));
    REQUIRE(found);
    CHECK(found->at_least);
    CHECK(found->open);
    CHECK_FALSE(reading("recovered()", record_from(testing::small_outcome()))->open);
}

}  // namespace mailquake
