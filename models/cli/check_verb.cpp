#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/cli/options.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/report/human.hpp"
#include "models/report/table.hpp"
#include "models/results/recovery.hpp"
#include "models/scenario/effective.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/world/offered_load.hpp"

namespace mailquake {

Options check_options() {
    Options options({"check", "check [options] FILE...",
                     "Validates scenarios, all mistakes at once, and prints the load that each tier is offered, at normal\n"
                     "load and under each fault. FILE is a scenario, its folder, a bundled one's name, or - for stdin.",
                     {"mailquake check my-estate", "mailquake check my-estate --effective   # every value with its origin",
                      "mailquake check a/scenario.yaml b/scenario.yaml --set slo.delay=5min"}},
                    "FILE");
    add_scenario_options(options);
    options.add()("effective", "print every value that holds, with where it comes from, instead of the load")
                 ("json", "print one JSON object instead of tables")
                 ("quiet,q", "print errors and warnings only");
    return options;
}

namespace {

std::string number(double x) {
    if (!std::isfinite(x)) return "unbounded";
    return std::abs(x) < 1000 ? fmt::format("{:.3g}", x) : human::count(std::round(x));
}
std::string share(double x) { return std::isfinite(x) ? human::percent(x) : "unbounded"; }

/// "directory@dfw" of "directory/p3@dfw"; nothing of a place that is no partition.
std::string whole_of(const std::string& place) {
    const auto slash = place.find('/');
    if (slash == std::string::npos) return {};
    const auto at = place.find('@', slash);
    return place.substr(0, slash) + (at == std::string::npos ? "" : place.substr(at));
}

/// Like partitions are told by the busiest one of each site; one that is overloaded has a line of its own.
class Partitions {
public:
    void add(const OfferedLoadRow& row) {
        const std::string whole = whole_of(row.place);
        if (whole.empty()) return;
        Group& group = groups_[whole];
        ++group.partitions;
        if (group.busiest == nullptr || row.peak_utilization > group.busiest->peak_utilization) group.busiest = &row;
    }
    /// What stands behind the row, or nothing if another row stands for it.
    [[nodiscard]] std::optional<std::string> remark(const OfferedLoadRow& row) const {
        const bool overload = row.peak_utilization >= 1;
        const auto found = groups_.find(whole_of(row.place));
        if (found != groups_.end() && found->second.partitions > kMostInFull) {
            if (found->second.busiest != &row && !overload) return std::nullopt;
            if (!overload) return fmt::format("the busiest of {} partitions", found->second.partitions);
        }
        return overload ? "<- overload" : "";
    }

private:
    static constexpr std::size_t kMostInFull = 3;
    struct Group {
        std::size_t partitions = 0;
        const OfferedLoadRow* busiest = nullptr;
    };
    std::map<std::string, Group> groups_;
};

std::string load_table(const std::vector<OfferedLoadRow>& rows, const std::string& condition) {
    TextTable table({"tier", "arrivals", "workers needed", "of", "utilization", "at the peak hour", ""});
    Partitions partitions;
    for (const OfferedLoadRow& r : rows)
        if (r.condition == condition) partitions.add(r);
    for (const OfferedLoadRow& r : rows) {
        if (r.condition != condition) continue;
        if (const auto remark = partitions.remark(r))
            table.row({r.place, human::rate(r.arrivals_per_second), number(r.work), number(r.workers), share(r.utilization),
                       share(r.peak_utilization), *remark});
    }
    return table.print();
}

std::vector<std::string> conditions(const std::vector<OfferedLoadRow>& rows) {
    std::vector<std::string> names;
    for (const OfferedLoadRow& r : rows)
        if (std::find(names.begin(), names.end(), r.condition) == names.end()) names.push_back(r.condition);
    return names;
}

SourcePos tier_pos(const ScenarioSpec& spec, const std::string& place) {
    const std::string tier = place.substr(0, place.find_first_of("/@"));
    for (const TierSpec& t : spec.tiers)
        if (t.name == tier) return t.pos;
    return spec.pos;
}

SimTime end_of(const FaultSpec& fault) { return saturating_add(fault.at.at, fault.length); }

/// Overload at normal load is a warning; under a fault it is what the scenario may be about, so that it is only shown.
void warn_of_overload(const ScenarioSpec& spec, const std::vector<OfferedLoadRow>& rows) {
    for (const OfferedLoadRow& r : rows) {
        if (r.peak_utilization < 1 || r.condition != "normal") continue;
        print_note(fmt::format("{}: warning: {} is offered {} of what it can do{}: its queue grows without bound; more "
                               "servers or workers, or a shorter service time, would do\n",
                               print(tier_pos(spec, r.place)), r.place, share(std::max(r.utilization, r.peak_utilization)),
                               r.utilization < 1 ? " at the busiest hour" : ""));
    }
}

/// A run that ends too soon after its last fault does not show whether all is well again.
void warn_of_short_run(const LoadedScenario& loaded) {
    const ScenarioSpec& spec = loaded.spec;
    const FaultSpec* last = nullptr;
    for (const FaultSpec& fault : spec.faults) {
        const bool ends = fault.enabled && fault.with.empty() && !fault.mtbf && fault.length > SimDuration::zero();
        if (ends && (last == nullptr || end_of(fault) > end_of(*last))) last = &fault;
    }
    if (last == nullptr) return;
    const SimTime end = SimTime::zero() + loaded.until.value_or(spec.duration), needed = seen_from(end_of(*last), spec.slo.delay);
    if (end_of(*last) >= end || needed <= end) return;   // a fault that lasts to the end is there to stay
    print_note(fmt::format("{}: warning: the run ends {} after fault '{}', and {} are needed to see the recovery from it: 30 good minutes, and the delay objective; "
                           "a duration of {} would do\n",
                           print(last->pos), print(end - end_of(*last)), last->name, print(needed - end_of(*last)), print(needed - SimTime::zero())));
}

std::string offered_load_text(const std::vector<OfferedLoadRow>& rows) {
    std::string out;
    for (const std::string& condition : conditions(rows))
        out += fmt::format("{}OFFERED LOAD, {}\n", out.empty() ? "" : "\n",
                           condition == "normal" ? "normal" : "while fault " + condition + " acts") +
               load_table(rows, condition);
    return out;
}

std::string effective_text(const LoadedScenario& scenario) {
    std::string out;
    for (const EffectiveValue& v : effective_listing(scenario)) out += fmt::format("{} = {}  # {}\n", v.path, v.value, v.origin);
    return out;
}

using Json = nlohmann::ordered_json;

Json offered_load_json(const std::vector<OfferedLoadRow>& rows) {
    Json out = Json::array();
    const auto finite = [](double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); };  // null: without bound
    for (const OfferedLoadRow& r : rows)
        out.push_back({{"place", r.place},
                       {"condition", r.condition},
                       {"arrivals_per_second", r.arrivals_per_second},
                       {"workers_needed", finite(r.work)},
                       {"workers", r.workers},
                       {"utilization", finite(r.utilization)},
                       {"peak_utilization", finite(r.peak_utilization)}});
    return out;
}

Json effective_json(const LoadedScenario& scenario) {
    Json out = Json::array();
    for (const EffectiveValue& v : effective_listing(scenario)) out.push_back({{"path", v.path}, {"value", v.value}, {"origin", v.origin}});
    return out;
}

/// What there is to say of one file, as text or as JSON, as asked.
struct Checked {
    std::string text;
    Json json;
};

std::optional<Checked> check_one(const Options& options, const std::string& file) {
    LoadRequest request = load_request(options, file);
    request.identity = false;
    const auto loaded = load_or_say(request, options.has("quiet"));
    if (!loaded) return std::nullopt;
    const bool wants_json = options.has("json");
    if (options.has("effective")) {
        if (wants_json) return Checked{{}, {{"file", loaded->file}, {"ok", true}, {"effective", effective_json(*loaded)}}};
        return Checked{effective_text(*loaded), {}};
    }
    const auto rows = offered_load(loaded->spec);
    warn_of_overload(loaded->spec, rows);
    warn_of_short_run(*loaded);
    if (wants_json) return Checked{{}, {{"file", loaded->file}, {"ok", true}, {"offered_load", offered_load_json(rows)}}};
    return Checked{fmt::format("{}: ok\n", loaded->file) + offered_load_text(rows), {}};
}

}  // namespace

ExitCode check_verb(const Words& args) {
    Options options = check_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.operands().empty()) throw UsageError("FILE is missing: mailquake check FILE...");
    ExitCode code = ExitCode::ok;
    Json all{{"schema", 1}, {"files", Json::array()}};
    for (const std::string& file : options.operands()) {
        const auto checked = check_one(options, file);
        if (!checked) code = worst(code, ExitCode::invalid_scenario);
        all["files"].push_back(checked ? checked->json : Json{{"file", file}, {"ok", false}});
        if (!checked || options.has("json") || options.has("quiet")) continue;
        if (!print_data(checked->text)) return ExitCode::engine_error;
    }
    if (options.has("json") && !print_data(all.dump(2) + "\n")) return ExitCode::engine_error;
    return code;
}

}  // namespace mailquake
