#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <thread>

#include "sim/base/check.hpp"
#include "sim/parallel/executor.hpp"
#include "sim/parallel/first_error.hpp"

namespace mailquake {

namespace {

/// An arena of its own with just the threads that were asked for, also when these are more than there are processors.
class TbbExecutor final : public WindowExecutor {
public:
    explicit TbbExecutor(unsigned threads)
        : allowed_(tbb::global_control::max_allowed_parallelism, std::max(threads, std::thread::hardware_concurrency())),
          arena_(static_cast<int>(threads)) {}

    [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::tbb; }

    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override {
        FirstError error;
        if (n <= 1) {
            for (std::size_t i = 0; i < n; ++i) error.guard(i, part);
        } else {
            arena_.execute([&] {
                tbb::parallel_for(
                    tbb::blocked_range<std::size_t>(0, n, 1),
                    [&](const tbb::blocked_range<std::size_t>& range) {
                        for (std::size_t i = range.begin(); i != range.end(); ++i) error.guard(i, part);
                    },
                    tbb::simple_partitioner{});
            });
        }
        error.rethrow();
    }

private:
    tbb::global_control allowed_;
    tbb::task_arena arena_;
};

}  // namespace

std::unique_ptr<WindowExecutor> make_tbb_executor(unsigned threads) {
    MQ_CHECK(threads >= 1, "at least the calling thread works");
    return std::make_unique<TbbExecutor>(threads);
}

}  // namespace mailquake
