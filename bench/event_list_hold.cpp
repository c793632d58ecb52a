// The hold model: n events are pending; each step takes the next one out and schedules another a random time later.
// Our event list against std::priority_queue of the same 32-byte events, in turns within one run, so that what the
// machine does meanwhile hits both: trust the ratio, not the speeds.
//
// With time-outs, each step also schedules a time-out and cancels the one before it, as a call that is answered does.
// std::priority_queue cannot cancel; it gets what its users do, a mark that is looked up when the event comes out.
//
// Increments are exponential, drawn before the clock starts. Left out: other increments, and caches shared with a model.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {
namespace {

constexpr std::size_t increments_count = std::size_t{1} << 16;
constexpr int steps_per_turn = 20'000;

/// Exponential with a mean of a second; the same in every run.
const std::vector<SimDuration>& increments() {
    static const std::vector<SimDuration> all = [] {
        RandomStream stream(StreamKey(1, hash_name("bench/hold"), hash_name("increment")), 0);
        std::vector<SimDuration> drawn(increments_count);
        for (SimDuration& d : drawn) d.ns = static_cast<std::int64_t>(-std::log(stream.uniform_open()) * 1e9);
        return drawn;
    }();
    return all;
}

/// What is measured, by way of our list.
class Ours {
public:
    explicit Ours(std::size_t pending) : list_(0) {
        for (std::size_t i = 0; i < pending; ++i) list_.schedule(SimTime::zero() + next(), 0);
    }
    SimTime hold() {
        const SimTime now = list_.pop().time;
        list_.schedule(now + next(), 0);
        return now;
    }
    SimTime hold_with_timeout() {
        const SimTime now = hold();
        list_.cancel(timeout_);
        timeout_ = list_.schedule_cancellable(now + SimDuration{30'000'000'000}, 1);
        return now;
    }

private:
    SimDuration next() { return increments()[drawn_++ % increments_count]; }

    EventList list_;
    EventHandle timeout_ = EventHandle::none();
    std::size_t drawn_ = 0;
};

/// The same by way of the standard library's heap.
class Standard {
public:
    explicit Standard(std::size_t pending) {
        for (std::size_t i = 0; i < pending; ++i) push(SimTime::zero() + next(), 0, 0);
    }
    SimTime hold() {
        while (queue_.top().kind == 1 && queue_.top().b < timeouts_) queue_.pop();
        const SimTime now = queue_.top().time;
        queue_.pop();
        push(now + next(), 0, 0);
        return now;
    }
    SimTime hold_with_timeout() {
        const SimTime now = hold();
        push(now + SimDuration{30'000'000'000}, 1, ++timeouts_);
        return now;
    }

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const { return before(b, a); }
    };
    SimDuration next() { return increments()[drawn_++ % increments_count]; }
    void push(SimTime time, std::uint32_t kind, std::uint64_t b) {
        queue_.push(Event{time, make_order(0, sequence_++), kind, 0, b});
    }

    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    std::uint64_t sequence_ = 0;
    std::uint64_t timeouts_ = 0;   // the newest one is alive, those before it are cancelled
    std::size_t drawn_ = 0;
};

/// Times `steps_per_turn` steps; `check` folds the times that came out, so that both must have done the same work.
template <class List, class Step>
double seconds_of(List& list, Step step, std::uint64_t& check) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < steps_per_turn; ++i) check = combine64(check, static_cast<std::uint64_t>(std::invoke(step, list).ns));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

template <class OurStep, class StandardStep>
void in_turns(benchmark::State& state, OurStep our_step, StandardStep standard_step) {
    Ours ours(static_cast<std::size_t>(state.range(0)));
    Standard standard(static_cast<std::size_t>(state.range(0)));
    double our_seconds = 0;
    double standard_seconds = 0;
    std::uint64_t our_check = 0;
    std::uint64_t standard_check = 0;
    for (auto _ : state) {
        const double ours_now = seconds_of(ours, our_step, our_check);
        standard_seconds += seconds_of(standard, standard_step, standard_check);
        our_seconds += ours_now;
        state.SetIterationTime(ours_now);
    }
    if (our_check != standard_check) state.SkipWithError("the two lists gave different events");
    const double steps = static_cast<double>(state.iterations()) * steps_per_turn;
    state.counters["ours_M_per_s"] = steps / our_seconds * 1e-6;
    state.counters["std_M_per_s"] = steps / standard_seconds * 1e-6;
    state.counters["ratio"] = standard_seconds / our_seconds;
}

void hold(benchmark::State& state) { in_turns(state, &Ours::hold, &Standard::hold); }
void hold_with_timeouts(benchmark::State& state) {
    in_turns(state, &Ours::hold_with_timeout, &Standard::hold_with_timeout);
}

BENCHMARK(hold)->RangeMultiplier(10)->Range(1'000, 1'000'000)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(hold_with_timeouts)->RangeMultiplier(10)->Range(1'000, 1'000'000)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mailquake
