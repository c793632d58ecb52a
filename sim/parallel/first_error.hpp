// What went wrong in a phase whose parts run at once: the exception of the part with the least number, so that the same
// run fails with the same words on any number of threads.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>

namespace mailquake {

class FirstError {
public:
    /// part(i), its exception kept.
    void guard(std::size_t i, const std::function<void(std::size_t)>& part) noexcept {
        try {
            part(i);
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (i >= part_) return;
            part_ = i;
            error_ = std::current_exception();
        }
    }

    /// After all parts have ended.
    void rethrow() {
        if (error_) std::rethrow_exception(error_);
    }

private:
    std::mutex mutex_;
    std::size_t part_ = std::numeric_limits<std::size_t>::max();
    std::exception_ptr error_;
};

}  // namespace mailquake
