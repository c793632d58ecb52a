// The gamma function, incomplete gamma and beta functions, the error function and the normal quantile, of our own and over our own
// elementary functions (elementary.hpp says why). For laws, for conditioned draws and for confidence intervals.
// Left out: arguments outside of those stated, which are programmer's mistakes (NaN comes out).
//
// Errors, held by tests against Boost.Math: log_gamma 2e-15 relative to the larger of 1 and itself, and relative to itself beside
// its zeros at 1 and 2; gamma_tails 1e-13 and beta_tails 1e-11 of 1 where parameters are at most 1000, growing as their size
// does; erfc 2e-13 relative up to x = 25; normal_quantile 2e-15 relative.
//
// Sources: DLMF 5.11.1 (Stirling's series), 8.7.1 and 8.9.2 (incomplete gamma: series and continued fraction), 8.17.22
// (incomplete beta), 7.11.2 (erfc by it); Abramowitz and Stegun 6.1.33 (log gamma beside 2) and 23.2 (zeta); Lentz, Applied Optics
// 15, 1976 (continued fractions from the front); Wichura, algorithm AS 241, Applied Statistics 37, 1988 (PPND16).
#pragma once

namespace mailquake::math {

/// log of the gamma function; x > 0.
[[nodiscard]] double log_gamma(double x);

/// A probability and what is left to 1, neither as the rounded difference of the other where it is small.
struct Tails {
    double below = 0;
    double above = 0;
};

/// Of the gamma law of this shape > 0 and scale 1, at x >= 0.
[[nodiscard]] Tails gamma_tails(double shape, double x);
/// Of the beta law of a, b > 0, at 0 <= x <= 1: `below` is the regularized incomplete beta function.
[[nodiscard]] Tails beta_tails(double a, double b, double x);

[[nodiscard]] double erfc(double x);
/// The value that a standard normal variate is below with probability p; 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

}  // namespace mailquake::math
