#include "models/study/untouched.hpp"

#include <fmt/format.h>

#include "models/results/metric_reader.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

TouchWatch::TouchWatch(const ScenarioSpec& scenario) {
    const auto watch = [&](const char* kind, const auto& entries) {
        for (const auto& entry : entries) {
            if (!entry.enabled) continue;
            std::vector<std::string> none;
            auto measure = parse_measure(fmt::format("touched({}={})", kind, entry.name), none);
            MQ_CHECK(measure, "an entry's name can be selected");
            const char* check = "target and times";
            if constexpr (requires { entry.when; })
                if (!entry.when.empty()) check = "target and condition";
            entries_.push_back({kind, entry.name, entry.pos, make_metric(std::move(*measure)), check});
        }
    };
    watch("fault", scenario.faults);
    watch("flaw", scenario.flaws);
    watch("mitigation", scenario.mitigations);
    for (const DashboardSpec& d : scenario.dashboards)
        if (d.enabled) dashboards_.push_back({"dashboard", d.name, d.pos, nullptr, "signals"});
}

void TouchWatch::see(const RunRecord& record) {
    ++runs_;
    for (Watched& entry : entries_) {
        if (entry.met) continue;
        const auto reading = entry.touched->of(record);
        entry.met = reading && reading->value > 0;
    }
    for (const Figure& figure : record.figures)
        if (figure.metric == "dashboard.dashboards.incidents" && figure.value > 0)
            for (Watched& d : dashboards_) d.met = d.met || (!figure.labels.empty() && figure.labels.back() == d.name);
}

std::vector<std::string> TouchWatch::warnings() const {
    std::vector<std::string> lines;
    if (runs_ == 0) return lines;
    for (const Watched& entry : entries_)
        if (!entry.met)
            lines.push_back(fmt::format("{}: warning: {} '{}' touched nothing in {} run{}; check its {}, or switch it off: --set {}s.{}.enabled=false",
                                        print(entry.pos), entry.kind, entry.name, runs_, runs_ == 1 ? "" : "s", entry.check, entry.kind, entry.name));
    for (const Watched& d : dashboards_)
        if (!d.met)
            lines.push_back(fmt::format("{}: warning: dashboard '{}' detected nothing in {} run{}; check its signals, or switch it off: --set dashboards.{}.enabled=false",
                                        print(d.pos), d.name, runs_, runs_ == 1 ? "" : "s", d.name));
    return lines;
}

}  // namespace mailquake
