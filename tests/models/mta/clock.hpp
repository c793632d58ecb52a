// Instants of a test, as lengths of time from its start.
#pragma once

#include "sim/base/time.hpp"

namespace mailquake::testing {

[[nodiscard]] constexpr SimTime at(SimDuration d) { return SimTime::zero() + d; }

}  // namespace mailquake::testing
