// Exchange's back pressure: the published table as a trace.
#include "tests/catch.hpp"

#include "models/mta/back_pressure.hpp"

using namespace mailquake;

TEST_CASE("levels rise and fall at the published lengths, and not between them") {
    const BackPressureSpec spec;
    BackPressure pressure(spec);
    using Level = BackPressure::Level;
    const std::pair<std::int64_t, Level> trace[] = {
        {9999, Level::low},    {10000, Level::medium}, {2000, Level::medium}, {15000, Level::medium}, {15001, Level::high}, {10000, Level::high},
        {9999, Level::medium}, {15000, Level::medium}, {1999, Level::low},    {9999, Level::low},     {15001, Level::high}, {1999, Level::low}};
    for (const auto& [waiting, level] : trace) {
        pressure.look(waiting);
        INFO(waiting);
        CHECK(pressure.level() == level);
    }
}

TEST_CASE("a tarpit is 10 s, 5 s more at each look, 55 s at most, and gone with the pressure") {
    const BackPressureSpec spec;
    BackPressure pressure(spec);
    CHECK(pressure.tarpit() == 0_s);
    for (int look = 0; look < 15; ++look) {
        pressure.look(12'000);
        CHECK(pressure.tarpit() == std::min(55_s, 10_s + look * 5_s));
    }
    pressure.look(20'000);
    CHECK(pressure.tarpit() == 0_s);  // refused, not kept waiting
    pressure.look(1'000);
    pressure.look(12'000);
    CHECK(pressure.tarpit() == 10_s);
}
