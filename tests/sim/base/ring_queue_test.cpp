#include "sim/base/ring_queue.hpp"

#include "tests/catch.hpp"

#include <deque>

#include "sim/base/check.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

using namespace mailquake;

TEST_CASE("a ring queue agrees with a deque under random pushes and pops") {
    RingQueue<std::uint32_t> ring;
    std::deque<std::uint32_t> reference;
    RandomStream coin(StreamKey(1, hash_name("ring-test"), hash_name("coins")), 1);
    for (std::uint32_t step = 0; step < 200'000; ++step) {
        const double grow = step / 50'000 % 2 == 0 ? 0.65 : 0.3;
        const double u = coin.uniform();
        if (u < grow * 0.8) {
            ring.push_back(step);
            reference.push_back(step);
        } else if (u < grow) {
            ring.push_front(step);
            reference.push_front(step);
        } else if (!reference.empty()) {
            REQUIRE(ring.front() == reference.front());
            REQUIRE(ring.pop_front() == reference.front());
            reference.pop_front();
        }
        REQUIRE(ring.size() == reference.size());
        if (!reference.empty()) {
            const std::size_t i = coin() % reference.size();
            REQUIRE(ring[i] == reference[i]);
        }
    }
}

TEST_CASE("a ring queue gives memory back when a backlog has drained, and not at every breath") {
    RingQueue<std::uint64_t> ring;
    for (std::uint64_t i = 0; i < 100'000; ++i) ring.push_back(i);
    CHECK(ring.capacity() == 131'072);
    for (std::uint64_t i = 0; i < 99'990; ++i) REQUIRE(ring.pop_front() == i);
    CHECK(ring.capacity() <= 1024);
    const std::size_t capacity = ring.capacity();
    for (int breath = 0; breath < 1000; ++breath) {
        for (std::uint64_t i = 0; i < 5; ++i) ring.push_back(i);
        for (int i = 0; i < 5; ++i) ring.pop_front();
        REQUIRE(ring.capacity() == capacity);
    }
    for (std::size_t at : {std::size_t{8}, std::size_t{16}, std::size_t{64}}) {  // around where it doubles
        RingQueue<std::uint64_t> full;
        while (full.size() <= at) full.push_back(1);
        for (int breath = 0; breath < 1000; ++breath) {
            for (int i = 0; i < 3; ++i) full.pop_front();
            REQUIRE(full.capacity() == 2 * at);
            for (int i = 0; i < 3; ++i) full.push_back(1);
            REQUIRE(full.capacity() == 2 * at);
        }
    }
}

TEST_CASE("a copy of a ring queue is its own; a moved one leaves an empty one") {
    RingQueue<int> ring;
    for (int i = 0; i < 20; ++i) ring.push_back(i);
    for (int i = 0; i < 7; ++i) ring.pop_front();
    for (int i = 20; i < 30; ++i) ring.push_back(i);
    RingQueue<int> copy = ring;
    copy.pop_front();
    CHECK(ring.front() == 7);
    CHECK(copy.front() == 8);
    CHECK(copy[copy.size() - 1] == 29);
    const RingQueue<int> moved = std::move(ring);
    CHECK(moved.size() == 23);
    ring.clear();
    CHECK(ring.empty());
    CHECK_THROWS_AS(ring.pop_front(), EngineError);
}

TEST_CASE("an item may be pushed that stands in the very queue") {
    RingQueue<int> ring;
    ring.push_back(5);
    for (int i = 0; i < 100; ++i) ring.push_back(ring.front());
    for (std::size_t i = 0; i < ring.size(); ++i) REQUIRE(ring[i] == 5);
}
