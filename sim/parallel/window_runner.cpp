// The two ways through a run: serial turns, and windows with barriers.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/kernel/window.hpp"
#include "sim/parallel/executor.hpp"
#include "sim/parallel/pace.hpp"

namespace mailquake {

namespace {

bool stopped(const std::atomic<bool>* stop) { return stop != nullptr && stop->load(std::memory_order_relaxed); }

/// Everything a runner knows of the processes: what they are, and when each has its next event.
class Runner {
public:
    Runner(std::span<LogicalProcess* const> processes, const LookaheadMatrix& lookahead, SimTime end)
        : processes_(processes), lookahead_(lookahead), end_(end), next_(processes.size()), horizon_(processes.size()) {
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            processes_[i]->receive();
            next_[i] = processes_[i]->next_time();
        }
    }

    WindowTally run_serial(const std::atomic<bool>* stop) {
        WindowTally tally;
        for (; goes_on(stop); ++tally.turns) turn();
        return tally;
    }
    WindowTally run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop);

private:
    [[nodiscard]] bool goes_on(const std::atomic<bool>* stop) const { return !stopped(stop) && next_[earliest()] < end_; }
    void turn();
    void window(WindowExecutor& executor);
    void receive(std::size_t i) {
        if (processes_[i]->receive()) next_[i] = processes_[i]->next_time();
    }
    [[nodiscard]] std::size_t earliest() const {
        return static_cast<std::size_t>(std::min_element(next_.begin(), next_.end()) - next_.begin());
    }

    std::span<LogicalProcess* const> processes_;
    const LookaheadMatrix& lookahead_;
    SimTime end_;
    std::vector<SimTime> next_;      // per process: its next event
    std::vector<SimTime> horizon_;   // per process: of this window
    std::vector<std::uint32_t> receivers_;  // of this turn
};

/// The process that has the earliest event runs as far as it may, then those receive to whom it has sent anything.
void Runner::turn() {
    const std::size_t i = earliest();
    processes_[i]->run_until(horizon(next_, lookahead_, i, end_));
    next_[i] = processes_[i]->next_time();
    receivers_.clear();
    if (processes_[i]->list_receivers(receivers_)) {
        for (const std::uint32_t j : receivers_)
            if (processes_[j]->receive_from(i)) next_[j] = processes_[j]->next_time();
        return;
    }
    for (std::size_t j = 0; j < processes_.size(); ++j) {
        if (j != i) receive(j);
    }
}

/// All processes run at once to one horizon, the least of theirs; then all receive. With a horizon each, one that is ahead
/// of its neighbour stays so, and the two take turns at going on while the other one waits.
void Runner::window(WindowExecutor& executor) {
    horizons(next_, lookahead_, end_, horizon_);
    const SimTime least = *std::min_element(horizon_.begin(), horizon_.end());
    executor.run_parts(processes_.size(), [this, least](std::size_t i) {
        if (next_[i] >= least) return;
        processes_[i]->run_until(least);
        next_[i] = processes_[i]->next_time();
    });
    executor.run_parts(processes_.size(), [this](std::size_t i) { receive(i); });
}

/// Windows where they pay, turns where they do not.
WindowTally Runner::run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop) {
    Pace pace;
    WindowTally tally;
    while (goes_on(stop)) {
        const SimTime from = next_[earliest()];
        const Pace::Clock::time_point begin = Pace::Clock::now();
        const bool windows = pace.windows();
        std::size_t steps = 0;
        do {
            if (windows) window(executor);
            else turn();
        } while (!pace.over(++steps, begin) && goes_on(stop));
        const Pace::Clock::duration wall = Pace::Clock::now() - begin;
        (windows ? tally.windows : tally.turns) += steps;
        (windows ? tally.in_windows : tally.in_turns) += std::chrono::duration<double>(wall).count();
        pace.learn(next_[earliest()] - from, wall);
    }
    return tally;
}

}  // namespace

WindowTally run_windows(std::span<LogicalProcess* const> processes, const LookaheadMatrix& lookahead, SimTime end,
                        WindowExecutor& executor, const std::atomic<bool>* stop) {
    MQ_CHECK(lookahead.closed(), "lookaheads are closed before they are used");
    MQ_CHECK(processes.size() == lookahead.size(), "a row of the matrix a process");
    if (processes.empty()) return {};
    Runner runner(processes, lookahead, end);
    switch (executor.kind()) {
        case ExecutorKind::serial: return runner.run_serial(stop);
        case ExecutorKind::tbb:
        case ExecutorKind::threads: return runner.run_parallel(executor, stop);
    }
    return {};
}

}  // namespace mailquake
