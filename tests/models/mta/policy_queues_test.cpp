// Queues with an order of their own: LIFO while long, priorities that age, bulkheads.
#include "tests/catch.hpp"

#include <map>
#include <vector>

#include "models/mta/queue_policy.hpp"
#include "sim/base/random_stream.hpp"
#include "tests/models/mta/clock.hpp"

using namespace mailquake;
using testing::at;

namespace {

WaitingJob job(std::uint32_t number, std::uint32_t key = 0, SimTime since = SimTime::zero()) {
    return {.job = JobRef::message(number), .key = key, .cost = 1, .since = since};
}

}  // namespace

TEST_CASE("a queue longer than its threshold is served from its end, a short one from its head") {
    LifoQueue queue(2);
    for (std::uint32_t k = 0; k < 5; ++k) queue.push(job(k));
    std::vector<std::uint32_t> order;
    for (JobRef next = queue.pop(); next != JobRef::none(); next = queue.pop()) order.push_back(next.index());
    CHECK(order == std::vector<std::uint32_t>{4, 3, 2, 0, 1});
}

TEST_CASE("who waits is moved up by a class for each age, so that nobody starves") {
    AgingQueue queue(10_s);
    queue.push(job(100, 2, at(0_s)));
    for (std::uint32_t k = 0; k < 40; ++k) queue.push(job(k, 0, at(k * 1_s)));
    std::vector<std::uint32_t> order;
    for (int second = 0; second < 40; ++second) order.push_back(queue.pop(at(second * 1_s)).index());
    // At 20 s it is as urgent as those that came since, and older than all of them.
    CHECK(order[19] == 19);
    CHECK(order[20] == 100);
    AgingQueue strict(SimDuration{std::numeric_limits<std::int64_t>::max()});
    strict.push(job(100, 2, at(0_s)));
    strict.push(job(0, 0, at(1_h)));
    CHECK(strict.pop(at(2_h)).index() == 0);
    CHECK(strict.pop(at(2_h)).index() == 100);
    CHECK(strict.pop(at(2_h)) == JobRef::none());
}

TEST_CASE("a group at its bound is gone past, and goes on in its order when a worker of it ends") {
    BulkheadQueue queue(2);
    for (std::uint32_t k = 0; k < 4; ++k) queue.push(job(k, 7));
    queue.push(job(4, 8));
    queue.push(job(5, BulkheadQueue::kUnbounded));
    CHECK(queue.pop().index() == 0);
    CHECK(queue.pop().index() == 1);
    CHECK(queue.pop().index() == 4);
    CHECK(queue.given_to() == 8);
    CHECK(queue.pop().index() == 5);
    CHECK(queue.pop() == JobRef::none());
    queue.end(8);
    CHECK(queue.pop() == JobRef::none());
    queue.push(job(6, 8));
    queue.end(7);
    CHECK(queue.pop().index() == 2);  // it came before the other group's
    CHECK(queue.pop().index() == 6);
    queue.end(7);
    queue.end(7);
    CHECK(queue.pop().index() == 3);
    CHECK(queue.pop() == JobRef::none());
}

TEST_CASE("no group ever has more workers than its bound, and none waits below it while a worker is free") {
    constexpr std::uint32_t kBound = 3, kWorkers = 10, kGroups = 6;
    BulkheadQueue queue(kBound);
    RandomStream luck(StreamKey(1, 2, 3), 4);
    std::vector<std::uint32_t> busy;                  // groups of the workers
    std::map<std::uint32_t, std::uint32_t> waiting;   // by group
    const auto of = [&](std::uint32_t group) { return std::count(busy.begin(), busy.end(), group); };
    for (std::uint32_t k = 0; k < 20'000; ++k) {
        if (luck.uniform() < 0.5 || busy.empty()) {
            const auto group = static_cast<std::uint32_t>(luck.uniform() * luck.uniform() * kGroups);
            queue.push(job(k, group));
            ++waiting[group];
        } else {
            const auto which = static_cast<std::ptrdiff_t>(luck.uniform() * static_cast<double>(busy.size()));
            queue.end(busy[static_cast<std::size_t>(which)]);
            busy.erase(busy.begin() + which);
        }
        while (busy.size() < kWorkers && queue.pop() != JobRef::none()) {
            busy.push_back(queue.given_to());
            --waiting[queue.given_to()];
        }
        for (std::uint32_t group = 0; group < kGroups; ++group) {
            REQUIRE(of(group) <= kBound);
            if (busy.size() < kWorkers && waiting[group] > 0) REQUIRE(of(group) == kBound);
        }
    }
}

TEST_CASE("jobs that are taken out are those that were meant, and the others keep their order") {
    for (const QueueKind kind : {QueueKind::checked, QueueKind::fair, QueueKind::lifo, QueueKind::aging, QueueKind::bulkhead}) {
        QueuePolicy policy;
        policy.kind = kind;
        policy.above = 100;
        policy.age = 1_h;
        policy.bound = 50;
        PolicyQueue queue(policy), without(policy);
        for (std::uint32_t k = 0; k < 60; ++k) {
            queue.push(job(k, k % 3), k % 10 == 9, k == 0, SimTime::zero());
            if (k % 4 != 3) without.push(job(k, k % 3), k % 10 == 9, k == 0, SimTime::zero());
        }
        std::uint32_t taken = 0;
        queue.remove_if([&](JobRef j) {
            taken += j.index() % 4 == 3;
            return j.index() % 4 == 3;
        });
        CHECK(taken == 15);
        for (std::uint32_t k = 0; k < 45; ++k) {
            const JobRef next = queue.pop(SimTime::zero());
            INFO(static_cast<int>(kind) << ": " << k);
            REQUIRE(next != JobRef::none());
            CHECK(next == without.pop(SimTime::zero()));
        }
        CHECK(queue.pop(SimTime::zero()) == JobRef::none());
    }
}
