#include "models/cli/experiment_options.hpp"

#include <fmt/format.h>

#include <mutex>
#include <set>

#include "models/cli/interrupt.hpp"
#include "models/cli/replicate.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/results/other_builds.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/warmup.hpp"
#include "models/world/run_estimate.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void add_experiment_options(Options& options, const char* replications_help) {
    add_scenario_options(options);
    add_running_options(options);
    options.add()
        ("seed", one_text("N"), "seed of the random streams; else the scenario's")
        ("replications,n", one_text("N"), replications_help)
        ("threads,j", one_text("N"), "threads in total: replications first, then windows; else all there are")
        ("until", one_text("TIME"), "end the runs earlier: an offset such as 14h, or an ISO instant")
        ("results", one_text("FILE.db"), "keep the runs in an SQLite file, or a database postgresql://...; what it holds is not run again")
        ("json", "print one JSON object instead of text")
        ("quiet,q", "no progress and no notes on stderr; warnings stay");
}

namespace {

/// Once for each file, however often it is opened.
void warn_of_other_builds(const ResultsFile& file, const std::string& path) {
    static std::mutex one_at_a_time;
    static std::set<std::string> seen;
    const std::lock_guard lock(one_at_a_time);
    if (seen.insert(path).second) print_note(unused_of_other_builds(file.ledger(), path));
}

}  // namespace

std::optional<ResultsFile> open_results(const Options& options) {
    const auto path = options.text("results");
    if (!path) return std::nullopt;
    try {
        ResultsFile file(*path);
        warn_of_other_builds(file, ResultsFile::shown(*path));
        return file;
    } catch (const ResultsError& e) {
        throw UsageError(e.what());
    }
}

unsigned threads_of(const Options& options) {
    return narrow<unsigned>(options.number("threads", 1, kMostThreads).value_or(default_threads()), "threads");
}

std::uint64_t seed_of(const Options& options, const ScenarioSpec& scenario) {
    return options.number("seed", 0, kMostSeed).value_or(static_cast<std::uint64_t>(scenario.seed));
}

std::uint32_t replications_of(const Options& options, std::uint32_t otherwise) {
    return narrow<std::uint32_t>(options.number("replications", 1, kMostReplications).value_or(otherwise), "replications");
}

std::unique_ptr<ScenarioSubject> load_subject(const Options& options, const std::string& file) {
    LoadRequest request = load_request(options, file);
    request.until = options.text("until").value_or("");
    auto scenario = load_or_say(request, options.has("quiet"));
    if (!scenario || !prepare_run(options, request, *scenario)) return nullptr;
    auto subject = std::make_unique<ScenarioSubject>(std::move(request), std::move(*scenario));
    if (options.has("yes")) subject->allow_large_runs();
    return subject;
}

void add_running_options(Options& options) {
    options.add()
        ("warmup", one_text("fixed|none|mser5"), "how the warm-up is found: the scenario's, none, or by pilot runs")
        ("yes", "run it even if it will make over a billion events, or take more memory than there is");
}

bool fits_or_say(const Options& options, const LoadedScenario& scenario) {
    if (options.has("yes")) return true;
    const auto why = too_large(estimate_run(scenario.spec, scenario.until));
    if (!why) return true;
    print_note(fmt::format("{}: error: {}; --yes runs it all the same\n", scenario.file, *why));
    return false;
}

bool prepare_run(const Options& options, LoadRequest& request, LoadedScenario& scenario) {
    if (!fits_or_say(options, scenario)) return false;
    const std::string rule = options.text("warmup").value_or("fixed");
    if (rule == "fixed") return true;
    SimDuration warmup = SimDuration::zero();
    if (rule == "mser5") {
        const Settled settled = settle(scenario, seed_of(options, scenario.spec), threads_of(options));
        if (!settled.warmup) {
            print_note(fmt::format("{}: error: --warmup mser5: {}\n", scenario.file, settled.why));
            return false;
        }
        warmup = *settled.warmup;
        if (!options.has("quiet"))
            print_note(fmt::format("mailquake: {} of warm-up, by MSER-5 over {} pilot runs; --set warmup={} says the same\n", print(warmup), kPilots, print(warmup)));
    } else if (rule != "none") {
        throw UsageError(fmt::format("--warmup takes fixed, none or mser5, not '{}'{}", rule, suggestion(rule, {"fixed", "none", "mser5"}, "rules")));
    }
    request.sets.push_back("warmup=" + print(warmup));
    auto again = load_or_say(request, true);
    if (!again) return false;
    scenario = std::move(*again);
    return true;
}

ExperimentSettings experiment_settings(const Options& options, const ScenarioSubject& subject, Ledger* ledger, ExperimentMeter& meter,
                                       TouchWatch& watch) {
    ExperimentSettings settings;
    settings.seed = seed_of(options, subject.base().spec);
    settings.threads = threads_of(options);
    settings.version = MAILQUAKE_VERSION;
    settings.ledger = ledger;
    settings.stop = &watch_interrupts();
    settings.progress = [&meter, key = &subject](const ExperimentProgress& progress) { meter.show(key, progress); };
    settings.failed = [&meter, &subject](const FailedUnit& unit) {
        meter.say(fmt::format("mailquake: {}: {}, replication {} failed: {}", subject.name(), unit.point->text(), unit.replication, unit.what));
    };
    settings.seen = [&watch](const RunRecord& record) { watch.see(record); };
    return settings;
}

std::shared_ptr<const Metric> metric_or_refuse(const ScenarioSubject& subject, const std::string& text) {
    auto resolved = subject.resolve(text);
    refuse(resolved.errors);
    return std::move(resolved.metric);
}

void refuse(const std::vector<std::string>& errors) {
    if (errors.empty()) return;
    throw UsageError(fmt::format("{}", fmt::join(errors, "\n  ")));
}

}  // namespace mailquake
