#include "tests/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "models/traffic/arrival_clock.hpp"
#include "sim/base/law.hpp"

using namespace mailquake;

namespace {

SimTime at(SimDuration d) { return SimTime::zero() + d; }

std::array<double, 24> office_hours() {
    std::array<double, 24> hourly{};
    for (std::size_t h = 0; h < 24; ++h) hourly[h] = h >= 8 && h < 18 ? 10.0 : 1.0;
    return hourly;
}

ArrivalClock flat(double rate) { return ArrivalClock(rate, {}, SimDuration::zero(), {}); }

}  // namespace

TEST_CASE("a flat rate gives evenly spaced whole counts, to the nanosecond, for ten days at 10^4/s") {
    const ArrivalClock clock = flat(1e4);
    for (std::int64_t n : {std::int64_t{1}, std::int64_t{12'345}, std::int64_t{864'000'000}, std::int64_t{8'640'000'000}, std::int64_t{8'640'000'001}}) {
        CHECK(clock.at(ArrivalCount::of(static_cast<double>(n))) == SimTime{n * 100'000});
    }
    CHECK(clock.at(ArrivalCount{}) == SimTime::zero());
}

TEST_CASE("sums of small counts lose nothing") {
    const ArrivalCount step = ArrivalCount::of(0.1);
    ArrivalCount sum;
    for (int k = 0; k < 1'000'000; ++k) sum += step;
    CHECK(sum == step * 1'000'000);
    CHECK(sum.value() == Approx(1e5).epsilon(1e-11));
}

TEST_CASE("at is the inverse of count, through hours, windows and days") {
    const auto hourly = office_hours();
    const ArrivalClock clock(7.5, hourly, 5_h + 17_min, {{at(30_h), at(31_h), 4.0}, {at(30'500_s * 4), at(40_h), 0.5}, {at(45_h), at(46_h), 0.0}});
    for (std::int64_t k = 0; k < 3000; ++k) {
        const SimTime t = at(61'234'567'891_ns * k);  // up to 51 h
        if (t >= at(45_h) && t <= at(46_h)) continue;
        REQUIRE(std::llabs((clock.at(clock.count(t)) - t).ns) <= 1);
    }
    CHECK(std::llabs((clock.at(clock.count(at(3000_d + 5_h))) - at(3000_d + 5_h)).ns) <= 1);
}

TEST_CASE("hourly factors follow the clock of the day and are scaled to mean 1") {
    const auto hourly = office_hours();
    const ArrivalClock clock(10, hourly, 6_h + 30_min, {});
    const double mean = (10 * 10 + 14 * 1) / 24.0;
    CHECK(clock.rate_at(at(0_s)) == Approx(10 * 1 / mean));
    CHECK(clock.rate_at(at(90_min) - 1_ns) == Approx(10 * 1 / mean));   // 07:59:59
    CHECK(clock.rate_at(at(90_min)) == Approx(10 * 10 / mean));         // 08:00
    CHECK(clock.rate_at(at(11_h + 30_min)) == Approx(10 * 1 / mean));   // 18:00
    CHECK(clock.rate_at(at(24_h * 100 + 90_min)) == Approx(10 * 10 / mean));
    CHECK(clock.count(at(24_h)).value() == Approx(864'000));
    CHECK(clock.count(at(240_h)).value() == Approx(8'640'000));
}

TEST_CASE("windows multiply the rate, and each other") {
    const ArrivalClock clock(10, {}, SimDuration::zero(), {{at(10_s), at(30_s), 3.0}, {at(20_s), at(40_s), 2.0}});
    CHECK(clock.rate_at(at(5_s)) == Approx(10));
    CHECK(clock.rate_at(at(10_s)) == Approx(30));
    CHECK(clock.rate_at(at(20_s)) == Approx(60));
    CHECK(clock.rate_at(at(30_s)) == Approx(20));
    CHECK(clock.rate_at(at(40_s)) == Approx(10));
    CHECK(clock.count(at(40_s)).value() == Approx(100 + 300 + 600 + 200));
    CHECK(clock.at(ArrivalCount::of(700)) == at(25_s));
    CHECK(clock.at(ArrivalCount::of(1300)) == at(50_s));
}

TEST_CASE("a stretch without mail is leapt over") {
    const ArrivalClock clock(10, {}, SimDuration::zero(), {{at(10_s), at(1000_s), 0.0}});
    CHECK(clock.at(ArrivalCount::of(99.9)) == at(9'990_ms));
    CHECK(clock.at(ArrivalCount::of(100)) == at(10_s));          // reached with the last of it
    CHECK(clock.at(ArrivalCount::of(100.1)) == at(1000_s + 10_ms));
    CHECK(clock.after(at(500_s), 1.0) == at(1000_s + 100_ms));
}

TEST_CASE("hours without mail at the end of the day are leapt over on any day") {
    std::array<double, 24> hourly{};
    hourly[0] = 1;  // all mail in the first hour
    const ArrivalClock clock(24.0 / 86400, hourly, SimDuration::zero(), {});
    CHECK(clock.at(ArrivalCount::of(12)) == at(30_min));
    CHECK(std::llabs((clock.at(ArrivalCount::of(24 * 5 + 12)) - at(5_d + 30_min)).ns) <= 1000);
    // What is reached with the last mail of a day belongs to that day.
    CHECK(clock.at(clock.count(at(5_d))) == at(4_d + 1_h));
    CHECK(clock.rate_at(at(2_d + 2_h)) == 0);
    const SimTime next = clock.after(at(2_d + 2_h), 6);
    CHECK(std::llabs((next - at(3_d + 15_min)).ns) <= 1000);
}

TEST_CASE("a source without mail never rings, and one that ends in silence stops") {
    CHECK(flat(0).at(ArrivalCount::of(1e-9)) == SimTime::never());
    CHECK(flat(0).after(at(5_s), 1) == SimTime::never());
    const ArrivalClock ends(10, {}, SimDuration::zero(), {{at(10_s), SimTime::never(), 0.0}});
    CHECK(ends.at(ArrivalCount::of(50)) == at(5_s));
    CHECK(ends.at(ArrivalCount::of(101)) == SimTime::never());
    const ArrivalClock surge(10, {}, SimDuration::zero(), {{SimTime::zero(), at(10_s), 0.0}, {at(20_s), SimTime::never(), 0.0}});
    CHECK(surge.at(ArrivalCount::of(50)) == at(15_s));
    CHECK(surge.at(ArrivalCount::of(101)) == SimTime::never());
    CHECK(surge.rate_at(at(3000_d)) == 0);
    CHECK(flat(1e-15).at(ArrivalCount::of(1)) == SimTime::never());  // in 30 million years
}

TEST_CASE("a cursor gives the same answers, always forward") {
    const auto hourly = office_hours();
    const ArrivalClock clock(0.02, hourly, 13_h + 1_s, {{at(10_h), at(30_h), 7.0}, {at(20_h), at(50_h), 0.0}});
    ArrivalClock::Cursor cursor;
    ArrivalCount sum;
    SimTime last = SimTime::zero();
    for (std::uint64_t k = 0; k < 20'000; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), k);
        sum += ArrivalCount::of(draw_unit_exponential(luck));
        const SimTime t = clock.at(sum, cursor);
        REQUIRE(t == clock.at(sum));
        REQUIRE(t >= last);
        last = t;
    }
    CHECK(last > at(8_d));
}

TEST_CASE("a source with twice the rate has the same arrivals at half the times") {
    const ArrivalClock slow = flat(3), fast = flat(6);
    ArrivalCount sum;
    for (std::uint64_t k = 0; k < 1000; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), k);
        sum += ArrivalCount::of(draw_unit_exponential(luck));
        REQUIRE(std::llabs(slow.at(sum).ns - 2 * fast.at(sum).ns) <= 2);
    }
}

TEST_CASE("arrivals through a day of office hours come in proportion to the hours") {
    const auto hourly = office_hours();
    const ArrivalClock clock(1, hourly, SimDuration::zero(), {});
    int day = 0, total = 0;
    ArrivalCount sum;
    for (std::uint64_t k = 0;; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), k);
        sum += ArrivalCount::of(draw_unit_exponential(luck));
        const SimTime t = clock.at(sum);
        if (t >= at(24_h)) break;
        ++total;
        day += t >= at(8_h) && t < at(18_h) ? 1 : 0;
    }
    const double share = 100.0 / 114;
    CHECK(total == Approx(86'400).margin(4 * std::sqrt(86'400.0)));
    CHECK(day / static_cast<double>(total) == Approx(share).margin(4 * std::sqrt(share * (1 - share) / total)));
}
