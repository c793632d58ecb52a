// The two ways through a run: serial turns, and windows with barriers.
#include <algorithm>
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

    void run_serial(const std::atomic<bool>* stop) {
        while (goes_on(stop)) turn();
    }
    void run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop);

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
};

/// The process that has the earliest event runs as far as it may, then the others receive, if it has sent anything.
void Runner::turn() {
    const std::size_t i = earliest();
    processes_[i]->run_until(horizon(next_, lookahead_, i, end_));
    next_[i] = processes_[i]->next_time();
    if (!processes_[i]->may_have_sent()) return;
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
void Runner::run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop) {
    Pace pace;
    while (goes_on(stop)) {
        const SimTime from = next_[earliest()];
        const Pace::Clock::time_point begin = Pace::Clock::now();
        std::size_t steps = 0;
        do {
            if (pace.windows()) window(executor);
            else turn();
        } while (goes_on(stop) && !pace.over(++steps, begin));
        pace.learn(next_[earliest()] - from, Pace::Clock::now() - begin);
    }
}

}  // namespace

void run_windows(std::span<LogicalProcess* const> processes, const LookaheadMatrix& lookahead, SimTime end,
                 WindowExecutor& executor, const std::atomic<bool>* stop) {
    MQ_CHECK(lookahead.closed(), "lookaheads are closed before they are used");
    MQ_CHECK(processes.size() == lookahead.size(), "a row of the matrix a process");
    if (processes.empty()) return;
    Runner runner(processes, lookahead, end);
    switch (executor.kind()) {
        case ExecutorKind::serial: runner.run_serial(stop); return;
        case ExecutorKind::tbb:
        case ExecutorKind::threads: runner.run_parallel(executor, stop); return;
    }
}

}  // namespace mailquake
