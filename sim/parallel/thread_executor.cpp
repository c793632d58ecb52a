#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/parallel/executor.hpp"
#include "sim/parallel/first_error.hpp"

namespace mailquake {

namespace {

/// A pool of threads that claim the parts of a phase one by one. A phase begins when its number is published and ends
/// when every helper has reported; both are waited for by spinning a little, as windows are short, and then in the
/// kernel. Where there are more threads than processors, nobody spins.
class ThreadExecutor final : public WindowExecutor {
public:
    explicit ThreadExecutor(unsigned threads) : spins_(threads <= std::thread::hardware_concurrency() ? 4000 : 0) {
        for (unsigned i = 1; i < threads; ++i) helpers_.emplace_back([this] { help(); });
    }
    ~ThreadExecutor() override {
        part_ = nullptr;
        begin_phase();
    }

    [[nodiscard]] ExecutorKind kind() const override { return ExecutorKind::threads; }

    void run_parts(std::size_t n, const std::function<void(std::size_t)>& part) override {
        FirstError error;
        if (n <= 1 || helpers_.empty()) {
            for (std::size_t i = 0; i < n; ++i) error.guard(i, part);
        } else {
            part_ = &part;
            parts_ = n;
            error_ = &error;
            next_.store(0, std::memory_order_relaxed);
            busy_.store(static_cast<std::uint32_t>(helpers_.size()), std::memory_order_relaxed);
            begin_phase();
            claim_parts();
            for (std::uint32_t left = busy_.load(std::memory_order_acquire); left != 0;) left = wait_for_change(busy_, left);
        }
        error.rethrow();
    }

private:
    void begin_phase() {
        phase_.fetch_add(1, std::memory_order_release);
        phase_.notify_all();
    }

    void claim_parts() {
        const auto claim = [this] { return next_.fetch_add(1, std::memory_order_relaxed); };
        for (std::size_t i = claim(); i < parts_; i = claim()) error_->guard(i, *part_);
    }

    /// A helper's life: wait for a phase, work, report.
    void help() {
        for (std::uint32_t seen = 0;;) {
            seen = wait_for_change(phase_, seen);
            if (part_ == nullptr) return;
            claim_parts();
            if (busy_.fetch_sub(1, std::memory_order_acq_rel) == 1) busy_.notify_one();
        }
    }

    /// The first value other than `old`.
    std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& what, std::uint32_t old) const {
        for (int i = 0; i < spins_; ++i) {
            const std::uint32_t now = what.load(std::memory_order_acquire);
            if (now != old) return now;
        }
        what.wait(old, std::memory_order_acquire);
        return what.load(std::memory_order_acquire);
    }

    const int spins_;
    const std::function<void(std::size_t)>* part_ = nullptr;  // of this phase; null: the pool ends
    std::size_t parts_ = 0;
    FirstError* error_ = nullptr;
    std::atomic<std::uint32_t> phase_{0};   // number of the phase; publishes the three above
    std::atomic<std::uint32_t> busy_{0};    // helpers that have not reported yet
    std::atomic<std::size_t>   next_{0};    // part to claim next
    std::vector<std::jthread>  helpers_;    // last: joined first
};

}  // namespace

std::unique_ptr<WindowExecutor> make_thread_executor(unsigned threads) {
    MQ_CHECK(threads >= 1, "at least the calling thread works");
    return std::make_unique<ThreadExecutor>(threads);
}

}  // namespace mailquake
