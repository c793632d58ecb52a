// How a figure is measured: two ways to do the same work take turns in one process, ours and a yardstick's, and the figure is
// the median of their ratios. A machine that is busy or slow is so for both.
//
// Counters: `ours_M_per_s` and `std_M_per_s`, steps a second of both over all turns; `ratio`, the time of the yardstick over
// ours, the median of the pairs, so that above 1 ours is faster; `ratio_of_sums`, the same of all pairs together, which leaves
// no rare cost out. A brief run (MAILQUAKE_BENCH_BRIEF in the environment: a smoke test) takes one pair of small sizes.
#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <queue>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/kernel/event.hpp"

namespace mailquake {

[[nodiscard]] bool is_brief();
/// Pairs of turns in a figure: nine, or one.
[[nodiscard]] int pairs();

/// This thread's processor time so far [s].
[[nodiscard]] double processor_seconds();
/// For what several threads do [s].
[[nodiscard]] double wall_seconds();
[[nodiscard]] double median(std::vector<double> values);

/// The pairs of turns of one figure.
class Turns {
public:
    explicit Turns(benchmark::State& state) : state_(state) {}
    /// A turn of each took so long [s].
    void add(double ours, double theirs);
    /// Into the counters; a turn was of so many steps.
    void tell(std::int64_t steps);

private:
    benchmark::State& state_;
    double our_sum_ = 0, their_sum_ = 0;
    std::vector<double> ratios_;
};

/// `ours()` and `theirs()` make `steps` steps each; for a benchmark that is registered by in_pairs.
template <class Ours, class Theirs>
void in_turns(benchmark::State& state, std::int64_t steps, Ours&& ours, Theirs&& theirs, double (*clock)() = processor_seconds) {
    Turns turns(state);
    for (auto _ : state) {
        const double begin = clock();
        ours();
        const double between = clock();
        theirs();
        turns.add(between - begin, clock() - between);
    }
    turns.tell(steps);
}

inline void in_pairs(benchmark::internal::Benchmark* bench) {
    bench->Iterations(pairs())->UseManualTime()->Unit(benchmark::kMillisecond);
}
/// By powers of ten; a brief run takes the least alone.
inline void sizes(benchmark::internal::Benchmark* bench, std::int64_t least, std::int64_t most) {
    bench->RangeMultiplier(10)->Range(least, is_brief() ? least : most)->Apply(in_pairs);
}

/// The yardstick of what the standard library has no counterpart for: the hold model on std::priority_queue, 10^3 events
/// pending.
class Yardstick {
public:
    Yardstick();
    void steps(std::int64_t n);
    /// Of about a twentieth of a second.
    [[nodiscard]] double steps_per_second();

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const { return before(b, a); }
    };
    [[nodiscard]] SimDuration next() { return increments_[made_ % increments_.size()]; }

    std::vector<SimDuration> increments_;
    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    std::uint64_t made_ = 0;
};

}  // namespace mailquake
