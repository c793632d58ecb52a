// Whether windows at once or turns one after the other get a run ahead faster, found out as it goes.
//
// A window costs two barriers: a few microseconds where every thread has a processor of its own, a thousand times that
// where it has not. Where a window holds a handful of events, as a night's mail does, turns on one thread are far ahead.
// Nobody knows beforehand, so both are tried for a moment, the better one is kept for a while, and again; for a while that
// doubles, since the first moments of a run, when memory is new and threads are still waking up, say little of the rest. The
// measure is simulated time per wall-clock time. Results do not depend on it: a process sees the same events in the same order
// either way. This is the one place of the engine that looks at a clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "sim/base/time.hpp"

namespace mailquake {

class Pace {
public:
    using Clock = std::chrono::steady_clock;

    /// Whether the stint to come is one of windows.
    [[nodiscard]] bool windows() const { return stint_ == Stint::try_windows || (stint_ == Stint::keep && windows_ahead_); }

    /// Whether the stint to come, or under way, is over after so many steps since `begin`. The first stint is one of at
    /// least 256 windows, however slow.
    [[nodiscard]] bool over(std::size_t steps, Clock::time_point begin) const {
        if (steps % 16 != 0 || steps < (first_ ? 256u : 16u)) return false;
        return Clock::now() - begin >= (stint_ == Stint::keep ? kept_ : std::chrono::milliseconds(2));
    }

    /// A stint got the run ahead by `advanced` in `wall`.
    void learn(SimDuration advanced, Clock::duration wall) {
        const double rate = advanced.seconds() / std::chrono::duration<double>(wall).count();
        first_ = false;
        switch (stint_) {
            case Stint::try_windows:
                windows_rate_ = rate;
                stint_ = Stint::try_turns;
                return;
            case Stint::try_turns:
                windows_ahead_ = windows_rate_ >= rate;
                stint_ = Stint::keep;
                return;
            case Stint::keep:
                kept_ = std::min(2 * kept_, kLongest);
                stint_ = Stint::try_windows;
                return;
        }
    }

private:
    enum class Stint { try_windows, try_turns, keep };
    static constexpr std::chrono::milliseconds kLongest{200};

    Stint  stint_ = Stint::try_windows;
    bool   first_ = true;
    bool   windows_ahead_ = true;
    std::chrono::milliseconds kept_{20};   // the next stint of the better one
    double windows_rate_ = 0;   // of the last try [simulated s / s]
};

}  // namespace mailquake
