#include "tests/catch.hpp"

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "sim/base/check.hpp"
#include "sim/parallel/executor.hpp"
#include "tests/sim/parallel/toy_world.hpp"

using namespace mailquake;

namespace {

constexpr SimTime kEnd = SimTime::zero() + 60_ms;

toy::Result run(const toy::Topology& topology, std::uint64_t seed, ExecutorKind kind, unsigned threads, SimTime end = kEnd) {
    toy::World world(topology, seed);
    const auto executor = make_executor(kind, threads);
    run_windows(world.pointers, world.lookahead, end, *executor);
    return world.result();
}

/// Each kind, at each number of threads, gives what the reference gives.
void check_kind(ExecutorKind kind, std::initializer_list<unsigned> threads) {
    for (std::uint32_t n : {1u, 2u, 5u, 8u}) {
        const toy::Topology topology = toy::ring(n);
        for (std::uint64_t seed = 1; seed <= 4; ++seed) {
            const toy::Result expected = toy::reference_run(topology, seed, kEnd);
            REQUIRE(expected.handled > 100 * n);
            for (unsigned k : threads) {
                INFO("processes " << n << ", seed " << seed << ", threads " << k);
                REQUIRE(run(topology, seed, kind, k) == expected);
            }
        }
    }
}

class Failing final : public LogicalProcess {
public:
    explicit Failing(std::string words) : words_(std::move(words)) {}
    [[nodiscard]] SimTime next_time() const override { return SimTime{5}; }
    void run_until(SimTime) override { throw std::runtime_error(words_); }
    bool receive() override { return false; }

private:
    std::string words_;
};

/// An event every ms for ever, and counts the windows it was given.
class Ticking final : public LogicalProcess {
public:
    explicit Ticking(std::atomic<bool>* stop) : stop_(stop), list_(0) { list_.schedule(SimTime::zero(), 0); }
    [[nodiscard]] SimTime next_time() const override { return list_.next_time(); }
    void run_until(SimTime horizon) override {
        while (list_.next_time() < horizon) {
            last = list_.pop().time;
            list_.schedule(last + 1_ms, 0);
            if (stop_ != nullptr && last == SimTime::zero() + 10_ms) stop_->store(true);
        }
    }
    bool receive() override { return false; }
    SimTime last;

private:
    std::atomic<bool>* stop_;
    EventList list_;
};

LookaheadMatrix two_apart(SimDuration d) {
    LookaheadMatrix m(2);
    m.set(0, 1, d);
    m.set(1, 0, d);
    m.close();
    return m;
}

}  // namespace

TEST_CASE("serial turns give what one list of all events gives") { check_kind(ExecutorKind::serial, {1}); }

TEST_CASE("windows on threads give what one list of all events gives") { check_kind(ExecutorKind::threads, {1, 2, 8}); }

TEST_CASE("windows on TBB give what one list of all events gives", "[tbb]") { check_kind(ExecutorKind::tbb, {1, 2, 8}); }

TEST_CASE("a process whose own doing comes back to it does not run past it") {
    toy::Topology topology = toy::ring(2);  // the other has nothing to do at first: only the cycle holds process 0 back
    topology.one_starts = true;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const toy::Result expected = toy::reference_run(topology, seed, kEnd);
        REQUIRE(run(topology, seed, ExecutorKind::serial, 1) == expected);
        REQUIRE(run(topology, seed, ExecutorKind::threads, 2) == expected);
    }
}

TEST_CASE("runs that change between windows and turns give the same", "[long]") {
    const toy::Topology topology = toy::ring(4);
    const SimTime end = SimTime::zero() + 2_s;
    constexpr std::uint32_t hops = 1200;
    const toy::Result expected = toy::reference_run(topology, 1, end, hops);
    for (unsigned k : {1u, 2u, 3u}) {
        toy::World world(topology, 1, hops);
        run_windows(world.pointers, world.lookahead, end, *make_thread_executor(k));
        REQUIRE(world.result() == expected);
    }
}

TEST_CASE("where barriers cost more than they bring, a run goes on in turns") {
    class Slow final : public WindowExecutor {
    public:
        [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::threads; }
        void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override {
            for (std::size_t i = 0; i < n; ++i) part(i);
            std::this_thread::sleep_for(std::chrono::microseconds(100));
            ++phases;
        }
        std::size_t phases = 0;
    };
    Ticking a(nullptr), b(nullptr);
    LogicalProcess* const both[] = {&a, &b};
    Slow slow;
    run_windows(both, two_apart(3_ms), SimTime::zero() + 60_s, slow);  // some 20,000 windows
    CHECK(slow.phases >= 512);
    CHECK(slow.phases < 10'000);
    CHECK(a.last == SimTime::zero() + 60_s - 1_ms);
}

TEST_CASE("another seed is another run, and the toy world notices when two events change places") {
    const toy::Topology topology = toy::ring(5);
    CHECK_FALSE(run(topology, 1, ExecutorKind::serial, 1) == run(topology, 2, ExecutorKind::serial, 1));
    toy::State one, other;
    const Event a{SimTime{1}, 0, 0, toy::kHops, 1}, b{SimTime{1}, 1, 0, toy::kHops, 2};
    const auto nothing = [](auto&&...) {};
    toy::act(one, a, nothing, nothing);
    toy::act(one, b, nothing, nothing);
    toy::act(other, b, nothing, nothing);
    toy::act(other, a, nothing, nothing);
    CHECK(one.history != other.history);
}

TEST_CASE("a promise that is too long is found out: the receiver's past is closed") {
    const toy::Topology topology = toy::ring(5);
    toy::World world(topology, 1);
    LookaheadMatrix wrong(topology.processes);
    for (const toy::Link& link : topology.links) wrong.set(link.from, link.to, link.lookahead * 4);
    wrong.close();
    const auto executor = make_serial_executor();
    CHECK_THROWS_AS(run_windows(world.pointers, wrong, kEnd, *executor), EngineError);
}

TEST_CASE("events strictly before the end are handled, those at the end are not") {
    for (ExecutorKind kind : {ExecutorKind::serial, ExecutorKind::threads}) {
        Ticking a(nullptr), b(nullptr);
        LogicalProcess* const both[] = {&a, &b};
        const auto executor = make_executor(kind, 2);
        run_windows(both, two_apart(3_ms), SimTime::zero() + 20_ms, *executor);
        CHECK(a.last == SimTime::zero() + 19_ms);
        CHECK(a.next_time() == SimTime::zero() + 20_ms);
        CHECK(b.last == SimTime::zero() + 19_ms);
        run_windows(both, two_apart(3_ms), SimTime::zero() + 25_ms, *executor);  // and a run can go on
        CHECK(b.last == SimTime::zero() + 24_ms);
    }
}

TEST_CASE("a run that is told to stop ends after the window it is in") {
    for (ExecutorKind kind : {ExecutorKind::serial, ExecutorKind::threads}) {
        std::atomic<bool> stop{false};
        Ticking a(&stop), b(nullptr);
        LogicalProcess* const both[] = {&a, &b};
        const auto executor = make_executor(kind, 2);
        run_windows(both, two_apart(3_ms), SimTime::zero() + 1_h, *executor, &stop);
        CHECK(a.last >= SimTime::zero() + 10_ms);
        CHECK(a.last <= SimTime::zero() + 20_ms);
        CHECK(b.last <= SimTime::zero() + 20_ms);
    }
}

TEST_CASE("what a process throws comes out, that of the first process on any number of threads") {
    for (ExecutorKind kind : {ExecutorKind::serial, ExecutorKind::threads}) {
        for (int round = 0; round < 20; ++round) {
            Failing first("first"), second("second");
            LogicalProcess* const both[] = {&first, &second};
            const auto executor = make_executor(kind, 2);
            CHECK_THROWS_WITH(run_windows(both, two_apart(3_ms), SimTime{100}, *executor), "first");
        }
    }
}

TEST_CASE("an executor runs every part once, phase after phase") {
    for (unsigned threads : {1u, 2u, 3u, 8u}) {
        const auto executor = make_thread_executor(threads);
        for (std::size_t n : {0U, 1U, 2U, 7U, 100U}) {
            std::vector<int> runs(n, 0);  // each part writes its own: the thread sanitizer watches
            for (int phase = 0; phase < 200; ++phase) executor->run_parts(n, [&](std::size_t i) { ++runs[i]; });
            CHECK(runs == std::vector<int>(n, 200));
        }
    }
}

TEST_CASE("no processes, or none with an event, is no trouble") {
    const auto executor = make_thread_executor(2);
    LookaheadMatrix none(0);
    none.close();
    run_windows({}, none, kEnd, *executor);
    toy::World world(toy::Topology{1, {}}, 1);
    run_windows(world.pointers, world.lookahead, SimTime::never(), *executor);
    CHECK(world.processes[0]->next_time() == SimTime::never());
    CHECK_THROWS_AS(make_thread_executor(0), EngineError);
    CHECK_THROWS_AS(make_tbb_executor(0), EngineError);
}
