// When an administrator who looks at intervals sees something first: at a phase of his own within the interval, then every
// interval, as long as there is something to be seen. Left out: nights, week-ends, haste once there is trouble.
// Invariant: he never sees anything before it is there, nor later than an interval after, unless it is gone or hidden.
#pragma once

#include <optional>

#include "sim/base/time.hpp"

namespace mailquake {

/// The first look at or after `from` and before `to` that `hidden(t)` does not prevent; none if there is no such look.
template <class Hidden>
[[nodiscard]] std::optional<SimTime> first_look(SimDuration phase, SimDuration every, SimTime from, SimTime to, Hidden hidden) {
    const std::int64_t late = from.ns - phase.ns;
    const std::int64_t n = late <= 0 ? 0 : (late + every.ns - 1) / every.ns;
    for (SimTime look{phase.ns + n * every.ns}; look < to; look += every)
        if (!hidden(look)) return look;
    return std::nullopt;
}

}  // namespace mailquake
