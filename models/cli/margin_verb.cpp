#include <fmt/format.h>

#include <algorithm>

#include "models/cli/experiment_options.hpp"
#include "models/cli/page_file.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/summary.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/experiment_page.hpp"
#include "models/study/grid.hpp"
#include "models/study/search_text.hpp"

namespace mailquake {

namespace {

constexpr std::uint32_t kRunsOfCurve = 20;
constexpr std::size_t kStepsOfCurve = 25;

}  // namespace

Options margin_options() {
    Options options({"margin", "margin [options] FILE --vary PATH=LO..HI",
                     "Finds the tipping point: from which length or depth of a fault, or which load, the system no longer comes back.\n"
                     "Chance has a part in it, so the answer is a curve: the share of runs in which it still does, by value.",
                     {"mailquake margin my-estate --vary faults.cut.for=1min..4h",
                      "mailquake margin my-estate --vary faults.cut.for=1min..4h --within 30min",
                      "mailquake margin my-estate --vary faults.cut.for=1s..60s --map tenants.all.rate=100/s..300/s:50/s   # a map",
                      "mailquake margin my-estate --vary tenants.all.rate=10/s..100/s --expect 'bounced() / accepted() < 1%'"}},
                    "FILE");
    add_experiment_options(options, "replications, each with an edge of its own (20)");
    options.add()
        ("vary", one_text("PATH=LO..HI"), "along what; a range, with :STEP or without, or a list")
        ("map", one_text("PATH=VALUES"), "the same for each of these values: a map over two parameters")
        ("expect", one_text("EXPECTATION"), "what is to hold, instead of recovery from all faults")
        ("page", one_text("FILE.html"), "write a page instead: the curve with its band, or the tipping map")
        ("within", one_text("TIME"), "recovery is to be within this time, not only before the run ends");
    return options;
}

namespace {

/// What is to hold: --expect, or recovery within --within, or before the end of the run.
std::string claim_text(const Options& options, const ScenarioSubject& subject) {
    if (const auto text = options.text("expect")) {
        if (options.has("within")) throw UsageError("--within is for recovery; --expect says all");
        return *text;
    }
    if (subject.base().spec.faults.empty()) throw UsageError(fmt::format("{} has no faults to recover from; --expect says what is to hold", options.operand()));
    return fmt::format("recovered() < {}", options.text("within").value_or(print(subject.base().until.value_or(subject.base().spec.duration))));
}

/// A search goes from holding to broken: turns the candidates round if the first run says so.
bool turn_round(Experiment& experiment, const Claim& claim, std::vector<std::vector<PointId>>& rows, Candidates& candidates) {
    const auto& row = rows.front();
    if (!experiment.ensure(std::vector{UnitOrder{row.front(), 0}, UnitOrder{row.back(), 0}})) return false;
    const auto look = [&](PointId point) {
        const UnitReadings* unit = experiment.find({point, 0});
        return unit != nullptr && holds(claim.comparison, claim.bound, unit->readings[claim.metric]) == Holds::yes;
    };
    if (look(row.front()) || !look(row.back())) return false;
    for (auto& one : rows) std::reverse(one.begin(), one.end());
    std::reverse(candidates.values.begin(), candidates.values.end());
    std::reverse(candidates.points.begin(), candidates.points.end());
    return true;
}

/// The candidates at each point of the map.
std::vector<std::vector<Point>> rows_of(const std::vector<Point>& across, const Candidates& candidates) {
    std::vector<std::vector<Point>> rows;
    for (const Point& base : across) {
        rows.emplace_back();
        for (const Point& point : candidates.points) {
            Point both = base;
            for (const Setting& s : point.settings) both = both.with(s.path, s.value);
            rows.back().push_back(std::move(both));
        }
    }
    return rows;
}

/// Words that write the page again.
std::string margin_page_command(const Options& options, std::uint64_t seed) {
    std::string words = "mailquake margin " + shell_word(options.operand());
    for (const char* option : {"variant", "set", "vary", "map", "expect", "within", "replications", "until"})
        for (const std::string& text : options.texts(option)) words += fmt::format(" --{} {}", option, shell_word(text));
    if (options.has("cut")) words += " --cut";
    return words + fmt::format(" --seed {} --page margin.html", seed);
}

}  // namespace

ExitCode margin_verb(const Words& args) {
    Options options = margin_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.has("page")) {   // said before anything runs
        (void)page_bundle_or_refuse();
        const PageFile tried(*options.text("page"));
    }
    const auto vary = options.texts("vary");
    if (vary.size() != 1) throw UsageError("one --vary PATH=LO..HI says along what");
    const auto subject = load_subject(options, options.operand());
    if (!subject) return ExitCode::invalid_scenario;
    std::vector<std::string> errors;
    ScenarioSpec bare;   // the claim alone, not what the scenario expects
    bare = subject->base().spec;
    bare.expect.clear();
    const Expectations claims = expectations_of(bare, std::vector{claim_text(options, *subject)}, errors);
    refuse(errors);
    Candidates candidates = make_candidates(*subject, vary.front(), kStepsOfCurve, errors);
    refuse(errors);
    const auto map = options.texts("map");
    const std::vector<Point> across = map.empty() ? std::vector{Point{}} : make_grid(*subject, map, {}, errors).points;
    const auto rows = rows_of(across, candidates);
    for (const auto& row : rows)
        for (const Point& point : row)
            for (std::string& error : subject->errors_in(point)) errors.push_back(std::move(error));
    refuse(errors);

    auto results = open_results(options);
    MarginFound found{subject.get(), claims.list.front().text, &candidates, across, {}, replications_of(options, kRunsOfCurve), seed_of(options, bare)};
    {
        ExperimentMeter meter(subject->name(), options.has("quiet"));
        TouchWatch watch(subject->base().spec);
        Experiment experiment(*subject, claims.metrics, experiment_settings(options, *subject, results ? &results->ledger() : nullptr, meter, watch));
        std::vector<std::vector<PointId>> ids;
        for (const auto& row : rows) ids.push_back(experiment.add(row));
        if (turn_round(experiment, claims.claims.front(), ids, candidates))
            meter.say(fmt::format("mailquake: it holds at the far end of --vary, so the search begins there"));
        found.margins = find_margins(experiment, ids, claims.claims.front(), found.replications);
        for (const std::string& warning : watch.warnings()) meter.say(warning);
    }
    if (options.has("page")) {
        const ExperimentPage page{subject.get(), margin_json(found), margin_text(found), margin_page_command(options, found.seed)};
        PageFile out(*options.text("page"));
        if (!out.write(margin_page(page, page_bundle_or_refuse()), options.has("quiet"))) return ExitCode::engine_error;
    } else {
        print_data(options.has("json") ? margin_json(found) : margin_text(found));
    }
    const bool stopped = std::any_of(found.margins.begin(), found.margins.end(), [](const Margin& m) { return m.stopped; });
    return stopped ? ExitCode::interrupted : ExitCode::ok;
}

}  // namespace mailquake
