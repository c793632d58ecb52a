// Our elementary functions beside libm's in `long double` (64 bits of significand on x86, 113 elsewhere; its error there is below
// 0.01 units of a double), on points that are hard and on points from the whole range. Where long double is no wider than double,
// libm's own errors are allowed for. bench/ulps compares with MPFR.
#include "sim/base/elementary.hpp"

#include "tests/catch.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/trigonometry.hpp"

using namespace mailquake;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = 0x1p-1074;
constexpr double kOwnError = std::numeric_limits<long double>::digits >= 64 ? 0.01 : 1;  // of the reference

/// Units in the last place of the true value between it and ours.
double ulps_off(double ours, long double truth) {
    if (std::isnan(ours) || std::isinf(ours)) return std::isnan(truth) == std::isnan(ours) && (std::isnan(ours) || static_cast<double>(truth) == ours) ? 0 : 1e9;
    int exponent = 0;
    (void)std::frexp(truth, &exponent);
    const int unit = std::max(exponent - 53, -1074);
    return static_cast<double>(std::fabs(std::ldexp(static_cast<long double>(ours) - truth, -unit)));
}

class Points {
public:
    explicit Points(std::uint64_t seed) : state_(seed) {}
    double uniform(double from, double to) { return from + (to - from) * uniform_of(mix64(++state_)); }
    /// Of either sign and a size from 2^from to 2^to, its exponent uniform.
    double sized(int from, int to) {
        const double size = std::ldexp(uniform(1, 2), from + static_cast<int>(uniform(0, to - from)));
        return mix64(++state_) % 2 == 0 ? size : -size;
    }

private:
    std::uint64_t state_;
};

constexpr int kPoints = 200'000;

template <class Draw, class Ours, class Truth>
double worst(Draw draw, Ours ours, Truth truth) {
    Points points(20261129);
    double most = 0, where = 0;
    for (int i = 0; i < kPoints; ++i) {
        const double x = draw(points, i % 4);
        const double off = ulps_off(ours(x), truth(static_cast<long double>(x)));
        if (off > most) {
            most = off;
            where = x;
        }
    }
    UNSCOPED_INFO("at " << where);
    return most;
}

}  // namespace

TEST_CASE("exp is within one unit in the last place, down to subnormal results and up to overflow") {
    const auto draw = [](Points& p, int kind) {
        return kind == 0 ? p.sized(-70, 0) : kind == 1 ? p.uniform(-745.2, -708) : kind == 2 ? p.uniform(700, 709.79) : p.uniform(-708, 709);
    };
    CHECK(worst(draw, [](double x) { return math::exp(x); }, [](long double x) { return std::exp(x); }) < 0.8 + kOwnError);
    CHECK(math::exp(0) == 1);
    CHECK(math::exp(-0.0) == 1);
    CHECK(math::exp(kInf) == kInf);
    CHECK(math::exp(-kInf) == 0);
    CHECK(std::isnan(math::exp(kNan)));
    CHECK(math::exp(709.782712893384) == Approx(std::numeric_limits<double>::max()));
    CHECK(math::exp(709.782712893385) == kInf);
    CHECK(math::exp(1e300) == kInf);
    CHECK(math::exp(-745.133) == kLeast);
    CHECK(math::exp(-745.134) == 0);
    CHECK(math::exp(-1e300) == 0);
}

TEST_CASE("exp2 is within one unit in the last place and exact at whole numbers") {
    const auto draw = [](Points& p, int kind) { return kind == 0 ? p.sized(-70, 0) : kind == 1 ? p.uniform(-1075, -1021) : p.uniform(-1022, 1024); };
    CHECK(worst(draw, [](double x) { return math::exp2(x); }, [](long double x) { return std::exp2(x); }) < 0.8 + kOwnError);
    for (int n = -1074; n < 1024; ++n) REQUIRE(math::exp2(n) == std::ldexp(1.0, n));
    CHECK(math::exp2(1024) == kInf);
    CHECK(math::exp2(-1076) == 0);
    CHECK(math::exp2(kInf) == kInf);
    CHECK(math::exp2(-kInf) == 0);
    CHECK(std::isnan(math::exp2(kNan)));
}

TEST_CASE("expm1 is within one unit in the last place, beside 0 above all") {
    const auto draw = [](Points& p, int kind) {
        return kind == 0 ? p.sized(-1074, -1) : kind == 1 ? p.uniform(-0.2, 0.2) : kind == 2 ? p.uniform(-60, 3) : p.uniform(-40, 709.7);
    };
    CHECK(worst(draw, [](double x) { return math::expm1(x); }, [](long double x) { return std::expm1(x); }) < 0.6 + kOwnError);
    CHECK(math::expm1(kInf) == kInf);
    CHECK(math::expm1(-kInf) == -1);
    CHECK(math::expm1(-1e300) == -1);
    CHECK(math::expm1(710) == kInf);
    CHECK(math::expm1(kLeast) == kLeast);
    CHECK(std::signbit(math::expm1(-0.0)));
    CHECK(std::isnan(math::expm1(kNan)));
}

TEST_CASE("log is within one unit in the last place, beside 1 and at subnormal numbers above all") {
    const auto draw = [](Points& p, int kind) {
        return kind == 0 ? 1 + p.sized(-53, -1) : kind == 1 ? std::fabs(p.sized(-1074, -1022)) : kind == 2 ? p.uniform(0.6, 1.5) : std::fabs(p.sized(-1022, 1024));
    };
    CHECK(worst(draw, [](double x) { return math::log(x); }, [](long double x) { return std::log(x); }) < 0.6 + kOwnError);
    CHECK(math::log(1) == 0);
    CHECK(math::log(0) == -kInf);
    CHECK(math::log(-0.0) == -kInf);
    CHECK(math::log(kInf) == kInf);
    CHECK(std::isnan(math::log(-1)));
    CHECK(std::isnan(math::log(-kInf)));
    CHECK(std::isnan(math::log(kNan)));
}

TEST_CASE("log1p is within one unit in the last place, beside 0 and beside -1 above all") {
    const auto draw = [](Points& p, int kind) {
        return kind == 0 ? p.sized(-1074, -1) : kind == 1 ? p.uniform(-0.01, 0.01) : kind == 2 ? -1 + std::fabs(p.sized(-53, 0)) : std::fabs(p.sized(-10, 1024));
    };
    CHECK(worst(draw, [](double x) { return math::log1p(x); }, [](long double x) { return std::log1p(x); }) < 0.6 + kOwnError);
    CHECK(math::log1p(-1) == -kInf);
    CHECK(math::log1p(kInf) == kInf);
    CHECK(std::isnan(math::log1p(-1.5)));
    CHECK(std::isnan(math::log1p(kNan)));
    CHECK(std::signbit(math::log1p(-0.0)));
}

TEST_CASE("pow is within one unit in the last place, with large exponents beside 1 above all") {
    Points points(16);
    double most = 0;
    for (int i = 0; i < 2 * kPoints; ++i) {
        const int kind = i % 3;
        const double x = kind == 0 ? 1 + points.sized(-52, -7) : kind == 1 ? std::fabs(points.sized(-1074, 1023)) : points.uniform(0.01, 10);
        if (x == 1) continue;
        const double y = (i % 2 == 0 ? points.uniform(-745, 709) : points.sized(-60, 5)) / std::log(x);
        const long double truth = std::pow(static_cast<long double>(x), static_cast<long double>(y));
        most = std::max(most, ulps_off(math::pow(x, y), truth));
    }
    CHECK(most < 0.8 + 2 * kOwnError);
}

TEST_CASE("pow is exact where the true value is a double") {
    Points points(17);
    for (int i = 0; i < 20'000; ++i) {
        const double x = std::floor(points.uniform(1, 0x1p26)), small = std::floor(points.uniform(1, 0x1p17));
        REQUIRE(math::pow(x, 2) == x * x);
        REQUIRE(math::pow(-small, 3) == -(small * small * small));
        REQUIRE(math::pow(x * x, 0.5) == x);
        REQUIRE(math::pow(x, 1) == x);
    }
    for (int n = -1074; n < 1024; ++n) REQUIRE(math::pow(2, n) == std::ldexp(1.0, n));
    for (int n = 0, power = 1; n < 9; ++n, power *= 10) REQUIRE(math::pow(10, n) == power);
    CHECK(math::pow(10, 22) == 1e22);
}

TEST_CASE("pow has the special values of C99, Annex F") {
    const std::vector<double> values{0.0, -0.0, 0.5, -0.5, 1, -1, 1.5, 2, -2, 3, -3, 0x1p52 + 1, -(0x1p52 + 1), 0x1p53, 1e300, -1e300, kLeast, -kLeast, kInf, -kInf, kNan};
    for (double x : values) {
        for (double y : values) {
            INFO("pow(" << x << ", " << y << ")");
            const double ours = math::pow(x, y), standard = std::pow(x, y);
            if (std::isnan(standard)) {
                CHECK(std::isnan(ours));
            } else {
                CHECK(ours == Approx(standard).epsilon(1e-15));
                CHECK(std::signbit(ours) == std::signbit(standard));
            }
        }
    }
}

TEST_CASE("sin, cos and asin are within four units in the last place") {
    const auto draw = [](Points& p, int kind) { return kind == 0 ? p.sized(-300, 3) : kind == 1 ? 1.5707963267948966 + p.sized(-40, -1) : p.uniform(-7, 7); };
    CHECK(worst(draw, [](double x) { return math::sin(x); }, [](long double x) { return std::sin(x); }) < 4);
    CHECK(worst(draw, [](double x) { return math::cos(x); }, [](long double x) { return std::cos(x); }) < 4);
    const auto share = [](Points& p, int kind) { return kind == 0 ? p.sized(-300, 0) : kind == 1 ? 1 - std::fabs(p.sized(-53, -1)) : p.uniform(-1, 1); };
    CHECK(worst(share, [](double x) { return math::asin(x); }, [](long double x) { return std::asin(x); }) < 4);
    CHECK(math::asin(1) == Approx(1.5707963267948966).epsilon(1e-16));
    CHECK(std::isnan(math::asin(1.5)));
    CHECK(math::sin(0) == 0);
    CHECK(math::cos(0) == 1);
}

TEST_CASE("the elementary functions have these bits on every machine") {
    Points points(18);
    std::uint64_t sum = 0;
    const auto take = [&sum](double value) { sum = combine64(sum, std::bit_cast<std::uint64_t>(value)); };
    for (int i = 0; i < 10'000; ++i) {
        const double x = points.uniform(-5, 5), positive = points.uniform(0.001, 20);
        take(math::exp(x));
        take(math::exp2(x));
        take(math::expm1(x));
        take(math::log(positive));
        take(math::log1p(positive));
        take(math::pow(positive, x));
        take(math::sin(x));
        take(math::cos(x));
        take(math::asin(x / 5));
    }
    CHECK(sum == 0x16e8f235240a5b86ULL);
}
