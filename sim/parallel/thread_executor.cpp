#include <thread>
#include <vector>

#include "sim/parallel/crew.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {

namespace {

class ThreadExecutor final : public WindowExecutor {
public:
    explicit ThreadExecutor(unsigned threads) : crew_(threads) {
        for (unsigned i = 1; i < threads; ++i) helpers_.emplace_back([this, i] { crew_.help(i); });
    }
    ~ThreadExecutor() override { crew_.dismiss(); }

    [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::threads; }
    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override { crew_.run_parts(n, part); }

private:
    Crew crew_;
    std::vector<std::jthread> helpers_;   // last: joined first
};

}  // namespace

std::unique_ptr<WindowExecutor> make_thread_executor(unsigned threads) { return std::make_unique<ThreadExecutor>(threads); }

}  // namespace mailquake
