#include "models/cli/page_worlds.hpp"

#include "models/cli/interrupt.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/report/measure_text.hpp"
#include "models/results/metric_reader.hpp"

namespace mailquake {

namespace {

constexpr double kHingeFactors[] = {0.5, 2};

}  // namespace

PageWorlds::PageWorlds(const Options& options, ResultsFile* results, std::uint32_t runs, const ScenarioSpec& scenario)
    : options_(options), results_(results), runs_(runs), meter_(scenario.name, options.has("quiet")) {
    std::vector<std::string> errors;
    for (const std::string& text : page_metrics(scenario))
        if (auto measure = parse_measure(text, errors)) measures_.push_back(std::move(*measure));
    refuse(errors);
    for (const Measure& measure : measures_) metrics_.push_back(make_metric(measure));
}

std::optional<ComparedSide> PageWorlds::run(const ChangedScenario& world) {
    auto scenario = load_or_say(world.request, true);
    if (!scenario) return std::nullopt;
    const ScenarioSubject subject(world.request, std::move(*scenario));
    const std::string identity = subject.canonical_text(Point{});
    if (const auto found = known_.find(identity); found != known_.end()) return found->second;
    TouchWatch watch(subject.base().spec);
    Experiment experiment(subject, metrics_, experiment_settings(options_, subject, results_ != nullptr ? &results_->ledger() : nullptr, meter_, watch));
    const PointId point = experiment.add(Point{});
    (void)experiment.ensure(std::vector{point}, runs_);
    failed_ |= experiment.failed_points() > 0;
    ComparedSide side{world.name, subject.name(), {}};
    for (const auto& [replication, unit] : experiment.units(point)) side.units[{experiment.settings().seed, replication}] = unit.readings;
    known_.emplace(identity, side);
    return side;
}

std::optional<std::vector<ComparedSide>> PageWorlds::run_all(const std::vector<ChangedScenario>& worlds) {
    std::vector<ComparedSide> sides;
    for (const ChangedScenario& world : worlds) {
        if (watch_interrupts().load()) break;
        auto side = run(world);
        if (!side) return std::nullopt;
        sides.push_back(std::move(*side));
    }
    return sides;
}

PageHinges PageWorlds::hinges(const ScenarioSubject& subject, const std::string& metric, std::uint32_t runs) {
    const auto choices = choices_of(subject, kHingeFactors);
    const auto resolved = metric_or_refuse(subject, metric);
    PageHinges hinges{metric, unit_of_metric(metric), runs, {}, {}};
    if (choices.empty()) return hinges;
    TouchWatch watch(subject.base().spec);
    Experiment experiment(subject, {resolved}, experiment_settings(options_, subject, results_ != nullptr ? &results_->ledger() : nullptr, meter_, watch));
    std::vector<Point> all{Point{}};
    for (const Choice& choice : choices)
        for (const Point& point : choice.points)
            if (!point.settings.empty()) all.push_back(point);
    const auto points = experiment.add(all);
    (void)experiment.ensure(points, runs);
    failed_ |= experiment.failed_points() > 0;
    hinges.choices = page_choices(rank_choices(experiment, points.front(), choices), kHingeFactors);
    return hinges;
}

}  // namespace mailquake
