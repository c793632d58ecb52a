#include "sim/base/trigonometry.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "sim/base/double_double.hpp"

namespace mailquake::math {
namespace {

/// atan(1/n) by its series, n >= 5.
constexpr DoubleDouble atan_of_inverse(double n) {
    const DoubleDouble x = DoubleDouble{1} / DoubleDouble{n}, square = x * x;
    DoubleDouble power = x, sum = x;
    for (int k = 3; k < 51; k += 2) {
        power = -(power * square);
        sum = sum + power / DoubleDouble{static_cast<double>(k)};
    }
    return sum;
}

/// Machin: pi / 4 = 4 atan(1/5) - atan(1/239).
constexpr DoubleDouble kHalfPi = DoubleDouble{8} * atan_of_inverse(5) + -(DoubleDouble{2} * atan_of_inverse(239));

constexpr double upper_bits(double x) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & ~std::uint64_t{0xfffff});
}
constexpr double kFirst = upper_bits(kHalfPi.high);  // a whole multiple of it, below 2^20, is exact
constexpr double kSecond = upper_bits((kHalfPi.high - kFirst) + kHalfPi.low);
constexpr double kThird = (kHalfPi + DoubleDouble{-kFirst} + DoubleDouble{-kSecond}).high;

/// What is left of x after n quarters of a turn, |high| <= pi / 4.
struct Rest {
    DoubleDouble angle;
    std::int64_t quarters;
};

Rest rest_of(double x) {
    const auto quarters = static_cast<std::int64_t>(x * (2 / std::numbers::pi) + (x < 0 ? -0.5 : 0.5));
    const auto n = static_cast<double>(quarters);
    const DoubleDouble first = two_sum(x - n * kFirst, -n * kSecond);
    return {fast_two_sum(first.high, first.low - n * kThird), quarters};
}

/// The factors 1 / n! of the series, with their signs.
double sine(DoubleDouble x) {
    const double z = x.high * x.high;
    double sum = 0;
    for (int n = 17; n >= 3; n -= 2) sum = (1 - sum) * z / ((n - 1) * n);
    return x.high + (x.low - x.high * sum);
}

double cosine(DoubleDouble x) {
    const double z = x.high * x.high, half = 0.5 * z;
    double sum = 0;
    for (int n = 18; n >= 4; n -= 2) sum = (1 - sum) * z / ((n - 1) * n);
    const double first = 1 - half;
    return first + (((1 - first) - half) + (half * sum - x.high * x.low));
}

/// x + x^3 / 6 + 3 x^5 / 40 + ..., for |x| <= 1/2.
double short_asin(double x) {
    constexpr int terms = 25;
    const double z = x * x;
    double sum = 0;
    for (int n = terms; n >= 1; --n) sum = z * ((2.0 * n - 1) / (2.0 * n)) * (1.0 / (2 * n + 1) + sum);
    return x + x * sum;
}

}  // namespace

double sin(double x) {
    if (std::fabs(x) < 0x1p-27) return x;
    const Rest rest = rest_of(x);
    const double size = (rest.quarters & 1) == 0 ? sine(rest.angle) : cosine(rest.angle);
    return (rest.quarters & 2) == 0 ? size : -size;
}

double cos(double x) {
    const Rest rest = rest_of(x);
    const double size = (rest.quarters & 1) == 0 ? cosine(rest.angle) : sine(rest.angle);
    return ((rest.quarters + 1) & 2) == 0 ? size : -size;
}

double asin(double x) {
    const double size = std::fabs(x);
    if (!(size <= 1)) return std::numeric_limits<double>::quiet_NaN();
    if (size <= 0.5) return short_asin(x);
    const double angle = kHalfPi.high - (2 * short_asin(std::sqrt((1 - size) / 2)) - kHalfPi.low);
    return x < 0 ? -angle : angle;
}

}  // namespace mailquake::math
