#include "models/study/experiment_page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "models/expect/expectation.hpp"
#include "models/report/page.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

Json common(const ExperimentPage& page, const char* kind) {
    const ScenarioSpec& scenario = page.subject->base().spec;
    const LoadRequest& request = page.subject->request();
    return {{"page", 1},
            {"kind", kind},
            {"description", scenario.description},
            {"variants", request.variants},
            {"sets", request.sets},
            {"cut", request.cut},
            {"data", Json::parse(page.json)},
            {"command", page.command}};
}

/// What a metric is, in the words of the reference: `90 % quantile of the delays...`.
std::string sentence(const MetricType& type) {
    const std::string rest(type.sentence);
    if (type.of.empty()) return rest;
    if (type.source == MetricSource::greatest) return "greatest " + rest;
    if (type.source != MetricSource::quantile) return rest;
    return type.q == 0.5 ? "median " + rest : fmt::format("{:.4g} % quantile {}", 100 * type.q, rest);
}

std::string sentence(const Measure& measure) {
    return sentence(*measure.metric.type) + (measure.over ? "; divided by: " + sentence(*measure.over->type) : "");
}

Json described(const Metric& metric) {
    std::vector<std::string> none;
    const auto measure = parse_measure(metric.text(), none);
    return {{"unit", unit_name(measure ? measure->unit() : MetricUnit::number)},
            {"says", measure ? sentence(*measure) : ""},
            {"pooled", metric.quantile().has_value()}};
}

}  // namespace

std::string sweep_page(const ExperimentPage& page, std::span<const std::string> axes, const Experiment& experiment, const PageBundle& bundle) {
    auto data = common(page, "sweep");
    data["axes"] = axes;
    for (const auto& metric : experiment.metrics()) data["metrics"][metric->text()] = described(*metric);
    return page_html(page.subject->name() + ": sweep", page.text, data, bundle);
}

std::string margin_page(const ExperimentPage& page, const PageBundle& bundle) {
    auto data = common(page, "margin");
    std::vector<std::string> none;
    const auto claim = parse_expectation(data["data"]["claim"].get<std::string>(), none);
    data["says"] = claim ? sentence(claim->measure) : "";
    return page_html(page.subject->name() + ": tipping point", page.text, data, bundle);
}

}  // namespace mailquake
