// The rule of onset: three minutes in a row, five times the 99th percentile before the fault, and 10 s.
#include "tests/catch.hpp"

#include "models/report/cascade.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

const SimTime kFault = SimTime::zero() + 60_min;

std::vector<float> ages(float before, float after, std::size_t from, std::size_t minutes) {
    std::vector<float> all(120, before);
    for (std::size_t m = from; m < from + minutes; ++m) all[m] = after;
    return all;
}

}  // namespace

TEST_CASE("onset is the first of three minutes in a row") {
    CHECK(onset_minute(ages(1, 20, 70, 3), kFault) == 70U);
    CHECK_FALSE(onset_minute(ages(1, 20, 70, 2), kFault));
    auto broken = ages(1, 20, 70, 5);
    broken[71] = 1;
    CHECK(onset_minute(broken, kFault) == 72U);
}

TEST_CASE("an age must exceed 10 s as well as five times the usual") {
    CHECK_FALSE(onset_minute(ages(1, 10, 70, 9), kFault));
    CHECK(onset_minute(ages(1, 10.1F, 70, 9), kFault));
    CHECK_FALSE(onset_minute(ages(4, 20, 70, 9), kFault));
    CHECK(onset_minute(ages(4, 20.1F, 70, 9), kFault));
}

TEST_CASE("what happened before the fault is no onset, and raises the bar") {
    CHECK_FALSE(onset_minute(ages(1, 20, 50, 5), kFault));
    CHECK(onset_minute(ages(1, 20, 55, 20), kFault) == std::nullopt);   // 5 of 60 minutes at 20 s: the bar is 100 s
    std::vector<float> rare = ages(1, 20, 70, 5);
    rare[10] = 20;   // one of 60: within the last 1 %? rank ceil(59.4) = 60, so it counts
    CHECK_FALSE(onset_minute(rare, kFault));
}

TEST_CASE("the 99th percentile is by nearest rank") {
    std::vector<float> ages(200);
    for (std::size_t i = 0; i < ages.size(); ++i) ages[i] = static_cast<float>(i + 1);
    CHECK(p99_before(ages, 200) == 198);
    CHECK(p99_before(ages, 100) == 99);
    CHECK(p99_before(ages, 1) == 1);
    CHECK(p99_before(ages, 0) == 0);
    CHECK(p99_before({}, 100) == 0);
}

TEST_CASE("a cascade is in order of onset, whatever the order of the queues") {
    const auto cascade = cascade_of(testing::small_outcome());
    REQUIRE(cascade.size() == 2);
    CHECK(cascade[0].queue == "transport@dfw");
    CHECK(cascade[0].at == 122 * 60.0);   // the point of minute 121 is taken at its end
    CHECK(cascade[0].oldest == 7200);
    CHECK(cascade[0].waiting == 400);
    CHECK(cascade[0].before == 1);
    CHECK(cascade[1].queue == "directory@dfw");
}

TEST_CASE("a run without a fault has no cascade") {
    Outcome o = testing::small_outcome();
    o.fault_window = {};
    CHECK(cascade_of(o).empty());
}

}  // namespace mailquake
