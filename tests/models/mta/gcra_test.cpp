// The generic cell rate algorithm: what may start when.
#include "tests/catch.hpp"

#include "models/mta/gcra.hpp"
#include "tests/models/mta/clock.hpp"

using namespace mailquake;
using testing::at;

TEST_CASE("attempts are a step apart, and a rest saves up no more than the burst") {
    Gcra throttle(GcraSpec{.rate = {10}, .burst = 3});
    const auto started = [&](SimDuration now) {
        int n = 0;
        for (; throttle.next(at(now)) <= at(now); ++n) throttle.start(at(now));
        return n;
    };
    CHECK(started(0_s) == 3);
    CHECK(throttle.next(at(0_s)) == at(100_ms));
    CHECK(started(100_ms) == 1);
    CHECK(started(250_ms) == 1);
    CHECK(throttle.next(at(250_ms)) == at(300_ms));
    CHECK(started(1_h) == 3);
}

TEST_CASE("over any stretch at most burst + rate x length start") {
    Gcra throttle(GcraSpec{.rate = {7}, .burst = 4});
    int n = 0;
    for (SimTime now = at(0_s); now < at(100_s); now = now + 13_ms)
        for (; throttle.next(now) <= now; ++n) throttle.start(now);
    CHECK(n <= 4 + 7 * 100);
    CHECK(n >= 7 * 100);
}

TEST_CASE("a throttle slower than any run lets its burst through, and nothing after it") {
    Gcra throttle(GcraSpec{.rate = {1e-300}, .burst = 3});
    int n = 0;
    for (; n < 10 && throttle.next(at(1_h)) <= at(1_h); ++n) throttle.start(at(1_h));
    CHECK(n == 3);
    CHECK(throttle.next(at(1_h)) == SimTime::never());
}
