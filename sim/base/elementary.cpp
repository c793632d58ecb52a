#include "sim/base/elementary.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sim/base/double_double.hpp"

namespace mailquake::math {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// `x` without the lowest `bits` bits.
constexpr double without_low_bits(double x, int bits) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) & (~std::uint64_t{0} << bits));
}

/// 2^n, where -1022 <= n <= 1023.
constexpr double power_of_two(std::int64_t n) { return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52); }

/// x times 2^n for 0.5 < |x| < 4, rounded once where the result is subnormal.
double scaled(double x, std::int64_t n) {
    if (n >= -1021 && n <= 1022) [[likely]] return x * power_of_two(n);
    if (n > 1022) return x * power_of_two(1022) * power_of_two(n - 1022);
    return x * power_of_two(n + 1000) * power_of_two(-1000);
}

// ---- exp: x = (128 n + j) log(2) / 128 + r, |r| <= log(2) / 256, and exp(x) = 2^n 2^(j/128) exp(r)

constexpr int kSteps = 128;

constexpr auto kPowers = [] {  // 2^(j/128)
    std::array<DoubleDouble, kSteps> powers{};
    for (int j = 0; j < kSteps; ++j) powers[static_cast<std::size_t>(j)] = exp_series(kLog2 * DoubleDouble{static_cast<double>(j) / kSteps});
    return powers;
}();

constexpr double kStepHigh = without_low_bits(kLog2.high / kSteps, 20);  // a whole multiple of it, below 2^18, is exact
constexpr double kStepLow = (kLog2.high / kSteps - kStepHigh) + kLog2.low / kSteps;

/// To the nearest whole number, |x| < 2^51; `bits` receives it as an integer.
inline double nearest(double x, std::int64_t& bits) {
    constexpr double shift = 0x1.8p52;
    const double shifted = x + shift;
    bits = static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(shifted)) - static_cast<std::int64_t>(std::bit_cast<std::uint64_t>(shift));
    return shifted - shift;
}

/// exp(r) - 1 for |r| <= log(2) / 256; what is left out is below 2^-60.
inline double small_expm1(double r) {
    const double square = r * r;
    return r + square * (0.5 + r * (1.0 / 6)) + square * square * (1.0 / 24 + r * (1.0 / 120));
}

/// 2^(k/128) exp(r).
inline double assembled(std::int64_t k, double r) {
    const DoubleDouble power = kPowers[static_cast<std::size_t>(k & (kSteps - 1))];
    return scaled(power.high + (power.low + power.high * small_expm1(r)), k >> 7);
}

/// exp(high + low), where |low| is small beside 1; a sum beyond what a double holds is 0 or infinite.
inline double exp_of(double high, double low) {
    if (!(high < 710)) return high != high ? high : kInf;
    if (high < -746) return 0;
    std::int64_t k = 0;
    const double steps = nearest(high * (kSteps / kLog2.high), k);
    return assembled(k, (high - steps * kStepHigh) + (low - steps * kStepLow));
}

// ---- log: x = 2^k m with 0.707 < m < 1.415, c a short number near 1 / m by the first 8 bits of m's fraction, r = c m - 1, and
// log(x) = k log(2) + log(1 / c) + log(1 + r), |r| < 2^-7.9

constexpr int kCells = 256;
constexpr int kFirstHalved = 106;  // 1 + 106 / 256 is near sqrt(2): from here on, m is half the significand

struct Cell {
    double inverse = 1;  // c, of 11 bits
    double high = 0;     // log(1 / c), a multiple of 2^-42
    double low = 0;
};

/// To a multiple of 2^-42, so that sums of these stay exact up to 2^11.
constexpr double to_grid(double x) { return (x + 0x1.8p10) - 0x1.8p10; }

constexpr auto kLogs = [] {
    std::array<Cell, kCells> cells{};
    for (int i = 1; i < kCells - 1; ++i) {  // the first and the last one touch 1: c is 1 there, so that nothing cancels
        const double middle = (1 + (i + 0.5) / kCells) / (i < kFirstHalved ? 1 : 2);
        const double inverse = static_cast<double>(static_cast<std::int64_t>(1024 / middle + 0.5)) / 1024.0;
        const DoubleDouble log = DoubleDouble{-2} * atanh_series((DoubleDouble{inverse} + DoubleDouble{-1}) / (DoubleDouble{inverse} + DoubleDouble{1}));
        const double high = to_grid(log.high);
        cells[static_cast<std::size_t>(i)] = {inverse, high, (log.high - high) + log.low};
    }
    return cells;
}();

constexpr double kLog2High = to_grid(kLog2.high);
constexpr double kLog2Low = (kLog2.high - kLog2High) + kLog2.low;

/// x, taken apart: log(x) = whole + log(1 + r).
struct Reduced {
    double whole_high, whole_low;  // k log(2) + log(1 / c); the high part is exact
    double r_high, r_low;          // r without any error
    double inverse;                // c
};

/// `x` is normal and above 0.
inline Reduced reduce(double x, std::int64_t k) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const std::uint64_t fraction = bits & 0x000f'ffff'ffff'ffff;
    const std::uint64_t i = fraction >> 44;
    const std::uint64_t halved = i >= kFirstHalved ? 1 : 0;
    k += static_cast<std::int64_t>((bits >> 52) + halved) - 1023;
    const double m = std::bit_cast<double>(fraction | ((1023 - halved) << 52));
    const Cell& cell = kLogs[i];
    const double m_high = without_low_bits(m, 27), m_low = m - m_high;
    const double first = m_high * cell.inverse - 1, second = m_low * cell.inverse;  // both exact
    const double r = first + second, n = static_cast<double>(k);
    return {n * kLog2High + cell.high, n * kLog2Low + cell.low, r, (first - r) + second, cell.inverse};
}

/// log(1 + r) - r for |r| < 2^-7.9; what is left out is below 2^-58 of r.
inline double small_log(double r) {
    const double square = r * r;
    const double tail = (1.0 / 3 - r * 0.25) + square * ((1.0 / 5 - r * (1.0 / 6)) + square * (1.0 / 7));
    return square * (r * tail - 0.5);
}

inline double summed(const Reduced& part) {
    const DoubleDouble sum = two_sum(part.whole_high, part.r_high);
    return sum.high + ((sum.low + (part.whole_low + part.r_low)) + small_log(part.r_high));
}

/// log(x) with a relative error below 2^-68; 0 < x < inf.
DoubleDouble precise_log(double x) {
    const bool subnormal = x < 0x1p-1022;
    const Reduced part = subnormal ? reduce(x * 0x1p54, -54) : reduce(x, 0);
    const double r = part.r_high;
    const DoubleDouble square = two_product(r, r);
    const double tail = (1.0 / 3 - r * 0.25) + square.high * ((1.0 / 5 - r * (1.0 / 6)) + square.high * ((1.0 / 7 - r * 0.125) + square.high * (1.0 / 9)));
    const DoubleDouble first = two_sum(part.whole_high, r);
    const DoubleDouble second = two_sum(first.high, -0.5 * square.high);
    const double low = (first.low + second.low) + (part.whole_low + (part.r_low - r * part.r_low)) + (square.high * r * tail - 0.5 * square.low);
    return fast_two_sum(second.high, low);
}

// ---- pow

bool is_integer(double y) { return std::fabs(y) >= 0x1p52 || static_cast<double>(static_cast<std::int64_t>(y)) == y; }
bool is_odd(double y) { return std::fabs(y) < 0x1p53 && is_integer(y) && (static_cast<std::int64_t>(y) & 1) != 0; }

/// Where the base is 0 or one of both is infinite or not a number; neither is x 1 nor y 0.
double special_pow(double x, double y) {
    if (x != x || y != y) return x + y;
    const double size = std::fabs(x);
    if (std::fabs(y) == kInf) {
        if (size == 1) return 1;
        return (size > 1) == (y > 0) ? kInf : 0;
    }
    const double magnitude = (size == 0) == (y < 0) ? kInf : 0;  // x is 0 or infinite
    return std::signbit(x) && is_odd(y) ? -magnitude : magnitude;
}

}  // namespace

double exp(double x) { return exp_of(x, 0); }

double exp2(double x) {
    if (!(x < 1025)) return x != x ? x : kInf;
    if (x < -1080) return 0;
    std::int64_t k = 0;
    const double steps = nearest(x * kSteps, k);
    return assembled(k, (x - steps * (1.0 / kSteps)) * kLog2.high);
}

double expm1(double x) {
    if (std::fabs(x) < 0x1p-4) {
        if (std::fabs(x) < 0x1p-54) return x;
        const double square = x * x;
        const double late = 1.0 / 120 + x * (1.0 / 720) + square * (1.0 / 5040 + x * (1.0 / 40320) + square * (1.0 / 362880 + x * (1.0 / 3628800)));
        return x + (square * 0.5 + square * x * (1.0 / 6 + x * (1.0 / 24) + square * late));
    }
    if (!(x < 60)) return exp_of(x, 0);  // 1 is less than half a unit in the last place
    if (x < -40) return -1;
    std::int64_t k = 0;
    const double steps = nearest(x * (kSteps / kLog2.high), k);
    const double r = (x - steps * kStepHigh) - steps * kStepLow;
    const DoubleDouble power = kPowers[static_cast<std::size_t>(k & (kSteps - 1))];
    const double scale = power_of_two(k >> 7);
    const DoubleDouble sum = two_sum(power.high * scale, -1);
    return sum.high + (sum.low + scale * (power.low + power.high * small_expm1(r)));
}

double log(double x) {
    if (x >= 0x1p-1022 && x < kInf) [[likely]] return summed(reduce(x, 0));
    if (x == 0) return -kInf;
    if (!(x > 0)) return x != x ? x : kNan;
    return x == kInf ? kInf : summed(reduce(x * 0x1p54, -54));
}

double log1p(double x) {
    if (x > -0x1p-9 && x < 0x1p-8) return std::fabs(x) < 0x1p-54 ? x : x + small_log(x);
    if (!(x > -1)) return x == -1 ? -kInf : x != x ? x : kNan;
    if (x == kInf) return x;
    const DoubleDouble sum = two_sum(1, x);
    Reduced part = reduce(sum.high, 0);
    const double unit = without_low_bits(sum.high, 52);  // the power of two below it
    const bool halved = sum.high >= unit * (1 + kFirstHalved / 256.0);
    const DoubleDouble r = two_sum(part.r_high, part.r_low + sum.low / unit * (halved ? 0.5 * part.inverse : part.inverse));
    part.r_high = r.high;
    part.r_low = r.low;
    return summed(part);
}

double pow(double x, double y) {
    if (x == 1 || y == 0) return 1;
    const double size = std::fabs(x);
    if (!(size > 0 && size < kInf && std::fabs(y) < kInf)) return special_pow(x, y);
    if (x < 0 && !is_integer(y)) return kNan;
    const double sign = x < 0 && is_odd(y) ? -1 : 1;
    const bool grows = (size > 1) == (y > 0);
    if (std::fabs(y) > 0x1p65) return size == 1 ? sign : sign * (grows ? kInf : 0);
    if (std::fabs(y) < 0x1p-65) return sign;
    const DoubleDouble log = precise_log(size);
    const DoubleDouble product = two_product(log.high, y);
    return sign * exp_of(product.high, product.low + log.low * y);
}

}  // namespace mailquake::math
