// How far our elementary functions are from the true values, which MPFR computes with 96 bits.
//
//   against_mpfr FUNCTION POINTS [SEED]     (bench/ulps/run calls it) prints the largest error [units in the last place] and where it is
//
// Exit code 1 where it is above 1 (of sin, cos and asin: above 4). A third of the points is near what is hard (log near 1, expm1 and log1p near 0, powers of
// numbers near 1), a third has exponents over the whole range of doubles, a third is such that the result is neither 0 nor
// infinite, including results near overflow and subnormal ones.
//
// MPFR takes microseconds. So each point is first compared with the C library's long double, whose 64 bits are off by a few units of
// their own last place, that is some thousandths of ours. MPFR then says how far those points are that may be the worst so far (up to
// kDoubt below it), all whose result is subnormal, infinite or no number, and three in a hundred, where the long double is checked, too.
#include <mpfr.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>

#include "sim/base/elementary.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/trigonometry.hpp"

namespace {

using namespace mailquake;

struct Points {
    std::uint64_t state;
    std::uint64_t word() { return mix64(++state); }
    double uniform(double from, double to) { return from + (to - from) * uniform_of(word()); }
    /// Any finite double, of either sign.
    double any() {
        for (;;) {
            const double x = std::bit_cast<double>(word());
            if (std::isfinite(x)) return x;
        }
    }
    /// Of a size from 2^from to 2^to, the exponent uniform.
    double sized(int from, int to) {
        const auto span = static_cast<std::uint64_t>(to - from);
        const double size = std::ldexp(1 + uniform_of(word()), from + static_cast<int>(word() % span));
        return (word() & 1) != 0 ? size : -size;
    }
};

struct Function {
    std::string_view name;
    double (*ours)(double, double);
    long double (*nearly)(long double, long double);
    int (*exact)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);
    bool of_positive;               // takes numbers above 0 alone
    double hard, around;            // points that are hard: hard +- around
    double least, most;             // where the result is neither 0 nor infinite
    double bound = 1;               // largest error that the header promises [ulp]
};

template <int (*F)(mpfr_t, const mpfr_t, mpfr_rnd_t)>
int first_of(mpfr_t result, const mpfr_t x, const mpfr_t /*y*/, mpfr_rnd_t mode) { return F(result, x, mode); }
template <double (*F)(double)>
double of_first(double x, double /*y*/) { return F(x); }
template <long double (*F)(long double)>
long double nearly_first(long double x, long double /*y*/) { return F(x); }
int power(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode) { return mpfr_pow(result, x, y, mode); }

const Function functions[] = {
    {"exp", of_first<math::exp>, nearly_first<expl>, first_of<mpfr_exp>, false, 0, 1, -746, 710},
    {"exp2", of_first<math::exp2>, nearly_first<exp2l>, first_of<mpfr_exp2>, false, 0, 1, -1076, 1025},
    {"expm1", of_first<math::expm1>, nearly_first<expm1l>, first_of<mpfr_expm1>, false, 0, 0.2, -50, 710},
    {"log", of_first<math::log>, nearly_first<logl>, first_of<mpfr_log>, true, 1, 0.02, 0, 10},
    {"log1p", of_first<math::log1p>, nearly_first<log1pl>, first_of<mpfr_log1p>, false, 0, 0.02, -1, 10},
    {"pow", math::pow, powl, power, true, 1, 0.01, 0, 10},
    {"sin", of_first<math::sin>, nearly_first<sinl>, first_of<mpfr_sin>, false, 0, 0.1, -10, 10, 4},
    {"cos", of_first<math::cos>, nearly_first<cosl>, first_of<mpfr_cos>, false, 1.5707963267948966, 0.1, -10, 10, 4},
    {"asin", of_first<math::asin>, nearly_first<asinl>, first_of<mpfr_asin>, false, 0.5, 0.01, -1, 1, 4},
};

struct Point {
    double x, y;
};

/// x^y with |log(x^y)| spread up to where it overflows, or vanishes.
Point point_of_pow(Points& points, std::uint64_t kind) {
    double x = 1;
    while (!(x > 0 && x != 1 && std::isfinite(x)))
        x = kind == 0 ? 1 + points.sized(-52, -7) : kind == 1 ? std::fabs(points.sized(-1074, 1023)) : points.uniform(0, 10);
    const double bound = kind == 1 && (points.word() & 1) != 0 ? points.sized(-60, 9) : points.uniform(-746, 710);
    return {x, bound / std::log(x)};
}

Point point_of(const Function& f, Points& points, std::uint64_t kind) {
    if (f.name == "pow") return point_of_pow(points, kind);
    const bool trigonometric = f.most == 10 && f.least == -10;
    for (;;) {
        double x = kind == 0   ? f.hard + points.sized(-60, 0) * f.around
                   : kind == 1 ? (trigonometric || f.name == "asin" ? points.sized(-300, 3) : points.any())
                               : points.uniform(f.least, f.most);
        if (f.of_positive) x = std::fabs(x);
        const bool outside = (f.of_positive && x == 0) || (f.name == "log1p" && x <= -1) || (f.name == "asin" && std::fabs(x) > 1);
        if (!outside) return {x, 0};
    }
}

/// In units in the last place of the true value, as a double would have it.
double error_of(double ours, const mpfr_t exact, mpfr_t scratch) {
    const double nearest = mpfr_get_d(exact, MPFR_RNDN);
    if (std::isinf(nearest) || std::isnan(nearest) || std::isinf(ours) || std::isnan(ours)) {
        const bool same = ours == nearest || (std::isnan(ours) && std::isnan(nearest));
        const bool beside = std::isinf(ours) && std::fabs(nearest) == std::numeric_limits<double>::max();
        return same ? 0 : beside ? 1 : std::numeric_limits<double>::infinity();
    }
    int exponent = -1074;
    if (nearest != 0) std::frexp(nearest, &exponent);
    mpfr_sub_d(scratch, exact, ours, MPFR_RNDN);
    mpfr_mul_2si(scratch, scratch, -std::max(exponent - 53, -1074), MPFR_RNDN);
    return std::fabs(mpfr_get_d(scratch, MPFR_RNDN));
}

constexpr double kDoubt = 0.01;           // [ulp] more than the long double is off
constexpr double kLongDoubleError = 0.006;

/// The error by the long double; infinite where it may say nothing.
double nearly_error_of(double ours, long double nearly) {
    const double size = std::fabs(ours);
    if (!(size >= std::numeric_limits<double>::min() && size <= std::numeric_limits<double>::max())) return std::numeric_limits<double>::infinity();
    int exponent = 0;
    std::frexp(ours, &exponent);
    return static_cast<double>(std::fabs(ldexpl(nearly - static_cast<long double>(ours), 53 - exponent)));
}

int measure(const Function& f, std::uint64_t n, std::uint64_t seed) {
    Points points{mix64(seed)};
    mpfr_t x, y, exact, scratch;
    mpfr_inits2(96, x, y, exact, scratch, static_cast<mpfr_ptr>(nullptr));
    double worst = 0;
    std::uint64_t exactly = 0;
    Point where{};
    for (std::uint64_t i = 0; i < n; ++i) {
        const Point p = point_of(f, points, i % 3);
        const double ours = f.ours(p.x, p.y), nearly = nearly_error_of(ours, f.nearly(p.x, p.y));
        const bool is_checked = i % 100 < 3;
        if (!is_checked && nearly < worst - kDoubt) continue;
        ++exactly;
        mpfr_set_d(x, p.x, MPFR_RNDN);
        mpfr_set_d(y, p.y, MPFR_RNDN);
        f.exact(exact, x, y, MPFR_RNDN);
        const double error = error_of(ours, exact, scratch);
        if (std::isfinite(nearly) && std::fabs(nearly - error) > kLongDoubleError) {
            std::printf("%.*s: the C library's long double is off by %.4f ulp at %a, %a\n", static_cast<int>(f.name.size()), f.name.data(), std::fabs(nearly - error), p.x, p.y);
            return 1;
        }
        if (error > worst) {
            worst = error;
            where = p;
        }
    }
    mpfr_clears(x, y, exact, scratch, static_cast<mpfr_ptr>(nullptr));
    std::printf("%.*s: at most %.4f ulp in %llu points, %llu of them by MPFR; there at %a, %a (seed %llu)\n", static_cast<int>(f.name.size()), f.name.data(), worst,
                static_cast<unsigned long long>(n), static_cast<unsigned long long>(exactly), where.x, where.y, static_cast<unsigned long long>(seed));
    return worst <= f.bound ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    for (const Function& f : functions)
        if (argc >= 3 && f.name == argv[1])
            return measure(f, std::strtoull(argv[2], nullptr, 10), argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1);
    std::fputs("usage: against_mpfr FUNCTION POINTS [SEED]; FUNCTION is exp, exp2, expm1, log, log1p, pow, sin, cos or asin\n", stderr);
    return 2;
}
