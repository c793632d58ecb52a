// From the law that a scenario writes to the sampler that is drawn from, and to its distribution function, where a draw must
// be conditioned: given that the value is at most x.
//
// Sources: textbook distribution functions; gamma by Boost.Math. A conditioned draw inverts the function by bisection to the
// nanosecond, so that it costs the same however rare the condition is.
// Invariant: a conditioned draw is above zero and at most its bound.
#pragma once

#include "models/spec/law_spec.hpp"
#include "sim/base/law.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {

[[nodiscard]] Law law_of(const LawSpec& spec);

/// P(value <= x).
[[nodiscard]] double probability_up_to(const LawSpec& spec, SimDuration x);

/// A draw, given that it is at most `bound`; the probability of that must be above zero.
[[nodiscard]] SimDuration draw_up_to(const LawSpec& spec, SimDuration bound, RandomStream& luck);

}  // namespace mailquake
