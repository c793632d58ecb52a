#include "sim/stats/tail_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"

namespace mailquake {
namespace {

/// Where `is_too_low`, which holds from 0 up to one point, ends to hold between 0 and 1.
template <class F>
double bisected(F is_too_low) {
    double low = 0, high = 1;
    for (;;) {
        const double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high) return high;
        (is_too_low(middle) ? low : high) = middle;
    }
}

/// P(T > t) for t >= 0, by the argument of the beta function that is not rounded to 1.
double student_t_above(double degrees, double t) {
    const double square = t * t;
    if (square > degrees) return math::beta_tails(degrees / 2, 0.5, degrees / (degrees + square)).below / 2;
    return math::beta_tails(0.5, degrees / 2, square / (degrees + square)).above / 2;
}

}  // namespace

double student_t_exceeded(double degrees, double tail) {
    MQ_CHECK(tail > 0 && tail <= 0.5 && degrees > 0, "a tail is at most half of the law");
    const double log_front = math::log_gamma((degrees + 1) / 2) - math::log_gamma(degrees / 2) - math::log(degrees * std::numbers::pi) / 2;
    double t = std::max(0.0, -math::normal_quantile(tail));
    for (int step = 0; step < 200; ++step) {
        const double density = math::exp(log_front - (degrees + 1) / 2 * math::log1p(t * t / degrees));
        const double next = t + (student_t_above(degrees, t) - tail) / density;
        if (!(next > t * (1 + 0x1p-50))) break;
        t = next;
    }
    return t;
}

double beta_below(double a, double b, double below) {
    return bisected([=](double x) { return math::beta_tails(a, b, x).below < below; });
}

double beta_exceeded(double a, double b, double above) {
    return bisected([=](double x) { return math::beta_tails(a, b, x).above > above; });
}

}  // namespace mailquake
