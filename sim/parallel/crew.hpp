// Who works on the parts of a phase: the thread that leads, and helpers that come and go. A run has thousands of phases a
// second, each of some microseconds to a millisecond, so a phase begins and ends with a few atomic operations, and who
// waits spins for a while before he sleeps in the kernel (not where threads are more than processors).
//
// Part i is at home on thread i modulo the number of threads, phase after phase, so that a process stays in the caches of
// one core. Who is through with his own takes what is left of others': the leader never waits for a helper that has not
// come, only for parts that are under way. So helpers may be tasks of a pool that gives no promise to run them at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "sim/parallel/first_error.hpp"

namespace mailquake {

class Crew {
public:
    /// `threads` >= 1, the leader's included: helpers are numbered 1 to threads - 1.
    explicit Crew(unsigned threads);

    /// Leader: part(0), ..., part(n - 1), n < 65,536 for each thread; returns when all have ended, with everything that
    /// they wrote visible. When parts throw, all others still end, and the exception of the least of them is thrown.
    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part);
    /// Helper: works until it is dismissed; at once, if that was before.
    void help(unsigned helper);
    /// Leader, when no phase is under way: helpers return. There is no phase after it.
    void dismiss();

private:
    /// What is left of a thread's own parts in this phase: (number of the phase, first that is left, end), so that a
    /// claim by somebody who missed the end of the phase before fails.
    struct alignas(64) Lane {
        std::atomic<std::uint64_t> left{0};
    };
    static constexpr std::uint64_t kMask = 0xffff;

    void work(unsigned from);
    bool claim(unsigned lane);
    std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& what, std::uint32_t old) const;

    const unsigned threads_;
    const int spins_;
    const std::function<void(std::size_t)>* part_ = nullptr;
    FirstError* error_ = nullptr;
    std::unique_ptr<Lane[]> lanes_;                     // by thread; publish part_ and error_
    alignas(64) std::atomic<std::uint32_t> phase_{0};   // number of the phase
    std::atomic<bool> dismissed_{false};
    alignas(64) std::atomic<std::uint32_t> open_{0};    // parts that have not ended
};

}  // namespace mailquake
