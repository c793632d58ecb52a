// KumoMTA's ready queue in a next-hop queue: its bound, its order, and connections that fail in a row.
#include "tests/catch.hpp"

#include <deque>
#include <random>

#include "models/mta/next_hop_queue.hpp"

using namespace mailquake;

namespace {

NextHopQueue with_ready(const ReadySpec& ready, std::int64_t connections = 10) {
    return {connections, 0, {}, {}, ready};
}

void fail(NextHopQueue& queue, int times) {
    for (int k = 0; k < times; ++k) {
        REQUIRE(queue.take_in(1, true));
        REQUIRE(queue.can_start());
        (void)queue.start();
        queue.end_attempt(SimTime::zero(), false);
    }
}

}  // namespace

TEST_CASE("a ready queue takes in what it has room for, not counting those in an attempt") {
    NextHopQueue queue = with_ready({.max = 3}, 2);
    for (std::uint32_t message : {1U, 2U, 3U}) CHECK(queue.take_in(message, true));
    CHECK_FALSE(queue.take_in(4, true));
    CHECK_FALSE(queue.take_in(4, false));
    CHECK(queue.start() == 1);
    CHECK(queue.take_in(4, false));
    CHECK_FALSE(queue.take_in(5, true));
    CHECK(queue.start() == 2);
    CHECK_FALSE(queue.can_start());  // two connections
    CHECK(queue.take_in(5, true));
    queue.end_attempt(SimTime::zero());
    CHECK(queue.start() == 3);
}

TEST_CASE("whatever comes and goes, a ready queue never holds more than its bound, and lets nobody overtake") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 dice(seed);
        const auto max = static_cast<std::size_t>(1 + dice() % 40);
        NextHopQueue queue = with_ready({.max = static_cast<std::int64_t>(max)}, 3);
        std::deque<std::uint32_t> inside;
        std::size_t most = 0;
        for (std::uint32_t message = 0; message < 20'000; ++message) {
            const bool taken = queue.take_in(message, dice() % 2 == 0);
            REQUIRE(taken == (inside.size() < max));
            if (taken) inside.push_back(message);
            if (queue.can_start() && dice() % 5 != 0) {
                REQUIRE(queue.start() == inside.front());
                inside.pop_front();
            }
            if (queue.in_attempt() > 0 && dice() % 3 == 0) queue.end_attempt(SimTime::zero(), dice() % 10 != 0);
            std::size_t held = 0;
            queue.for_each([&](std::uint32_t) { ++held; });
            REQUIRE(held == inside.size());
            most = std::max(most, held);
        }
        CHECK(most == max);
    }
}

TEST_CASE("without a ready queue everybody is taken in") {
    NextHopQueue queue(1, 2);
    for (std::uint32_t message = 0; message < 100; ++message) REQUIRE(queue.take_in(message, message % 2 == 0));
    CHECK(queue.ready() == nullptr);
}

TEST_CASE("the 100th connection that fails in a row delays what waits, the 99th does not") {
    NextHopQueue queue = with_ready({});
    fail(queue, 99);
    CHECK_FALSE(queue.is_dead());
    REQUIRE(queue.take_in(7, true));
    CHECK(queue.can_start());
    fail(queue, 1);
    CHECK(queue.is_dead());
    CHECK_FALSE(queue.can_start());
    CHECK(queue.take_waiting() == 1);  // the one of the last failure was the first of the queue
    CHECK(queue.nobody_waits());
    queue.revive();
    CHECK_FALSE(queue.is_dead());
    fail(queue, 99);  // the count has started anew
    CHECK_FALSE(queue.is_dead());
    fail(queue, 1);
    CHECK(queue.is_dead());
}

TEST_CASE("a reply of any kind lets the count of failed connections start anew") {
    NextHopQueue queue = with_ready({.failures_before_delay = 5});
    for (int round = 0; round < 10; ++round) {
        fail(queue, 4);
        REQUIRE(queue.take_in(1, false));
        (void)queue.start();
        queue.end_attempt(SimTime::zero(), true);
        CHECK_FALSE(queue.is_dead());
    }
    fail(queue, 5);
    CHECK(queue.is_dead());
}

namespace {

/// With Postfix's feedback, and so many messages in an attempt.
NextHopQueue with_feedback(const ConcurrencySpec& spec, std::uint32_t messages) {
    NextHopQueue queue(20, 0, spec);
    for (std::uint32_t message = 0; message < messages; ++message) queue.add_fresh(message);
    while (queue.can_start()) (void)queue.start();
    return queue;
}

}  // namespace

TEST_CASE("an empty queue forgets its window, one in which an attempt goes on or a message waits does not") {
    NextHopQueue queue = with_feedback({.initial = 3}, 3);
    queue.end_attempt(SimTime::zero());
    queue.end_attempt(SimTime::zero());
    CHECK(queue.window()->size() == 5);
    queue.add_fresh(9);
    queue.end_attempt(SimTime::zero());
    CHECK(queue.window()->size() == 5);  // one attempt and three at first: no growth
    (void)queue.start();
    queue.end_attempt(SimTime::zero());  // the last one: qmgr_entry_done discards the queue
    CHECK(queue.window()->size() == 3);
}

TEST_CASE("an empty queue forgets its failed cohorts") {
    NextHopQueue queue = with_feedback({.initial = 1, .failed_cohorts = 1.5}, 0);
    for (std::uint32_t message = 0; message < 10; ++message) {
        queue.add_fresh(message);
        (void)queue.start();
        queue.end_attempt(SimTime::zero(), false);  // one whole cohort each time
        CHECK_FALSE(queue.is_dead());
    }
}

TEST_CASE("a queue that is dead stays so when it is empty, until it is revived; what is known of it is gone then") {
    NextHopQueue queue = with_feedback({.initial = 2}, 2);
    for (int k = 0; k < 2; ++k) queue.end_attempt(SimTime::zero() + 7500_ms, false);
    CHECK(queue.is_dead());
    CHECK(queue.window()->dead_until() == SimTime::zero() + 307_s);
    queue.add_fresh(7);
    CHECK_FALSE(queue.can_start());
    CHECK(queue.take_waiting() == 7);
    CHECK(queue.is_dead());
    queue.revive();
    CHECK(queue.window()->size() == 2);
}

TEST_CASE("a late success revives a dead destination, with as many connections as are in use") {
    NextHopQueue queue = with_feedback({.initial = 9}, 9);
    for (int k = 0; k < 6; ++k) queue.end_attempt(SimTime::zero(), false);
    CHECK(queue.is_dead());
    queue.end_attempt(SimTime::zero(), false);  // says nothing more
    queue.add_fresh(100);
    queue.end_attempt(SimTime::zero());
    CHECK_FALSE(queue.is_dead());
    CHECK(queue.window()->size() == 2);         // the one that has ended, and the one that goes on
}
