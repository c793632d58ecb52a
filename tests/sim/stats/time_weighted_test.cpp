#include "sim/stats/time_weighted.hpp"

#include "tests/catch.hpp"

#include "sim/base/check.hpp"

using namespace mailquake;

TEST_CASE("a time-weighted value has an exact area, mean and maximum") {
    TimeWeighted queue;
    queue.add(SimTime{10}, 2);   // 0 over [0, 10)
    queue.add(SimTime{30}, 3);   // 2 over [10, 30)
    queue.set(SimTime{40}, 1);   // 5 over [30, 40)
    CHECK(queue.area(SimTime{100}) == 0 * 10 + 2 * 20 + 5 * 10 + 1 * 60);
    CHECK(queue.mean(SimTime{0}, SimTime{100}) == 1.5);
    CHECK(queue.max() == 5);
    CHECK(queue.max_at() == SimTime{30});
    CHECK(queue.value() == 1);
    queue.set(SimTime{110}, 5);  // as great again, but not for the first time
    CHECK(queue.max_at() == SimTime{30});
}

TEST_CASE("a mean that leaves the warm-up out begins at a restart") {
    TimeWeighted queue;
    queue.set(SimTime{0}, 100);
    queue.set(SimTime{50}, 4);
    CHECK_THROWS_AS(queue.mean(SimTime{50}, SimTime{60}), EngineError);
    queue.restart(SimTime{60});
    queue.set(SimTime{80}, 8);
    CHECK(queue.mean(SimTime{60}, SimTime{100}) == 6);
    CHECK(queue.max() == 8);
}

TEST_CASE("a value that holds for no time has no area but counts for the maximum") {
    TimeWeighted queue;
    queue.set(SimTime{5}, 7);
    queue.set(SimTime{5}, 0);
    CHECK(queue.area(SimTime{10}) == 0);
    CHECK(queue.max() == 7);
    CHECK(queue.max_at() == SimTime{5});
    CHECK_THROWS_AS(queue.set(SimTime{4}, 1), EngineError);
}

TEST_CASE("areas beyond 64 bits are exact") {
    TimeWeighted queue;
    queue.set(SimTime{0}, 1'000'000'000);
    const TimeArea expected = static_cast<TimeArea>(1'000'000'000) * (100_d).ns;
    CHECK(queue.area(SimTime::zero() + 100_d) == expected);
    CHECK(queue.mean(SimTime{0}, SimTime::zero() + 100_d) == 1e9);
}
