#include "tests/oracle/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"
#include "tests/oracle/compare_figures.hpp"

namespace mailquake::oracle {
namespace {

std::vector<Step> sorted(std::vector<Step> steps) {
    std::sort(steps.begin(), steps.end());
    return steps;
}

Outcome engine_outcome(const ScenarioSpec& scenario, std::uint64_t seed) {
    RunOptions options;
    options.seed = seed;
    options.sample = 1.0;
    return simulate(scenario, options);
}

std::vector<Step> engine_steps(const Outcome& outcome) {
    std::vector<Step> steps;
    for (const StoryLine& line : outcome.story)
        steps.push_back({line.at, line.message, std::string(to_text(line.what)), line.place});
    return sorted(std::move(steps));
}

std::string text_of(const Step& step) {
    return fmt::format("{:>18} ns  {:016x}  {} {}\n", step.time.ns, step.identity, step.what, step.place);
}

/// What this world has of that identity up to the step.
std::string story(const std::vector<Step>& steps, std::uint64_t identity, SimTime until) {
    std::string text;
    for (const Step& step : steps) {
        if (step.identity == identity && step.time <= until) text += "    " + text_of(step);
    }
    return text;
}

}  // namespace

ScenarioSpec scenario_from(const std::string& yaml) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("mailquake-oracle-{}.yaml", getpid());
    std::ofstream(file) << yaml;
    LoadRequest request;
    request.file = file.string();
    Diagnostics said;
    auto scenario = load_scenario(request, said);
    std::filesystem::remove(file);
    if (!scenario) throw std::runtime_error(said.render());
    return std::move(scenario->spec);
}

std::string all_steps(WhichWorld world, const ScenarioSpec& scenario, std::uint64_t seed) {
    World naive(scenario, seed, 0);
    if (world == WhichWorld::second) naive.run();
    std::string text;
    for (const Step& step : world == WhichWorld::second ? sorted(naive.steps()) : engine_steps(engine_outcome(scenario, seed))) text += text_of(step);
    return text;
}

Difference difference(const ScenarioSpec& scenario, std::uint64_t seed, Rules rules) {
    World naive(scenario, seed, 0);
    naive.run();
    const std::vector<Step> ours = sorted(naive.steps());
    const Outcome outcome = engine_outcome(scenario, seed);
    const std::vector<Step> theirs = engine_steps(outcome);
    const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
    if (a == ours.end() && b == theirs.end()) return difference_of_figures(naive, scenario, outcome, rules);
    std::string text = fmt::format("step {} of {} and {} differs\n", a - ours.begin(), ours.size(), theirs.size());
    text += "  second world  " + (a == ours.end() ? "has no more\n" : text_of(*a));
    text += "  engine        " + (b == theirs.end() ? "has no more\n" : text_of(*b));
    const Step& first = b == theirs.end() || (a != ours.end() && *a < *b) ? *a : *b;
    text += "  in the second world\n" + story(ours, first.identity, first.time + 60_s);
    text += "  in the engine\n" + story(theirs, first.identity, first.time + 60_s);
    const auto kind = [](const auto& step, const auto& end) { return step == end ? "nothing" : step->what; };
    return {text, kind(a, ours.end()) + " / " + kind(b, theirs.end())};
}

}  // namespace mailquake::oracle
