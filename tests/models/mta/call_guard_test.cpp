// Retry budget, circuit breaker and throttle, as the sources have them.
#include "tests/catch.hpp"

#include "models/mta/call_guard.hpp"
#include "tests/models/mta/clock.hpp"

using namespace mailquake;
using testing::at;

namespace {

int allowed_retries(CallGuard& guard, int tries, SimTime when) {
    int allowed = 0;
    for (int k = 0; k < tries; ++k) allowed += guard.ask(true, 0, when) == CallGuard::Verdict::go;
    return allowed;
}

}  // namespace

TEST_CASE("ten answers earn one retry, and none are saved beyond the burst") {
    GuardPlan plan;
    plan.retry_budget = RetryBudgetSpec{};
    CallGuard guard(plan);
    CHECK(allowed_retries(guard, 100, at(0_s)) == 10);  // the burst
    for (int k = 0; k < 9; ++k) guard.learn(true, false, at(1_s));
    CHECK(allowed_retries(guard, 1, at(1_s)) == 0);
    guard.learn(true, false, at(1_s));
    guard.learn(false, false, at(1_s));
    CHECK(allowed_retries(guard, 5, at(1_s)) == 1);
    for (int k = 0; k < 1000; ++k) guard.learn(true, false, at(2_s));
    CHECK(allowed_retries(guard, 100, at(2_s)) == 10);
}

TEST_CASE("a budget earned by calls grows without answers, and a minimum flows in anyway") {
    GuardPlan plan;
    plan.retry_budget = RetryBudgetSpec{.ratio = {0.2}, .minimum = {0}, .burst = 5, .earned_by = EarnedBy::calls};
    CallGuard by_calls(plan);
    CHECK(allowed_retries(by_calls, 10, at(0_s)) == 5);
    for (int k = 0; k < 10; ++k) CHECK(by_calls.ask(false, 0, at(1_s)) == CallGuard::Verdict::go);
    CHECK(allowed_retries(by_calls, 10, at(1_s)) == 2);
    plan.retry_budget = RetryBudgetSpec{.ratio = {0}, .minimum = {2}, .burst = 5, .earned_by = EarnedBy::answers};
    CallGuard minimum(plan);
    CHECK(allowed_retries(minimum, 10, at(0_s)) == 5);
    CHECK(allowed_retries(minimum, 10, at(1_s)) == 2);
    CHECK(allowed_retries(minimum, 10, at(1_h)) == 5);
}

TEST_CASE("a breaker opens at half of twenty calls, stays open for 5 s, and closes when its probe is answered") {
    GuardPlan plan;
    plan.breaker = CircuitBreakerSpec{};
    CallGuard guard(plan);
    const auto ask = [&](SimDuration when) { return guard.ask(false, 0, at(when)); };
    for (int k = 0; k < 19; ++k) guard.learn(k < 9, false, at(1_s));
    CHECK(ask(1_s) == CallGuard::Verdict::go);   // 19 are too few
    guard.learn(false, false, at(1_s));
    CHECK(ask(1_s) == CallGuard::Verdict::no);   // 11 of 20
    CHECK(ask(5999_ms) == CallGuard::Verdict::no);
    guard.learn(true, false, at(2_s));           // of a call from before: tells nothing
    CHECK(ask(6_s) == CallGuard::Verdict::probe);
    CHECK(ask(6_s) == CallGuard::Verdict::no);   // one at a time
    guard.learn(false, true, at(7_s));
    CHECK(ask(11999_ms) == CallGuard::Verdict::no);
    CHECK(ask(12_s) == CallGuard::Verdict::probe);
    guard.learn(true, true, at(12_s));
    CHECK(ask(12_s) == CallGuard::Verdict::go);
    for (int k = 0; k < 19; ++k) guard.learn(false, false, at(13_s));
    CHECK(ask(13_s) == CallGuard::Verdict::go);  // what was before the probe is forgotten
}

TEST_CASE("errors that are older than the window do not open a breaker") {
    GuardPlan plan;
    plan.breaker = CircuitBreakerSpec{};
    CallGuard guard(plan);
    for (int k = 0; k < 15; ++k) guard.learn(false, false, at(1_s));
    for (int k = 0; k < 15; ++k) guard.learn(false, false, at(12_s));
    CHECK(guard.ask(false, 0, at(12_s)) == CallGuard::Verdict::go);
    for (int k = 0; k < 5; ++k) guard.learn(false, false, at(13_s));
    CHECK(guard.ask(false, 0, at(13_s)) == CallGuard::Verdict::no);
}

/// SRE book: p = max(0, (requests - K x accepts) / (requests + 1)).
TEST_CASE("a throttle gives up what exceeds twice the answers, and nothing while more than half are answered") {
    GuardPlan plan;
    plan.throttle = ThrottleSpec{};
    CallGuard guard(plan);
    for (int k = 0; k < 100; ++k) {
        CHECK(guard.ask(false, 0.01, at(1_s)) == CallGuard::Verdict::go);
        guard.learn(true, false, at(1_s));
    }
    int made = 0;
    for (int k = 0; k < 100; ++k) made += guard.ask(false, 0, at(2_s)) == CallGuard::Verdict::go;
    CHECK(made == 100);  // 200 calls and 100 answers: the edge
    for (int k = 0; k < 199; ++k) made += guard.ask(false, 0.999, at(2_s)) == CallGuard::Verdict::go;
    // 399 calls, 100 answers: (399 - 200) / 400
    CHECK(guard.ask(false, 0.4974, at(2_s)) == CallGuard::Verdict::no);
    CHECK(guard.ask(false, 0.4999, at(2_s)) == CallGuard::Verdict::go);
    CHECK(guard.ask(false, 0, at(5_min)) == CallGuard::Verdict::go);  // two minutes later all is forgotten
}
