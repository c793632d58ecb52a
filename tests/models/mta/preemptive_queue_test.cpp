// Mail for few overtakes mail for many, and delays it by no more than the slot cost says.
#include "tests/catch.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "models/mta/preemptive_queue.hpp"
#include "sim/base/random_stream.hpp"
#include "tests/models/mta/clock.hpp"

using namespace mailquake;
using testing::at;

namespace {

WaitingJob copy_of(std::uint32_t message, std::uint32_t number, SimTime since = SimTime::zero()) {
    return {.job = JobRef::message(number), .key = message, .cost = 1, .since = since};
}

/// `n` copies, numbered from 1000 x message on.
void add(PreemptiveQueue& queue, std::uint32_t message, std::uint32_t n, SimTime since = SimTime::zero()) {
    for (std::uint32_t k = 0; k < n; ++k) queue.push(copy_of(message, 1000 * message + k, since));
}

/// Which message each of the next services is of.
std::vector<std::uint32_t> served(PreemptiveQueue& queue, std::size_t n, SimTime now = SimTime::zero()) {
    std::vector<std::uint32_t> order;
    for (std::size_t k = 0; k < n; ++k) {
        const JobRef next = queue.pop(now);
        if (next == JobRef::none()) break;
        order.push_back(next.index() / 1000);
    }
    return order;
}

}  // namespace

TEST_CASE("each slot_cost copies of a message to many, one to a single recipient goes first") {
    PreemptiveQueue queue(5);
    add(queue, 1, 12);
    add(queue, 2, 1);
    add(queue, 3, 1);
    add(queue, 4, 1);
    CHECK(served(queue, 20) == std::vector<std::uint32_t>{1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 3, 1, 1, 4});
    CHECK(queue.pop(SimTime::zero()) == JobRef::none());
}

TEST_CASE("a message to three waits until three slots are there, and none goes before one that has fewer left") {
    PreemptiveQueue queue(2);
    add(queue, 1, 9);
    add(queue, 2, 3);
    CHECK(served(queue, 20) == std::vector<std::uint32_t>{1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2});
    add(queue, 1, 10);
    add(queue, 2, 3);
    CHECK(served(queue, 20) == std::vector<std::uint32_t>{1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1});
}

TEST_CASE("of those that may go first, the one with the greatest age per copy does") {
    PreemptiveQueue queue(2);
    add(queue, 1, 20, at(0_s));
    add(queue, 2, 2, at(1_s));
    add(queue, 3, 1, at(4_s));
    // At 10 s: 9 s / 2 for the one, 6 s / 1 for the other; with one slot only the other may.
    CHECK(served(queue, 4, at(10_s)) == std::vector<std::uint32_t>{1, 1, 3, 1});
    CHECK(served(queue, 5, at(10_s)) == std::vector<std::uint32_t>{1, 1, 1, 2, 2});
}

TEST_CASE("whatever comes, a message to n is done after n k / (k - 1) services, as Postfix promises") {
    for (const std::uint32_t cost : {2U, 5U, 10U}) {
        RandomStream luck(StreamKey{7, cost, 0}, 0);
        PreemptiveQueue queue(cost);
        constexpr std::uint32_t many = 2000;
        for (std::uint32_t k = 0; k < many; ++k) queue.push(copy_of(1, k));
        std::uint32_t next = 2, own = 0, all = 0;
        while (own < many) {
            for (; next < all + 100; ++next) {   // there are always some to choose from
                const auto n = static_cast<std::uint32_t>(1 + luck.uniform() * 30);
                for (std::uint32_t k = 0; k < n; ++k) queue.push(copy_of(next, many + next, at(1_ms * std::int64_t{all})));
            }
            own += queue.pop(at(1_ms * std::int64_t{all})).index() < many;
            ++all;
        }
        CHECK(all <= many * cost / (cost - 1));
        CHECK(all > many + many / cost - 40);   // and those who may go first do
    }
}

TEST_CASE("a preemptive queue loses nobody and keeps the order within a message, whoever leaves") {
    RandomStream luck(StreamKey{3, 1, 4}, 1);
    PreemptiveQueue queue(3);
    std::map<std::uint32_t, std::uint32_t> message_of;    // of those who wait, by number
    std::map<std::uint32_t, std::uint32_t> last_of;       // by message: the last number served
    std::uint32_t number = 0;
    for (std::uint32_t step = 0; step < 20'000; ++step) {
        const double what = luck.uniform();
        if (what < 0.3) {
            const auto message = static_cast<std::uint32_t>(luck.uniform() * 50) + step / 100;
            const auto n = static_cast<std::uint32_t>(1 + luck.uniform() * luck.uniform() * 12);
            for (std::uint32_t k = 0; k < n; ++k, ++number) {
                queue.push(copy_of(message, number, at(1_ms * std::int64_t{step})));
                message_of[number] = message;
            }
        } else if (what < 0.995) {
            const JobRef next = queue.pop(at(1_ms * std::int64_t{step}));
            REQUIRE((next == JobRef::none()) == message_of.empty());
            if (next == JobRef::none()) continue;
            const std::uint32_t message = message_of.at(next.index());
            REQUIRE((!last_of.contains(message) || last_of[message] < next.index()));
            last_of[message] = next.index();
            message_of.erase(next.index());
        } else {
            queue.remove_if([](JobRef job) { return job.index() % 7 == 0; });
            std::erase_if(message_of, [](const auto& waiting) { return waiting.first % 7 == 0; });
        }
        if (step % 500 == 0) {
            std::size_t seen = 0;
            queue.for_each([&](JobRef job) { seen += message_of.contains(job.index()); });
            REQUIRE(seen == message_of.size());
        }
    }
}

TEST_CASE("what was in work and comes back goes first") {
    PreemptiveQueue queue(5);
    add(queue, 1, 3);
    queue.push_front(copy_of(9, 9000));
    CHECK(served(queue, 2) == std::vector<std::uint32_t>{9, 1});
}
