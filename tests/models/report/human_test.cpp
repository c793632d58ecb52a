// Figures as people read them, at the edges where rounding changes the unit.
#include <limits>

#include "tests/catch.hpp"

#include "models/report/human.hpp"
#include "models/report/table.hpp"

namespace mailquake {

TEST_CASE("durations have two units at most and never 60 of one") {
    CHECK(human::duration(0) == "0 s");
    CHECK(human::duration(0.038) == "38 ms");
    CHECK(human::duration(0.9996) == "1.0 s");
    CHECK(human::duration(4.24) == "4.2 s");
    CHECK(human::duration(59.96) == "1m");
    CHECK(human::duration(200) == "3m 20s");
    CHECK(human::duration(3599.7) == "1h 00m");
    CHECK(human::duration(7 * 3600 + 12 * 60) == "7h 12m");
    CHECK(human::duration(50 * 3600) == "2d 02h");
    CHECK(human::duration(std::nullopt) == "-");
    CHECK(human::duration(std::numeric_limits<double>::infinity()) == "-");
    CHECK(human::duration(7200.0, true) == ">= 2h 00m");
}

TEST_CASE("counts have thousands apart, means that are not whole a decimal") {
    CHECK(human::count(0) == "0");
    CHECK(human::count(999) == "999");
    CHECK(human::count(2912334) == "2,912,334");
    CHECK(human::count(-1234567) == "-1,234,567");
    CHECK(human::count(-0x1p63) == "-9,223,372,036,854,775,808");
    CHECK(human::count(611.6) == "611.6");
    CHECK(human::count(12345.6) == "12,346");
    CHECK(human::count(1e300) == "1e+300");   // more than an integer holds
    CHECK(human::count(-0x1p64) == "-1.84467e+19");
    CHECK(human::count(1, "tenant") == "1 tenant");
    CHECK(human::count(2, "tenant") == "2 tenants");
}

TEST_CASE("a share has its denominator, and a small one is not none") {
    CHECK(human::share(612, 1000, "tenants") == "612 of 1,000 tenants (61.2 %)");
    CHECK(human::share(0, 0, "") == "0 of 0 (-)");
    CHECK(human::percent(0) == "0.0 %");
    CHECK(human::percent(0.0001) == "< 0.1 %");
    CHECK(human::percent(0.9999) == "> 99.9 %");
    CHECK(human::percent(1) == "100.0 %");
}

TEST_CASE("rates change their unit when they are slow") {
    CHECK(human::rate(4.2) == "4.2/s");
    CHECK(human::rate(4.2, true) == "+4.2/s");
    CHECK(human::rate(1234.4) == "1,234/s");
    CHECK(human::rate(0.05) == "3.0/min");
}

TEST_CASE("times are the scenario's clock and the offset from its start") {
    CHECK(human::offset(0) == "+0h 00m");
    CHECK(human::offset(14 * 3600 + 300) == "+14h 05m");
    CHECK(human::offset(90) == "+1m 30s");
    CHECK(human::clock("2014-06-24T10:00:00Z", 15 * 3600) == "25 Jun 01:00");
    CHECK(human::clock("no instant", 0).empty());
}

TEST_CASE("columns are as wide as their cells, numbers to the right") {
    TextTable table({"tier", "max"});
    CHECK(table.empty());
    table.row({"transport", "7"});
    table.row({"edge"});
    CHECK(table.print() == "  tier       max\n  transport    7\n  edge\n");
    CHECK_FALSE(table.empty());
}

}  // namespace mailquake
