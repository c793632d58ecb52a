#include "bench/yardstick.hpp"

#include <time.h>

#include <cmath>
#include <queue>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/kernel/event.hpp"

namespace mailquake {
namespace {

struct Later {
    bool operator()(const Event& a, const Event& b) const { return before(b, a); }
};

}  // namespace

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double yardstick_steps_per_second() {
    constexpr std::uint64_t pending = 1000, steps = 500'000;
    RandomStream luck(StreamKey(1, hash_name("bench/yardstick"), hash_name("increment")), 0);
    std::vector<SimDuration> increments(1 << 16);
    for (SimDuration& d : increments) d.ns = static_cast<std::int64_t>(-std::log(luck.uniform_open()) * 1e9);
    std::priority_queue<Event, std::vector<Event>, Later> queue;
    std::uint64_t made = 0;
    const auto next = [&] { return increments[made % increments.size()]; };
    for (; made < pending; ++made) queue.push({SimTime::zero() + next(), made, 0, 0, 0});
    const double begin = processor_seconds();
    for (; made < pending + steps; ++made) {
        const SimTime now = queue.top().time;
        queue.pop();
        queue.push({now + next(), made, 0, 0, 0});
    }
    return static_cast<double>(steps) / (processor_seconds() - begin);
}

}  // namespace mailquake
