// Texts of expectations: what they mean, and that the table of metrics holds together. Mistakes and their answers stand in
// tests/models/scenario/bad/expectations.yaml.
#include "models/expect/expectation.hpp"

#include "tests/catch.hpp"

#include <set>

namespace mailquake {

namespace {

Expectation parsed(const std::string& text) {
    std::vector<std::string> errors;
    const auto expectation = parse_expectation(text, errors);
    INFO(text << (errors.empty() ? "" : ": " + errors.front()));
    REQUIRE(expectation);
    return *expectation;
}

bool refused(const std::string& text) {
    std::vector<std::string> errors;
    return !parse_expectation(text, errors) && !errors.empty();
}

}  // namespace

TEST_CASE("an expectation is a measure, a comparison and a quantity in the measure's unit") {
    const Expectation e = parsed("  p99( delay ,class = gold )<=5m ");
    CHECK(e.text() == "p99(delay, class=gold) <= 5m");
    CHECK(e.measure.metric.type->q == 0.99);
    CHECK(e.measure.metric.selectors == std::vector{Selector{SelectorKind::tenant_class, "gold", false}});
    CHECK(e.comparison == Comparison::at_most);
    CHECK(e.bound == 300);
    CHECK_FALSE(e.of_mean);
    CHECK(parsed("affected(partition!=p3) < 1%").measure.metric.selectors.front().unequal);
    CHECK(parsed("affected(partition!=p3) < 1%").bound == 0.01);
    CHECK(parsed("retry_peak < 20/min").bound == Approx(1.0 / 3));
    CHECK(parsed("lost() == 0").bound == 0);
    CHECK(parsed("affected() == 0").bound == 0);
}

TEST_CASE("parentheses may be left out, and the text is one whatever was written") {
    CHECK(parsed("late<5%").text() == parsed("late( ) < 5%").text());
}

TEST_CASE("mean(...) is of all runs, and no metric is called so") {
    CHECK(parsed("mean(p99(delay)) < 5m").of_mean);
    CHECK(parsed("mean(late) < 5%").text() == "mean(late()) < 5%");
    CHECK(parsed("mean(late() / lost()) < 5%").of_mean);
    CHECK_FALSE(parsed("mean_delay() < 5m").of_mean);
    CHECK(refused("mean(delay) < 5m"));
}

TEST_CASE("a quotient of two alike is a number, and by a count it keeps its unit") {
    CHECK(parsed("bounced() / accepted() < 5%").bound == 0.05);
    CHECK(parsed("p99(delay) / p50(delay) < 20x").bound == 20);
    CHECK(parsed("p99(delay) / p50(delay) < 20").measure.unit() == MetricUnit::number);
    CHECK(parsed("mean_delay() / accepted() < 5s").measure.unit() == MetricUnit::duration);
    CHECK(refused("lost() / p99(delay) < 5"));
}

TEST_CASE("all mistakes of a text are told") {
    std::vector<std::string> errors;
    CHECK_FALSE(parse_measure("p99(delay, clas=a, sit=b)", errors));
    CHECK(errors.size() == 2);
}

TEST_CASE("each metric is there once, says what it is, and can be written") {
    std::set<std::string> titles;
    for (const MetricType& type : metric_types()) {
        INFO(type.title());
        CHECK(titles.insert(type.title()).second);
        CHECK(type.sentence.size() > 10);
        if (type.source == MetricSource::touched) continue;
        std::vector<std::string> errors;
        CHECK(parse_measure(type.title(), errors));
    }
    CHECK(titles.size() > 40);
    CHECK(metrics_markdown().find("`p99(delay)`") != std::string::npos);
}

}  // namespace mailquake
