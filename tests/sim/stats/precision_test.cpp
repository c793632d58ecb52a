#include "sim/stats/precision.hpp"

#include "tests/catch.hpp"

namespace mailquake {

TEST_CASE("precision is met when the half-width is small enough, not before the first look") {
    const PrecisionRule rule{0.05, 10, 100};
    CHECK(judge_precision(rule, 10, Interval{9.6, 10.4, 10}, 10).state == Precision::met);
    CHECK(judge_precision(rule, -10, Interval{-10.4, -9.6, 10}, 10).state == Precision::met);
    const PrecisionStep early = judge_precision(rule, 10, Interval{9.9, 10.1, 5}, 5);
    CHECK(early.state == Precision::more);
    CHECK(early.next == 10);
    CHECK(judge_precision(rule, 0, std::nullopt, 0).next == 10);
    CHECK(judge_precision(rule, 10, std::nullopt, 20).state == Precision::more);
}

TEST_CASE("the number of replications grows as the width foretells, by half at most") {
    const PrecisionRule rule{0.05, 10, 1000};
    CHECK(judge_precision(rule, 10, Interval{9.45, 10.55, 20}, 20).next == 25);   // 20 * 1.1^2 = 24.2
    CHECK(judge_precision(rule, 10, Interval{5, 15, 20}, 20).next == 30);
    CHECK(judge_precision(rule, 10, Interval{5, 15, 20}, 20).reached == Approx(0.5));
    CHECK(judge_precision(rule, 10, Interval{9.499, 10.501, 20}, 20).next == 21);
}

TEST_CASE("a budget that ends is said") {
    const PrecisionRule rule{0.01, 10, 32};
    CHECK(judge_precision(rule, 10, Interval{5, 15, 30}, 30).next == 32);
    CHECK(judge_precision(rule, 10, Interval{5, 15, 32}, 32).state == Precision::budget_ended);
    CHECK(judge_precision(rule, 10, Interval{9.95, 10.05, 32}, 32).state == Precision::met);
}

TEST_CASE("a value of zero is precise when it is always zero") {
    const PrecisionRule rule{0.05, 10, 20};
    CHECK(judge_precision(rule, 0, Interval{0, 0, 10}, 10).state == Precision::met);
    CHECK(judge_precision(rule, 0, Interval{-0.1, 0.1, 10}, 10).state == Precision::more);
    CHECK_FALSE(judge_precision(rule, 0, Interval{-0.1, 0.1, 10}, 10).reached);
}

}  // namespace mailquake
