// The hold model: n events are pending; each step takes the next one out and schedules another a random time later.
// Our event list against std::priority_queue of the same 32-byte events, turn by turn within one run, so that what the
// machine does meanwhile hits both: trust the ratio, not the speeds. Both must give the same events.
//
// Increments, drawn before the clock starts: exponential; bimodal (nine services of 20 ms, one retry after 15 min);
// retries (services, then 15 min, 1 h, 4 h and a day, ever rarer); seconds (1 to 8 whole ones, so that n / 8 events tie).
// With time-outs, each step also schedules a time-out three mean increments ahead and cancels the one before it, as a
// call that is answered does; std::priority_queue, which cannot cancel, gets what its users do, a mark that is looked up
// when the event comes out.
//
// Both are stepped until the mix of what is pending is steady. A turn is n / 2 steps, so that nine pairs of turns hold
// several spreads of the ladder's outermost rung, up to 10^6, and about one at 10^7: `ratio` is the median over the
// pairs, `ratio_of_sums` leaves no rare cost out. Time is the thread's processor time. Left out: caches shared with a model.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <queue>
#include <vector>

#include "bench/in_turns.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {
namespace {

constexpr std::size_t increments_count = std::size_t{1} << 16;

enum class Law { exponential, bimodal, retries, seconds };

SimDuration draw(Law law, RandomStream& stream) {
    const auto exponential = [&](SimDuration mean) {
        return SimDuration{static_cast<std::int64_t>(-std::log(stream.uniform_open()) * static_cast<double>(mean.ns))};
    };
    const double u = stream.uniform();
    switch (law) {
        case Law::exponential: return exponential(1_s);
        case Law::bimodal: return u < 0.9 ? exponential(20_ms) : 15_min;
        case Law::retries:
            if (u < 0.9) return exponential(20_ms);
            if (u < 0.95) return 15_min;
            if (u < 0.98) return 1_h;
            return u < 0.995 ? 4_h : 1_d;
        case Law::seconds: return (1 + static_cast<std::int64_t>(u * 8)) * 1_s;
    }
    return SimDuration::zero();
}

/// The same in every run.
std::vector<SimDuration> increments_of(Law law) {
    RandomStream stream(StreamKey(1, hash_name("bench/hold"), hash_name("increment")), 0);
    std::vector<SimDuration> drawn(increments_count);
    for (SimDuration& d : drawn) d = draw(law, stream);
    return drawn;
}

/// What is measured, by way of our list.
class Ours {
public:
    Ours(std::size_t pending, const std::vector<SimDuration>& increments) : increments_(increments.data()), list_(0) {
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
        timeout_ = list_.schedule_cancellable(now + 3_s, 1);
        return now;
    }

private:
    SimDuration next() { return increments_[drawn_++ % increments_count]; }

    const SimDuration* increments_;
    EventList list_;
    EventHandle timeout_ = EventHandle::none();
    std::size_t drawn_ = 0;
};

/// The same by way of the standard library's heap.
class Standard {
public:
    Standard(std::size_t pending, const std::vector<SimDuration>& increments) : increments_(increments.data()) {
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
        push(now + 3_s, 1, ++timeouts_);
        return now;
    }

private:
    struct Later {
        bool operator()(const Event& a, const Event& b) const { return before(b, a); }
    };
    SimDuration next() { return increments_[drawn_++ % increments_count]; }
    void push(SimTime time, std::uint32_t kind, std::uint64_t b) {
        queue_.push(Event{time, make_order(0, sequence_++), kind, 0, b});
    }

    const SimDuration* increments_;
    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    std::uint64_t sequence_ = 0;
    std::uint64_t timeouts_ = 0;   // the newest one is alive, those before it are cancelled
    std::size_t drawn_ = 0;
};

/// Makes `steps` steps; `check` folds the times that came out, so that both must have done the same work.
template <class List, class Step>
void make_steps(List& list, Step step, std::int64_t steps, std::uint64_t& check) {
    for (std::int64_t i = 0; i < steps; ++i) {
        check = check * 0x9e37'79b9'7f4a'7c15U + static_cast<std::uint64_t>(step(list).ns);
    }
}

/// `settling` is how many steps per pending event make the load steady.
template <class Step>
void both_hold(benchmark::State& state, Law law, std::int64_t settling, Step step) {
    const std::int64_t pending = state.range(0);
    const std::int64_t turn = std::max<std::int64_t>(pending / 2, 100'000);
    const std::vector<SimDuration> increments = increments_of(law);
    Ours ours(static_cast<std::size_t>(pending), increments);
    Standard standard(static_cast<std::size_t>(pending), increments);
    std::uint64_t our_check = 0, standard_check = 0;
    const auto our_turn = [&](std::int64_t steps) { make_steps(ours, step, steps, our_check); };
    const auto standard_turn = [&](std::int64_t steps) { make_steps(standard, step, steps, standard_check); };
    our_turn(settling * pending + turn);
    standard_turn(settling * pending + turn);
    in_turns(state, turn, [&] { our_turn(turn); }, [&] { standard_turn(turn); });
    if (our_check != standard_check) state.SkipWithError("the two lists gave different events");
}

void hold(benchmark::State& state, Law law, std::int64_t settling) {
    both_hold(state, law, settling, [](auto& list) { return list.hold(); });
}
void hold_with_timeouts(benchmark::State& state) {
    both_hold(state, Law::exponential, 4, [](auto& list) { return list.hold_with_timeout(); });
}

void up_to_1e7(benchmark::internal::Benchmark* bench) { sizes(bench, 10, 10'000'000); }
void up_to_1e6(benchmark::internal::Benchmark* bench) { sizes(bench, 10, 1'000'000); }
void up_to_1e5(benchmark::internal::Benchmark* bench) { sizes(bench, 100, 100'000); }

BENCHMARK_CAPTURE(hold, exponential, Law::exponential, 1)->Apply(up_to_1e7);
BENCHMARK_CAPTURE(hold, bimodal, Law::bimodal, 20)->Apply(up_to_1e5);
BENCHMARK_CAPTURE(hold, retries, Law::retries, 40)->Apply(up_to_1e5);
BENCHMARK_CAPTURE(hold, seconds, Law::seconds, 2)->Apply(up_to_1e5);
BENCHMARK(hold_with_timeouts)->Apply(up_to_1e6);

}  // namespace
}  // namespace mailquake
