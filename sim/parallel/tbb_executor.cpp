#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <tbb/task_group.h>

#include <algorithm>
#include <thread>

#include "sim/base/narrow.hpp"
#include "sim/parallel/crew.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {

namespace {

/// An arena of its own with just the threads that were asked for, also when these are more than there are processors.
/// The helpers are tasks in it for as long as the executor lives: tasks of a phase each come too late, as a worker of TBB
/// is asleep again by then.
class TbbExecutor final : public WindowExecutor {
public:
    explicit TbbExecutor(unsigned threads)
        : crew_(threads),
          allowed_(tbb::global_control::max_allowed_parallelism, std::max(threads, std::thread::hardware_concurrency())),
          arena_(narrow<int>(threads, "threads")) {
        arena_.execute([&] {
            for (unsigned i = 1; i < threads; ++i) helpers_.run([this, i] { crew_.help(i); });
        });
    }
    ~TbbExecutor() noexcept override {
        crew_.dismiss();
        arena_.execute([&] { helpers_.wait(); });
    }

    [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::tbb; }
    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override { crew_.run_parts(n, part); }

private:
    Crew crew_;
    tbb::global_control allowed_;
    tbb::task_arena arena_;
    tbb::task_group helpers_;
};

}  // namespace

std::unique_ptr<WindowExecutor> make_tbb_executor(unsigned threads) { return std::make_unique<TbbExecutor>(threads); }

}  // namespace mailquake
