// sin, cos and asin of our own, for places on Earth: the same bytes with every C library (elementary.hpp says why). Angles in
// radians, |x| at most 10^6; asin of numbers in [-1, 1], NaN elsewhere.
//
// Error: at most 4 units in the last place, held by tests and by bench/ulps against MPFR; most beside a zero of the cosine.
//
// Sources: reduction by three parts of pi / 2 after Cody and Waite, Software Manual for the Elementary Functions, 1980; Taylor
// series; asin(x) = pi / 2 - 2 asin(sqrt((1 - x) / 2)) (DLMF 4.24).
#pragma once

namespace mailquake::math {

[[nodiscard]] double sin(double x);
[[nodiscard]] double cos(double x);
[[nodiscard]] double asin(double x);

}  // namespace mailquake::math
