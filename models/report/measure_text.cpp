#include "models/report/measure_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "models/expect/expectation.hpp"
#include "models/report/human.hpp"

namespace mailquake {

std::string measure_text(MetricUnit unit, const std::optional<double>& value, bool at_least) {
    if (!value) return "-";
    if (std::isinf(*value)) return "never";
    const std::string head = at_least ? ">= " : "";
    switch (unit) {
        case MetricUnit::duration: return head + human::duration(*value);
        case MetricUnit::share: return head + human::percent(*value);
        case MetricUnit::rate: return head + human::rate(*value);
        case MetricUnit::count: return head + human::count(*value);
        case MetricUnit::number: return head + fmt::format("{:.4g}", *value);
    }
    return {};
}

std::string measure_text(MetricUnit unit, const Summary& summary) {
    const std::string text = measure_text(unit, summary.value, summary.at_least);
    if (!summary.interval || !summary.value || summary.interval->half_width() <= 1e-9 * std::abs(*summary.value)) return text;
    return fmt::format("{} +- {}", text, measure_text(unit, summary.interval->half_width()));
}

MetricUnit unit_of_metric(const std::string& metric) {
    std::vector<std::string> none;
    const auto measure = parse_measure(metric, none);
    return measure ? measure->unit() : MetricUnit::number;
}

}  // namespace mailquake
