#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "models/cli/experiment_options.hpp"
#include "models/cli/interrupt.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/results/metric_reader.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/study/expectations.hpp"
#include "models/study/grid.hpp"
#include "models/study/verdict_text.hpp"
#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/experiment/replications.hpp"

namespace mailquake {

Options test_options() {
    Options options({"test", "test [options] FILE...",
                     "Judges what scenarios expect of their results (`expect:`) over as many replications as a verdict takes: pass,\n"
                     "fail or undecided, at 5 % error each. An expectation is to hold in 90 % of all runs, unless it says otherwise\n"
                     "(holds_in); 31 runs in which it holds pass it, and one never does. A `sweep:` block is judged at every point.",
                     {"mailquake test scenarios/*/scenario.yaml --cut", "mailquake test my-estate --junit report.xml",
                      "mailquake test my-estate --expect 'p99(delay) < 5m' --expect 'affected(partition!=p3) < 1%'",
                      "mailquake test my-estate --results my.db   # what has run is not run again"}},
                    "FILE");
    add_experiment_options(options, "most replications of a point (200); fewer where the verdict is clear");
    options.add()
        ("expect", one_text("EXPECTATION"), "judge this, too; repeatable (`mailquake schema --reference` lists the metrics)")
        ("junit", one_text("FILE"), "write the verdicts as JUnit XML; - for stdout");
    return options;
}

namespace {

/// How much mail a run has accepted; of a run without any, no expectation says anything.
std::shared_ptr<const Metric> accepted_mail() {
    std::vector<std::string> none;
    auto measure = parse_measure("accepted()", none);
    MQ_CHECK(measure, "accepted() is a metric");
    return make_metric(std::move(*measure));
}

bool accepts_nothing(const Experiment& experiment, std::span<const PointId> points) {
    bool any_run = false;
    for (const PointId point : points)
        for (const auto& [replication, unit] : experiment.units(point)) {
            any_run = true;
            if (const auto& reading = unit.readings.back(); reading && reading->value > 0) return false;
        }
    return any_run;
}

/// One file on its way: what was loaded, and what it came to.
struct Tested {
    std::unique_ptr<ScenarioSubject> subject;
    Expectations expectations;
    std::vector<Point> points;
    std::optional<FileVerdict> verdict;
};

/// None: exit with invalid_scenario; what is wrong has been said.
std::optional<Tested> prepare(const Options& options, const std::string& file) {
    Tested tested;
    tested.subject = load_subject(options, file);
    if (!tested.subject) return std::nullopt;
    std::vector<std::string> errors;
    tested.expectations = expectations_of(tested.subject->base().spec, options.texts("expect"), errors);
    refuse(errors);
    if (tested.expectations.empty()) errors.push_back(fmt::format("{}: error: it expects nothing; write `expect:` into it, or use --expect", file));
    else tested.points = grid_of_scenario(*tested.subject, errors).points;
    for (const std::string& error : errors) print_note(error + "\n");
    if (!errors.empty()) return std::nullopt;
    return tested;
}

FileVerdict judge_file(const Options& options, const Tested& tested, unsigned threads, ExperimentMeter& meter) {
    auto results = open_results(options);   // a connection of its own: files are judged at the same time
    TouchWatch watch(tested.subject->base().spec);
    ExperimentSettings settings = experiment_settings(options, *tested.subject, results ? &results->ledger() : nullptr, meter, watch);
    settings.threads = threads;
    auto metrics = tested.expectations.metrics;
    metrics.push_back(accepted_mail());
    Experiment experiment(*tested.subject, std::move(metrics), std::move(settings));
    const auto points = experiment.add(tested.points);
    JudgeSettings judging;
    judging.budget = replications_of(options, kUsualBudget);
    const auto verdicts = judge(experiment, points, tested.expectations.claims, judging);
    for (const std::string& warning : watch.warnings()) meter.say(warning);
    FileVerdict verdict = verdicts_of(*tested.subject, tested.expectations, experiment, verdicts, judging.budget);
    verdict.nothing_accepted = !tested.subject->base().spec.tenants.empty() && accepts_nothing(experiment, points);
    if (verdict.nothing_accepted)
        meter.say(fmt::format("{}: error: no mail was accepted in any run, so that nothing is judged; check the `rate` of its tenants and the `duration`", tested.subject->base().file));
    return verdict;
}

/// Files at the same time, as many as there are threads; each has its part of these.
void judge_all(const Options& options, std::vector<Tested>& files) {
    ExperimentMeter meter("test", options.has("quiet"));
    const unsigned threads = threads_of(options);
    const auto at_once = narrow<unsigned>(std::min<std::size_t>(threads, files.size()), "threads");
    if (at_once == 0) return;
    const std::function<FileVerdict(std::uint64_t)> one = [&](std::uint64_t i) { return judge_file(options, files[i], std::max(1U, threads / at_once), meter); };
    auto results = run_replications<FileVerdict>(files.size(), at_once, one, &watch_interrupts());
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (results[i].error) std::rethrow_exception(results[i].error);
        files[i].verdict = std::move(results[i].value);
    }
}

ExitCode code_of(const FileVerdict& file) {
    ExitCode code = ExitCode::ok;
    switch (file.verdict()) {
        case Verdict::pass: break;
        case Verdict::fail: code = ExitCode::expectation_failed; break;
        case Verdict::undecided: code = ExitCode::undecided; break;
    }
    if (!file.failed_units.empty()) code = worst(code, ExitCode::some_points_failed);
    if (file.stopped) code = worst(code, ExitCode::interrupted);
    if (file.nothing_accepted) code = worst(code, ExitCode::invalid_scenario);
    for (const VerdictRow& row : file.rows)
        if (row.no_samples()) code = worst(code, ExitCode::invalid_scenario);
    return code;
}

void write_junit(const std::string& path, const std::vector<FileVerdict>& verdicts) {
    const std::string text = verdicts_junit(verdicts);
    if (path == "-") {
        print_data(text);
        return;
    }
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw UsageError(fmt::format("cannot write {}", path));
}

void print_verdicts(const Options& options, const std::vector<FileVerdict>& verdicts) {
    if (options.has("json")) {
        print_data(verdicts_json(verdicts));
    } else if (options.text("junit") != "-") {
        for (std::size_t i = 0; i < verdicts.size(); ++i) print_data((i == 0 ? "" : "\n") + verdict_text(verdicts[i], stdout_has_colour()));
    }
    const char* actions = std::getenv("GITHUB_ACTIONS");
    if (actions == nullptr || std::string_view(actions) != "true") return;
    for (const FileVerdict& file : verdicts) print_note(github_annotations(file));
}

}  // namespace

ExitCode test_verb(const Words& args) {
    Options options = test_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.operands().empty()) throw UsageError("FILE is missing: mailquake test [options] FILE...");
    if (options.has("json") && options.text("junit") == "-") throw UsageError("--json and --junit - both want stdout; give --junit a file");
    (void)open_results(options);   // made once, before several want it at the same time
    ExitCode code = ExitCode::ok;
    std::vector<Tested> files;
    for (const std::string& file : options.operands()) {
        auto tested = prepare(options, file);
        if (tested) files.push_back(std::move(*tested));
        else code = worst(code, ExitCode::invalid_scenario);
    }
    judge_all(options, files);
    std::vector<FileVerdict> verdicts;
    for (Tested& file : files) {
        if (file.verdict) verdicts.push_back(std::move(*file.verdict));
        else code = worst(code, ExitCode::interrupted);
    }
    for (const FileVerdict& verdict : verdicts) code = worst(code, code_of(verdict));
    print_verdicts(options, verdicts);
    if (const auto junit = options.text("junit")) write_junit(*junit, verdicts);
    return code;
}

}  // namespace mailquake
