// Runs n independent units (replications of a point, points of a sweep) on up to k threads of TBB (plain ones under the
// thread sanitizer), without knowing what they are.
//
// Results are stored by index, so that the order in which units end means nothing to whoever reads them. A unit that
// throws is a unit that failed: its exception is kept in its place and the rest goes on. Once the stop flag is set, no
// unit starts; those in flight end by themselves (they may look at the same flag). `done` is called for every unit that
// ended, in the order in which they end, never two at a time: the place to save a result or to show progress. An
// exception from `done` is no unit's fault: no further unit starts, and it is thrown when those in flight have ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"

namespace mailquake {

/// Calls body(i) for i in 0..n-1 on up to `threads` threads (the calling one is one of them), in order of start; none
/// starts once `stop` (may be null) is true. body does not throw.
void for_each_unit(std::uint64_t n, unsigned threads, const std::atomic<bool>* stop,
                   const std::function<void(std::uint64_t)>& body);

/// How one unit ended: neither a value nor an error means that it never started.
template <class Result>
struct UnitResult {
    std::optional<Result> value;
    std::exception_ptr    error;
    [[nodiscard]] bool ended() const { return value.has_value() || error != nullptr; }
};

/// fn(r) for r in 0..n-1; the results by index. done(r, const UnitResult<Result>&) may be empty.
template <class Result>
[[nodiscard]] std::vector<UnitResult<Result>> run_replications(
    std::uint64_t n, unsigned threads, const std::function<Result(std::uint64_t)>& fn, const std::atomic<bool>* stop = nullptr,
    const std::function<void(std::uint64_t, const UnitResult<Result>&)>& done = {}) {
    std::vector<UnitResult<Result>> results(n);
    std::mutex one_at_a_time;
    std::exception_ptr broken;            // what `done` threw first; under the mutex
    std::atomic<bool> give_up{false};
    for_each_unit(n, threads, stop, [&](std::uint64_t r) {
        if (give_up.load()) return;
        UnitResult<Result>& result = results[r];
        try {
            result.value.emplace(fn(r));
        } catch (...) {
            result.error = std::current_exception();
        }
        const std::lock_guard lock(one_at_a_time);
        if (!done || broken) return;
        try {
            done(r, result);
        } catch (...) {
            broken = std::current_exception();
            give_up.store(true);
        }
    });
    if (broken) std::rethrow_exception(broken);
    return results;
}

}  // namespace mailquake
