#include "sim/experiment/replications.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <numeric>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

#include "sim/base/random_stream.hpp"

using namespace mailquake;

namespace {

std::uint64_t figure(std::uint64_t r) { return RandomStream(StreamKey(replication_seed(1, r), 0, 0), 0)(); }

}  // namespace

TEST_CASE("results stand by index and are the same on any number of threads", "[threads]") {
    for (unsigned threads : {1u, 2u, 8u}) {
        const auto results = run_replications<std::uint64_t>(50, threads, figure);
        REQUIRE(results.size() == 50);
        for (std::uint64_t r = 0; r < 50; ++r) REQUIRE(results[r].value == figure(r));
    }
    CHECK(run_replications<std::uint64_t>(0, 4, figure).empty());
}

TEST_CASE("a unit that throws fails alone", "[threads]") {
    for (unsigned threads : {1u, 4u}) {
        const auto results = run_replications<int>(20, threads, [](std::uint64_t r) -> int {
            if (r % 5 == 3) throw std::runtime_error("unit " + std::to_string(r));
            return static_cast<int>(r);
        });
        for (std::uint64_t r = 0; r < 20; ++r) {
            REQUIRE(results[r].ended());
            REQUIRE(results[r].value.has_value() == (r % 5 != 3));
            if (r % 5 == 3) {
                const auto rethrow = [&] { std::rethrow_exception(results[r].error); };
                REQUIRE_THROWS_WITH(rethrow(), "unit " + std::to_string(r));
            }
        }
    }
}

TEST_CASE("after a stop units in flight end and none starts", "[threads]") {
    for (unsigned threads : {1u, 4u}) {
        std::atomic<bool> stop{false};
        std::atomic<std::uint64_t> started{0};
        std::uint64_t reported = 0;
        const auto results = run_replications<int>(
            1000, threads,
            [&](std::uint64_t r) {
                ++started;
                if (r == 10) stop.store(true);
                return 1;
            },
            &stop, [&](std::uint64_t, const UnitResult<int>& result) { reported += result.value ? 1U : 0U; });
        const auto ended = std::count_if(results.begin(), results.end(), [](const auto& r) { return r.ended(); });
        CHECK(static_cast<std::uint64_t>(ended) == started);
        CHECK(reported == started);
        CHECK(results[10].ended());
        CHECK(started < 1000);
        if (threads == 1) CHECK(started == 11);
    }
}

TEST_CASE("a stop that is set beforehand starts nothing") {
    const std::atomic<bool> stop{true};
    const auto results = run_replications<std::uint64_t>(10, 2, figure, &stop);
    CHECK(std::none_of(results.begin(), results.end(), [](const auto& r) { return r.ended(); }));
}

TEST_CASE("completion is told once a unit, one at a time", "[threads]") {
    std::atomic<int> inside{0};
    bool overlapped = false;
    std::multiset<std::uint64_t> told;
    const auto done = [&](std::uint64_t r, const UnitResult<std::uint64_t>& result) {
        overlapped |= inside.fetch_add(1) != 0;
        told.insert(r);
        overlapped |= !result.value;
        std::this_thread::yield();
        inside.fetch_sub(1);
    };
    const auto results = run_replications<std::uint64_t>(200, 8, figure, nullptr, done);
    CHECK_FALSE(overlapped);
    CHECK(results.size() == 200);
    std::multiset<std::uint64_t> each;
    for (std::uint64_t r = 0; r < 200; ++r) each.insert(r);
    CHECK(told == each);
}

TEST_CASE("what the completion throws ends the work and comes out", "[threads]") {
    for (unsigned threads : {1u, 4u}) {
        std::atomic<std::uint64_t> started{0};
        const auto go = [&] {
            return run_replications<int>(
                1000, threads, [&](std::uint64_t) { return static_cast<int>(++started); }, nullptr,
                [](std::uint64_t, const UnitResult<int>&) { throw std::runtime_error("disk full"); });
        };
        CHECK_THROWS_WITH(go(), "disk full");
        CHECK(started < 1000);
    }
}

TEST_CASE("as many units run at once as there are threads", "[threads]") {
    // Three units that wait for one another end only if three threads work.
    std::atomic<int> here{0};
    const auto results = run_replications<bool>(3, 3, [&](std::uint64_t) {
        ++here;
        while (here.load() < 3) std::this_thread::yield();
        return true;
    });
    CHECK(std::all_of(results.begin(), results.end(), [](const auto& r) { return r.value == true; }));
}
