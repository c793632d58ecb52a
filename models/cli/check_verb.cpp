#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "models/cli/options.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/mta/retry_schedule.hpp"
#include "models/report/human.hpp"
#include "models/report/table.hpp"
#include "models/results/recovery.hpp"
#include "models/scenario/effective.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/spec/quantity_text.hpp"
#include "models/world/load_gaps.hpp"
#include "models/world/offered_load.hpp"
#include "models/world/run_estimate.hpp"

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
std::string growth(double per_second) { return per_second > 0 ? "+" + human::rate(per_second) : ""; }
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
        const bool overload = row.peak_utilization >= 1 || row.is_missed || row.is_awaited;
        const auto found = groups_.find(whole_of(row.place));
        if (found != groups_.end() && found->second.partitions > kMostInFull) {
            if (found->second.busiest != &row && !overload) return std::nullopt;
            if (!overload) return fmt::format("the busiest of {} partitions", found->second.partitions);
        }
        return row.is_missed ? "<- gone, and no other site is tried" : row.is_awaited ? "<- full: its callers wait for it" : overload ? "<- overload" : "";
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
    TextTable table({"tier", "arrivals", "workers needed", "of", "utilization", "at the peak hour", "queue grows", ""});
    Partitions partitions;
    for (const OfferedLoadRow& r : rows)
        if (r.condition == condition) partitions.add(r);
    for (const OfferedLoadRow& r : rows) {
        if (r.condition != condition) continue;
        if (const auto remark = partitions.remark(r))
            table.row({r.place, human::rate(r.arrivals_per_second), number(r.work), number(r.workers), share(r.utilization),
                       share(r.peak_utilization), growth(r.growth_per_second), *remark});
    }
    return table.print();
}

/// Limits that are not near are not worth a line.
constexpr double kNear = 0.5;
bool is_near(const NextHopRow& row) { return row.peak_utilization >= kNear || !row.gets_through; }

std::string next_hop_table(const std::vector<NextHopRow>& rows, const std::string& condition) {
    TextTable table({"next hop", "limit", "arrivals", "needed", "of", "utilization", "at the peak hour", "queue grows", ""});
    std::size_t others = 0, near = 0;
    for (const NextHopRow& r : rows) {
        if (r.condition != condition) continue;
        if (!is_near(r)) {
            ++others;
            continue;
        }
        ++near;
        const auto amount = [&](double x) {
            if (r.limit == HopLimit::bandwidth) return fmt::format("{:.3g}Mbps", x / 1e6);
            return r.limit == HopLimit::throttle ? human::rate(x) : number(x);
        };
        table.row({r.destination.empty() ? r.place : r.place + " > " + r.destination, std::string(text_of(r.limit)), human::rate(r.arrivals_per_second),
                   amount(r.needed), amount(r.there), share(r.utilization), share(r.peak_utilization), growth(r.growth_per_second),
                   !r.gets_through ? "<- nobody takes it" : r.peak_utilization >= 1 ? "<- overload" : ""});
    }
    const std::string rest = condition != "normal" || others == 0 ? "" : fmt::format("{} {} of next hops {} used to less than {}\n", others, others == 1 ? "limit" : "limits", others == 1 ? "is" : "are", share(kNear));
    return (near > 0 ? table.print() : "") + rest;
}

std::vector<std::string> conditions(const OfferedLoad& load) {
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const OfferedLoadRow& r : load.tiers) add(r.condition);
    for (const NextHopRow& r : load.next_hops)
        if (is_near(r)) add(r.condition);
    return names;
}

std::string tier_name(const std::string& place) { return place.substr(0, place.find_first_of("/@")); }

SourcePos tier_pos(const ScenarioSpec& spec, const std::string& place) {
    for (const TierSpec& t : spec.tiers)
        if (t.name == tier_name(place)) return t.pos;
    return spec.pos;
}

SimTime end_of(const FaultSpec& fault) { return saturating_add(fault.at.at, fault.length); }

/// Where a schedule gives up what waits untried, a queue grows no longer than that takes.
std::string then_given_up(const ScenarioSpec& spec, const NextHopRow& row) {
    const auto tier = std::find_if(spec.tiers.begin(), spec.tiers.end(), [&](const TierSpec& t) { return t.name == row.place.substr(0, row.place.find_first_of("/@")); });
    if (tier == spec.tiers.end() || row.growth_per_second <= 0) return "";
    const RetrySchedule schedule(tier->next_hop.retry);
    if (schedule.expires() == Expires::after_attempt) return "";
    return fmt::format(" until its oldest mail is {} old; from then on as much is given up", print(schedule.expire_after()));
}

/// The place that is called from this one and does all that it can, so that this one waits for it; empty: there is none.
std::string full_callee(const ScenarioSpec& spec, const OfferedLoad& load, const OfferedLoadRow& row) {
    const auto tier = std::find_if(spec.tiers.begin(), spec.tiers.end(), [&](const TierSpec& t) { return t.name == tier_name(row.place); });
    if (tier == spec.tiers.end()) return "";
    for (const OfferedLoadRow& other : load.tiers) {
        const auto calls_it = [&](const CallSpec& call) { return call.to == tier_name(other.place); };
        if (other.is_awaited && other.condition == row.condition && std::any_of(tier->calls.begin(), tier->calls.end(), calls_it)) return other.place;
    }
    return "";
}

/// Overload at normal load is a warning; under a fault it is what the scenario may be about, so that it is only shown.
void warn_of_overload(const ScenarioSpec& spec, const OfferedLoad& load) {
    for (const NextHopRow& r : load.next_hops) {
        if (r.peak_utilization < 1 || r.condition != "normal") continue;
        print_note(fmt::format("{}: warning: {}: mail{} needs {} of what {} allow{}{}: its queue grows{}{}; {} would do\n", print(tier_pos(spec, r.place)), r.place,
                               r.destination.empty() ? "" : " for " + r.destination, share(std::max(r.utilization, r.peak_utilization)),
                               r.limit == HopLimit::throttle    ? "the throttle"
                               : r.limit == HopLimit::bandwidth ? "the links on its way"
                                                                : "its " + std::string(text_of(r.limit)),
                               r.limit == HopLimit::throttle ? "s" : "",
                               r.utilization < 1 ? " at the busiest hour" : "", r.growth_per_second > 0 ? " by " + human::rate(r.growth_per_second) : "",
                               then_given_up(spec, r), r.limit == HopLimit::bandwidth ? "more bandwidth" : "a higher limit"));
    }
    for (const OfferedLoadRow& r : load.tiers) {
        if (r.condition != "normal" || (r.peak_utilization < 1 && !r.is_awaited)) continue;
        if (r.is_awaited) {
            print_note(fmt::format("{}: warning: {} does all that it can, and its callers wait for it; more servers or workers, or a shorter service time, would do\n",
                                   print(tier_pos(spec, r.place)), r.place));
            continue;
        }
        if (const std::string callee = full_callee(spec, load, r); !callee.empty()) {
            print_note(fmt::format("{}: warning: {} waits for {}, which does all that it can: its queue grows without bound\n", print(tier_pos(spec, r.place)), r.place, callee));
            continue;
        }
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

/// What is accepted last is still under way when a run ends, however healthy all is.
std::string load_to_the_end(const ScenarioSpec& spec) {
    const bool is_drawn = std::any_of(spec.tenants.begin(), spec.tenants.end(), [](const TenantClassSpec& t) {
        return t.rate.per_second > 0 && !std::holds_alternative<ReplayArrivalsSpec>(t.arrivals);
    });
    if (!is_drawn || spec.cooldown > SimDuration::zero()) return "";
    const SimDuration proposed = std::min(spec.slo.delay, SimDuration{spec.duration.ns / 10});
    return fmt::format("Mail is accepted to its very end: what is under way then makes delays lower bounds (>=); `cooldown: {}` would leave that mail out.\n",
                       print(proposed));
}

std::string offered_load_text(const OfferedLoad& load) {
    std::string out;
    for (const std::string& condition : conditions(load))
        out += fmt::format("{}OFFERED LOAD, {}\n", out.empty() ? "" : "\n",
                           condition == "normal" ? "normal" : "while fault " + condition + " acts") +
               load_table(load.tiers, condition) + next_hop_table(load.next_hops, condition);
    return out;
}

std::string gaps_text(const ScenarioSpec& spec) {
    std::string out;
    for (const std::string& gap : load_gaps(spec)) out += "  " + gap + "\n";
    return out.empty() ? out : "\nNOT COUNTED ABOVE; a run has it\n" + out;
}

std::string effective_text(const LoadedScenario& scenario) {
    std::string out;
    for (const EffectiveValue& v : effective_listing(scenario)) out += fmt::format("{} = {}  # {}\n", v.path, v.value, v.origin);
    return out;
}

using Json = nlohmann::ordered_json;

Json offered_load_json(const OfferedLoad& load) {
    Json out = Json::array();
    const auto finite = [](double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); };  // null: without bound
    for (const OfferedLoadRow& r : load.tiers)
        out.push_back({{"place", r.place},
                       {"condition", r.condition},
                       {"arrivals_per_second", r.arrivals_per_second},
                       {"workers_needed", finite(r.work)},
                       {"workers", r.workers},
                       {"utilization", finite(r.utilization)},
                       {"peak_utilization", finite(r.peak_utilization)},
                       {"growth_per_second", r.growth_per_second},
                       {"is_awaited", r.is_awaited},
                       {"is_missed", r.is_missed}});
    return out;
}

Json next_hops_json(const OfferedLoad& load) {
    Json out = Json::array();
    for (const NextHopRow& r : load.next_hops)
        out.push_back({{"place", r.place},
                       {"destination", r.destination.empty() ? Json(nullptr) : Json(r.destination)},
                       {"condition", r.condition},
                       {"limit", text_of(r.limit)},
                       {"arrivals_per_second", r.arrivals_per_second},
                       {"needed", r.needed},
                       {"there", r.there},
                       {"utilization", r.utilization},
                       {"peak_utilization", r.peak_utilization},
                       {"gets_through", r.gets_through},
                       {"growth_per_second", r.growth_per_second}});
    return out;
}

Json estimate_json(const RunEstimate& estimate) {
    return {{"messages", estimate.messages}, {"events", estimate.events}, {"bytes", estimate.bytes}, {"seconds", estimate.seconds}};
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
    bool variants_run = true;
};

/// Mistakes and overload that a variant has beside those of the scenario without it.
struct CheckedVariant {
    std::string name;
    bool ok = true;
};

std::string key_of(const Diagnostic& one) { return print(one.pos) + ": " + one.message; }

std::vector<CheckedVariant> check_variants(const LoadRequest& request, const LoadedScenario& scenario, bool quiet) {
    std::vector<CheckedVariant> checked;
    if (!request.variants.empty() || scenario.variants.empty()) return checked;   // somebody has chosen, or there is no choice
    std::set<std::string> said;
    Diagnostics base;
    (void)load_scenario(request, base);
    for (const Diagnostic& one : base.all()) said.insert(key_of(one));
    for (const VariantInfo& variant : scenario.variants) {
        LoadRequest with = request;
        with.variants = {variant.name};
        Diagnostics all, fresh;
        const auto loaded = load_scenario(with, all);
        for (Diagnostic one : all.all()) {
            if (!said.insert(key_of(one)).second) continue;
            one.message = fmt::format("variant '{}': {}", variant.name, one.message);
            fresh.repeat(one);
        }
        fresh.take_sources(all);
        print_note(fresh.render(100, !quiet));
        if (loaded)
            if (const auto why = too_large(estimate_run(loaded->spec))) print_note(fmt::format("{}: warning: variant '{}': {}\n", print(variant.pos), variant.name, *why));
        checked.push_back({variant.name, loaded && !all.has_errors()});
    }
    return checked;
}

std::string variants_text(const std::vector<CheckedVariant>& variants) {
    if (variants.empty()) return {};
    std::vector<std::string> wrong;
    for (const CheckedVariant& variant : variants)
        if (!variant.ok) wrong.push_back(variant.name);
    if (wrong.empty()) return fmt::format("{} variant{}: ok\n", variants.size(), variants.size() == 1 ? "" : "s");
    return fmt::format("{} of {} variants cannot run: {}\n", wrong.size(), variants.size(), fmt::join(wrong, ", "));
}

Json variants_json(const std::vector<CheckedVariant>& variants) {
    Json out = Json::array();
    for (const CheckedVariant& variant : variants) out.push_back({{"name", variant.name}, {"ok", variant.ok}});
    return out;
}

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
    const OfferedLoad load = offered_load(loaded->spec);
    warn_of_overload(loaded->spec, load);
    warn_of_short_run(*loaded);
    const RunEstimate estimate = estimate_run(loaded->spec, load);
    if (const auto why = too_large(estimate)) print_note(fmt::format("{}: warning: {}; `run` wants --yes for it\n", print(loaded->spec.pos), *why));
    const std::vector<CheckedVariant> variants = check_variants(request, *loaded, options.has("quiet"));
    const bool all_run = std::all_of(variants.begin(), variants.end(), [](const CheckedVariant& variant) { return variant.ok; });
    if (wants_json)
        return Checked{{}, {{"file", loaded->file}, {"ok", all_run}, {"variants", variants_json(variants)}, {"offered_load", offered_load_json(load)},
                            {"next_hops", next_hops_json(load)}, {"not_counted", load_gaps(loaded->spec)}, {"run", estimate_json(estimate)}}, all_run};
    return Checked{fmt::format("{}: ok\n{}A run: {}.\n{}\n", loaded->file, variants_text(variants), text_of(estimate), load_to_the_end(loaded->spec)) + offered_load_text(load) + gaps_text(loaded->spec), {}, all_run};
}

}  // namespace

ExitCode check_verb(const Words& args) {
    Options options = check_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.operands().empty()) throw UsageError("FILE is missing: mailquake check FILE...");
    ExitCode code = ExitCode::ok;
    Json all{{"schema", 2}, {"files", Json::array()}};
    for (const std::string& file : options.operands()) {
        const auto checked = check_one(options, file);
        if (!checked || !checked->variants_run) code = worst(code, ExitCode::invalid_scenario);
        all["files"].push_back(checked ? checked->json : Json{{"file", file}, {"ok", false}});
        if (!checked || options.has("json") || options.has("quiet")) continue;
        if (!print_data(checked->text)) return ExitCode::engine_error;
    }
    if (options.has("json") && !print_data(all.dump(2) + "\n")) return ExitCode::engine_error;
    return code;
}

}  // namespace mailquake
