// How the windows of a run are executed: one after the other, on TBB, or on plain threads (for the thread sanitizer,
// which cannot see into Debian's TBB). All give the same bytes, because a process sees the same events in the same total
// order whatever the windows are.
//
// Serial: the process with the earliest event runs to its own horizon, then the others receive; no barriers, long turns.
// Parallel: all processes that have events before their horizons run, then all receive, with a barrier after each; and
// turns for a while wherever these get ahead faster (pace.hpp), since barriers around a few events cost more than these.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "sim/base/time.hpp"
#include "sim/kernel/logical_process.hpp"
#include "sim/kernel/lookahead.hpp"

namespace mailquake {

enum class ExecutorKind { serial, tbb, threads };

/// Where the parts of a phase run.
class WindowExecutor {
public:
    WindowExecutor() = default;
    WindowExecutor(const WindowExecutor&) = delete;
    WindowExecutor& operator=(const WindowExecutor&) = delete;
    virtual ~WindowExecutor() = default;

    [[nodiscard]] virtual ExecutorKind kind() const = 0;
    /// part(0), ..., part(n - 1), in any order, on any thread, the same one each time if that can be; returns when all have ended, with everything they wrote
    /// visible. When parts throw, all others still end, and the exception of the least of them is thrown.
    virtual void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) = 0;
};

/// `threads` >= 1 counts the calling one; serial knows one alone.
[[nodiscard]] std::unique_ptr<WindowExecutor> make_executor(ExecutorKind kind, unsigned threads);
[[nodiscard]] std::unique_ptr<WindowExecutor> make_serial_executor();
[[nodiscard]] std::unique_ptr<WindowExecutor> make_tbb_executor(unsigned threads);
[[nodiscard]] std::unique_ptr<WindowExecutor> make_thread_executor(unsigned threads);

/// How a run went ahead, for people: it differs from run to run.
struct WindowTally {
    std::uint64_t windows = 0, turns = 0;
    double in_windows = 0, in_turns = 0;   // wall clock [s]; not measured where there were turns alone
};

/// Runs the processes until no event is left before `end`: events at a time < end are handled, those at `end` or later
/// stay in the lists. Process i is row and column i of the closed matrix. `stop` (may be null) is looked at before
/// every window; once it is true the run ends early, each process at a time of its own.
WindowTally run_windows(std::span<LogicalProcess* const> processes, const LookaheadMatrix& lookahead, SimTime end,
                        WindowExecutor& executor, const std::atomic<bool>* stop = nullptr);

}  // namespace mailquake
