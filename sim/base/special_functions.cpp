#include "sim/base/special_functions.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "sim/base/elementary.hpp"

namespace mailquake::math {
namespace {

constexpr double kEpsilon = 0x1p-53;
constexpr double kHalfLogTwoPi = 0.91893853320467274178;

/// B(2k) / (2k (2k - 1)): Stirling's series in 1 / x, odd powers.
constexpr std::array<double, 8> kStirling{1.0 / 12,         -1.0 / 360,   1.0 / 1260,      -1.0 / 1680,
                                          1.0 / 1188, -691.0 / 360360, 1.0 / 156, -3617.0 / 122400};

/// log gamma(x) - ((x - 1/2) log(x) - x + log(2 pi) / 2), for x >= 10.
double stirling_rest(double x) {
    const double inverse = 1 / x, square = inverse * inverse;
    double sum = 0;
    for (std::size_t k = kStirling.size(); k-- > 0;) sum = sum * square + kStirling[k];
    return sum * inverse;
}

/// zeta(k) - 1 for k >= 2, by the terms below 20 and Euler's and Maclaurin's rest.
constexpr double zeta_less_one(int k) {
    const auto power = [k](double base) {
        double result = 1;
        for (int i = 0; i < k; ++i) result /= base;
        return result;
    };
    constexpr double n = 20;
    const double last = power(n);
    double sum = last * n / (k - 1) + last / 2, rest = last * k / n;  // k (k+1) ... (k+2j) / n^(k+2j+1)
    constexpr std::array<double, 5> bernoulli{1.0 / 12, -1.0 / 720, 1.0 / 30240, -1.0 / 1209600, 1.0 / 47900160};  // B(2j) / (2j)!
    for (int j = 0; j < 5; ++j) {
        sum += bernoulli[static_cast<std::size_t>(j)] * rest;
        rest *= (k + 2 * j + 1.0) * (k + 2 * j + 2.0) / (n * n);
    }
    for (int i = 19; i >= 2; --i) sum += power(i);
    return sum;
}

constexpr int kZetas = 32;
constexpr auto kZeta = [] {
    std::array<double, kZetas> zetas{};
    for (int k = 2; k < kZetas; ++k) zetas[static_cast<std::size_t>(k)] = zeta_less_one(k) / (k % 2 == 0 ? k : -k);
    return zetas;
}();

/// log gamma(2 + z) for |z| <= 1/2.
double log_gamma_beside_two(double z) {
    double sum = 0;
    for (std::size_t k = kZetas; k-- > 2;) sum = (sum + kZeta[k]) * z;
    return z * ((1 - std::numbers::egamma) + sum);
}

/// x^a exp(-x) / gamma(a + 1).
double gamma_front(double a, double x) {
    if (a < 10) return exp(a * log(x) - x - log_gamma(a + 1));
    const double off = (x - a) / a;
    const double bend = off < 1e5 ? log1p(off) - off : log(x / a) - off;
    return exp(a * bend - stirling_rest(a)) / std::sqrt(2 * std::numbers::pi * a);
}

/// Lentz's method: b0 + a1 / (b1 + a2 / (b2 + ...)), by a function that gives the parts {a, b} of step n >= 1.
template <class Parts>
double continued_fraction(double first, Parts parts) {
    static constexpr double tiny = 1e-290;
    const auto apart = [](double x) { return std::fabs(x) < tiny ? tiny : x; };
    double value = apart(first), c = value, d = 0;
    for (double n = 1; n < 1e7; ++n) {
        const auto [a, b] = parts(n);
        d = 1 / apart(b + a * d);
        c = apart(b + a / c);
        value *= c * d;
        if (std::fabs(c * d - 1) < 2 * kEpsilon) break;
    }
    return value;
}

struct Step {
    double a, b;
};

double gamma_series(double shape, double x) {
    double term = 1, sum = 1;
    for (double n = 1; term > sum * kEpsilon / 4; ++n) sum += term *= x / (shape + n);
    return sum;
}

/// I_x(a, b), for x below about the mean.
double beta_lower(double a, double b, double x) {
    const double front = exp(a * log(x) + b * log1p(-x) + log_gamma(a + b) - log_gamma(a) - log_gamma(b)) / a;
    return front / continued_fraction(1, [=](double n) -> Step {
               const double m = std::floor(n / 2);
               const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
               const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
               return {n == 2 * m ? even : odd, 1};
           });
}

template <std::size_t N>
double polynomial(const std::array<double, N>& c, double x) {
    double sum = 0;
    for (std::size_t k = N; k-- > 0;) sum = sum * x + c[k];
    return sum;
}

// AS 241: numerators and denominators of the middle, of the tails, and of the far tails.
constexpr std::array<double, 8> kMiddleUp{3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                          4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr std::array<double, 8> kMiddleDown{1, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                                            2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3};
constexpr std::array<double, 8> kTailUp{1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                                        1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> kTailDown{1, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                                          1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
constexpr std::array<double, 8> kFarUp{6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
                                       2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> kFarDown{1, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};

}  // namespace

double log_gamma(double x) {
    if (x >= 10) return (x - 0.5) * log(x) - x + kHalfLogTwoPi + stirling_rest(x);
    const double n = std::floor(x - 1.5), z = x - (2 + n);
    const double beside_two = log_gamma_beside_two(z);
    if (n == 0) return beside_two;
    if (n == -1) return beside_two - log1p(z);
    if (n == -2) return beside_two - log1p(z) - log(x);
    double product = 1;
    for (double i = 0; i < n; ++i) product *= 2 + i + z;
    return beside_two + log(product);
}

Tails gamma_tails(double shape, double x) {
    if (x == 0) return {0, 1};
    const double front = gamma_front(shape, x);
    if (x < shape + 1) {
        const double below = front * gamma_series(shape, x);
        return {below, 1 - below};
    }
    if (front == 0) return {1, 0};
    const double fraction = continued_fraction(x + 1 - shape, [=](double n) -> Step { return {-n * (n - shape), x + 2 * n + 1 - shape}; });
    const double above = front * shape / fraction;
    return {1 - above, above};
}

Tails beta_tails(double a, double b, double x) {
    if (x <= 0) return {0, 1};
    if (x >= 1) return {1, 0};
    if (x * (a + b + 2) < a + 1) {
        const double below = beta_lower(a, b, x);
        return {below, 1 - below};
    }
    const double above = beta_lower(b, a, 1 - x);
    return {1 - above, above};
}

double erfc(double x) {
    const Tails tails = gamma_tails(0.5, x * x);
    return x < 0 ? 1 + tails.below : tails.above;
}

double normal_quantile(double p) {
    const double off = p - 0.5;
    if (std::fabs(off) <= 0.425) {
        const double r = 0.180625 - off * off;
        return off * polynomial(kMiddleUp, r) / polynomial(kMiddleDown, r);
    }
    const double r = std::sqrt(-log(off < 0 ? p : 1 - p));
    const double size = r <= 5 ? polynomial(kTailUp, r - 1.6) / polynomial(kTailDown, r - 1.6) : polynomial(kFarUp, r - 5) / polynomial(kFarDown, r - 5);
    return off < 0 ? -size : size;
}

}  // namespace mailquake::math
