#include "models/study/scenario_subject.hpp"

#include <fmt/format.h>

#include "models/report/cascade.hpp"
#include "models/report/summary.hpp"
#include "models/results/json.hpp"
#include "models/results/metric_reader.hpp"
#include "models/results/store.hpp"
#include "models/scenario/metric_names.hpp"
#include "models/scenario/path.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/study/mail_course.hpp"
#include "models/world/run_estimate.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {

namespace {

constexpr std::size_t kMostKept = 4096;   // points whose scenarios stay in memory

std::string until_text(const std::optional<SimDuration>& until) { return until ? print(*until) : std::string(); }

/// `--set:tiers.edge.servers: tiers.edge.servers: 0 is out of range...`, without the place: the point says it.
std::vector<std::string> errors_of(const Diagnostics& said) {
    std::vector<std::string> errors;
    for (const Diagnostic& one : said.all()) {
        if (one.severity != Severity::error) continue;
        errors.push_back(one.pos.line > 0 ? fmt::format("{}: {}", print(one.pos), one.message) : one.message);
    }
    return errors;
}

}  // namespace

ReplicationResult result_of(const Outcome& outcome, const ScenarioSpec& scenario) {
    ReplicationResult result{outcome.seed, outcome.replication, outcome.fingerprint.hex(), MAILQUAKE_VERSION, figures_of(outcome, scenario), {}};
    result.figures.cascade = cascade_of(outcome);
    return result;
}

About about_request(const LoadedScenario& scenario, const LoadRequest& request) {
    About a = about(scenario.spec);
    a.file = request.file;
    a.variants = request.variants;
    a.sets = request.sets;
    a.cut = request.cut;
    a.until = until_text(scenario.until);
    return a;
}

ScenarioSubject::ScenarioSubject(LoadRequest request, LoadedScenario base, Detail detail)
    : request_(std::move(request)), base_(std::move(base)), detail_(detail) {}

void ScenarioSubject::hand_on(Ended ended, std::uint32_t explained) {
    MQ_CHECK(detail_ == Detail::figures, "rows that are yet to be written need the outcome");
    ended_ = std::move(ended);
    explained_ = explained;
}

LoadRequest ScenarioSubject::request_for(const Point& point) const {
    LoadRequest request = request_;
    for (const Setting& s : point.settings) request.sets.push_back(s.path + "=" + s.value);
    return request;
}

std::shared_ptr<const ScenarioSubject::Loaded> ScenarioSubject::loaded(const Point& point) const {
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = points_.find(point); found != points_.end()) return found->second;
    }
    auto result = std::make_shared<Loaded>();
    if (point.settings.empty()) {
        *result = {base_.spec, base_.until, base_.canonical_text, {}};
    } else {
        Diagnostics said;
        if (auto scenario = load_scenario(request_for(point), said))
            *result = {std::move(scenario->spec), scenario->until, std::move(scenario->canonical_text), {}};
        else result->errors = errors_of(said);
        if (result->spec && !allows_large_)
            if (const auto why = too_large(estimate_run(*result->spec, result->until))) result->errors.push_back(*why + "; --yes runs it all the same");
    }
    const std::lock_guard lock(mutex_);
    if (points_.size() >= kMostKept) points_.clear();
    return points_.emplace(point, std::move(result)).first->second;
}

std::optional<PathInfo> ScenarioSubject::describe(std::string_view path) const {
    if (path == "seed") return std::nullopt;   // a replication's seed is the experiment's
    const auto type = type_at(*base_.tree, path);
    if (!type) return std::nullopt;
    return PathInfo{type->type, type->integer, type->lowest, type->highest};
}

std::vector<std::string> ScenarioSubject::errors_in(const Point& point) const {
    std::vector<std::string> errors;
    for (const std::string& error : loaded(point)->errors) errors.push_back(fmt::format("{}: {}", point.text(), error));
    return errors;
}

ResolvedMetric ScenarioSubject::resolve(std::string_view metric) const {
    ResolvedMetric resolved;
    auto measure = parse_measure(metric, resolved.errors);
    if (!measure) return resolved;
    resolved.errors = errors_in_names(*measure, base_.spec);
    if (!resolved.errors.empty()) return resolved;
    complete_tier(*measure, base_.spec);
    resolved.metric = make_metric(std::move(*measure));
    return resolved;
}

std::string ScenarioSubject::canonical_text(const Point& point) const {
    const auto scenario = loaded(point);
    MQ_CHECK(scenario->spec, "the identity of a point without errors is asked for");
    return identity_text(scenario->canonical_text, until_text(scenario->until));
}

std::string ScenarioSubject::mail_course_at(const Point& point) const {
    const auto scenario = loaded(point);
    MQ_CHECK(scenario->spec, "the course of a point without errors is asked for");
    return identity_text(mail_course(*scenario->spec), until_text(scenario->until));
}

std::string ScenarioSubject::about(const Point& point) const {
    About a = about_request(base_, request_);
    for (const Setting& s : point.settings) a.sets.push_back(s.path + "=" + s.value);
    return about_json(a);
}

std::string ScenarioSubject::parameters(const Point& point) const {
    std::string text = parameters_json(about_request(base_, request_));
    if (point.settings.empty()) return text;
    text.pop_back();   // the last brace
    return text + ",\"point\":" + Subject::parameters(point) + "}";
}

std::optional<RunRecord> ScenarioSubject::run(const RunOrder& order) const {
    const auto scenario = loaded(*order.point);
    MQ_CHECK(scenario->spec, "a point without errors is run");
    RunOptions options;
    options.seed = order.seed;
    options.replication = order.replication;
    options.threads = std::max(1U, order.threads);
    options.stop = order.stop;
    const bool handed_on = ended_ && order.point->settings.empty();
    options.lives = handed_on && order.replication == explained_;
    if (scenario->until) options.until = SimTime::zero() + *scenario->until;
    struct Kept {
        Outcome outcome;
        ReplicationResult result;
    };
    auto kept = std::make_shared<Kept>();
    kept->outcome = simulate(*scenario->spec, options);
    if (kept->outcome.interrupted) return std::nullopt;
    kept->result = result_of(kept->outcome, *scenario->spec);
    RunRecord record = record_of(kept->result.figures, kept->result.fingerprint, kept->outcome, detail_);
    if (handed_on) ended_(kept->outcome, kept->result);
    if (record.more_rows) record.more_rows = [kept, rows = std::move(record.more_rows)](RowSink& sink) { rows(sink); };
    return record;
}

std::string ScenarioSubject::replay_command(const Point& point, std::uint64_t seed, std::uint32_t replication) const {
    std::string command = "mailquake run " + shell_word(request_.file);
    for (const std::string& variant : request_.variants) command += " --variant " + shell_word(variant);
    if (request_.cut) command += " --cut";
    for (const std::string& set : request_for(point).sets) command += " --set " + shell_word(set);
    if (!request_.until.empty()) command += " --until " + shell_word(request_.until);
    command += fmt::format(" --seed {}", seed);
    return replication == 0 ? command : command + fmt::format(" --only {}", replication);
}

}  // namespace mailquake
