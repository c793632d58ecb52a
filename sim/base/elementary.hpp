// exp, exp2, expm1, log, log1p and pow of our own, so that a run gives the same bytes with every C library and on every
// processor: libm chooses variants with and without fused multiply-add when the program starts, and their last bits differ.
// Only + - * / of doubles and operations on their bits are used, none of them contracted (-ffp-contract=off), in the mode that
// rounds to nearest. Left out: errno, floating-point exceptions, other rounding modes.
//
// Error: at most 1 unit in the last place of the true value (0.63 where the result is normal, 0.8 where it is
// subnormal), held by tests and by bench/ulps against MPFR. pow is exact where the true value is a double.
// Special values are those of C99, Annex F.9: log(0) = -inf, log of a negative number is NaN, pow(x, 0) = pow(1, y) = 1, and so on.
//
// Sources: Tang, "Table-driven implementation of the exponential function", ACM TOMS 15, 1989, and "... of the logarithm
// function", 16, 1990, and "... of the expm1 function", 18, 1992; Muller, Elementary Functions (3rd ed. 2016), 6 and 11.
#pragma once

namespace mailquake::math {

[[nodiscard]] double exp(double x);
[[nodiscard]] double exp2(double x);
[[nodiscard]] double expm1(double x);  // exp(x) - 1
[[nodiscard]] double log(double x);
[[nodiscard]] double log1p(double x);  // log(1 + x)
[[nodiscard]] double pow(double x, double y);

}  // namespace mailquake::math
