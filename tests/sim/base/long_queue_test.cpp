#include "sim/base/long_queue.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <deque>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

/// Pushes of runs and of scattered items, and pops, by turns; `consecutive` is the share of items that go on with a run.
void hold_against_deque(double consecutive, std::uint64_t seed) {
    LongQueue<std::uint32_t> queue;
    std::deque<std::uint32_t> reference;
    RandomStream coin(StreamKey(seed, hash_name("long-queue-test"), hash_name("coins")), 1);
    std::uint32_t next = 0;
    for (std::uint32_t step = 0; step < 300'000; ++step) {
        const double grow = step / 60'000 % 2 == 0 ? 0.8 : 0.1;
        const double u = coin.uniform();
        if (u < grow * 0.999) {
            next = coin.uniform() < consecutive ? next + 1 : static_cast<std::uint32_t>(coin());
            queue.push_back(next);
            reference.push_back(next);
        } else if (u < grow) {
            queue.push_front(step);
            reference.push_front(step);
        } else if (!reference.empty()) {
            REQUIRE(queue.front() == reference.front());
            REQUIRE(queue.pop_front() == reference.front());
            reference.pop_front();
        }
        REQUIRE(queue.size() == reference.size());
        REQUIRE(queue.empty() == reference.empty());
        if (step % 10'000 != 0) continue;
        std::vector<std::uint32_t> all;
        queue.for_each([&](std::uint32_t item) { all.push_back(item); });
        REQUIRE(std::equal(all.begin(), all.end(), reference.begin(), reference.end()));
    }
}

}  // namespace

TEST_CASE("a long queue agrees with a deque: all in one run") { hold_against_deque(1, 1); }
TEST_CASE("a long queue agrees with a deque: runs of many lengths") { hold_against_deque(0.99, 2); }
TEST_CASE("a long queue agrees with a deque: long runs") { hold_against_deque(0.9995, 3); }
TEST_CASE("a long queue agrees with a deque: no runs") { hold_against_deque(0, 4); }

TEST_CASE("an item is taken out of a long queue wherever it stands, and the others keep their order") {
    for (const std::uint32_t step : {1U, 7U}) {  // runs, or none
        LongQueue<std::uint32_t> queue;
        std::deque<std::uint32_t> reference;
        for (std::uint32_t k = 0; k < 20'000; ++k) {
            queue.push_back(k * step);
            reference.push_back(k * step);
        }
        for (const std::uint32_t k : {0U, 5U, 4'095U, 4'096U, 12'345U, 19'999U}) {
            CHECK(queue.erase(k * step));
            reference.erase(std::find(reference.begin(), reference.end(), k * step));
            CHECK_FALSE(queue.erase(k * step));
            std::vector<std::uint32_t> all;
            queue.for_each([&](std::uint32_t item) { all.push_back(item); });
            CHECK(all.size() == queue.size());
            CHECK(std::equal(all.begin(), all.end(), reference.begin(), reference.end()));
        }
    }
    LongQueue<std::uint32_t> few;
    few.push_back(3);
    CHECK_FALSE(few.erase(4));
    CHECK(few.erase(3));
    CHECK(few.empty());
}
