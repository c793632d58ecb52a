#include "sim/base/check.hpp"
#include "sim/parallel/executor.hpp"
#include "sim/parallel/first_error.hpp"

namespace mailquake {

namespace {

class SerialExecutor final : public WindowExecutor {
public:
    [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::serial; }
    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override {
        FirstError error;
        for (std::size_t i = 0; i < n; ++i) error.guard(i, part);
        error.rethrow();
    }
};

}  // namespace

std::unique_ptr<WindowExecutor> make_serial_executor() { return std::make_unique<SerialExecutor>(); }

std::unique_ptr<WindowExecutor> make_executor(ExecutorKind kind, unsigned threads) {
    switch (kind) {
        case ExecutorKind::serial: return make_serial_executor();
        case ExecutorKind::tbb: return make_tbb_executor(threads);
        case ExecutorKind::threads: return make_thread_executor(threads);
    }
    check_failed("kind", __FILE__, __LINE__, "unknown kind of executor");
}

}  // namespace mailquake
