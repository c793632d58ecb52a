// How long something took on the clock on the wall: for `wall` in the outcome, and for nothing else. The one file of the
// world that may look at it.
#pragma once

#include <chrono>

namespace mailquake {

class WallClock {
public:
    /// Since construction [s].
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

}  // namespace mailquake
