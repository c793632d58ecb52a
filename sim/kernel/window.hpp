// Conservative windows: how far each process may run before anything that another one (or itself, by way of others) is
// still to do can reach it.
//
// With next_j the time of j's next event and dist(j, i) the least delay from j to i by any path, nothing new can come to
// i before H_i = min over j of next_j + dist(j, i), where dist(i, i) is the shortest cycle. So i may handle every event
// strictly before H_i. All lookaheads are above zero, hence the process with the earliest event always has H_i after it:
// there is no deadlock. Source: the bounded-lag argument of Lubachevsky, CACM 1989, with per-pair distances.
#pragma once

#include <span>

#include "sim/base/time.hpp"
#include "sim/kernel/lookahead.hpp"

namespace mailquake {

/// Horizon of process i, at most `end`; the matrix is closed.
[[nodiscard]] inline SimTime horizon(std::span<const SimTime> next_times, const LookaheadMatrix& matrix, std::size_t i,
                                     SimTime end) {
    SimTime least = end;
    const std::span<const SimDuration> to_here = matrix.to(i);
    for (std::size_t j = 0; j < next_times.size(); ++j) {
        const SimTime reach = saturating_add(next_times[j], to_here[j]);
        least = reach < least ? reach : least;
    }
    return least;
}

/// Horizons of all processes, into `out`; all three have the same size.
void horizons(std::span<const SimTime> next_times, const LookaheadMatrix& matrix, SimTime end, std::span<SimTime> out);

}  // namespace mailquake
