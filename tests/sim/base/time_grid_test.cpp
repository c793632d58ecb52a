#include "sim/base/time_grid.hpp"

#include "tests/catch.hpp"

#include "sim/base/hash.hpp"

using namespace mailquake;

TEST_CASE("a time lies in the step that it divides into, whatever was asked before") {
    TimeGrid minutes(60_s);
    CHECK(minutes.at(SimTime::zero()) == 0);
    CHECK(minutes.at(SimTime::zero() + 60_s - 1_ns) == 0);
    CHECK(minutes.at(SimTime::zero() + 60_s) == 1);
    CHECK(minutes.at(SimTime::zero() + 60_s - 1_ns) == 0);  // back again
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        const SimTime t{static_cast<std::int64_t>(mix64(i) >> (10 + i % 50))};
        const SimTime near{t.ns / (60_s).ns * (60_s).ns + static_cast<std::int64_t>(mix64(i + 7) % 60'000'000'000U)};
        REQUIRE(minutes.at(t) == static_cast<std::uint32_t>(t.ns / (60_s).ns));
        REQUIRE(minutes.at(near) == static_cast<std::uint32_t>(near.ns / (60_s).ns));
    }
}

TEST_CASE("a time before the start lies in no step") {
    TimeGrid hours(1_h);
    CHECK_THROWS_AS(hours.at(SimTime::zero() - 1_ns), EngineError);
}
