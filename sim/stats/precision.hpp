// When are there replications enough? When the half-width of the interval is at most so large a part of the value, or when
// the budget ends, which is then said.
//
// Source: A. M. Law, Simulation Modeling and Analysis (5th ed. 2015), 9.4.1: the relative error that is actually met is
// relative / (1 - relative) of the true value; start with ten replications at least, since stopping at the first interval
// that happens to be narrow costs coverage (Y. S. Chow, H. Robbins, Ann. Math. Stat. 36, 1965: exact as the precision
// goes to zero). Between looks the number grows by what the present width foretells, at most to half as many again, so
// that there are few looks and little is run in vain.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/stats/confidence.hpp"

namespace mailquake {

struct PrecisionRule {
    double relative = 0.05;        // half-width / value, at most
    std::uint32_t least = 10;      // replications before the first look
    std::uint32_t budget = 1000;   // replications at most
};

enum class Precision : std::uint8_t { met, more, budget_ended };

struct PrecisionStep {
    Precision     state = Precision::more;
    std::uint32_t next = 0;        // `more`: how many replications there should be at the next look
    std::optional<double> reached; // half-width / value; none: no interval, or the value is 0
};

/// What is next after `n` replications gave this value and interval. A value of 0 is precise when its interval is 0, too.
[[nodiscard]] inline PrecisionStep judge_precision(const PrecisionRule& rule, double value, const std::optional<Interval>& interval,
                                                   std::uint32_t n) {
    MQ_CHECK(rule.relative > 0, "a relative precision is over 0");
    PrecisionStep step;
    const double half = interval ? interval->half_width() : 0;
    if (interval && value != 0) step.reached = half / std::abs(value);
    const bool narrow = interval && half <= rule.relative * std::abs(value);
    if (n >= rule.least && narrow) return {Precision::met, n, step.reached};
    if (n >= rule.budget) return {Precision::budget_ended, n, step.reached};
    const double excess = step.reached ? *step.reached / rule.relative : 0;
    const double foretold = static_cast<double>(n) * excess * excess;
    const double fewest = std::max<double>(rule.least, n + 1.0);
    const double next = std::clamp(std::ceil(foretold), fewest, std::max(fewest, std::ceil(1.5 * static_cast<double>(n))));
    step.next = saturated<std::uint32_t>(std::min(next, static_cast<double>(rule.budget)));
    return step;
}

}  // namespace mailquake
