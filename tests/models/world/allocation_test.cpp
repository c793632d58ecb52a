// In steady state nothing is allocated for an event: how often operator new is called grows with minutes of simulated time
// (a point of each series, a snapshot every ten) and with what a run meets for the first time, not with events.
#include "tests/catch.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include "small_world.hpp"

// The sanitizers bring an operator new of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace mailquake {
namespace {

struct Cost {
    std::uint64_t allocations;
    std::uint64_t events;
};

/// What the stretch from `from` to `to` of a bench scenario costs: the run up to `to` less the one up to `from`, both with
/// their setting up and their collecting.
Cost cost_of(const std::string& name, SimDuration from, SimDuration to) {
    Diagnostics said;
    const auto scenario = load_scenario({.file = "bench/scenarios/" + name + ".yaml", .sets = {"duration=1h"}}, said);
    REQUIRE(scenario);
    const auto run_until = [&](SimDuration end) {
        RunOptions options;
        options.until = SimTime::zero() + end;
        const std::uint64_t before = allocations.load();
        const Outcome outcome = simulate(scenario->spec, options);
        return Cost{allocations.load() - before, outcome.events};
    };
    const Cost shorter = run_until(from), longer = run_until(to);
    return {longer.allocations - std::min(longer.allocations, shorter.allocations), longer.events - shorter.events};
}

}  // namespace

TEST_CASE("in steady state no event allocates: M/M/1, a tandem, a mail path of five tiers with calls") {
    const auto [name, from, to] = GENERATE(table<std::string, SimDuration, SimDuration>(
        {{"mm1", 100_s, 700_s}, {"tandem", 20_s, 120_s}, {"five-hop", 130_s, 170_s}}));
    const Cost cost = cost_of(name, from, to);
    INFO(name << ": " << cost.allocations << " allocations in " << cost.events << " events");
    CHECK(cost.events > 500'000);
    CHECK(cost.allocations * 5'000 < cost.events);
}

}  // namespace mailquake

#endif
