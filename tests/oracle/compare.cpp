#include "tests/oracle/compare.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
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

/// A population of clients as `run` tells of it, by the steps of the second world.
struct SignIns {
    std::uint64_t tried = 0, succeeded = 0, given_up = 0, trying = 0, attempts = 0, fewest = 0;
    SimDuration below_90{0};
    TimeArea sign_in_sum = 0;
    std::vector<std::uint32_t> signed_in{};
    friend bool operator==(const SignIns&, const SignIns&) = default;
    [[nodiscard]] std::string text() const {
        return fmt::format("tried {} succeeded {} given up {} trying {} attempts {} fewest {} below 90 % {} ns, sum of sign-ins {} ns, signed in {}\n", tried,
                           succeeded, given_up, trying, attempts, fewest, below_90.ns, static_cast<double>(sign_in_sum), fmt::join(signed_in, " "));
    }
};

SignIns sign_ins_of(const std::string& name, const World& naive, SimTime end) {
    SignIns s;
    std::set<std::uint64_t> sign_ins;
    for (Client client : naive.clients()) {
        if (client.spec->name != name) continue;
        ++s.fewest;
        s.tried += client.sign_ins;
        for (; client.sign_ins > 0; --client.sign_ins) sign_ins.insert(client.sign_in());
    }
    const std::uint64_t count = s.fewest;
    std::uint64_t now = count;
    SimTime since = SimTime::zero();
    std::map<std::uint64_t, SimTime> begun;
    const auto pass = [&](SimTime to, std::uint64_t then) {
        const auto point = [&] { return SimTime::zero() + kClientPoint * static_cast<std::int64_t>(s.signed_in.size() + 1); };
        while (point() <= to && point() < end) s.signed_in.push_back(static_cast<std::uint32_t>(now));
        if (now * 10 < count * 9) s.below_90 += to - since;
        since = to;
        now = then;
        s.fewest = std::min(s.fewest, now);
    };
    for (const Step& step : naive.steps()) {
        if (sign_ins.contains(step.identity) && step.what == "sign-in tried at") {
            ++s.attempts;
            begun.emplace(step.identity, step.time);
        }
        if (step.place != name) continue;
        if (step.what == "sign-in given up at") ++s.given_up;
        if (step.what == "session ended at" || step.what == "session lost at") pass(step.time, now - 1);
        if (step.what != "signed in at") continue;
        ++s.succeeded;
        s.sign_in_sum += (step.time - begun.at(step.identity)).ns;
        pass(step.time, now + 1);
    }
    pass(end, now);
    s.trying = s.tried - s.succeeded - s.given_up;
    return s;
}

Difference difference_of_clients(const World& naive, const Outcome& outcome) {
    for (const ClientOutcome& c : outcome.clients) {
        const SignIns ours = sign_ins_of(c.name, naive, outcome.end);
        const SignIns theirs{c.tried, c.succeeded, c.given_up, c.trying, c.attempts, c.min_signed_in, c.below_90, c.sign_in.sum(), c.signed_in};
        if (!(ours == theirs)) return {c.name + "\n  second world " + ours.text() + "  engine       " + theirs.text(), "figures of clients"};
    }
    return {};
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

std::string all_steps(WhichWorld world, const ScenarioSpec& scenario, std::uint64_t seed, Rules rules) {
    World naive(scenario, seed, 0, rules);
    if (world == WhichWorld::second) naive.run();
    std::string text;
    for (const Step& step : world == WhichWorld::second ? sorted(naive.steps()) : engine_steps(engine_outcome(scenario, seed))) text += text_of(step);
    return text;
}

Difference difference(const ScenarioSpec& scenario, std::uint64_t seed, Rules rules) {
    World naive(scenario, seed, 0, rules);
    naive.run();
    const std::vector<Step> ours = sorted(naive.steps());
    const Outcome outcome = engine_outcome(scenario, seed);
    const std::vector<Step> theirs = engine_steps(outcome);
    const auto [a, b] = std::mismatch(ours.begin(), ours.end(), theirs.begin(), theirs.end());
    if (a == ours.end() && b == theirs.end()) {
        const Difference of_figures = difference_of_figures(naive, scenario, outcome);
        return of_figures.text.empty() ? difference_of_clients(naive, outcome) : of_figures;
    }
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
