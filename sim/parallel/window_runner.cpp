// The two ways through a run: serial turns, and windows with barriers.
#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/kernel/window.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {

namespace {

bool stopped(const std::atomic<bool>* stop) { return stop != nullptr && stop->load(std::memory_order_relaxed); }

/// Everything a runner knows of the processes: what they are, and when each has its next event.
class Runner {
public:
    Runner(std::span<LogicalProcess* const> processes, const LookaheadMatrix& lookahead, SimTime end)
        : processes_(processes), lookahead_(lookahead), end_(end), next_(processes.size()), horizon_(processes.size()) {
        for (std::size_t i = 0; i < processes_.size(); ++i) receive(i);
    }

    void run_serial(const std::atomic<bool>* stop);
    void run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop);

private:
    void receive(std::size_t i) {
        processes_[i]->receive();
        next_[i] = processes_[i]->next_time();
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

/// As long as an event is left, the process that has the earliest one runs as far as it may, then the others receive.
void Runner::run_serial(const std::atomic<bool>* stop) {
    while (!stopped(stop)) {
        const std::size_t i = earliest();
        if (next_[i] >= end_) return;
        processes_[i]->run_until(horizon(next_, lookahead_, i, end_));
        next_[i] = processes_[i]->next_time();
        for (std::size_t j = 0; j < processes_.size(); ++j) {
            if (j != i) receive(j);
        }
    }
}

/// As long as an event is left, all processes that have one before their horizon run at once; then all receive.
void Runner::run_parallel(WindowExecutor& executor, const std::atomic<bool>* stop) {
    std::vector<std::size_t> active;
    const std::function<void(std::size_t)> run = [&](std::size_t k) { processes_[active[k]]->run_until(horizon_[active[k]]); };
    const std::function<void(std::size_t)> take = [&](std::size_t i) { receive(i); };
    while (!stopped(stop) && next_[earliest()] < end_) {
        horizons(next_, lookahead_, end_, horizon_);
        active.clear();
        for (std::size_t i = 0; i < processes_.size(); ++i) {
            if (next_[i] < horizon_[i]) active.push_back(i);
        }
        executor.run_parts(active.size(), run);
        executor.run_parts(processes_.size(), take);
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
