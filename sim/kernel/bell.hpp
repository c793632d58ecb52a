// Tells a receiver that something waits in one of its channels, so that it need not look into each of them: with n
// processes there are n^2 channels, and between two windows most are empty.
//
// Any number of senders may ring at once while they run; the receiver answers between windows, when nobody rings. The
// executor's barriers order what was sent before the answer, the flag itself orders nothing.
#pragma once

#include <atomic>

namespace mailquake {

class Bell {
public:
    void ring() {
        if (!rung_.load(std::memory_order_relaxed)) rung_.store(true, std::memory_order_relaxed);
    }
    /// Whether somebody rang since the last answer.
    [[nodiscard]] bool answer() {
        if (!rung_.load(std::memory_order_relaxed)) return false;
        rung_.store(false, std::memory_order_relaxed);
        return true;
    }

private:
    std::atomic<bool> rung_{false};
};

}  // namespace mailquake
