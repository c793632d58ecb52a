#include "sim/parallel/crew.hpp"

#include <thread>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

constexpr int kSpins = 20'000;   // some tens of microseconds: longer than most windows differ
constexpr int kYield = 64;       // spins between two looks whether somebody else needs the processor

}  // namespace

Crew::Crew(unsigned threads)
    : threads_(threads), spins_(threads <= std::thread::hardware_concurrency() ? kSpins : 0), lanes_(new Lane[threads]) {
    MQ_CHECK(threads >= 1, "at least the calling thread works");
}

void Crew::run_parts(std::size_t n, const std::function<void(std::size_t)>& part) {
    FirstError error;
    if (n <= 1 || threads_ == 1) {
        for (std::size_t i = 0; i < n; ++i) error.guard(i, part);
        error.rethrow();
        return;
    }
    MQ_CHECK(n / threads_ < kMask, "a lane counts its parts in 16 bits");
    part_ = &part;
    error_ = &error;
    open_.store(narrow<std::uint32_t>(n, "parts of a phase"), std::memory_order_relaxed);
    const std::uint32_t phase = phase_.load(std::memory_order_relaxed) + 1;
    for (unsigned lane = 0; lane < threads_; ++lane) {
        const std::uint64_t parts = n > lane ? (n - lane + threads_ - 1) / threads_ : 0;
        lanes_[lane].left.store(std::uint64_t{phase} << 32 | parts, std::memory_order_release);
    }
    phase_.store(phase, std::memory_order_release);
    phase_.notify_all();
    work(0);
    for (std::uint32_t left = open_.load(std::memory_order_acquire); left != 0;) left = wait_for_change(open_, left);
    error.rethrow();
}

void Crew::help(unsigned helper) {
    for (std::uint32_t seen = 0; !dismissed_.load(std::memory_order_acquire);) {
        seen = wait_for_change(phase_, seen);
        work(helper);
    }
}

void Crew::dismiss() {
    dismissed_.store(true, std::memory_order_release);
    phase_.fetch_add(1, std::memory_order_release);
    phase_.notify_all();
}

/// The parts of one's own lane, then of the next ones.
void Crew::work(unsigned from) {
    for (unsigned k = 0; k < threads_; ++k) {
        while (claim((from + k) % threads_)) {}
    }
}

/// Takes a part of the lane and runs it; false if none is left.
bool Crew::claim(unsigned lane) {
    std::uint64_t left = lanes_[lane].left.load(std::memory_order_relaxed);
    do {
        if ((left >> 16 & kMask) == (left & kMask)) return false;
    } while (!lanes_[lane].left.compare_exchange_weak(left, left + (kMask + 1), std::memory_order_acquire, std::memory_order_relaxed));
    error_->guard((left >> 16 & kMask) * threads_ + lane, *part_);
    if (open_.fetch_sub(1, std::memory_order_acq_rel) == 1) open_.notify_one();
    return true;
}

/// The first value other than `old`.
std::uint32_t Crew::wait_for_change(const std::atomic<std::uint32_t>& what, std::uint32_t old) const {
    for (int i = 1; i <= spins_; ++i) {
        const std::uint32_t now = what.load(std::memory_order_acquire);
        if (now != old) return now;
        if (i % kYield == 0) std::this_thread::yield();
    }
    what.wait(old, std::memory_order_acquire);
    return what.load(std::memory_order_acquire);
}

}  // namespace mailquake
