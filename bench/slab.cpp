// What a record costs: taken and given back while n others are alive, the oldest first, as messages come and go. The
// yardstick is std::deque of std::unique_ptr: a record with new and delete, and a queue of pointers.
#include <cstdint>
#include <deque>
#include <memory>

#include "bench/in_turns.hpp"
#include "sim/base/ring_queue.hpp"
#include "sim/base/slab.hpp"

namespace mailquake {
namespace {

struct Record {
    std::uint64_t words[6] = {};
};
static_assert(sizeof(Record) == 48);

class Ours {
public:
    void arrive() {
        const std::uint32_t index = slab_.take();
        slab_[index].words[0] = ++arrived_;
        waiting_.push_back(index);
    }
    std::uint64_t leave() {
        const std::uint32_t oldest = waiting_.pop_front();
        const std::uint64_t word = slab_[oldest].words[0];
        slab_.give_back(oldest);
        return word;
    }

private:
    Slab<Record> slab_;
    RingQueue<std::uint32_t> waiting_;
    std::uint64_t arrived_ = 0;
};

class Standard {
public:
    void arrive() {
        waiting_.push_back(std::make_unique<Record>());
        waiting_.back()->words[0] = ++arrived_;
    }
    std::uint64_t leave() {
        const std::uint64_t word = waiting_.front()->words[0];
        waiting_.pop_front();
        return word;
    }

private:
    std::deque<std::unique_ptr<Record>> waiting_;
    std::uint64_t arrived_ = 0;
};

void slab_and_ring_queue(benchmark::State& state) {
    constexpr std::int64_t steps = 1'000'000;
    Ours ours;
    Standard standard;
    std::uint64_t our_sum = 0, standard_sum = 0;
    const auto turn = [](auto& records, std::uint64_t& sum) {
        for (std::int64_t i = 0; i < steps; ++i) {
            records.arrive();
            sum += records.leave();
        }
    };
    for (std::int64_t i = 0; i < state.range(0); ++i) {
        ours.arrive();
        standard.arrive();
    }
    in_turns(state, steps, [&] { turn(ours, our_sum); }, [&] { turn(standard, standard_sum); });
    if (our_sum != standard_sum) state.SkipWithError("the two gave different records");
}

void hundred_to_million(benchmark::internal::Benchmark* bench) {
    bench->RangeMultiplier(100)->Range(100, is_brief() ? 100 : 1'000'000)->Apply(in_pairs);
}

BENCHMARK(slab_and_ring_queue)->Apply(hundred_to_million);

}  // namespace
}  // namespace mailquake
