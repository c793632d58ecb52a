// What goes between processes, without a model: what a parcel costs over a channel, what a phase of a window costs on two
// threads when there is nothing to do, and what it costs to find all horizons. By the wall clock where two threads work:
// that says something only while the machine does nothing else.
//
// Yardsticks: a vector behind a mutex, as queues between threads mostly are; std::barrier, at which two threads meet; and
// for horizons the hold model (bench/in_turns.hpp).
#include <atomic>
#include <barrier>
#include <cstdint>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "bench/in_turns.hpp"
#include "sim/base/hash.hpp"
#include "sim/kernel/channel.hpp"
#include "sim/kernel/window.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {
namespace {

struct Parcel {
    std::uint64_t words[10] = {};
};

/// Parcels are sent by the window's handful and drained at its end.
void channel(benchmark::State& state) {
    constexpr std::int64_t windows = 20'000;
    const std::int64_t parcels = state.range(0);
    Bell bell;
    Channel<Parcel> ours(10_ms, &bell);
    std::mutex mutex;
    std::vector<std::pair<std::int64_t, Parcel>> theirs, taken;
    std::uint64_t our_sum = 0, their_sum = 0;
    Parcel parcel;
    const auto our_turn = [&] {
        for (std::int64_t w = 0; w < windows; ++w) {
            for (std::int64_t i = 0; i < parcels; ++i) {
                parcel.words[0] = static_cast<std::uint64_t>(i);
                ours.send(SimTime::zero(), SimTime::zero() + 10_ms + i * 1_us, static_cast<std::uint64_t>(i), parcel);
            }
            if (bell.answer()) ours.drain([&](SimTime, std::uint64_t order, const Parcel& p) { our_sum += order + p.words[0]; });
        }
    };
    const auto their_turn = [&] {
        for (std::int64_t w = 0; w < windows; ++w) {
            for (std::int64_t i = 0; i < parcels; ++i) {
                parcel.words[0] = static_cast<std::uint64_t>(i);
                const std::lock_guard lock(mutex);
                theirs.emplace_back(i, parcel);
            }
            {
                const std::lock_guard lock(mutex);
                taken.swap(theirs);
            }
            for (const auto& [order, p] : taken) their_sum += static_cast<std::uint64_t>(order) + p.words[0];
            taken.clear();
        }
    };
    in_turns(state, windows * parcels, our_turn, their_turn);
    if (our_sum != their_sum) state.SkipWithError("the two gave different parcels");
}

/// Two parts that do nothing, on two threads; a window has two such phases.
void phase(benchmark::State& state) {
    constexpr std::int64_t phases = 50'000;
    const auto executor = make_executor(ExecutorKind::tbb, 2);
    std::atomic<std::int64_t> ours{0}, theirs{0};
    const auto our_turn = [&] {
        for (std::int64_t p = 0; p < phases; ++p) executor->run_parts(2, [&](std::size_t) { ours.fetch_add(1, std::memory_order_relaxed); });
    };
    const auto their_turn = [&] {
        std::barrier<> both(2);
        const auto part = [&] {
            for (std::int64_t p = 0; p < phases; ++p) {
                theirs.fetch_add(1, std::memory_order_relaxed);
                both.arrive_and_wait();
            }
        };
        std::jthread other(part);
        part();
    };
    in_turns(state, phases, our_turn, their_turn, wall_seconds);
    if (ours != theirs) state.SkipWithError("a part is missing");
}

void horizons_of(benchmark::State& state) {
    constexpr std::int64_t windows = 20'000;
    const auto n = static_cast<std::size_t>(state.range(0));
    LookaheadMatrix matrix(n);
    std::vector<SimTime> next(n), horizon(n);
    for (std::size_t i = 0; i < n; ++i) {
        matrix.set(i, (i + 1) % n, 10_ms);
        matrix.set((i + 1) % n, i, 20_ms);
        next[i].ns = static_cast<std::int64_t>(hash_name("bench/horizon") * (i + 1) % 1'000'000'000);
    }
    matrix.close();
    Yardstick yardstick;
    const auto our_turn = [&] {
        for (std::int64_t w = 0; w < windows; ++w) {
            horizons(next, matrix, SimTime::never(), horizon);
            next[static_cast<std::size_t>(w) % n] = horizon.front();
        }
        benchmark::DoNotOptimize(horizon.data());
    };
    in_turns(state, windows, our_turn, [&] { yardstick.steps(windows); });
}

BENCHMARK(channel)->Arg(1)->Arg(64)->Apply(in_pairs);
BENCHMARK(phase)->Apply(in_pairs);
BENCHMARK(horizons_of)->Arg(2)->Arg(8)->Arg(64)->Apply(in_pairs);

}  // namespace
}  // namespace mailquake
