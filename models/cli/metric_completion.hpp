// How the text of a metric may go on, as far as it is written: its name, what it is of, selectors, and of these the names that the
// scenario has. `p99(delay,cl` -> `p99(delay,class=`, `p99(delay,class=g` -> `p99(delay,class=gold)`; of a quotient the second
// metric. In expectations the same up to the comparison. Blanks that are written stay; none is made, so that shells need no quotes
// for them. Names, selectors and which metric takes which are those of models/expect/metric_type.hpp.
// Left out: comparisons and bounds; values after `!=` are offered as those after `=`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

struct MetricContinuation {
    std::string      text;       // the whole text, longer than what is written
    std::string_view sentence;   // what the metric is, or what a selector names
};

/// `scenario`: null where the line names none; names are not known then.
[[nodiscard]] std::vector<MetricContinuation> continue_metric(std::string_view written, const ScenarioSpec* scenario);

/// The same of an expectation: `mean(` may stand before it.
[[nodiscard]] std::vector<MetricContinuation> continue_expectation(std::string_view written, const ScenarioSpec* scenario);

}  // namespace mailquake
