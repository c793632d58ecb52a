#include "sim/stats/confidence.hpp"

#include <cmath>

#include "sim/base/check.hpp"
#include "sim/stats/tail_quantiles.hpp"

namespace mailquake {

std::optional<Interval> student_t_interval(std::span<const double> values, double level) {
    MQ_CHECK(level > 0 && level < 1, "a confidence level is between 0 and 1");
    if (values.size() < 2) return std::nullopt;
    const auto n = static_cast<double>(values.size());
    double sum = 0;
    for (double v : values) sum += v;
    const double mean = sum / n;
    double squares = 0;
    for (double v : values) squares += (v - mean) * (v - mean);
    if (!std::isfinite(mean) || !std::isfinite(squares)) return std::nullopt;
    const double half = student_t_exceeded(n - 1, (1 - level) / 2) * std::sqrt(squares / (n - 1) / n);
    return Interval{mean - half, mean + half, values.size()};
}

}  // namespace mailquake
