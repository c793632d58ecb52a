#include <fmt/format.h>

#include "models/cli/experiment_options.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/study/search_text.hpp"
#include "models/study/verdicts.hpp"
#include "sim/experiment/value_text.hpp"

namespace mailquake {

namespace {

constexpr std::size_t kStepsOfSearch = 33;

}  // namespace

Options size_options() {
    Options options({"size", "size [options] FILE --vary PATH=LO..HI",
                     "Finds the smallest value (--largest: the largest) at which everything passes that the scenario expects, by\n"
                     "bisection with the same luck at all values, and looks on both sides of it whether there is one edge only.",
                     {"mailquake size my-estate --vary tiers.transport.servers=1..40",
                      "mailquake size my-estate --vary tenants.*.rate=1/s..100/s --largest   # how much load does it bear?",
                      "mailquake size my-estate --vary tiers.edge.workers=5..50:5 --expect 'p99(delay) < 1m'"}},
                    "FILE");
    add_experiment_options(options, "most replications of a value (200); fewer where the verdict is clear");
    options.add()
        ("vary", one_text("PATH=LO..HI"), "what is sought; a range, with :STEP or without, or a list; ascending")
        ("largest", "the largest value that passes, not the smallest")
        ("expect", one_text("EXPECTATION"), "what is to pass, besides the scenario's own; repeatable");
    return options;
}

namespace {

ExitCode code_of(const SizeFound& found) {
    if (found.result.stopped) return ExitCode::interrupted;
    if (found.result.answer) return ExitCode::ok;
    return found.result.undecided.empty() ? ExitCode::expectation_failed : ExitCode::undecided;
}

}  // namespace

ExitCode size_verb(const Words& args) {
    Options options = size_options();
    if (!options.parse(args)) return ExitCode::ok;
    const auto vary = options.texts("vary");
    if (vary.size() != 1) throw UsageError("one --vary PATH=LO..HI says what is sought");
    const auto subject = load_subject(options, options.operand());
    if (!subject) return ExitCode::invalid_scenario;
    std::vector<std::string> errors;
    const Expectations expectations = expectations_of(subject->base().spec, options.texts("expect"), errors);
    if (expectations.empty() && errors.empty()) errors.push_back(fmt::format("{} expects nothing that could pass; write `expect:` into it, or use --expect", options.operand()));
    const Candidates candidates = make_candidates(*subject, vary.front(), kStepsOfSearch, errors);
    refuse(errors);
    if (compare_values(candidates.values.front(), candidates.values.back()) == 1)
        throw UsageError(fmt::format("--vary goes from the least value to the greatest; '{}' goes down", vary.front()));

    auto results = open_results(options);
    ExperimentMeter meter(subject->name(), options.has("quiet"));
    SizeFound found{subject.get(), &expectations, &candidates, {}, {}, seed_of(options, subject->base().spec)};
    {
        TouchWatch watch(subject->base().spec);
        Experiment experiment(*subject, expectations.metrics, experiment_settings(options, *subject, results ? &results->ledger() : nullptr, meter, watch));
        found.search.goal = options.has("largest") ? SizeGoal::largest : SizeGoal::smallest;
        found.search.judging.budget = replications_of(options, kUsualBudget);
        const auto points = experiment.add(candidates.points);
        found.result = search_size(experiment, points, expectations.claims, found.search);
        for (const std::string& warning : watch.warnings()) meter.say(warning);
        if (experiment.failed_points() > 0) meter.say("mailquake: some runs failed; they count as open");
    }
    print_data(options.has("json") ? size_json(found) : size_text(found));
    return code_of(found);
}

}  // namespace mailquake
