#include "models/cli/page_worlds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

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
    const auto sides = run_all({world});
    return sides && !sides->empty() ? std::optional(sides->front()) : std::nullopt;
}

void PageWorlds::run_unknown(const WorldSet& worlds, const std::vector<Point>& points, const std::vector<std::string>& courses) {
    TouchWatch unsaid(worlds.world(0).base().spec);
    ExperimentSettings settings = experiment_settings(options_, worlds.world(0), results_ != nullptr ? &results_->ledger() : nullptr, meter_, unsaid);
    settings.failed = [&](const FailedUnit& unit) {
        meter_.say(fmt::format("mailquake: {}, replication {} failed: {}", worlds.at(*unit.point).replay_command(Point{}, settings.seed, unit.replication),
                               unit.replication, unit.what));
    };
    Experiment experiment(worlds, metrics_, settings);
    const auto ids = experiment.add(points);
    (void)experiment.ensure(ids, runs_);
    failed_ |= experiment.failed_points() > 0;
    for (std::size_t k = 0; k < ids.size(); ++k) {
        ComparedSide side{"", worlds.name(), {}};
        for (const auto& [replication, unit] : experiment.units(ids[k])) side.units[{settings.seed, replication}] = unit.readings;
        known_.emplace(courses[k], std::move(side));
    }
}

std::optional<std::vector<ComparedSide>> PageWorlds::run_all(const std::vector<ChangedScenario>& worlds) {
    WorldSet unknown;
    std::vector<Point> points;
    std::vector<std::string> courses, of_points;
    for (const ChangedScenario& world : worlds) {
        auto scenario = load_or_say(world.request, true);
        if (!scenario) return std::nullopt;
        auto subject = std::make_unique<ScenarioSubject>(world.request, std::move(*scenario));
        courses.push_back(subject->mail_course_at(Point{}));   // the page's metrics say nothing of dashboards
        if (known_.contains(courses.back()) || std::find(of_points.begin(), of_points.end(), courses.back()) != of_points.end()) continue;
        of_points.push_back(courses.back());
        points.push_back(unknown.add(std::move(subject)));
    }
    if (!points.empty()) run_unknown(unknown, points, of_points);
    std::vector<ComparedSide> sides;
    for (std::size_t k = 0; k < worlds.size() && !watch_interrupts().load(); ++k) {
        sides.push_back(known_.at(courses[k]));
        sides.back().name = worlds[k].name;
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
    for (const Choice& choice : choices)   // the page's metrics say nothing of dashboards
        for (std::size_t k = 0; k < choice.points.size(); ++k)
            if (!choice.only_told[k]) all.push_back(choice.points[k]);
    const auto points = experiment.add(all);
    (void)experiment.ensure(points, runs);
    failed_ |= experiment.failed_points() > 0;
    hinges.choices = page_choices(rank_choices(experiment, points.front(), choices, true), kHingeFactors);
    return hinges;
}

}  // namespace mailquake
