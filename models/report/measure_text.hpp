// Values of metrics as people read them, by their unit: `5m 20s`, `1.2 %`, `20.0/s`, `1,204`, and intervals of them.
// Rounded for the eye; JSON and CSV have them exact. A lower bound is printed `>= x`, what is infinite `never`.
#pragma once

#include <optional>
#include <string>

#include "models/expect/metric_type.hpp"
#include "sim/experiment/summary.hpp"

namespace mailquake {

/// `-` where there is no value.
[[nodiscard]] std::string measure_text(MetricUnit unit, const std::optional<double>& value, bool at_least = false);

/// A value with its interval: `1m 2s +- 4 s`; where there is none, the value alone.
[[nodiscard]] std::string measure_text(MetricUnit unit, const Summary& summary);

/// The unit that a metric's value is printed in, from the metric's own text; `number` for one that is none of ours.
[[nodiscard]] MetricUnit unit_of_metric(const std::string& metric);


}  // namespace mailquake
