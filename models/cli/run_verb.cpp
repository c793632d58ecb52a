#include <fmt/format.h>

#include <variant>

#include "models/cli/experiment_options.hpp"
#include "models/cli/interrupt.hpp"
#include "models/cli/options.hpp"
#include "models/cli/replicate.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/second_look.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/summary.hpp"
#include "models/report/warnings.hpp"
#include "models/results/json.hpp"
#include "models/results/other_builds.hpp"
#include "models/results/store.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/expectations.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

Options run_options() {
    Options options({"run", "run [options] FILE",
                     "Runs a scenario and prints who was hit, where, in which order, and why. FILE is a scenario, its folder, a\n"
                     "bundled one's name, - for stdin, or a results file, which is printed and not run again.",
                     {"mailquake run exchange-online-2014", "mailquake run my-estate --replications 10 --results my.db",
                      "mailquake run my-estate --set flaws.lookup-hang.enabled=false   # and without the flaw?",
                      "mailquake run my-estate --follow worst     # the story of the copy with the longest delay",
                      "mailquake run my-estate --qshape-at 14h,21h   # the queues by age at these times",
                      "mailquake run my-estate --json | jq .affected"}},
                    "FILE");
    add_scenario_options(options);
    add_running_options(options);
    options.add()
        ("seed", one_text("N"), "seed of the random streams; else the scenario's")
        ("replications,n", one_text("N"), "independent repetitions (1); several give intervals")
        ("only", one_text("R"), "run replication R alone; the first one is 0")
        ("threads,j", one_text("N"), "threads in total: replications first, then windows; else all there are")
        ("until", one_text("TIME"), "end the run earlier: an offset such as 14h, or an ISO instant")
        ("results", one_text("FILE.db"), "keep the results in an SQLite file, or a database postgresql://...; what it holds is not run again")
        ("json", "print one JSON object instead of the summary")
        ("follow", one_text("WHICH"), "tell one message's story: worst, CLASS:worst, or its identity")
        ("qshape-at", one_text("T,..."), "show the queues by age at these times, too")
        ("trace", one_text("FILE.json"), "write a trace for Perfetto (ui.perfetto.dev): faults, queues, and the ways of about 100 messages")
        ("quiet,q", "no progress and no notes on stderr; warnings stay");
    return options;
}

namespace {

/// `14h,2014-06-24T21:00:00Z`: instants of the scenario.
std::vector<SimTime> instants(const std::vector<std::string>& texts, const ScenarioSpec& scenario) {
    std::vector<SimTime> all;
    const auto start = parse_utc(scenario.start);
    for (std::string text : texts) {
        for (std::size_t comma = 0; comma != std::string::npos; text.erase(0, comma == std::string::npos ? comma : comma + 1)) {
            comma = text.find(',');
            const std::string one = text.substr(0, comma);
            const auto parsed = parse_instant(one, std::get<UtcInstant>(start));
            if (const auto* wrong = std::get_if<TextError>(&parsed)) throw UsageError(fmt::format("--qshape-at '{}': {}", one, wrong->message));
            const SimTime at = std::get<Instant>(parsed).at;
            if (at > SimTime::zero() + scenario.duration)
                throw UsageError(fmt::format("--qshape-at '{}' is after the end of the run", one));
            all.push_back(at);
        }
    }
    return all;
}

ExitCode print_result(const RunResult& result, const Options& options) {
    for (const std::string& warning : loud_warnings(result)) print_note(warning + "\n");
    const bool written = print_data(options.has("json") ? run_json(result) : summary(result, {stdout_has_colour()}));
    return written ? ExitCode::ok : ExitCode::engine_error;
}

/// A results file in FILE's place: what it holds is printed. Options that would need a run are refused.
ExitCode print_results_file(const Options& options, const std::string& name) {
    const std::string path = ResultsFile::shown(name);
    for (const char* option : {"set", "variant", "cut", "warmup", "until", "follow", "qshape-at", "trace", "results", "threads", "only"})
        if (options.has(option)) throw UsageError(fmt::format("--{} needs a scenario; {} is a results file", option, path));
    try {
        const ResultsFile file = ResultsFile::open_existing(name);
        auto campaigns = file.campaigns();
        if (const auto seed = options.number("seed", 0, kMostSeed))
            std::erase_if(campaigns, [&](const Campaign& c) { return c.seed != *seed; });
        if (campaigns.empty()) throw UsageError(path + " holds no such results");
        for (const std::string& warning : prefer_this_build(campaigns, path)) print_note(warning);
        if (options.has("json") && campaigns.size() > 1)
            throw UsageError(fmt::format("{} holds {} scenarios or seeds, --json prints one object; choose by --seed", path, campaigns.size()));
        ExitCode code = ExitCode::ok;
        for (Campaign& c : campaigns) {
            if (const auto n = options.number("replications", 1, kMostReplications); n && c.units.size() > *n) c.units.resize(*n);
            code = worst(code, print_result(combine(c.about, c.units), options));
        }
        return code;
    } catch (const ResultsError& e) {
        throw UsageError(e.what());
    }
}

ReplicateRequest replicate_request(const LoadedScenario& scenario, const Options& options, const LoadRequest& load) {
    ReplicateRequest request;
    request.scenario = &scenario.spec;
    request.about = about_request(scenario, load);
    request.identity = scenario_hash(scenario.canonical_text, request.about.until);
    request.seed = seed_of(options, scenario.spec);
    request.replications = replications_of(options, 1);
    if (const auto only = options.number("only", 0, kMostReplications)) request.only = narrow<std::uint32_t>(*only, "replications");
    if (request.only && options.has("replications")) throw UsageError("--only runs one replication, --replications several; one of the two");
    request.threads = threads_of(options);
    if (scenario.until) request.until = SimTime::zero() + *scenario.until;
    request.quiet = options.has("quiet");
    return request;
}

}  // namespace

ExitCode run_verb(const Words& args) {
    Options options = run_options();
    if (!options.parse(args)) return ExitCode::ok;
    const std::string& file = options.operand();
    if (ResultsFile::is_one(file)) return print_results_file(options, file);

    LoadRequest load = load_request(options, file);
    load.until = options.text("until").value_or("");
    auto scenario = load_or_say(load, options.has("quiet"));
    if (!scenario || !prepare_run(options, load, *scenario)) return ExitCode::invalid_scenario;

    ReplicateRequest request = replicate_request(*scenario, options, load);
    std::vector<std::string> none;
    const Expectations expectations = expectations_of(scenario->spec, {}, none);
    request.metrics = expectations.metrics;
    if (scenario->spec.sweep && !options.has("quiet"))
        print_note(fmt::format("mailquake: the scenario has a sweep; this runs its base point, `mailquake sweep {}` runs them all\n", shell_word(file)));
    const SecondLook look{options.text("follow"), instants(options.texts("qshape-at"), scenario->spec), options.text("trace")};
    if (look.trace) check_trace(*look.trace);
    if (look.follow) check_follow(*look.follow, scenario->spec);
    auto results = open_results(options);
    if (results) request.results = &*results;
    const std::atomic<bool>& interrupted = watch_interrupts();
    request.stop = &interrupted;

    const auto ended = replicate(request);
    const ExitCode code = interrupted ? ExitCode::interrupted : ExitCode::ok;
    if (ended.empty()) return code;
    RunResult result = combine(request.about, ended);
    result.wanted = request.only ? 1 : request.replications;
    result.only = request.only;
    result.expectations = judge_replications(expectations, ended);
    if (look.wanted() && !interrupted) look_again(look, request, ended.front(), result);
    return worst(code, print_result(result, options));
}

}  // namespace mailquake
