// What the parts of a mail system cost, apart from the events that use them: a deferral in a store of n deferred messages,
// against std::multimap; and what booking a wait costs a queue and its workers, against the hold model.
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "bench/in_turns.hpp"
#include "models/mta/deferred_store.hpp"
#include "models/mta/station.hpp"
#include "models/mta/worker_states.hpp"
#include "models/world/delay_ledger.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {
namespace {

/// The message that is due first fails once more and is deferred by 5 to 15 minutes.
void deferred_store(benchmark::State& state) {
    constexpr std::int64_t steps = 300'000;
    const auto n = static_cast<std::uint32_t>(state.range(0));
    RandomStream luck(StreamKey(1, hash_name("bench/deferred"), hash_name("wait")), 0);
    std::vector<SimDuration> waits(1 << 16);
    for (SimDuration& wait : waits) wait.ns = (300_s).ns + static_cast<std::int64_t>(luck.uniform() * static_cast<double>((600_s).ns));
    DeferredStore ours;
    const auto identity = [](std::uint32_t message) { return std::uint64_t{message} << 32; };
    std::multimap<std::pair<SimTime, std::uint64_t>, std::uint32_t> theirs;
    for (std::uint32_t message = 0; message < n; ++message) {
        const SimTime due = SimTime::zero() + waits[message % waits.size()];
        ours.push(due, identity(message), message);
        theirs.emplace(std::pair(due, identity(message)), message);
    }
    std::uint64_t our_sum = 0, their_sum = 0;
    std::size_t our_draw = 0, their_draw = 0;
    const auto our_turn = [&] {
        for (std::int64_t i = 0; i < steps; ++i) {
            const SimTime now = ours.next_due();
            const std::uint32_t message = ours.pop();
            our_sum = combine64(our_sum, message);
            ours.push(now + waits[our_draw++ % waits.size()], identity(message), message);
        }
    };
    const auto their_turn = [&] {
        for (std::int64_t i = 0; i < steps; ++i) {
            const auto first = theirs.begin();
            const SimTime now = first->first.first;
            const std::uint32_t message = first->second;
            their_sum = combine64(their_sum, message);
            theirs.erase(first);
            theirs.emplace(std::pair(now + waits[their_draw++ % waits.size()], identity(message)), message);
        }
    };
    in_turns(state, steps, our_turn, their_turn);
    if (our_sum != their_sum) state.SkipWithError("the two gave different messages");
}

/// A tier of `workers` workers with calls, all busy: a worker goes from its call to its service and is done, and the message that
/// has waited longest has its wait divided by what the workers did and booked, then its call and its service.
void booking(benchmark::State& state) {
    constexpr std::int64_t steps = 300'000;
    constexpr std::size_t calling = worker_state::first_of_tier, states = calling + 1, line = 64;
    const std::int64_t workers = state.range(0);
    DelayLedger ledger(1);
    const std::size_t place = ledger.add_place(states);
    WorkerStates doing(states);
    doing.add(calling, workers, SimTime::zero());
    std::vector<SimTime> since(line, SimTime::zero());   // of those in line
    SimTime now = SimTime::zero();
    std::int64_t served = 0;
    Yardstick yardstick;
    const auto our_turn = [&] {
        for (std::int64_t i = 0; i < steps; ++i, ++served) {
            now = now + 1_ms;
            doing.move(calling, worker_state::serving, now);
            ledger.book_worker(place, 0, calling, 3_ms);
            now = now + 2_ms;
            doing.move(worker_state::serving, calling, now);
            ledger.book_worker(place, 0, worker_state::serving, 2_ms);
            SimTime& first = since[static_cast<std::size_t>(served) % line];
            for (const auto& [what, wait] : doing.divide(first, now)) ledger.book_queue(place, 0, what, wait);
            first = now;
            doing.entered(now, since[static_cast<std::size_t>(served + 1) % line]);
        }
    };
    doing.entered(now, now);
    in_turns(state, steps, our_turn, [&] { yardstick.steps(steps); });
    TimeArea queued = 0;
    for (std::size_t what = 0; what < states; ++what) queued += ledger.at(place, 0, what);
    TimeArea waited = 0;  // all that left the line: from when it came, at the earliest at zero, to when it left
    for (std::int64_t k = 0; k < served; ++k) waited += TimeArea{3'000'000} * (k < static_cast<std::int64_t>(line) ? k + 1 : static_cast<std::int64_t>(line));
    if (queued != waited) state.SkipWithError("the parts of the waits do not sum to the waits");
}

void thousand_to_million(benchmark::internal::Benchmark* bench) { sizes(bench, 1'000, 1'000'000); }

BENCHMARK(deferred_store)->Apply(thousand_to_million);
BENCHMARK(booking)->Arg(1)->Arg(40)->Apply(in_pairs);

}  // namespace
}  // namespace mailquake
