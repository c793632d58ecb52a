// Whole scenarios (bench/scenarios/), on one thread, from the loaded specs to the outcome: planning, the run with all that
// it counts, conservation. Nine runs, each beside a turn of the yardstick (bench/in_turns.hpp): `events` and `messages`
// are medians [1/s]; `to_yardstick` is events a second over the yardstick's steps a second, the median of the pairs.
// Time is the thread's processor time.
//
// `windows` runs one scenario of several sites on one thread and on two, in turns, by the wall clock: `speedup` is the
// median of nine pairs' ratios. `replications` runs two replications of one on two threads and in two processes of their own:
// `to_processes` is the time of the processes over that of the threads, the median of nine. Both say something only while
// the machine does nothing else.
//
// `backlog` puts n copies into a queue and drains it: `bytes` is the most memory that the process had, over what it had
// before, for each copy; `messages` are those drained in a second of wall clock, the putting in included. Linux only.
//
// A brief run makes a tenth of each scenario, once.
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/in_turns.hpp"
#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {
namespace {

ScenarioSpec bench_scenario(const std::string& name, const std::vector<std::string>& sets = {}) {
    Diagnostics said;
    const auto loaded = load_scenario({.file = std::string(MAILQUAKE_BENCH_SCENARIOS) + "/" + name + ".yaml", .sets = sets}, said);
    if (!loaded) throw std::runtime_error(said.render());
    return loaded->spec;
}

RunOptions options_for(const ScenarioSpec& spec) {
    RunOptions options;
    if (is_brief()) options.until = SimTime::zero() + SimDuration{spec.duration.ns / 10};
    return options;
}

void scenario(benchmark::State& state, const std::string& name) {
    const ScenarioSpec spec = bench_scenario(name);
    Yardstick standard;
    std::vector<double> events, messages, ratios;
    for (auto _ : state) {
        for (int pair = 0; pair < pairs(); ++pair) {
            const double begin = processor_seconds();
            const Outcome outcome = simulate(spec, options_for(spec));
            const double seconds = processor_seconds() - begin;
            const double yardstick = standard.steps_per_second();
            events.push_back(static_cast<double>(outcome.events) / seconds);
            messages.push_back(static_cast<double>(outcome.messages.accepted) / seconds);
            ratios.push_back(events.back() / yardstick);
        }
    }
    state.counters["events"] = median(events);
    state.counters["messages"] = median(messages);
    state.counters["to_yardstick"] = median(ratios);
}

void windows(benchmark::State& state, const std::string& name) {
    const ScenarioSpec spec = bench_scenario(name);
    std::vector<double> events, speedups;
    const auto seconds_on = [&](unsigned threads, Outcome& outcome) {
        RunOptions options = options_for(spec);
        options.threads = threads;
        const double begin = wall_seconds();
        outcome = simulate(spec, options);
        return wall_seconds() - begin;
    };
    for (auto _ : state) {
        for (int pair = 0; pair < pairs(); ++pair) {
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

/// Two replications, one after the other if there is one thread alone.
void replications(benchmark::State& state, const std::string& name) {
    constexpr std::uint32_t n = 2;
    const ScenarioSpec spec = bench_scenario(name);
    const auto run = [&](std::uint64_t r) {
        RunOptions options = options_for(spec);
        options.replication = static_cast<std::uint32_t>(r);
        return simulate(spec, options).events;
    };
    std::vector<double> ratios;
    for (auto _ : state) {
        for (int pair = 0; pair < pairs(); ++pair) {
            const double begin = wall_seconds();
            for (std::uint32_t r = 0; r < n; ++r)
                if (fork() == 0) _exit(run(r) > 0 ? 0 : 1);
            for (std::uint32_t r = 0; r < n; ++r) {
                int status = 0;
                if (wait(&status) < 0 || status != 0) state.SkipWithError("a process has failed");
            }
            const double between = wall_seconds();
            for (const auto& result : run_replications<std::uint64_t>(n, n, run))
                if (!result.value) state.SkipWithError("a replication has failed");
            ratios.push_back((between - begin) / (wall_seconds() - between));
        }
    }
    state.counters["to_processes"] = median(ratios);
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

void once(benchmark::internal::Benchmark* bench) { bench->Iterations(1)->Unit(benchmark::kSecond); }
void million_and_ten(benchmark::internal::Benchmark* bench) {
    bench->RangeMultiplier(10)->Range(1'000'000, is_brief() ? 1'000'000 : 10'000'000)->Apply(once);
}

BENCHMARK_CAPTURE(scenario, mm1, "mm1")->Apply(once);
BENCHMARK_CAPTURE(scenario, tandem, "tandem")->Apply(once);
BENCHMARK_CAPTURE(scenario, calls, "calls")->Apply(once);
BENCHMARK_CAPTURE(scenario, retries, "retries")->Apply(once);
BENCHMARK_CAPTURE(scenario, five_hop, "five-hop")->Apply(once);
BENCHMARK(backlog)->Apply(million_and_ten);
BENCHMARK_CAPTURE(windows, two_sites, "two-sites")->Apply(once);
BENCHMARK_CAPTURE(windows, four_sites, "four-sites")->Apply(once);
BENCHMARK_CAPTURE(replications, five_hop, "five-hop")->Apply(once);

}  // namespace
}  // namespace mailquake
