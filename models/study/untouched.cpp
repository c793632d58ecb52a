#include "models/study/untouched.hpp"

#include <fmt/format.h>

#include "models/results/metric_reader.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

namespace {

/// f(kind of entry, entry) for each one that is on.
template <class F>
void for_each_enabled(const ScenarioSpec& scenario, F&& f) {
    const auto all = [&](const char* kind, const auto& entries) {
        for (const auto& entry : entries)
            if (entry.enabled) f(kind, entry);
    };
    all("fault", scenario.faults);
    all("flaw", scenario.flaws);
    all("mitigation", scenario.mitigations);
}

}  // namespace

std::vector<std::shared_ptr<const Metric>> touch_metrics(const ScenarioSpec& scenario) {
    std::vector<std::shared_ptr<const Metric>> metrics;
    for_each_enabled(scenario, [&](const char* kind, const auto& entry) {
        std::vector<std::string> none;
        auto measure = parse_measure(fmt::format("touched({}={})", kind, entry.name), none);
        MQ_CHECK(measure, "an entry's name can be selected");
        metrics.push_back(make_metric(std::move(*measure)));
    });
    return metrics;
}

std::vector<std::string> untouched_warnings(const ScenarioSpec& scenario, const Experiment& experiment, std::size_t first,
                                            std::span<const PointId> points) {
    std::vector<std::string> warnings;
    std::size_t metric = first;
    for_each_enabled(scenario, [&](const char* kind, const auto& entry) {
        std::size_t runs = 0;
        bool touched = false;
        for (const PointId point : points)
            for (const auto& [replication, unit] : experiment.units(point)) {
                ++runs;
                touched |= unit.readings[metric] && unit.readings[metric]->value > 0;
            }
        ++metric;
        if (touched || runs == 0) return;
        warnings.push_back(fmt::format("{}: warning: {} '{}' touched nothing in {} run{}; check its target and times, or switch it off: --set {}s.{}.enabled=false",
                                       print(entry.pos), kind, entry.name, runs, runs == 1 ? "" : "s", kind, entry.name));
    });
    return warnings;
}

}  // namespace mailquake
