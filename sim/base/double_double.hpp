// Sums and products without rounding error, as pairs of doubles, and a small arithmetic on such pairs (about 104 bits). The
// elementary functions carry their low parts by them, and compute their tables with them while they are compiled.
// Left out: infinities, numbers beyond 2^996 (splitting overflows) and products below 2^-969 (their low part is lost).
//
// Sources: Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18, 1971; Knuth, TAOCP 2,
// 4.2.2 (sum); Muller et al., Handbook of Floating-Point Arithmetic (2nd ed. 2018), 4.3 to 4.4 and 14.1.
//
// Invariant: |low| is at most half a unit in the last place of high. No a*b+c may be contracted (-ffp-contract=off).
#pragma once

namespace mailquake {

struct DoubleDouble {
    double high = 0;
    double low = 0;
};

/// a + b, where |a| >= |b| or a is 0.
[[nodiscard]] constexpr DoubleDouble fast_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

[[nodiscard]] constexpr DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double of_b = sum - a;
    return {sum, (a - (sum - of_b)) + (b - of_b)};
}

/// In halves of at most 26 bits.
[[nodiscard]] constexpr DoubleDouble split(double a) {
    const double wide = a * 0x8000001p0;  // 2^27 + 1
    const double high = wide - (wide - a);
    return {high, a - high};
}

[[nodiscard]] constexpr DoubleDouble two_product(double a, double b) {
    const double product = a * b;
    const DoubleDouble x = split(a), y = split(b);
    return {product, ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low};
}

[[nodiscard]] constexpr DoubleDouble operator-(DoubleDouble a) { return {-a.high, -a.low}; }

[[nodiscard]] constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble high = two_sum(a.high, b.high), low = two_sum(a.low, b.low);
    const DoubleDouble sum = fast_two_sum(high.high, high.low + low.high);
    return fast_two_sum(sum.high, sum.low + low.low);
}

[[nodiscard]] constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble product = two_product(a.high, b.high);
    return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

[[nodiscard]] constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    const DoubleDouble rest = a + -(b * DoubleDouble{first});
    const double second = rest.high / b.high;
    const DoubleDouble end = rest + -(b * DoubleDouble{second});
    return DoubleDouble{first} + DoubleDouble{second} + DoubleDouble{end.high / b.high};
}

/// atanh(x) = x + x^3 / 3 + x^5 / 5 + ..., for |x| <= 1/3; log(q) is 2 atanh((q - 1) / (q + 1)).
[[nodiscard]] constexpr DoubleDouble atanh_series(DoubleDouble x) {
    const DoubleDouble square = x * x;
    DoubleDouble power = x, sum = x;
    for (int n = 3; n < 71; n += 2) {
        power = power * square;
        sum = sum + power / DoubleDouble{static_cast<double>(n)};
    }
    return sum;
}

/// exp(x) by its Taylor series, for 0 <= x < 1.
[[nodiscard]] constexpr DoubleDouble exp_series(DoubleDouble x) {
    DoubleDouble term{1}, sum{1};
    for (int n = 1; n < 29; ++n) {
        term = term * x / DoubleDouble{static_cast<double>(n)};
        sum = sum + term;
    }
    return sum;
}

inline constexpr DoubleDouble kLog2 = DoubleDouble{2} * atanh_series(DoubleDouble{1} / DoubleDouble{3});

}  // namespace mailquake
