// Values that are exceeded with a given probability: of Student's t, and of the beta law, which bounds a share. Of our own over
// sim/base/special_functions.hpp, so that intervals have the same bytes on every machine. Relative error about 1e-11 up to some
// thousand degrees of freedom or trials, growing as their number does. Left out: probabilities above 1/2 of Student's t.
//
// Sources: DLMF 8.17 (the laws by the incomplete beta function); Newton's iteration from the normal quantile, which lies on the
// near side of Student's, whose tail is convex, so that no step goes too far; bisection for the beta law.
#pragma once

namespace mailquake {

/// t with P(T > t) = tail; 0 < tail <= 1/2, degrees > 0.
[[nodiscard]] double student_t_exceeded(double degrees, double tail);
/// x with P(X <= x) = below, or P(X > x) = above, of the beta law of a, b > 0; 0 < below, above < 1.
[[nodiscard]] double beta_below(double a, double b, double below);
[[nodiscard]] double beta_exceeded(double a, double b, double above);

}  // namespace mailquake
