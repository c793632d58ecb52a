#include <fmt/format.h>

#include <algorithm>

#include "models/cli/experiment_options.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/results/metric_reader.hpp"
#include "models/scenario/metric_names.hpp"
#include "models/study/compare.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kPairs = 10;

}  // namespace

Options compare_options() {
    Options options({"compare", "compare [options] A B",
                     "Puts two results side by side, paired by seed and replication, so that chance cancels out. A and B are results\n"
                     "files or scenarios (these are run); options of scenarios hold for both.",
                     {"mailquake compare before.db after.db", "mailquake compare before.db after.db --fail-on 'p99(delay)' --fail-on affected",
                      "mailquake compare my-estate/scenario.yaml their-estate/scenario.yaml --replications 20"}},
                    "A and B");
    add_experiment_options(options, "replications of a scenario (10); of a results file all there are");
    options.add()
        ("metric,m", one_text("METRIC"), "what is compared, instead of the usual; repeatable")
        ("fail-on", one_text("METRIC"), "exit with 99 if this is worse in B, beyond chance; repeatable");
    return options;
}

namespace {

std::vector<std::string> usual_metrics() {
    return {"affected()", "collateral()", "late()", "p50(delay)", "p99(delay)", "oldest()", "recovered()", "lost()", "wrongly_bounced()", "retries()", "signed_in()", "below_90()"};
}

Measure measure_or_refuse(const std::string& text) {
    std::vector<std::string> errors;
    auto measure = parse_measure(text, errors);
    refuse(errors);
    return std::move(*measure);
}

struct Asked {
    std::vector<Measure> measures;
    std::vector<std::string> fail_on;   // their texts
};

Asked asked_for(const Options& options) {
    Asked asked;
    const auto add = [&](const std::string& text) {
        Measure measure = measure_or_refuse(text);
        const auto same = [&](const Measure& m) { return m.text() == measure.text(); };
        if (std::none_of(asked.measures.begin(), asked.measures.end(), same)) asked.measures.push_back(measure);
        return measure;
    };
    for (const std::string& text : options.has("metric") ? options.texts("metric") : usual_metrics()) (void)add(text);
    for (const std::string& text : options.texts("fail-on")) {
        const Measure measure = add(text);
        if (measure.metric.type->better == Better::neither) throw UsageError(fmt::format("--fail-on {}: neither way is worse for {}", text, measure.metric.type->title()));
        asked.fail_on.push_back(measure.text());
    }
    return asked;
}

std::vector<ComparedSide> run_side(const Options& options, const ScenarioSubject& subject, const std::vector<std::shared_ptr<const Metric>>& metrics) {
    auto results = open_results(options);
    ExperimentMeter meter(subject.name(), options.has("quiet"));
    TouchWatch watch(subject.base().spec);
    Experiment experiment(subject, metrics, experiment_settings(options, subject, results ? &results->ledger() : nullptr, meter, watch));
    const PointId base = experiment.add(Point{});
    (void)experiment.ensure(std::vector{base}, replications_of(options, kPairs));
    for (const std::string& warning : watch.warnings()) meter.say(warning);
    ComparedSide side{subject.request().file, subject.name(), {}};
    for (const auto& [replication, unit] : experiment.units(base)) side.units[{experiment.settings().seed, replication}] = unit.readings;
    return {side};
}

/// Nothing: a scenario's mistakes have been shown.
std::optional<std::vector<ComparedSide>> sides(const Options& options, const std::string& name, const Asked& asked) {
    std::vector<Measure> measures = asked.measures;
    std::vector<std::shared_ptr<const Metric>> metrics;
    if (ResultsFile::is_one(name)) {
        for (const Measure& m : measures) metrics.push_back(make_metric(m));
        try {
            ResultsFile file = ResultsFile::open_existing(name);
            auto held = sides_of(file.ledger(), ResultsFile::shown(name), metrics);
            for (const std::string& warning : prefer_this_build(held)) print_note(warning);
            return held;
        } catch (const ResultsError& e) {
            throw UsageError(e.what());
        }
    }
    const auto subject = load_subject(options, name);
    if (!subject) return std::nullopt;
    for (Measure& m : measures) {
        complete_tier(m, subject->base().spec);
        metrics.push_back(make_metric(m));
    }
    return run_side(options, *subject, metrics);
}

/// A difference may be one of the program.
void warn_of_builds(const ComparedSide& a, const ComparedSide& b) {
    const auto named = [](const ComparedSide& side) { return side.build.empty() ? "this build" : side.build; };
    if (a.build != b.build)
        print_note(fmt::format("mailquake: warning: '{}' was run by {} in A and by {} in B: a difference may come from the program\n", b.what, named(a), named(b)));
    else if (!a.build.empty())
        print_note(fmt::format("mailquake: warning: '{}' was run by another build on both sides, {}\n", b.what, named(a)));
}

/// Points that are the same on both sides; the only one of each is paired whatever it is called.
std::vector<SideBySide> pair_up(const std::vector<ComparedSide>& a, const std::vector<ComparedSide>& b, const Asked& asked) {
    std::vector<SideBySide> pairs;
    if (a.size() == 1 && b.size() == 1) {
        warn_of_builds(a.front(), b.front());
        pairs.push_back(compare_sides(a.front(), b.front(), asked.measures));
        return pairs;
    }
    for (const ComparedSide& one : b) {
        const auto same = std::find_if(a.begin(), a.end(), [&](const ComparedSide& other) { return other.what == one.what; });
        if (same == a.end()) print_note(fmt::format("mailquake: {} has no '{}' to compare with\n", a.empty() ? "A" : a.front().name, one.what));
        else {
            warn_of_builds(*same, one);
            pairs.push_back(compare_sides(*same, one, asked.measures));
        }
    }
    return pairs;
}

/// Whether one of --fail-on is worse (99), or cannot be told (98).
ExitCode judge(const std::vector<SideBySide>& pairs, const Asked& asked) {
    ExitCode code = ExitCode::ok;
    for (const std::string& text : asked.fail_on) {
        for (const SideBySide& both : pairs) {
            const auto found = std::find_if(both.metrics.begin(), both.metrics.end(), [&](const ComparedMetric& m) { return m.text == text; });
            const bool known = found != both.metrics.end() && found->difference.interval;
            if (known && found->change != Change::worse) continue;
            code = worst(code, known ? ExitCode::expectation_failed : ExitCode::undecided);
            print_note(known ? fmt::format("mailquake: {} is worse in B ({})\n", text, both.what)
                             : fmt::format("mailquake: {} cannot be told for {}: fewer than two replications in common have samples\n", text, both.what));
        }
    }
    return code;
}

}  // namespace

ExitCode compare_verb(const Words& args) {
    Options options = compare_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.operands().size() != 2) throw UsageError(fmt::format("two results are needed, A and B; here are {}", options.operands().size()));
    const Asked asked = asked_for(options);
    const auto a = sides(options, options.operands()[0], asked);
    const auto b = sides(options, options.operands()[1], asked);
    if (!a || !b) return ExitCode::invalid_scenario;
    const auto pairs = pair_up(*a, *b, asked);
    if (pairs.empty()) throw UsageError("A and B have no scenario in common");
    if (options.has("json")) print_data(comparisons_json(pairs));
    else
        for (std::size_t i = 0; i < pairs.size(); ++i) print_data((i == 0 ? "" : "\n") + comparison_text(pairs[i]));
    return judge(pairs, asked);
}

}  // namespace mailquake
