#include "bench/in_turns.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "sim/base/hash.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {

bool is_brief() { return std::getenv("MAILQUAKE_BENCH_BRIEF") != nullptr; }

int pairs() { return is_brief() ? 1 : 9; }

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

void Turns::add(double ours, double theirs) {
    our_sum_ += ours;
    their_sum_ += theirs;
    ratios_.push_back(theirs / ours);
    state_.SetIterationTime(ours);
}

void Turns::tell(std::int64_t steps) {
    const double all = static_cast<double>(steps) * static_cast<double>(ratios_.size());
    state_.counters["ours_M_per_s"] = all / our_sum_ * 1e-6;
    state_.counters["std_M_per_s"] = all / their_sum_ * 1e-6;
    state_.counters["ratio"] = median(ratios_);
    state_.counters["ratio_of_sums"] = their_sum_ / our_sum_;
}

Yardstick::Yardstick() : increments_(1 << 16) {
    RandomStream luck(StreamKey(1, hash_name("bench/yardstick"), hash_name("increment")), 0);
    for (SimDuration& d : increments_) d.ns = static_cast<std::int64_t>(-std::log(luck.uniform_open()) * 1e9);
    constexpr std::uint64_t pending = 1000;
    for (; made_ < pending; ++made_) queue_.push({SimTime::zero() + next(), made_, 0, 0, 0});
}

void Yardstick::steps(std::int64_t n) {
    for (; n > 0; --n, ++made_) {
        const SimTime now = queue_.top().time;
        queue_.pop();
        queue_.push({now + next(), made_, 0, 0, 0});
    }
}

double Yardstick::steps_per_second() {
    constexpr std::int64_t n = 500'000;
    const double begin = processor_seconds();
    steps(n);
    return static_cast<double>(n) / (processor_seconds() - begin);
}

}  // namespace mailquake
