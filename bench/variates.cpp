// What a draw costs: the stream alone, and each law, from a fresh stream a draw, as models draw. The yardstick is the standard
// library's law of that name over its Mersenne Twister, both with a state that goes on from draw to draw; its exponential law
// where it has none of that name; of the alias table its discrete distribution, which searches.
#include <cstdint>
#include <random>
#include <vector>

#include "bench/in_turns.hpp"
#include "sim/base/alias_table.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {
namespace {

constexpr std::int64_t draws = 1'000'000;
const StreamKey key(1, hash_name("bench/variates"), hash_name("draw"));

template <class Draw>
void times(Draw&& draw) {
    for (std::int64_t i = 0; i < draws; ++i) benchmark::DoNotOptimize(draw());
}

template <class Draw, class Standard>
void beside(benchmark::State& state, Draw&& draw, Standard standard) {
    std::mt19937_64 twister;
    in_turns(state, draws, [&] { times(draw); }, [&] { times([&] { return standard(twister); }); });
}

void first_word_of_a_stream(benchmark::State& state) {
    std::uint64_t identity = 0;
    beside(state, [&] { return RandomStream(key, identity++)(); }, std::uniform_int_distribution<std::uint64_t>());
}

void next_word_of_a_stream(benchmark::State& state) {
    RandomStream stream(key, 0);
    beside(state, [&] { return stream(); }, std::uniform_int_distribution<std::uint64_t>());
}

template <class Standard>
void draw(benchmark::State& state, const Law& law, Standard standard) {
    std::uint64_t identity = 0;
    beside(state, [&] { return law.draw(key, identity++, 0); }, standard);
}

void alias_pick(benchmark::State& state) {
    const std::vector<double> weights(static_cast<std::size_t>(state.range(0)), 1.0);
    const AliasTable table(weights);
    std::discrete_distribution<std::size_t> standard(weights.begin(), weights.end());
    std::mt19937_64 twister;
    std::uint64_t identity = 0;
    const auto pick = [&] {
        RandomStream stream(key, identity++);
        return table.pick(stream);
    };
    in_turns(state, draws, [&] { times(pick); }, [&] { times([&] { return standard(twister); }); });
}

BENCHMARK(first_word_of_a_stream)->Apply(in_pairs);
BENCHMARK(next_word_of_a_stream)->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, deterministic, Law::deterministic(20_ms), std::exponential_distribution<double>())->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, exponential, Law::exponential(20_ms), std::exponential_distribution<double>())->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, lognormal, Law::lognormal(20_ms, 1.5), std::lognormal_distribution<double>(0.0, 1.0))->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, gamma, Law::gamma(20_ms, 0.5), std::gamma_distribution<double>(4.0))->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, weibull, Law::weibull(20_ms, 0.7), std::weibull_distribution<double>(0.7))->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, pareto, Law::pareto(20_ms, 2.5), std::exponential_distribution<double>())->Apply(in_pairs);
BENCHMARK_CAPTURE(draw, hyperexponential, Law::hyperexponential(20_ms, 2), std::exponential_distribution<double>())->Apply(in_pairs);
BENCHMARK(alias_pick)->Arg(10)->Arg(100'000)->Apply(in_pairs);

}  // namespace
}  // namespace mailquake
