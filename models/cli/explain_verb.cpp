#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/cli/experiment_options.hpp"
#include "models/cli/interrupt.hpp"
#include "models/cli/options.hpp"
#include "models/cli/progress.hpp"
#include "models/cli/replicate.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/explanation.hpp"
#include "models/report/summary.hpp"
#include "models/results/other_builds.hpp"
#include "models/results/store.hpp"
#include "models/world/simulate.hpp"
#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

const char* const kExplanationName = "explanation";   // beside its unit in a results file

}  // namespace

Options explain_options() {
    Options options({"explain", "explain [options] FILE",
                     "Says where every second of delay came from: by tenant class, place and cause, for late mail apart; in which order\n"
                     "queues filled, and what filled them; who was late though all of his own was healthy. FILE is a scenario, its\n"
                     "folder, a bundled one's name, - for stdin, or a results file that holds explanations.",
                     {"mailquake explain exchange-online-2014", "mailquake explain my-estate --json | jq '.parts[0]'",
                      "mailquake explain my-estate --set flaws.lookup-hang.enabled=false   # and without the flaw?",
                      "mailquake explain my-estate --results my.db   # kept; not run again"}},
                    "FILE");
    add_scenario_options(options);
    add_running_options(options);
    options.add()
        ("seed", one_text("N"), "seed of the random streams; else the scenario's")
        ("only", one_text("R"), "explain replication R; else the first one, 0. One is enough: an explanation is no mean")
        ("threads,j", one_text("N"), "threads for the windows of the run; else all there are")
        ("until", one_text("TIME"), "end the run earlier: an offset such as 14h, or an ISO instant")
        ("results", one_text("FILE.db"), "keep results and explanation in an SQLite file, or a database postgresql://...; what it holds is not run again")
        ("json", "print one JSON object instead of the text")
        ("quiet,q", "no progress and no notes on stderr; warnings stay");
    return options;
}

namespace {

ExitCode print_explanation(const Explanation& explanation, const Options& options) {
    const bool written = print_data(options.has("json") ? explanation_json(explanation) : explanation_text(explanation, {stdout_has_colour()}));
    return written ? ExitCode::ok : ExitCode::engine_error;
}

/// Explanations that another build made are shown, and said to be that.
void warn_of_other_builds(const Ledger& ledger, const std::vector<Attachment>& kept, const std::string& path) {
    std::set<std::string> builds;
    for (const HeldPoint& point : ledger.points())
        if (!is_this_build(point.sources) && std::any_of(kept.begin(), kept.end(), [&](const auto& k) { return k.key.scenario_hash == point.scenario_hash; }))
            builds.insert(build_text(point.version, point.sources));
    if (!builds.empty()) print_note(fmt::format("{}: warning: explanations of runs by another build, {}, are among these\n", path, fmt::join(builds, ", ")));
}

/// A results file in FILE's place: the explanations that it holds are printed.
ExitCode print_kept(const Options& options, const std::string& name) {
    const std::string path = ResultsFile::shown(name);
    for (const char* option : {"set", "variant", "cut", "warmup", "until", "results", "threads"})
        if (options.has(option)) throw UsageError(fmt::format("--{} needs a scenario; {} is a results file", option, path));
    try {
        ResultsFile results = ResultsFile::open_existing(name);
        std::vector<Attachment> kept = results.ledger().attachments(kExplanationName);
        const auto seed = options.number("seed", 0, kMostSeed);
        const auto only = options.number("only", 0, kMostReplications);
        std::erase_if(kept, [&](const auto& k) { return (seed && k.key.seed != *seed) || (only && k.key.replication != *only); });
        if (kept.empty()) throw UsageError(fmt::format("{} holds no such explanation; `mailquake explain SCENARIO --results {}` makes one", path, shell_word(path)));
        if (options.has("json") && kept.size() > 1)
            throw UsageError(fmt::format("{} holds {} explanations, --json prints one object; choose by --seed and --only", path, kept.size()));
        warn_of_other_builds(results.ledger(), kept, path);
        ExitCode code = ExitCode::ok;
        for (const Attachment& k : kept) code = worst(code, print_explanation(read_explanation(k.text), options));
        return code;
    } catch (const ResultsError& e) {
        throw UsageError(e.what());
    }
}

struct Run {
    UnitKey key;
    About   about;
    RunOptions options;
};

Run run_of(const LoadedScenario& scenario, const Options& options, const LoadRequest& load) {
    Run run;
    run.about = about_request(scenario, load);
    run.key = {scenario_hash(scenario.canonical_text, run.about.until), seed_of(options, scenario.spec),
               narrow<std::uint32_t>(options.number("only", 0, kMostReplications).value_or(0), "replications")};
    run.options.seed = run.key.seed;
    run.options.replication = run.key.replication;
    run.options.threads = threads_of(options);
    run.options.lives = true;
    if (scenario.until) run.options.until = SimTime::zero() + *scenario.until;
    return run;
}

}  // namespace

ExitCode explain_verb(const Words& args) {
    Options options = explain_options();
    if (!options.parse(args)) return ExitCode::ok;
    const std::string& file = options.operand();
    if (ResultsFile::is_one(file)) return print_kept(options, file);
    LoadRequest load = load_request(options, file);
    load.until = options.text("until").value_or("");
    auto scenario = load_or_say(load, options.has("quiet"));
    if (!scenario || !prepare_run(options, load, *scenario)) return ExitCode::invalid_scenario;

    Run run = run_of(*scenario, options, load);
    auto results = open_results(options);
    if (results)
        if (const auto kept = results->ledger().attachment(run.key, kExplanationName)) {
            if (!options.has("quiet")) print_note("mailquake: the explanation is in the results file; it is not run again\n");
            return print_explanation(read_explanation(*kept), options);
        }
    const std::atomic<bool>& interrupted = watch_interrupts();
    run.options.stop = &interrupted;
    Progress progress(run.about.name, 1, options.has("quiet"));
    const Outcome outcome = simulate(scenario->spec, run.options);
    if (outcome.interrupted) return ExitCode::interrupted;
    progress.unit_ended();
    const Explanation explanation = explain(scenario->spec, outcome);
    if (results) {
        const ReplicationResult result = result_of(outcome, scenario->spec);
        results->save(run.key, run.about, result, outcome);
        results->ledger().attach(run.key, kExplanationName, explanation_json(explanation));
    }
    return print_explanation(explanation, options);
}

}  // namespace mailquake
