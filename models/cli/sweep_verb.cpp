#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/cli/experiment_options.hpp"
#include "models/cli/page_file.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/human.hpp"
#include "models/report/measure_text.hpp"
#include "models/report/summary.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/choices.hpp"
#include "models/study/estimate.hpp"
#include "models/study/experiment_page.hpp"
#include "models/study/sweep_text.hpp"
#include "sim/base/narrow.hpp"
#include "sim/experiment/idle_axes.hpp"
#include "sim/experiment/tidy_csv.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kRunsOfPoint = 5;
constexpr std::uint32_t kPrecisionBudget = 200;

}  // namespace

Options sweep_options() {
    Options options({"sweep", "sweep [options] FILE",
                     "Runs a scenario at many points, a grid of what --vary (or the scenario's `sweep:` block) says, with the same luck\n"
                     "at all of them, and prints a table. With --results only what is missing is run, always.",
                     {"mailquake sweep my-estate --vary tiers.edge.servers=1,2,4..8:2 --metric 'p99(delay)'",
                      "mailquake sweep my-estate --vary faults.cut.for=1min..1h:x2 --vary tiers.edge.workers=5,10   # a grid",
                      "mailquake sweep my-estate --vary tiers.edge.servers=1,2,tiers.edge.workers=20,10   # these go together",
                      "mailquake sweep my-estate --where 'tiers.edge.servers < 8' --results my.db --csv > table.csv",
                      "mailquake sweep my-estate --precision 2% --metric mean_delay        # the scenario as it is, until it is known",
                      "mailquake sweep my-estate --one-at-a-time 0.5x,2x --metric 'affected()'   # on which guess does it hinge?"}},
                    "FILE");
    add_experiment_options(options, "replications of each point (5); at most so many with --precision (200)");
    options.add()
        ("vary", one_text("PATH=VALUES"), "an axis: a list, from..to:step or from..to:xFACTOR; A=1,2,B=3,4 go together; repeatable")
        ("where", one_text("CONDITION"), "keep only points for which this holds: 'A < B and B != 3'; repeatable")
        ("metric,m", one_text("METRIC"), "what the table shows; repeatable (`mailquake schema --reference` lists them)")
        ("precision", one_text("5%"), "add replications until each interval's half-width is at most this part of its value")
        ("one-at-a-time", one_text("FACTORS"), "vary each number that is marked `basis: choice` alone, e.g. 0.5x,2x, and rank the effects")
        ("csv", "print the tidy table of all single values: point, replication, metric, value, unit")
        ("plot", "draw the first metric, also where stdout is no terminal")
        ("page", one_text("FILE.html"), "write a page instead: curves with bands, maps over two axes")
        ("dry-run", "say what would be run and how long it might take");
    return options;
}

namespace {

std::vector<std::string> default_metrics(const ScenarioSpec& scenario) {
    if (!scenario.tenants.empty()) return {"affected()", "collateral()", "late()", "p50(delay)", "p99(delay)"};
    return {"signed_in()", "below_90()"};
}

std::vector<std::shared_ptr<const Metric>> chosen_metrics(const Options& options, const ScenarioSubject& subject) {
    const ScenarioSpec& spec = subject.base().spec;
    std::vector<std::string> texts = options.texts("metric");
    if (texts.empty() && spec.sweep) texts = spec.sweep->metrics;
    if (texts.empty()) texts = default_metrics(spec);
    std::vector<std::shared_ptr<const Metric>> metrics;
    for (const std::string& text : texts) metrics.push_back(metric_or_refuse(subject, text));
    return metrics;
}

Grid chosen_grid(const Options& options, const ScenarioSubject& subject) {
    const auto& block = subject.base().spec.sweep;
    std::vector<std::string> vary = options.texts("vary"), where = options.texts("where"), errors;
    if (vary.empty() && !block && !options.has("precision"))   // the scenario as it is can be precise, too
        throw UsageError(fmt::format("what is to be varied? Say --vary PATH=VALUES, or write a `sweep:` into {}; `mailquake check {} --effective` lists the paths",
                                     subject.request().file, shell_word(subject.request().file)));
    if (vary.empty() && block) {
        vary = block->vary;
        where.insert(where.begin(), block->where.begin(), block->where.end());
    }
    Grid grid = make_grid(subject, vary, where, errors);
    refuse(errors);
    return grid;
}

std::optional<double> precision_of(const Options& options) {
    const auto text = options.text("precision");
    if (!text) return std::nullopt;
    const auto parsed = parse_ratio(*text);
    const auto* ratio = std::get_if<Ratio>(&parsed);
    if (ratio == nullptr || !(ratio->value > 0 && ratio->value < 1)) throw UsageError(fmt::format("--precision needs a share such as 5%, not '{}'", *text));
    return ratio->value;
}

std::vector<double> factors_of(const std::string& text) {
    std::vector<double> factors;
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = rest.find(',');
        const std::string one(rest.substr(0, comma));
        const auto parsed = parse_factor(one);
        const auto* factor = std::get_if<Factor>(&parsed);
        if (factor == nullptr || !(factor->value > 0) || factor->value == 1)
            throw UsageError(fmt::format("--one-at-a-time needs factors other than 1, such as 0.5x,2x, not '{}'", one));
        factors.push_back(factor->value);
        if (comma == std::string_view::npos) return factors;
        rest.remove_prefix(comma + 1);
    }
}

/// An experiment with everything that it needs to live.
struct Bench {
    std::unique_ptr<ScenarioSubject> subject;
    std::optional<ResultsFile> results;
    std::unique_ptr<ExperimentMeter> meter;
    TouchWatch watch;
    std::unique_ptr<Experiment> experiment;

    Bench(const Options& options, std::unique_ptr<ScenarioSubject> loaded)
        : subject(std::move(loaded)), results(open_results(options)), meter(std::make_unique<ExperimentMeter>(subject->name(), options.has("quiet"))), watch(subject->base().spec) {
        experiment = std::make_unique<Experiment>(*subject, chosen_metrics(options, *subject),
                                                  experiment_settings(options, *subject, results ? &results->ledger() : nullptr, *meter, watch));
    }
    /// All runs have ended.
    void end() {
        for (const std::string& warning : watch.warnings()) meter->say(warning);
        meter.reset();
    }
    [[nodiscard]] ExitCode code() const {
        const ExitCode code = experiment->failed_points() > 0 ? ExitCode::some_points_failed : ExitCode::ok;
        return experiment->settings().stop->load() ? worst(code, ExitCode::interrupted) : code;
    }
};

ExitCode dry_run(const Bench& bench, std::span<const PointId> points, std::uint32_t n, bool at_most = false) {
    const Workload work = bench.experiment->workload(points, n);
    std::string out = fmt::format("{}{} x {} = {}", at_most ? "at most " : "", human::count(static_cast<double>(points.size()), "point"),
                                  human::count(n, "replication"), human::count(static_cast<double>(work.units), "run"));
    if (work.held > 0) out += fmt::format(", {} of them in the results file", work.held);
    out += "\n" + estimate_text(*bench.subject, work, bench.experiment->settings());
    print_data(out);
    return ExitCode::ok;
}

/// Words that write the page again.
std::string sweep_page_command(const Options& options, const ScenarioSubject& subject) {
    std::string words = "mailquake sweep " + shell_word(options.operand());
    for (const char* option : {"variant", "set", "vary", "where", "metric", "precision", "replications", "seed", "until"})
        for (const std::string& text : options.texts(option)) words += fmt::format(" --{} {}", option, shell_word(text));
    if (options.has("cut")) words += " --cut";
    if (!options.has("seed")) words += fmt::format(" --seed {}", seed_of(options, subject.base().spec));
    return words + " --page sweep.html";
}

ExitCode print_sweep(const Options& options, const Bench& bench, const Grid& grid, std::span<const PointId> points, std::span<const PreciseEnd> ends) {
    const Experiment& experiment = *bench.experiment;
    if (options.has("page")) {
        std::vector<std::string> axes;
        for (const Axis& axis : grid.axes) axes.push_back(axis.paths.front());
        const ExperimentPage page{bench.subject.get(), sweep_json(experiment, points, ends), sweep_table(experiment, points), sweep_page_command(options, *bench.subject)};
        PageFile out(*options.text("page"));
        if (!out.write(sweep_page(page, axes, experiment, page_bundle_or_refuse()), options.has("quiet"))) return worst(bench.code(), ExitCode::engine_error);
    } else if (options.has("csv")) {
        print_data(tidy_csv(experiment, points, "tenant"));
    } else if (options.has("json")) {
        print_data(sweep_json(experiment, points, ends));
    } else {
        print_data(sweep_table(experiment, points));
        if (!ends.empty()) print_data(precision_text(ends, *precision_of(options)));
        if (options.has("plot") || stdout_has_colour()) print_data("\n" + sweep_plot(experiment, grid, points));
    }
    return bench.code();
}

ExitCode run_grid(const Options& options, Bench& bench) {
    const Grid grid = chosen_grid(options, *bench.subject);
    const auto precision = precision_of(options);
    const auto& block = bench.subject->base().spec.sweep;
    const std::uint32_t usual = block ? narrow<std::uint32_t>(block->replications, "replications") : kRunsOfPoint;
    const std::uint32_t n = replications_of(options, precision ? kPrecisionBudget : usual);
    const auto points = bench.experiment->add(grid.points);
    for (std::size_t i = 0; i < points.size(); ++i)
        if (bench.experiment->point(points[i]) != grid.points[i])
            bench.meter->say(fmt::format("mailquake: warning: {} is the same scenario as {}, and is shown as that", grid.points[i].text(),
                                         bench.experiment->point(points[i]).text()));
    if (options.has("dry-run")) return dry_run(bench, points, n, precision.has_value());
    std::vector<PreciseEnd> ends;
    if (precision) ends = replicate_until_precise(*bench.experiment, points, {*precision, std::min(10U, n), n});
    else (void)bench.experiment->ensure(points, n);
    for (const Axis* axis : idle_axes(*bench.experiment, grid.axes, points))
        bench.meter->say(fmt::format("mailquake: warning: {} made no difference to anything in the table; is it a bottleneck, and are these the figures to look at?",
                                     axis->paths.front()));
    bench.end();
    return print_sweep(options, bench, grid, points, ends);
}

ExitCode vary_choices(const Options& options, Bench& bench, const std::vector<double>& factors) {
    for (const char* other : {"vary", "where", "precision", "csv", "plot", "page"})
        if (options.has(other)) throw UsageError(fmt::format("--one-at-a-time makes its own points; --{} does not go with it", other));
    const auto choices = choices_of(*bench.subject, factors);
    if (choices.empty()) throw UsageError(fmt::format("no entry of {} is marked `basis: choice` and has a number", bench.subject->request().file));
    std::vector<Point> all{Point{}};
    for (const Choice& choice : choices)
        for (const Point& point : choice.points)
            if (!point.settings.empty()) all.push_back(point);
    Experiment& experiment = *bench.experiment;
    const auto points = experiment.add(all);
    const std::uint32_t n = replications_of(options, kRunsOfPoint);
    if (options.has("dry-run")) return dry_run(bench, points, n);
    (void)experiment.ensure(points, n);
    bench.end();
    const auto ranked = rank_choices(experiment, points.front(), choices);
    const Metric& metric = *experiment.metrics().front();
    if (options.has("json")) {
        print_data(choices_json(ranked, factors, experiment));
        return bench.code();
    }
    const MetricUnit unit = unit_of_metric(metric.text());
    print_data(fmt::format("{}: {} over {}, as written; its change, one choice at a time, largest first\n{}", metric.text(),
                           measure_text(unit, summarize(experiment, points.front(), 0)), human::count(n, "replication"),
                           choices_table(ranked, factors, metric)));
    if (ranked.front().greatest(true) > 0) print_data(fmt::format("The answer hinges most on {}.\n", ranked.front().choice->path));
    else print_data("No effect stands out of chance, whose work is in parentheses; more replications may tell.\n");
    const auto stuck = std::count_if(ranked.begin(), ranked.end(), [](const ChoiceEffect& e) { return e.greatest(false) < 0; });
    if (stuck > 0 && !options.has("quiet"))
        print_note(fmt::format("mailquake: {} could not be varied alone, such as {} ({}); --json has them all\n", human::count(static_cast<double>(stuck), "choice"),
                               ranked.back().choice->path, ranked.back().choice->skipped.front()));
    return bench.code();
}

}  // namespace

ExitCode sweep_verb(const Words& args) {
    Options options = sweep_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.has("page")) {   // said before anything runs
        (void)page_bundle_or_refuse();
        const PageFile tried(*options.text("page"));
    }
    if (options.has("csv") && options.has("json")) throw UsageError("--csv and --json both want stdout; one of the two");
    auto subject = load_subject(options, options.operand());
    if (!subject) return ExitCode::invalid_scenario;
    Bench bench(options, std::move(subject));
    if (const auto factors = options.text("one-at-a-time")) return vary_choices(options, bench, factors_of(*factors));
    return run_grid(options, bench);
}

}  // namespace mailquake
