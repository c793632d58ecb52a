// What a record costs: taken and given back while n others are alive, the oldest first, as messages come and go.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "sim/base/ring_queue.hpp"
#include "sim/base/slab.hpp"

namespace mailquake {
namespace {

struct Record {
    std::uint64_t words[5] = {};
};
static_assert(sizeof(Record) == 40);

void slab_and_ring_queue(benchmark::State& state) {
    Slab<Record> slab;
    RingQueue<std::uint32_t> waiting;
    const auto arrive = [&] {
        const std::uint32_t index = slab.take();
        slab[index].words[0] = index;
        waiting.push_back(index);
    };
    for (std::int64_t i = 0; i < state.range(0); ++i) arrive();
    std::uint64_t sum = 0;
    for (auto _ : state) {
        arrive();
        const std::uint32_t oldest = waiting.pop_front();
        sum += slab[oldest].words[0];
        slab.give_back(oldest);
    }
    benchmark::DoNotOptimize(sum);
}

BENCHMARK(slab_and_ring_queue)->RangeMultiplier(100)->Range(100, 1'000'000);

}  // namespace
}  // namespace mailquake
