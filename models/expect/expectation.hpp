// The grammar of metrics and expectations, and what is wrong with a text that does not follow it.
//
//   expectation  claim OP quantity               OP: == != < <= > >=
//   claim        measure | mean(measure)         `mean(...)`: the mean over all runs, not each single run
//   measure      metric | metric / metric
//   metric       NAME() | NAME(OF, selector=value, selector!=value, ...)
//   quantity     a number with the metric's unit: `5m`, `1%`, `20/s`; plain for counts
//
// A metric without selectors may leave its parentheses out. A quotient of two alike is a number (`5%`, `2x` or plain), one
// by a count keeps the unit of the first. All mistakes of a text are collected. Left out: whether the names that
// selectors hold exist (models/scenario/metric_names.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/expect/metric_type.hpp"
#include "sim/experiment/comparison.hpp"

namespace mailquake {

struct Selector {
    SelectorKind kind;
    std::string  value;
    bool         unequal = false;   // `!=`: all others
    friend bool operator==(const Selector&, const Selector&) = default;
};

struct MetricText {
    const MetricType* type = nullptr;
    std::vector<Selector> selectors;

    /// In one form whatever blanks were written: `p99(delay, class=gold)`.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] const Selector* find(SelectorKind kind) const;
};

/// A metric, or the quotient of two.
struct Measure {
    MetricText metric;
    std::optional<MetricText> over;

    [[nodiscard]] std::string text() const;
    [[nodiscard]] MetricUnit unit() const;
};

struct Expectation {
    Measure    measure;
    bool       of_mean = false;
    Comparison comparison = Comparison::less;
    double     bound = 0;          // in the measure's base unit
    std::string bound_text;        // as written

    [[nodiscard]] std::string text() const;
};

/// Nothing if there are errors.
[[nodiscard]] std::optional<Measure> parse_measure(std::string_view text, std::vector<std::string>& errors);
[[nodiscard]] std::optional<Expectation> parse_expectation(std::string_view text, std::vector<std::string>& errors);

}  // namespace mailquake
