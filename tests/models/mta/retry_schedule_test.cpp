#include "tests/catch.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "models/mta/retry_schedule.hpp"
#include "sim/base/check.hpp"

using namespace mailquake;

namespace {

/// Divides, where SimDuration::seconds() multiplies: so whole and half seconds come out exactly.
double exact_seconds(SimDuration d) { return static_cast<double>(d.ns) / 1e9; }

/// Attempts [s after arrival] of a message that arrives at `arrived` and fails at once, every time, until it is given up.
std::vector<double> attempts(const RetrySpec& spec, SimTime arrived = SimTime::zero(), SimDuration length = SimDuration::zero(),
                             SimTime scan_phase = SimTime::zero()) {
    const RetrySchedule schedule(spec);
    RandomStream luck(StreamKey(1, 2, 3), 4);
    std::vector<double> times;
    std::optional<SimTime> next = arrived;
    std::optional<SimTime> first_failure;
    for (std::uint32_t failures = 1; next; ++failures) {
        times.push_back(exact_seconds(*next - arrived));
        const SimTime failed = *next + length;
        if (!first_failure) first_failure = failed;
        next = schedule.next_attempt(arrived, *first_failure, failed, failures, luck, scan_phase);
        REQUIRE(times.size() < 10'000);
        if (next) REQUIRE(*next >= failed);
    }
    return times;
}

std::vector<double> first(std::vector<double> times, std::size_t n) {
    times.resize(n);
    return times;
}

std::size_t within(const std::vector<double>& times, double seconds) {
    std::size_t n = 0;
    for (double t : times) n += t <= seconds ? 1 : 0;
    return n;
}

constexpr double kHour = 3600;
constexpr double kDay = 86400;

}  // namespace

TEST_CASE("postfix: attempts at 0, 300, 600, 1200, 2400, 4800, 9000, 13200 s, then every 4200") {
    const auto times = attempts(PostfixRetrySpec{});
    CHECK(first(times, 9) == std::vector<double>{0, 300, 600, 1200, 2400, 4800, 9000, 13200, 17400});
    CHECK(within(times, 5 * kDay) == 107);
    // The attempt that finds the message older than 5 d is the last.
    CHECK(times.size() == 108);
    CHECK(times.back() == 433200);
}

TEST_CASE("postfix: with a scan at any time an attempt comes a second early: 112 attempts in 5 d, every 3999 s in the end") {
    PostfixRetrySpec spec;
    spec.queue_run_delay = 1_ns;
    const auto times = attempts(spec);
    CHECK(first(times, 8) == std::vector<double>{0, 299, 598, 1195, 2389, 4777, 8776, 12775});
    CHECK(within(times, 5 * kDay) == 112);
}

TEST_CASE("postfix: attempts happen at scans of the queue, whenever the message came") {
    const auto times = attempts(PostfixRetrySpec{}, SimTime::zero() + 130_s);
    // 130 + 300 = 430, at the scan of 600; age 470, due 1070, scan 1200; age 1070, due 2270, scan 2400
    CHECK(first(times, 4) == std::vector<double>{0, 470, 1070, 2270});
    // Scans at 100, 400, 700 ...
    const auto shifted = attempts(PostfixRetrySpec{}, SimTime::zero() + 130_s, SimDuration::zero(), SimTime::zero() + 100_s);
    CHECK(first(shifted, 2) == std::vector<double>{0, 570});
    // A phase in the future is a grid all the same.
    CHECK(attempts(PostfixRetrySpec{}, SimTime::zero() + 130_s, SimDuration::zero(), SimTime::zero() + 900'100_s) == shifted);
}

/// A deferred file gets the time floor(now) + delay, and a scan takes it when that is at most floor(now) + 1 (qmgr_active_feed).
TEST_CASE("postfix: counts whole seconds: the wait, the age of which it is made, and expiry") {
    PostfixRetrySpec every_second;
    every_second.queue_run_delay = 1_s;
    const RetrySchedule schedule(every_second);
    RandomStream luck(StreamKey(1, 2, 3), 4);
    const auto next = [&](SimDuration arrived, SimDuration failed) {
        return schedule.next_attempt(SimTime::zero() + arrived, SimTime::zero() + failed, SimTime::zero() + failed, 1, luck);
    };
    CHECK(next(900_ms, 10'100_ms) == SimTime::zero() + 309_s);    // 10 + 300 - 1
    CHECK(next(900_ms, 10'999_ms) == SimTime::zero() + 309_s);    // 1.999 s early
    CHECK(next(900_ms, 11'000_ms) == SimTime::zero() + 310_s);
    CHECK(next(100_ms, 400'900_ms) == SimTime::zero() + 799_s);   // age 400
    CHECK(next(900_ms, 400'100_ms) == SimTime::zero() + 799_s);
    CHECK(next(1'000_ms, 400'999_ms) == SimTime::zero() + 798_s);
    CHECK(next(900_ms, 5_d) == std::nullopt);                     // 0.9 s less than 5 d
    CHECK(next(1_s, 5_d + 999_ms).has_value());
}

TEST_CASE("postfix: no attempt comes at the instant of the failure, however short the wait") {
    PostfixRetrySpec shortest;
    shortest.minimal_backoff = 1_s;
    shortest.queue_run_delay = 1_s;
    const RetrySchedule schedule(shortest);
    RandomStream luck(StreamKey(1, 2, 3), 4);
    CHECK(schedule.next_attempt(SimTime::zero(), SimTime::zero(), SimTime::zero() + 0_s, 1, luck) == SimTime::zero() + 1_s);
}

TEST_CASE("postfix: age counts from arrival, not from the first failure") {
    const RetrySchedule schedule(PostfixRetrySpec{});
    RandomStream luck(StreamKey(1, 2, 3), 4);
    const SimTime failed = SimTime::zero() + 2000_s;
    CHECK(schedule.next_attempt(SimTime::zero(), failed, failed, 1, luck) == SimTime::zero() + 4200_s);
    const SimTime late = SimTime::zero() + 5_d;
    CHECK(schedule.next_attempt(SimTime::zero(), late, late, 1, luck) == std::nullopt);
    CHECK(schedule.next_attempt(SimTime::zero(), late - 1_ns, late - 1_ns, 1, luck).has_value());
}

TEST_CASE("exim: every 15 min to 2 h, then 3, 4.5, 6.75, 10.1, 15.2, 22.8 h, then every 6 h: 27 attempts in 4 d") {
    const auto times = attempts(EximRetrySpec{});
    std::vector<double> expected;
    for (int k = 0; k <= 8; ++k) expected.push_back(k * 900);
    for (double h : {3.0, 4.5, 6.75, 10.125, 15.1875, 22.78125}) expected.push_back(h * kHour);
    while (expected.back() + 6 * kHour < 4 * kDay) expected.push_back(expected.back() + 6 * kHour);
    CHECK(expected.size() == 27);
    CHECK(first(times, 27) == expected);
    CHECK(times.size() == 28);  // the first failure past 4 d gives up
}

TEST_CASE("exim: attempts that take half a minute keep the steps of the sequence") {
    const auto times = attempts(EximRetrySpec{}, SimTime::zero(), 30_s);
    CHECK(within(times, 2 * kHour) == 8);
    // The first gap of the G part is an hour, though the age is not exactly 2 h.
    const auto after = std::find_if(times.begin(), times.end(), [](double t) { return t > 2 * kHour; });
    CHECK(*(after + 1) - *after == kHour + 30);
    CHECK(*(after + 2) - *(after + 1) == 1.5 * kHour + 30);
}

TEST_CASE("exim: queue runs round up") {
    EximRetrySpec spec;
    spec.queue_run = 30_min;
    CHECK(first(attempts(spec), 6) == std::vector<double>{0, 1800, 3600, 5400, 7200, 10800});
}

TEST_CASE("exchange: 4 x 1 min, 6 x 5 min, then every 15 min for 2 d") {
    const auto times = attempts(ExchangeRetrySpec{});
    CHECK(first(times, 13) == std::vector<double>{0, 60, 120, 180, 240, 540, 840, 1140, 1440, 1740, 2040, 2940, 3840});
    CHECK(times.back() >= 2 * kDay);
    CHECK(times[times.size() - 2] < 2 * kDay);
    ExchangeRetrySpec quick;
    quick.message_retry = 5_min;
    CHECK(attempts(quick)[12] == 2640);
}

TEST_CASE("opensmtpd: 400 k^2 s, 29 retries in 4 d") {
    const auto times = attempts(OpensmtpdRetrySpec{});
    CHECK(first(times, 6) == std::vector<double>{0, 400, 1600, 3600, 6400, 10000});
    CHECK(times.size() == 30);
    CHECK(times.back() == 400.0 * 29 * 29);
}

TEST_CASE("opensmtpd: a step that is over when the attempt fails is skipped") {
    const RetrySchedule schedule(OpensmtpdRetrySpec{});
    RandomStream luck(StreamKey(1, 2, 3), 4);
    const SimTime failed = SimTime::zero() + 1600_s;
    CHECK(schedule.next_attempt(SimTime::zero(), failed, failed, 1, luck) == SimTime::zero() + 3600_s);
}

TEST_CASE("haraka: 64 s doubling, 12 retries, 3.03 d") {
    const auto times = attempts(HarakaRetrySpec{});
    CHECK(first(times, 5) == std::vector<double>{0, 64, 192, 448, 960});
    CHECK(times.size() == 13);
    CHECK(times.back() == 262'080);
    CHECK(times.back() / kDay == Approx(3.03).epsilon(0.002));
    CHECK(exact_seconds(RetrySchedule(HarakaRetrySpec{}).expire_after()) == 262'080);
}

TEST_CASE("kumomta: .33, 1, 2.33, 5, 10.3, 21, 42.3, 85 h: 8 retries") {
    KumomtaRetrySpec spec;
    spec.jitter = {0};
    const auto times = attempts(spec);
    REQUIRE(times.size() == 9);
    for (std::size_t n = 0; n < times.size(); ++n) CHECK(times[n] == 1200.0 * static_cast<double>((1 << n) - 1));
    CHECK(times.back() == 85 * kHour);
}

TEST_CASE("kumomta: jitter moves a wait by at most its share, both ways, and nothing else draws") {
    KumomtaRetrySpec spec;
    spec.jitter = {0.1};
    const RetrySchedule schedule(spec);
    double least = 1e9, most = 0;
    for (std::uint64_t k = 0; k < 2000; ++k) {
        RandomStream luck(StreamKey(1, 2, 3), k);
        const double wait = schedule.next_attempt(SimTime::zero(), SimTime::zero(), SimTime::zero(), 1, luck)->seconds();
        least = std::min(least, wait);
        most = std::max(most, wait);
    }
    CHECK(least >= 1080);
    CHECK(least < 1082);
    CHECK(most <= 1320);
    CHECK(most > 1318);

    RandomStream used(StreamKey(1, 2, 3), 4), fresh(StreamKey(1, 2, 3), 4);
    (void)RetrySchedule(PostfixRetrySpec{}).next_attempt(SimTime::zero(), SimTime::zero(), SimTime::zero(), 1, used);
    CHECK(used() == fresh());
}

TEST_CASE("custom: waits as listed, the last one repeats until the message is too old") {
    CustomRetrySpec spec;
    spec.waits = {10_s, 20_s, 60_s};
    spec.expire = 200_s;
    CHECK(attempts(spec) == std::vector<double>{0, 10, 30, 90, 150, 210});
    spec.waits.clear();
    CHECK_THROWS_AS(RetrySchedule(spec), EngineError);
}

TEST_CASE("where expiry has a timer a message is looked at when it is due, and no later than the end of its life") {
    ExchangeRetrySpec spec;
    spec.expire = 100_s;
    const auto look = [&](SimDuration failed) {
        RandomStream luck(StreamKey(1, 2, 3), 4);
        const SimTime at = SimTime::zero() + failed;
        return RetrySchedule(spec).next_look(SimTime::zero(), at, at, 1, luck);
    };
    CHECK(look(10_s) == SimTime::zero() + 70_s);
    CHECK(look(50_s) == SimTime::zero() + 100_s);
    CHECK(look(100_s) == std::nullopt);
    spec.expires = Expires::after_attempt;
    CHECK(look(50_s) == SimTime::zero() + 110_s);
    // No attempt is planned for the end of a life, or after it; the message waits for that all the same.
    RandomStream luck(StreamKey(1, 2, 3), 4);
    const SimTime last = SimTime::zero() + 400_s * (29 * 29);
    CHECK(RetrySchedule(OpensmtpdRetrySpec{}).next_attempt(SimTime::zero(), SimTime::zero(), last, 30, luck) == std::nullopt);
    CHECK(RetrySchedule(OpensmtpdRetrySpec{}).next_look(SimTime::zero(), SimTime::zero(), last, 30, luck) == SimTime::zero() + 4_d);
}

TEST_CASE("a message that waited before its first attempt is given up by its age in the queue") {
    for (const RetrySpec& spec : {RetrySpec(PostfixRetrySpec{}), RetrySpec(ExchangeRetrySpec{}), RetrySpec(OpensmtpdRetrySpec{}),
                                  RetrySpec(KumomtaRetrySpec{})}) {
        const RetrySchedule schedule(spec);
        RandomStream luck(StreamKey(1, 2, 3), 4);
        const SimTime old = SimTime::zero() + schedule.expire_after();
        CHECK(schedule.next_attempt(SimTime::zero(), old, old, 1, luck) == std::nullopt);
    }
}
