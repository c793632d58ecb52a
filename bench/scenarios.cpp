// Whole scenarios (bench/scenarios/), on one thread, from the loaded specs to the outcome: planning, the run with all that
// it counts, conservation. Nine runs, each beside a turn of the yardstick (bench/yardstick.hpp): `events` and `messages`
// are medians [1/s]; `to_yardstick` is events a second over the yardstick's steps a second, the median of the pairs.
// Time is the thread's processor time.
//
// `windows` runs one scenario of several sites on one thread and on two, in turns, by the wall clock: `speedup` is the
// median of nine pairs' ratios. It says something only while the machine does nothing else.
//
// `backlog` puts n copies into a queue and drains it: `bytes` is the most memory that the process had, over what it had
// before, for each copy; `messages` are those drained in a second of wall clock, the putting in included. Linux only.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/yardstick.hpp"
#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {
namespace {

constexpr int pairs = 9;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

ScenarioSpec bench_scenario(const std::string& name, const std::vector<std::string>& sets = {}) {
    Diagnostics said;
    const auto loaded = load_scenario({.file = std::string(MAILQUAKE_BENCH_SCENARIOS) + "/" + name + ".yaml", .sets = sets}, said);
    if (!loaded) throw std::runtime_error(said.render());
    return loaded->spec;
}

void scenario(benchmark::State& state, const std::string& name) {
    const ScenarioSpec spec = bench_scenario(name);
    std::vector<double> events, messages, ratios;
    for (auto _ : state) {
        for (int pair = 0; pair < pairs; ++pair) {
            const double begin = processor_seconds();
            const Outcome outcome = simulate(spec, {});
            const double seconds = processor_seconds() - begin;
            const double yardstick = yardstick_steps_per_second();
            events.push_back(static_cast<double>(outcome.events) / seconds);
            messages.push_back(static_cast<double>(outcome.messages.accepted) / seconds);
            ratios.push_back(events.back() / yardstick);
        }
    }
    state.counters["events"] = median(events);
    state.counters["messages"] = median(messages);
    state.counters["to_yardstick"] = median(ratios);
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void windows(benchmark::State& state, const std::string& name) {
    const ScenarioSpec spec = bench_scenario(name);
    std::vector<double> events, speedups;
    const auto seconds_on = [&](unsigned threads, Outcome& outcome) {
        RunOptions options;
        options.threads = threads;
        const double begin = wall_seconds();
        outcome = simulate(spec, options);
        return wall_seconds() - begin;
    };
    for (auto _ : state) {
        for (int pair = 0; pair < pairs; ++pair) {
            Outcome one, two;
            const double serial = seconds_on(1, one), parallel = seconds_on(2, two);
            if (!(one.fingerprint == two.fingerprint)) state.SkipWithError("one thread and two differ");
            events.push_back(static_cast<double>(two.events) / parallel);
            speedups.push_back(serial / parallel);
        }
    }
    state.counters["events"] = median(events);
    state.counters["speedup"] = median(speedups);
}

/// A line of this process's status [bytes]: VmRSS now, VmHWM at most since forget_peak().
double memory(const std::string& line) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        double kilobytes = 0;
        if (word == line + ":" && status >> kilobytes) return kilobytes * 1024;
    }
    return 0;
}
void forget_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void backlog(benchmark::State& state) {
    const ScenarioSpec spec = bench_scenario("backlog", {"backlog.old.count=" + std::to_string(state.range(0)), "duration=200s"});
    const auto copies = static_cast<double>(state.range(0));
    for (auto _ : state) {
        malloc_trim(0);
        forget_peak();
        const double before = memory("VmRSS"), begin = wall_seconds();
        const Outcome outcome = simulate(spec, {});
        if (outcome.messages.delivered != static_cast<std::uint64_t>(state.range(0))) state.SkipWithError("the backlog is not drained");
        state.counters["messages"] = copies / (wall_seconds() - begin);
        state.counters["bytes"] = (memory("VmHWM") - before) / copies;
    }
}

BENCHMARK_CAPTURE(scenario, mm1, "mm1")->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(scenario, tandem, "tandem")->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(scenario, five_hop, "five-hop")->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK(backlog)->RangeMultiplier(10)->Range(1'000'000, 10'000'000)->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(windows, two_sites, "two-sites")->Iterations(1)->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(windows, four_sites, "four-sites")->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace
}  // namespace mailquake
