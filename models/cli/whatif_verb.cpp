#include <fmt/format.h>

#include <map>

#include "models/cli/experiment_options.hpp"
#include "models/cli/interrupt.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/human.hpp"
#include "models/results/metric_reader.hpp"
#include "models/scenario/metric_names.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/page_worlds.hpp"
#include "models/study/what_if.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kPairedRuns = 5;

}  // namespace

Options whatif_options() {
    Options options({"whatif", "whatif [options] FILE",
                     "Runs a scenario and changes of it with the same luck, and says what they would have made. Without a change: what if\n"
                     "each fault or flaw had not been, one at a time, and how much of the damage is whose.",
                     {"mailquake whatif exchange-online-2014", "mailquake whatif exchange-online-2014 --without lookup-hang",
                      "mailquake whatif exchange-online-2014 --mitigations          # cures, by what they save",
                      "mailquake whatif my-estate --set tiers.transport.servers=12  # or --variant NAME, --with NAME",
                      "mailquake whatif my-estate --each sites --for 1h             # the N-1 table"}},
                    "FILE");
    add_experiment_options(options, "pairs of runs (5)");
    options.add()
        ("without", one_text("NAME"), "change: this fault, flaw or mitigation is off; repeatable, and with --with, --set and --variant one change together")
        ("with", one_text("NAME"), "change: this fault, flaw or mitigation is on; repeatable")
        ("mitigations", "each variant, and each mitigation that is off, ranked by what it saves")
        ("each", one_text("sites|links|tiers|partitions"), "each of these fails, one at a time")
        ("kind", one_text("FAULT"), "of --each: the kind of fault; else site-down, link-down, server-crash or no-answer")
        ("at", one_text("TIME"), "of --each: when; else after a quarter of the run")
        ("for", one_text("TIME"), "of --each: how long (1h)")
        ("metric,m", one_text("METRIC"), "what a single change is compared by, instead of the usual; repeatable");
    return options;
}

namespace {

/// The scenario as written: --set and --variant are the change.
LoadRequest base_request(const Options& options) {
    LoadRequest request = load_request(options, options.operand());
    request.until = options.text("until").value_or("");
    request.sets.clear();
    request.variants.clear();
    return request;
}

std::vector<std::string> metrics_of_change(const Options& options, const ScenarioSpec& scenario) {
    if (options.has("metric")) return options.texts("metric");
    std::vector<std::string> all{"affected()", "collateral()", kDamage, "late()", "p50(delay)", "p99(delay)", "max(delay)", "recovered()", "lost()", "wrongly_bounced()"};
    for (const auto& one : scenario.tenants)
        for (const char* text : {"affected(class={})", "late(class={})", "p99(delay, class={})"})
            if (scenario.tenants.size() > 1 && scenario.tenants.size() <= 12) all.push_back(fmt::format(fmt::runtime(text), one.name));
    if (!scenario.clients.empty()) all.insert(all.end(), {"signed_in()", "below_90()"});
    return all;
}

std::vector<std::string> metrics_of_table() { return {kDamage, "affected()", "collateral()", "late()", "max(delay)", "lost()", "wrongly_bounced()"}; }

/// That an entry touched nothing is news of the world that is there to show what it does: `with NAME`.
bool is_of_added(const std::string& warning, const std::string& world) {
    const std::size_t end = warning.find("' touched nothing");
    if (end == std::string::npos) return false;
    const std::size_t begin = warning.rfind('\'', end - 1) + 1;
    return (", " + world + ",").find(", with " + warning.substr(begin, end - begin) + ",") != std::string::npos;
}

/// Runs worlds that share their luck, in turn, each different one once; what a results file holds is not run again.
class Worlds {
public:
    Worlds(const Options& options, std::string name, const std::vector<std::string>& metrics)
        : options_(options), results_(open_results(options)), meter_(std::move(name), options.has("quiet")) {
        std::vector<std::string> errors;
        for (const std::string& text : metrics)
            if (auto measure = parse_measure(text, errors)) measures_.push_back(std::move(*measure));
        refuse(errors);
    }

    /// None: its mistakes have been shown. The scenario's own warnings are shown once, of the first world.
    std::optional<ComparedSide> run(const LoadRequest& request, const std::string& name) {
        auto scenario = load_or_say(request, options_.has("quiet") || !first_);
        if (!scenario || !fits_or_say(options_, *scenario)) return std::nullopt;
        const ScenarioSubject subject(request, std::move(*scenario));
        std::vector<std::string> errors;
        std::vector<std::shared_ptr<const Metric>> metrics;
        for (Measure measure : measures_) {
            for (std::string& error : errors_in_names(measure, subject.base().spec)) errors.push_back(std::move(error));
            complete_tier(measure, subject.base().spec);
            metrics.push_back(make_metric(std::move(measure)));
        }
        refuse(errors);
        const std::string identity = subject.canonical_text(Point{});
        if (const auto found = known_.find(identity); found != known_.end()) {
            ComparedSide side = found->second;
            side.name = name;
            return side;
        }
        TouchWatch watch(subject.base().spec);
        Experiment experiment(subject, metrics, experiment_settings(options_, subject, results_ ? &results_->ledger() : nullptr, meter_, watch));
        const PointId point = experiment.add(Point{});
        (void)experiment.ensure(std::vector{point}, replications_of(options_, kPairedRuns));
        for (const std::string& warning : watch.warnings())
            if ((first_ && untouched_is_news_) || is_of_added(warning, name)) meter_.say(warning);
        first_ = false;
        failed_ |= experiment.failed_points() > 0;
        ComparedSide side{name, subject.name(), {}};
        for (const auto& [replication, unit] : experiment.units(point)) side.units[{experiment.settings().seed, replication}] = unit.readings;
        known_.emplace(identity, side);
        return side;
    }

    /// Nothing goes wrong in the first world, so that it is no news that flaws and dashboards have nothing to do.
    void expect_nothing() { untouched_is_news_ = false; }

    [[nodiscard]] const std::vector<Measure>& measures() const { return measures_; }
    [[nodiscard]] ExitCode code() const {
        const ExitCode code = failed_ ? ExitCode::some_points_failed : ExitCode::ok;
        return watch_interrupts().load() ? worst(code, ExitCode::interrupted) : code;
    }

private:
    const Options& options_;
    std::optional<ResultsFile> results_;
    ExperimentMeter meter_;
    std::vector<Measure> measures_;
    std::map<std::string, ComparedSide> known_;   // by the identity of the scenario
    bool first_ = true, failed_ = false, untouched_is_news_ = true;
};

/// One row for each; none: a scenario's mistakes have been shown.
std::optional<std::vector<WhatIfRow>> run_all(Worlds& worlds, const ComparedSide& base, const std::vector<ChangedScenario>& alternatives) {
    std::vector<WhatIfRow> rows;
    for (const ChangedScenario& one : alternatives) {
        if (watch_interrupts().load()) break;
        const auto side = worlds.run(one.request, one.name);
        if (!side) return std::nullopt;
        rows.push_back({one.name, compare_sides(base, *side, worlds.measures()), std::nullopt});
    }
    return rows;
}

/// Fills in what each fault and flaw has of the damage; `rows` are those of leave_one_out, in the scenario's order.
bool share_out(Worlds& worlds, const LoadedScenario& scenario, const LoadRequest& request, std::vector<WhatIfRow>& rows) {
    const auto all = subsets(scenario, request);
    std::vector<ComparedSide> sides;
    for (const ChangedScenario& one : all) {
        if (watch_interrupts().load()) return true;
        auto side = worlds.run(one.request, one.name);
        if (!side) return false;
        sides.push_back(std::move(*side));
    }
    const auto shares = shapley_by_seed(sides, 0);   // the damage is the first metric of the tables
    for (std::size_t i = 0; i < rows.size() && i < shares.size(); ++i) rows[i].shapley = shares[i];
    return true;
}

std::vector<std::string> changes_of(const Options& options, const LoadedScenario& scenario) {
    std::vector<std::string> sets = options.texts("set"), errors;
    for (const bool on : {false, true})
        for (const std::string& name : options.texts(on ? "with" : "without")) {
            const auto found = find_switch(scenario.spec, name, errors);
            if (found && found->on == on) errors.push_back(fmt::format("'{}' is {} already", name, on ? "on" : "off"));
            if (found) sets.push_back(found->setting(on));
        }
    refuse(errors);
    return sets;
}

std::string change_name(const Options& options) {
    std::string name;
    for (const char* option : {"without", "with", "variant", "set"})
        for (const std::string& text : options.texts(option)) name += fmt::format("{}{} {}", name.empty() ? "" : ", ", option, text);
    return name;
}

ExitCode one_change(const Options& options, const LoadedScenario& scenario, const LoadRequest& base) {
    ChangedScenario change{change_name(options), base};
    change.request.variants = options.texts("variant");
    change.request.sets = changes_of(options, scenario);
    Worlds worlds(options, scenario.spec.name, metrics_of_change(options, scenario.spec));
    const auto written = worlds.run(base, "as written");
    if (!written) return ExitCode::invalid_scenario;
    const auto rows = run_all(worlds, *written, {change});
    if (!rows) return ExitCode::invalid_scenario;
    if (rows->empty()) return worlds.code();
    if (options.has("json")) print_data(what_if_json(scenario.spec.name, seed_of(options, scenario.spec), *rows));
    else print_data(comparison_text(rows->front().both) + what_if_sentence(rows->front()));
    return worlds.code();
}

EachFailure each_of(const Options& options, const ScenarioSpec& scenario) {
    const std::string quarter = print(scenario.warmup + SimDuration{(scenario.duration - scenario.warmup - scenario.cooldown).ns / 4});
    return {*options.text("each"), options.text("kind").value_or(""), options.text("at").value_or(quarter), options.text("for").value_or("1h")};
}

/// What table is asked for.
struct Table {
    LoadRequest base;
    std::vector<ChangedScenario> alternatives;
    std::string heading;
    bool shares = false, worst_first = false;
};

Table table_of(const Options& options, const LoadedScenario& scenario, const LoadRequest& base) {
    const std::string& name = scenario.spec.name;
    if (options.has("mitigations")) {
        Table table{base, cures(scenario, base), name + ": what would have helped, by tenant-minutes saved"};
        if (table.alternatives.empty()) throw UsageError(fmt::format("{} has no variants and no mitigation that is off", options.operand()));
        return table;
    }
    if (options.has("each")) {
        const EachFailure failure = each_of(options, scenario.spec);
        std::vector<std::string> errors;
        Table table{
            without_faults(scenario, base), each_failed(scenario, base, failure, errors),
            fmt::format(
                "{}: one of the {} fails ({}) at {} for {}, the scenario's own faults switched off; worst first", name,
                failure.components, kind_of(failure), failure.at, failure.length)};
        table.worst_first = true;
        refuse(errors);
        return table;
    }
    Table table{base, leave_one_out(scenario, base), name + ": without one fault or flaw at a time, by tenant-minutes saved"};
    if (table.alternatives.empty()) throw UsageError(fmt::format("{} has no fault or flaw that is on; --set, --with, --variant or --each say what is to change", options.operand()));
    table.shares = true;
    return table;
}

ExitCode print_table(const Options& options, const LoadedScenario& scenario, const LoadRequest& base) {
    const Table table = table_of(options, scenario, base);
    Worlds worlds(options, scenario.spec.name, metrics_of_table());
    if (table.worst_first) worlds.expect_nothing();
    const auto written = worlds.run(table.base, table.worst_first ? "none of them fails" : "as written");
    if (!written) return ExitCode::invalid_scenario;
    auto rows = run_all(worlds, *written, table.alternatives);
    if (!rows || (table.shares && !share_out(worlds, scenario, base, *rows))) return ExitCode::invalid_scenario;
    rank(*rows);
    if (options.has("json")) {
        print_data(what_if_json(scenario.spec.name, seed_of(options, scenario.spec), *rows));
        return worlds.code();
    }
    print_data(fmt::format("{} ({}, the same luck in all)\n{}", table.heading, human::count(replications_of(options, kPairedRuns), "run"),
                           what_if_table(*rows, "", table.worst_first)));
    if (table.shares)
        for (const WhatIfRow& row : *rows) print_data(what_if_sentence(row));
    return worlds.code();
}

}  // namespace

ExitCode whatif_verb(const Words& args) {
    Options options = whatif_options();
    if (!options.parse(args)) return ExitCode::ok;
    const bool change = options.has("without") || options.has("with") || options.has("set") || options.has("variant");
    if (change + options.has("mitigations") + options.has("each") > 1)
        throw UsageError("one question at a time: a change (--without, --with, --set, --variant), --mitigations, or --each");
    for (const char* of_each : {"kind", "at", "for"})
        if (options.has(of_each) && !options.has("each")) throw UsageError(fmt::format("--{} goes with --each", of_each));
    if (options.has("warmup")) throw UsageError("whatif runs scenarios as they are written; say --set warmup=TIME, or write it into the scenario");
    if (options.has("metric") && !change) throw UsageError("--metric is for one change; the tables have columns of their own");
    const LoadRequest base = base_request(options);
    const auto scenario = load_or_say(base, true);
    if (!scenario) return ExitCode::invalid_scenario;
    return change ? one_change(options, *scenario, base) : print_table(options, *scenario, base);
}

}  // namespace mailquake
