// scenarios/retry-storm never comes back after ten seconds' outage. Each policy that is said to prevent that must: at full
// load, 280 queries a second before a database that serves 300. Seed 1; the share of queries that end in an error page is that
// between the 10th and the 12th minute, nine minutes after the outage.
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

double errors(const std::vector<std::string>& sets) {
    const auto until = [&](SimDuration end) {
        Diagnostics said;
        const auto loaded = load_scenario(LoadRequest{.file = "scenarios/retry-storm", .sets = sets}, said);
        INFO(said.render());
        REQUIRE(loaded);
        RunOptions options;
        options.until = SimTime::zero() + end;
        return simulate(loaded->spec, options).messages;
    };
    const MessageCounts early = until(10_min), late = until(12_min);
    return static_cast<double>(late.bounced - early.bounced) / static_cast<double>(late.accepted - early.accepted);
}

}  // namespace

TEST_CASE("a retry storm stays, whatever is done but the right thing", "[long]") {
    CHECK(errors({}) > 0.9);
    // 10 % of all calls, not of those answered: 280 x 1.1 = 308 are still more than 300.
    CHECK(errors({"tiers.web.calls.db.retry_budget={earned_by: calls}"}) > 0.9);
    // What gets its turn has a moment left, and is served in vain.
    CHECK(errors({"tiers.web.calls.db.deadline={margin: 0s}"}) > 0.9);
    // Breaking that off frees workers for the next ones, until 30 of them start 560 a second: with 30 / 560 s left of the 100 ms
    // that each would need. Nothing is served in vain any more, and nothing else either.
    CHECK(errors({"tiers.web.calls.db.deadline={margin: 0s, cancel: true}"}) > 0.9);
}

TEST_CASE("with a retry budget earned by answers the system comes back", "[long]") {
    CHECK(errors({"tiers.web.calls.db.retry_budget={ratio: 10%}"}) < 0.01);
}

/// At most twice what was answered within the window gets through: from nothing, that doubles once a window. With 280/s in a
/// window of 10 s twelve doublings are two minutes; in one of 2 min, the default, they are half an hour.
TEST_CASE("with adaptive throttling the system comes back, at the pace of its window", "[long]") {
    CHECK(errors({"tiers.web.calls.db.throttle={k: 2, window: 10s}"}) < 0.01);
    CHECK(errors({"tiers.web.calls.db.throttle={k: 2}"}) > 0.5);
}

TEST_CASE("with a circuit breaker the system comes back", "[long]") { CHECK(errors({"tiers.web.calls.db.breaker={volume: 20}"}) < 0.01); }

TEST_CASE("with deadlines that leave time for the service the system comes back", "[long]") {
    CHECK(errors({"tiers.web.calls.db.deadline={margin: 110ms}"}) < 0.01);
}

TEST_CASE("with load shedding at the queue's age or length the system comes back", "[long]") {
    CHECK(errors({"tiers.db.queue.shed={older_than: 500ms}"}) < 0.01);
    CHECK(errors({"tiers.db.queue.limit=150"}) < 0.01);
}

TEST_CASE("with CoDel, and with LIFO under overload, the system comes back", "[long]") {
    CHECK(errors({"tiers.db.queue.codel={target: 5ms, interval: 100ms}"}) < 0.05);  // at 93 % utilization some wait for over 100 ms
    CHECK(errors({"tiers.db.queue.discipline=lifo-under-overload", "tiers.db.queue.lifo={above: 30}"}) < 0.01);
}

}  // namespace mailquake
