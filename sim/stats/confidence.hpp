// Confidence intervals for the mean of independent, roughly normal values: the means of replications.
// Student's t, by Boost.Math. Fewer than two values have no interval, and no number pretends to be one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace mailquake {

/// [low, high] holds the mean with the stated confidence; from n values.
struct Interval {
    double low = 0;
    double high = 0;
    std::uint64_t n = 0;

    [[nodiscard]] double middle() const { return low + (high - low) / 2; }
    [[nodiscard]] double half_width() const { return (high - low) / 2; }
    [[nodiscard]] bool contains(double x) const { return low <= x && x <= high; }
};

/// Two-sided, level in (0, 1). None for fewer than two values, or when one of them is not finite.
[[nodiscard]] std::optional<Interval> student_t_interval(std::span<const double> values, double level = 0.95);

}  // namespace mailquake
