#include "tests/catch.hpp"

#include "models/world/stuck_mail.hpp"

using namespace mailquake;

TEST_CASE("24 June 2014: the stuck mail's retries need far more workers than its first attempts") {
    // 2 % of 200/s, nothing answers, 30 s held: first attempts take 4 x 30 = 120 workers (of 129.8 in all).
    const RetrySchedule exchange(ExchangeRetrySpec{});
    CHECK(retries_within(exchange, 7_h) == 35);  // 4 x 1 min, 6 x 5 min, then 25 x 15 min
    CHECK(retry_work(exchange, {4}, {1}, 30_s, 7_h) == Approx(4 * 35 * 30));
    CHECK(retry_work(exchange, {4}, {1}, 30_s, 59_s) == 0);
    CHECK(retry_work(exchange, {4}, {1}, 30_s, 60_s) == Approx(4 * 30));
    // With a time-out of half a second that holds, all retries of the seventh hour take 70.
    CHECK(retry_work(exchange, {4}, {1}, 500_ms, 7_h) == Approx(70));
}

TEST_CASE("when each second request is answered, retries stay below twice the rate of stuck mail") {
    const RetrySchedule exchange(ExchangeRetrySpec{});
    CHECK(retry_rate(exchange, {2}, {0.5}, 7_h).per_second == Approx(2 * 2).epsilon(1e-9));
    CHECK(retry_rate(exchange, {2}, {0.5}, 2_min).per_second == Approx(2 * 1.5));
    CHECK(retry_rate(exchange, {2}, {0}, 7_h).per_second == Approx(2));
}

TEST_CASE("a million stuck messages under Postfix bring about 250 attempts a second") {
    // B / interval: ages are even over 5 d, so that 10^6 messages got stuck at 10^6 / 5 d; the interval ends at 4000 s.
    PostfixRetrySpec spec;
    spec.queue_run_delay = 1_ns;
    const double rate = retry_rate(RetrySchedule(spec), {1e6 / (5 * 86400.0)}, {1}, 5_d).per_second;
    CHECK(rate == Approx(250).epsilon(0.05));
}
