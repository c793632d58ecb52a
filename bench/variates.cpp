// What a draw costs: the stream alone, and each law, from a fresh stream a draw, as models draw.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "sim/base/alias_table.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {
namespace {

const StreamKey key(1, hash_name("bench/variates"), hash_name("draw"));

void first_word_of_a_stream(benchmark::State& state) {
    std::uint64_t identity = 0;
    for (auto _ : state) benchmark::DoNotOptimize(RandomStream(key, identity++)());
}

void next_word_of_a_stream(benchmark::State& state) {
    RandomStream stream(key, 0);
    for (auto _ : state) benchmark::DoNotOptimize(stream());
}

void draw(benchmark::State& state, const Law& law) {
    std::uint64_t identity = 0;
    for (auto _ : state) {
        RandomStream stream(key, identity++);
        benchmark::DoNotOptimize(law.draw(stream));
    }
}

void alias_pick(benchmark::State& state) {
    const AliasTable table(std::vector<double>(static_cast<std::size_t>(state.range(0)), 1.0));
    std::uint64_t identity = 0;
    for (auto _ : state) {
        RandomStream stream(key, identity++);
        benchmark::DoNotOptimize(table.pick(stream));
    }
}

BENCHMARK(first_word_of_a_stream);
BENCHMARK(next_word_of_a_stream);
BENCHMARK_CAPTURE(draw, deterministic, Law::deterministic(20_ms));
BENCHMARK_CAPTURE(draw, exponential, Law::exponential(20_ms));
BENCHMARK_CAPTURE(draw, lognormal, Law::lognormal(20_ms, 1.5));
BENCHMARK_CAPTURE(draw, gamma, Law::gamma(20_ms, 0.5));
BENCHMARK_CAPTURE(draw, weibull, Law::weibull(20_ms, 0.7));
BENCHMARK_CAPTURE(draw, pareto, Law::pareto(20_ms, 2.5));
BENCHMARK_CAPTURE(draw, hyperexponential, Law::hyperexponential(20_ms, 2));
BENCHMARK(alias_pick)->Arg(10)->Arg(100'000);

}  // namespace
}  // namespace mailquake
