// Simulated time as figures print it: the double nearest to ns / 10^9. A quotient, where SimTime::seconds() is a product
// with 1e-9, so that whole seconds come out whole: 3900, not 3900.0000000000005. Invariant: equal times, equal figures.
// Left out: the way back; nothing reads a figure into the engine.
#pragma once

#include <cstdint>

#include "sim/base/time.hpp"

namespace mailquake {

[[nodiscard]] constexpr double exact_seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }
[[nodiscard]] constexpr double exact_seconds(SimTime t) { return exact_seconds(t.ns); }
[[nodiscard]] constexpr double exact_seconds(SimDuration d) { return exact_seconds(d.ns); }

}  // namespace mailquake
