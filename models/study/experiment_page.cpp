#include "models/study/experiment_page.hpp"

#include <nlohmann/json.hpp>

#include "models/report/measure_text.hpp"
#include "models/report/page.hpp"

namespace mailquake {

namespace {

nlohmann::ordered_json common(const ExperimentPage& page, const char* kind) {
    const ScenarioSpec& scenario = page.subject->base().spec;
    return {{"page", 1}, {"kind", kind}, {"description", scenario.description}, {"data", nlohmann::ordered_json::parse(page.json)}, {"command", page.command}};
}

}  // namespace

std::string sweep_page(const ExperimentPage& page, std::span<const std::string> axes, const Experiment& experiment, const PageBundle& bundle) {
    auto data = common(page, "sweep");
    data["axes"] = axes;
    for (const auto& metric : experiment.metrics()) data["units"][metric->text()] = unit_name(unit_of_metric(metric->text()));
    return page_html(page.subject->name() + ": sweep", page.text, data, bundle);
}

std::string margin_page(const ExperimentPage& page, const PageBundle& bundle) {
    return page_html(page.subject->name() + ": tipping point", page.text, common(page, "margin"), bundle);
}

}  // namespace mailquake
