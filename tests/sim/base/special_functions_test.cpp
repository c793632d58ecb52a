// The functions beyond the elementary ones beside Boost.Math, and beside closed forms.
#include "sim/base/special_functions.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/base/hash.hpp"

using namespace mailquake;

namespace {

/// Spread by the golden section over [from, to].
double spread(std::uint64_t i, double from, double to) { return from + (to - from) * uniform_of(i * 0x9e3779b97f4a7c15ULL); }

double relative(double ours, double truth) { return ours == truth ? 0 : std::fabs(ours / truth - 1); }

}  // namespace

TEST_CASE("log_gamma is that of Boost.Math, and relatively so beside its zeros at 1 and 2") {
    double far = 0, near = 0;
    for (std::uint64_t i = 1; i < 50'000; ++i) {
        const double x = std::exp(spread(i, -7, 14)), truth = static_cast<double>(boost::math::lgamma(static_cast<long double>(x)));
        far = std::max(far, std::fabs(math::log_gamma(x) - truth) / std::max(1.0, std::fabs(truth)));
        const double zero = i % 2 == 0 ? 1 : 2, beside = zero + (i % 4 < 2 ? 1 : -1) * std::exp(spread(i, -30, -2));
        near = std::max(near, relative(math::log_gamma(beside), static_cast<double>(boost::math::lgamma(static_cast<long double>(beside)))));
    }
    CHECK(far < 2e-15);
    CHECK(near < 2e-15);
    CHECK(math::log_gamma(1) == 0);
    CHECK(math::log_gamma(2) == 0);
    CHECK(math::log_gamma(0.5) == Approx(std::log(std::sqrt(3.14159265358979323846))).epsilon(1e-15));
    CHECK(math::log_gamma(171) == Approx(706.5730622457874).epsilon(1e-15));  // log(170!)
}

TEST_CASE("the tails of gamma laws are those of Boost.Math") {
    double worst = 0;
    for (std::uint64_t i = 1; i < 20'000; ++i) {
        const double shape = std::exp(spread(i, -4, 6.9)), x = shape * std::exp(spread(mix64(i), -3, 3) / std::sqrt(shape + 0.1));
        const math::Tails tails = math::gamma_tails(shape, x);
        worst = std::max({worst, std::fabs(tails.below - boost::math::gamma_p(shape, x)), std::fabs(tails.above - boost::math::gamma_q(shape, x))});
    }
    CHECK(worst < 1e-13);
    CHECK(math::gamma_tails(3, 0).below == 0);
    CHECK(math::gamma_tails(1, 40).above == Approx(std::exp(-40)).epsilon(1e-13));  // exponential
    CHECK(math::gamma_tails(2, 1e6).below == 1);
    CHECK(math::gamma_tails(1e8, 1e8).below == Approx(boost::math::gamma_p(1e8, 1e8)).epsilon(1e-8));
}

TEST_CASE("the tails of beta laws are those of Boost.Math") {
    double worst = 0;
    for (std::uint64_t i = 1; i < 20'000; ++i) {
        const double a = std::exp(spread(i, -3, 6.9)), b = std::exp(spread(mix64(i), -3, 6.9)), mean = a / (a + b);
        const double x = std::clamp(mean + spread(mix64(i + 1), -4, 4) * std::sqrt(mean * (1 - mean) / (a + b + 1)), 1e-9, 1 - 1e-9);
        const math::Tails tails = math::beta_tails(a, b, x);
        worst = std::max({worst, std::fabs(tails.below - boost::math::ibeta(a, b, x)), std::fabs(tails.above - boost::math::ibetac(a, b, x))});
    }
    CHECK(worst < 1e-11);
    CHECK(math::beta_tails(1, 4, 0.2).above == Approx(std::pow(0.8, 4)).epsilon(1e-14));
    CHECK(math::beta_tails(3, 1, 0.2).below == Approx(0.008).epsilon(1e-14));
    CHECK(math::beta_tails(2, 3, 0).above == 1);
    CHECK(math::beta_tails(2, 3, 1).below == 1);
}

TEST_CASE("erfc is libm's to 13 digits, far out in its tail too") {
    for (std::uint64_t i = 1; i < 20'000; ++i) {
        const double x = spread(i, -6, 25);
        INFO(x);
        REQUIRE(relative(math::erfc(x), std::erfc(x)) < 2e-13);
    }
}

TEST_CASE("the normal quantile is that of Boost.Math, far out in its tails too") {
    double worst = 0;
    for (std::uint64_t i = 1; i < 20'000; ++i) {
        const double p = i % 2 == 0 ? std::exp(spread(i, -600, -0.7)) : 1 - std::exp(spread(i, -36, -0.7));
        const auto truth = static_cast<double>(-std::sqrt(2.0L) * boost::math::erfc_inv(2 * static_cast<long double>(p)));
        worst = std::max(worst, relative(math::normal_quantile(p), truth));
    }
    CHECK(worst < 2e-15);
    CHECK(math::normal_quantile(0.5) == 0);
    CHECK(math::normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-15));
}
