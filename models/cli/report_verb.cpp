#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "models/cli/experiment_options.hpp"
#include "models/cli/interrupt.hpp"
#include "models/cli/page_file.hpp"
#include "models/cli/page_worlds.hpp"
#include "models/cli/progress.hpp"
#include "models/cli/replicate.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/cli/worst_table.hpp"
#include "models/cli/written_runs.hpp"
#include "models/report/page.hpp"
#include "models/report/summary.hpp"
#include "models/report/warnings.hpp"
#include "models/results/other_builds.hpp"
#include "models/results/store.hpp"
#include "models/study/expectations.hpp"
#include "models/world/simulate.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kReportRuns = 3;

}  // namespace

Options report_options() {
    Options options({"report", "report [options] FILE -o report.html",
                     "Writes the post-incident report: one HTML page that opens from disk and needs nothing else. What happened, who was\n"
                     "hit, how it spread, why, what would have prevented it, and on which guess the answer hinges.",
                     {"mailquake report exchange-online-2014 -o report.html", "mailquake report my-estate --quick          # without cures and guesses",
                      "mailquake report my-estate --results my.db   # what it holds is not run again", "mailquake report my.db",
                      "mailquake report my-estate --vary tiers.edge.servers=1..8:1 --vary faults.cut.for=10min,1h   # the page of a sweep"}},
                    "FILE");
    add_scenario_options(options);
    add_running_options(options);
    options.add()
        ("output,o", one_text("FILE.html"), "where the page goes (report.html); - is stdout")
        ("seed", one_text("N"), "seed of the random streams; else the scenario's")
        ("replications,n", one_text("N"), "runs of each world, for intervals (3)")
        ("quick", "leave out what would have prevented it, and the guesses")
        ("guesses", one_text("N"), "runs of each guess, halved and doubled (1); 0 leaves them out")
        ("sweep", "the page of the scenario's `sweep:` instead: curves with bands, maps")
        ("vary", one_text("PATH=VALUES"), "the page of a sweep over these; with --where and --metric as `mailquake sweep` has them; repeatable")
        ("where", one_text("CONDITION"), "of a sweep: keep only points for which this holds; repeatable")
        ("metric,m", one_text("METRIC"), "of a sweep: what is drawn; repeatable")
        ("threads,j", one_text("N"), "threads in total: replications first, then windows; else all there are")
        ("until", one_text("TIME"), "end the runs earlier: an offset such as 14h, or an ISO instant")
        ("results", one_text("FILE.db"), "keep the runs in an SQLite file, or a database postgresql://...; what it holds is not run again")
        ("quiet,q", "no progress and no notes on stderr; warnings stay");
    return options;
}

namespace {

ReplicateRequest report_request(const LoadedScenario& scenario, const Options& options, const LoadRequest& load, std::uint32_t runs) {
    ReplicateRequest request;
    request.scenario = &scenario.spec;
    request.about = about_request(scenario, load);
    request.identity = scenario_hash(scenario.canonical_text, request.about.until);
    request.seed = seed_of(options, scenario.spec);
    request.replications = runs;
    request.threads = threads_of(options);
    if (scenario.until) request.until = SimTime::zero() + *scenario.until;
    request.quiet = options.has("quiet");
    request.stop = &watch_interrupts();
    return request;
}

constexpr std::uint32_t kDrawn = 0;   // the replication

/// It runs again where a results file held it, which does not keep all that is drawn.
Outcome draw(const ReplicateRequest& request, const ReplicationResult& replication) {
    RunOptions options;
    options.seed = request.seed;
    options.replication = replication.replication;
    options.threads = request.threads;
    options.until = request.until;
    options.stop = request.stop;
    options.lives = true;   // to be explained
    const Progress progress(request.about.name + ", to be drawn", 1, request.quiet);
    Outcome outcome = simulate(*request.scenario, options);
    MQ_CHECK(outcome.interrupted || outcome.fingerprint.hex() == replication.fingerprint, "a second run of a replication takes the same course");
    return outcome;
}

std::string option_words(const LoadRequest& load, std::uint64_t seed) {
    std::string words;
    for (const std::string& variant : load.variants) words += " --variant " + shell_word(variant);
    for (const std::string& set : load.sets) words += " --set " + shell_word(set);
    if (load.cut) words += " --cut";
    if (!load.until.empty()) words += " --until " + shell_word(load.until);
    return words + fmt::format(" --seed {}", seed);
}

/// Everything that the page's comparisons need.
struct Comparisons {
    const LoadedScenario& scenario;
    const LoadRequest& load;
    std::uint64_t seed;
    std::uint32_t runs;
    PageWorlds& worlds;
    const ComparedSide& base;

    [[nodiscard]] PageWorld world(const ChangedScenario& changed, const ComparedSide& side) const {
        PageWorld one = page_world(changed.name, base, side, worlds.measures());
        one.command = "mailquake run " + shell_word(load.file) + option_words(changed.request, seed);
        for (const VariantInfo& variant : scenario.variants)
            if (changed.name == "variant " + variant.name) one.description = variant.description;
        return one;
    }
};

/// One fault or flaw less at a time, and how the damage is shared out.
void leave_out(const Comparisons& c, PageWhatIf& page) {
    for (const ChangedScenario& changed : leave_one_out(c.scenario, c.load)) page.without.push_back(c.world(changed, c.worlds.side(changed)));
    const auto shares = shapley_by_seed(c.worlds.sides(subsets(c.scenario, c.load)), 0);
    for (std::size_t i = 0; i < shares.size() && i < page.without.size(); ++i) page.without[i].shapley = shares[i];
}

/// The scenario with its flaws off, and their names.
struct Flawless {
    ChangedScenario world;
    std::vector<std::string> names;
};

Flawless flawless(const LoadedScenario& scenario, const LoadRequest& load) {
    Flawless all{{"without the flaw", load}, {}};
    for (const Switch& s : faults_and_flaws(scenario.spec)) {
        if (!s.on || s.list != "flaws") continue;
        all.world.request.sets.push_back(s.setting(false));
        all.names.push_back(s.name);
    }
    if (all.names.size() > 1) all.world.name = "without the flaws";
    return all;
}

/// The other half of the headline: the same faults, and code without flaws.
void without_flaws(const Comparisons& c, PageWhatIf& page) {
    const auto [all, names] = flawless(c.scenario, c.load);
    if (names.empty()) return;
    page.no_flaw = c.world(all, c.worlds.side(all));
    page.no_flaw->description = fmt::format("the same faults and the same luck, and {} switched off", fmt::join(names, ", "));
    page.no_flaw_sentence = turned_sentence(names.size() > 1 ? "The flaws" : fmt::format("The flaw {}", names.front()), *page.no_flaw, page.as_written);
}

void add_cures(const Comparisons& c, PageWhatIf& page) {
    for (const ChangedScenario& changed : cures(c.scenario, c.load)) page.cures.push_back(c.world(changed, c.worlds.side(changed)));
    rank_cures(page.cures, page.damage);
}

/// All that the page compares with the world as written.
std::vector<ChangedScenario> compared(const Options& options, const LoadedScenario& scenario, const LoadRequest& load) {
    std::vector<ChangedScenario> all = leave_one_out(scenario, load);
    const auto append = [&](std::vector<ChangedScenario> more) { std::move(more.begin(), more.end(), std::back_inserter(all)); };
    append(subsets(scenario, load));
    append({flawless(scenario, load).world});
    if (!options.has("quick")) append(cures(scenario, load));
    return all;
}

void compare_worlds(const Options& options, const Comparisons& c, PageWhatIf& page) {
    page.runs = c.runs;
    page.damage = c.worlds.damage();
    page.as_written = page_world("as written", c.base, c.base, c.worlds.measures());
    page.as_written.command = "mailquake run " + shell_word(c.load.file) + option_words(c.load, c.seed);
    leave_out(c, page);
    without_flaws(c, page);
    if (!options.has("quick")) add_cures(c, page);
}

std::vector<std::pair<std::string, std::string>> source_texts(const LoadedScenario& scenario) {
    std::vector<std::pair<std::string, std::string>> all;
    std::ifstream in(scenario.file, std::ios::binary);
    if (in) all.emplace_back(scenario.file, std::string(std::istreambuf_iterator<char>(in), {}));
    return all;
}

std::string report_command(const Options& options, const LoadRequest& load, std::uint64_t seed, std::uint32_t runs) {
    std::string words = "mailquake report " + shell_word(load.file) + option_words(load, seed) + fmt::format(" --replications {}", runs);
    if (options.has("quick")) words += " --quick";
    if (const auto guesses = options.text("guesses")) words += " --guesses " + *guesses;
    return words;
}

struct Scene {
    LoadRequest load;
    LoadedScenario scenario;
};

/// A results file in FILE's place: its scenario, as it was run.
std::optional<Scene> scene_of_results(const Options& options, const std::string& name) {
    const std::string path = ResultsFile::shown(name);
    for (const char* option : {"set", "variant", "cut", "warmup", "until", "results"})
        if (options.has(option)) throw UsageError(fmt::format("--{} needs a scenario; {} is a results file", option, path));
    auto campaigns = ResultsFile::open_existing(name).campaigns();
    if (const auto seed = options.number("seed", 0, kMostSeed)) std::erase_if(campaigns, [&](const Campaign& c) { return c.seed != *seed; });
    if (campaigns.empty()) throw UsageError(path + " holds no such results");
    const Campaign oldest = campaigns.front();
    std::vector<std::string> of_other_builds;
    std::erase_if(campaigns, [&](const Campaign& c) {
        if (is_this_build(c.sources)) return false;
        of_other_builds.push_back(fmt::format("{}: warning: runs of '{}' by another build, {}, are left out\n", path, c.about.name, build_text(c.version, c.sources)));
        return true;
    });
    if (campaigns.empty())
        throw UsageError(fmt::format("{} was filled by another build of mailquake, {}, and a page is of one build; say `report {}` to run it anew", path,
                                     build_text(oldest.version, oldest.sources), shell_word(oldest.about.file)));
    for (const std::string& warning : of_other_builds) print_note(warning);
    const Campaign& first = campaigns.front();
    if (campaigns.size() > 1 && !options.has("quiet"))
        print_note(fmt::format("mailquake: {} holds {} scenarios and seeds; the page is of the first, {}\n", path, campaigns.size(), first.about.name));
    Scene scene{load_request(options, first.about.file), {}};
    scene.load.sets = first.about.sets;
    scene.load.variants = first.about.variants;
    scene.load.cut = first.about.cut;
    scene.load.until = first.about.until;
    auto scenario = load_or_say(scene.load, options.has("quiet"));
    if (!scenario) return std::nullopt;
    scene.scenario = std::move(*scenario);
    if (scenario_hash(scene.scenario.canonical_text, first.about.until) != first.scenario_hash)
        throw UsageError(fmt::format("{} was filled by another state of {}; say `report {}` to run it anew", path,
                                     first.about.file, shell_word(first.about.file)));
    return scene;
}

std::optional<Scene> scene_of(const Options& options, const std::string& file) {
    if (ResultsFile::is_one(file)) return scene_of_results(options, file);
    Scene scene{load_request(options, file), {}};
    scene.load.until = options.text("until").value_or("");
    auto scenario = load_or_say(scene.load, options.has("quiet"));
    if (!scenario || !prepare_run(options, scene.load, *scenario)) return std::nullopt;
    scene.scenario = std::move(*scenario);
    return scene;
}

std::optional<ResultsFile> results_for(const Options& options, const std::string& file) {
    if (ResultsFile::is_one(file)) return ResultsFile(file);
    return open_results(options);
}

ComparedSide side_of(const std::vector<ReplicationResult>& units) {
    ComparedSide side{"as written", "", {}};
    for (const ReplicationResult& unit : units) side.units[{unit.seed, unit.replication}] = unit.readings;
    return side;
}

/// All that is run for the page, and the page.
class Report {
public:
    Report(const Options& options, const Scene& scene, ResultsFile* results)
        : options_(options), scene_(scene), results_(results), runs_(replications_of(options, kReportRuns)),
          request_(report_request(scene.scenario, options, scene.load, runs_)), written_(request_, kDrawn), worlds_(options, results, runs_, as_written(scene)),
          expectations_(expectations_of(scene.scenario.spec, {}, none_)) {
        request_.results = results;
        request_.metrics = worlds_.metrics();
        request_.metrics.insert(request_.metrics.end(), expectations_.metrics.begin(), expectations_.metrics.end());
    }

    /// None: it was interrupted, or mistakes have been shown.
    std::optional<std::string> page(const PageBundle& bundle) {
        auto units = held_replications(request_);
        const auto guessed = narrow<std::uint32_t>(options_.number("guesses", 0, kMostReplications).value_or(options_.has("quick") ? 0 : 1),
                                                   "guesses");
        const bool all_ran = worlds_.run(compared(options_, scene_.scenario, scene_.load), guessed);
        for (ReplicationResult& unit : written_.results()) units.push_back(std::move(unit));
        if (!all_ran || units.empty()) return std::nullopt;
        std::sort(units.begin(), units.end(), [](const auto& a, const auto& b) { return a.replication < b.replication; });
        add_worst_table(request_, request_.threads, units.front());
        judge(units);
        auto fresh = written_.drawn();
        const Outcome drawn = fresh ? std::move(*fresh) : draw(request_, units.front());
        if (stopped()) return std::nullopt;
        PageInput input{&result_, &drawn, &scene_.scenario.spec, source_texts(scene_.scenario), {}, {}, report_command(options_, scene_.load, request_.seed, runs_)};
        const ComparedSide base = side_of(units);
        compare(base, input);
        if (stopped()) return std::nullopt;
        for (const std::string& warning : loud_warnings(result_)) print_note(warning + "\n");
        return page_html(scene_.scenario.spec.name + ": post-incident report", summary(result_), page_json(input), bundle);
    }

    [[nodiscard]] bool failed() const { return worlds_.failed(); }

private:
    [[nodiscard]] static bool stopped() { return watch_interrupts().load(); }

    /// Expectations are read behind the metrics of the page.
    void judge(std::vector<ReplicationResult>& units) {
        std::vector<ReplicationResult> of_expectations = units;
        for (ReplicationResult& unit : of_expectations)
            unit.readings.erase(unit.readings.begin(), unit.readings.begin() + static_cast<std::ptrdiff_t>(worlds_.metrics().size()));
        result_ = combine(request_.about, units);
        result_.wanted = runs_;
        result_.expectations = judge_replications(expectations_, of_expectations);
        for (ReplicationResult& unit : units) unit.readings.resize(worlds_.metrics().size());
    }

    void compare(const ComparedSide& base, PageInput& input) {
        const Comparisons comparisons{scene_.scenario, scene_.load, request_.seed, runs_, worlds_, base};
        compare_worlds(options_, comparisons, input.whatif);
        input.hinges = worlds_.hinges();
        input.hinges.command = "mailquake sweep " + shell_word(scene_.load.file) + option_words(scene_.load, request_.seed) +
                               " --one-at-a-time 0.5x,2x --metric " + shell_word(worlds_.damage());
    }

    /// Its runs are handed on as they end.
    std::unique_ptr<ScenarioSubject> as_written(const Scene& scene) {
        auto subject = std::make_unique<ScenarioSubject>(scene.load, scene.scenario);
        subject->hand_on([this](Outcome& outcome, const ReplicationResult& result) { written_.take(outcome, result); }, kDrawn);
        return subject;
    }

    const Options& options_;
    const Scene&   scene_;
    ResultsFile*   results_;
    std::uint32_t  runs_;
    ReplicateRequest request_;
    WrittenRuns    written_;
    PageWorlds     worlds_;
    std::vector<std::string> none_;
    Expectations   expectations_;
    RunResult      result_;
};

/// A sweep's page is written by `sweep --page`: the same words without those of reports.
ExitCode report_sweep(const Words& args, const Options& options) {
    for (const char* of_incident : {"quick", "guesses"})
        if (options.has(of_incident)) throw UsageError(fmt::format("--{} is of incidents, not of sweeps", of_incident));
    Words words;
    for (std::size_t i = 0; i < args.size(); ++i) {
        const std::string& word = args[i];
        if (word == "--sweep") continue;
        if (word == "-o" || word == "--output") ++i;   // its value is the next word
        else if (!word.starts_with("--output=") && !(word.starts_with("-o") && !word.starts_with("--"))) words.push_back(word);
    }
    words.push_back("--page");
    words.push_back(options.text("output").value_or("report.html"));
    return sweep_verb(words);
}

}  // namespace

ExitCode report_verb(const Words& args) {
    Options options = report_options();
    if (!options.parse(args)) return ExitCode::ok;
    const std::string& file = options.operand();
    const PageBundle bundle = page_bundle_or_refuse();
    if (options.has("vary") || options.has("sweep")) return report_sweep(args, options);
    for (const char* of_sweep : {"where", "metric"})
        if (options.has(of_sweep)) throw UsageError(fmt::format("--{} is of sweeps, and goes with --vary or --sweep", of_sweep));
    try {
        const auto scene = scene_of(options, file);
        if (!scene) return ExitCode::invalid_scenario;
        PageFile out(options.text("output").value_or("report.html"));
        auto results = results_for(options, file);
        Report report(options, *scene, results ? &*results : nullptr);
        const auto page = report.page(bundle);
        if (watch_interrupts().load()) return ExitCode::interrupted;
        if (!page) return ExitCode::invalid_scenario;
        if (!out.write(*page, options.has("quiet"))) return ExitCode::engine_error;
        return report.failed() ? ExitCode::some_points_failed : ExitCode::ok;
    } catch (const ResultsError& e) {
        throw UsageError(e.what());
    }
}

}  // namespace mailquake
