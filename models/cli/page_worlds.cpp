#include "models/cli/page_worlds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>
#include <stdexcept>
#include <utility>

#include "models/cli/interrupt.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/report/measure_text.hpp"
#include "models/results/metric_reader.hpp"

namespace mailquake {

namespace {

constexpr double kHingeFactors[] = {0.5, 2};

/// Of requests that differ in variants and settings alone.
std::string change_of(const ChangedScenario& world) { return fmt::format("{}\n{}", fmt::join(world.request.variants, "\n"), fmt::join(world.request.sets, "\n")); }

}  // namespace

PageWorlds::PageWorlds(const Options& options, ResultsFile* results, std::uint32_t runs, std::unique_ptr<ScenarioSubject> as_written)
    : runs_(runs), meter_(as_written->name(), options.has("quiet")), base_point_(worlds_.add(std::move(as_written))), unsaid_(this->as_written().base().spec) {
    std::vector<std::string> errors;
    for (const std::string& text : page_metrics(this->as_written().base().spec))
        if (auto measure = parse_measure(text, errors)) measures_.push_back(std::move(*measure));
    refuse(errors);
    for (const Measure& measure : measures_) metrics_.push_back(make_metric(measure));
    ExperimentSettings settings = experiment_settings(options, this->as_written(), results != nullptr ? &results->ledger() : nullptr, meter_, unsaid_);
    settings.failed = [this, seed = settings.seed](const FailedUnit& unit) {
        meter_.say(fmt::format("mailquake: {}, replication {} failed: {}", worlds_.at(*unit.point).replay_command(WorldSet::inner(*unit.point), seed, unit.replication),
                               unit.replication, unit.what));
    };
    experiment_.emplace(worlds_, metrics_, settings);
    base_ = experiment_->add(base_point_);
    by_course_.emplace(this->as_written().mail_course_at(Point{}), base_);
}

std::optional<PointId> PageWorlds::find_or_add(const ChangedScenario& world) {
    auto scenario = load_or_say(world.request, true);
    if (!scenario) return std::nullopt;
    auto subject = std::make_unique<ScenarioSubject>(world.request, std::move(*scenario));
    const std::string course = subject->mail_course_at(Point{});   // the page's metrics say nothing of dashboards
    if (const auto found = by_course_.find(course); found != by_course_.end()) return found->second;
    const PointId point = experiment_->add(worlds_.add(std::move(subject)));
    by_course_.emplace(course, point);
    return point;
}

std::vector<UnitOrder> PageWorlds::orders_of_guesses(std::uint32_t guessed) {
    guessed_ = guessed;
    std::vector<UnitOrder> orders;
    if (guessed == 0) return orders;
    choices_ = choices_of(as_written(), kHingeFactors);
    for (Choice& choice : choices_)
        for (std::size_t k = 0; k < choice.points.size(); ++k) {
            if (choice.points[k].settings.empty()) continue;   // it cannot be varied so
            choice.points[k] = WorldSet::within(base_point_, choice.points[k]);
            if (choice.only_told[k]) continue;                 // the page's metrics say nothing of dashboards
            const PointId point = experiment_->add(choice.points[k]);
            for (std::uint32_t r = 0; r < guessed; ++r) orders.push_back({point, r});
        }
    if (!choices_.empty())
        for (std::uint32_t r = runs_; r < guessed; ++r) orders.push_back({base_, r});
    return orders;
}

bool PageWorlds::run(const std::vector<ChangedScenario>& worlds, std::uint32_t guessed) {
    std::vector<PointId> points{base_};   // the first to be run, since it takes the longest
    for (const ChangedScenario& world : worlds) {
        const auto point = find_or_add(world);
        if (!point) return false;
        by_change_.emplace(change_of(world), *point);
        points.push_back(*point);
    }
    std::vector<UnitOrder> orders;
    for (std::uint32_t r = 0; r < runs_; ++r)
        for (const PointId point : points) orders.push_back({point, r});
    for (const UnitOrder& order : orders_of_guesses(guessed)) orders.push_back(order);
    // Who reads a results file takes the first scenario in it for the one that it is of: then that one ends first, alone.
    const std::size_t alone = experiment_->settings().ledger != nullptr ? 1 : 0;
    if (experiment_->ensure(std::span(orders).first(alone))) (void)experiment_->ensure(orders);
    failed_ |= experiment_->failed_points() > 0;
    check_as_written();
    return !watch_interrupts().load();
}

/// There is no page without it.
void PageWorlds::check_as_written() const {
    const auto& failures = experiment_->failures(base_);
    if (!failures.empty()) throw std::runtime_error(failures.begin()->second);
}

ComparedSide PageWorlds::side(const ChangedScenario& world) const {
    ComparedSide side{world.name, worlds_.name(), {}};
    for (const auto& [replication, unit] : experiment_->units(by_change_.at(change_of(world))))
        if (replication < runs_) side.units[{experiment_->settings().seed, replication}] = unit.readings;
    return side;
}

std::vector<ComparedSide> PageWorlds::sides(const std::vector<ChangedScenario>& worlds) const {
    std::vector<ComparedSide> all;
    for (const ChangedScenario& world : worlds) all.push_back(side(world));
    return all;
}

PageHinges PageWorlds::hinges() {
    if (guessed_ == 0) return {};
    const std::string metric = damage();
    PageHinges hinges{metric, unit_of_metric(metric), guessed_, {}, {}};
    if (choices_.empty()) return hinges;
    hinges.choices = page_choices(rank_choices(*experiment_, base_, choices_, true), kHingeFactors);
    return hinges;
}

}  // namespace mailquake
