#include "models/report/page.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "models/report/page_why.hpp"
#include "models/report/summary.hpp"
#include "models/report/topology_layout.hpp"
#include "models/results/json.hpp"
#include "models/spec/enum_text.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

Json maybe(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json value_json(const PageValue& v) {
    Json out{{"value", maybe(v.value)}};
    if (v.low && v.high) out["low"] = *v.low, out["high"] = *v.high;
    if (v.at_least) out["at_least"] = true;
    if (v.value && std::isinf(*v.value)) out["never"] = true;   // null: it falls on lost mail
    return out;
}

Json world_json(const PageWorld& world) {
    Json metrics = Json::object();
    for (const PageMetric& m : world.metrics)
        metrics[m.text] = {{"unit", unit_name(m.unit)}, {"value", value_json(m.value)}, {"change", value_json(m.change)}, {"sure", m.sure}};
    Json out{{"name", world.name}, {"description", world.description}, {"command", world.command}, {"metrics", std::move(metrics)}};
    if (world.shapley) out["shapley"] = value_json(*world.shapley);
    return out;
}

Json worlds_json(const std::vector<PageWorld>& worlds) {
    Json list = Json::array();
    for (const PageWorld& world : worlds) list.push_back(world_json(world));
    return list;
}

Json whatif_json(const PageWhatIf& whatif) {
    if (whatif.runs == 0) return nullptr;
    return {{"runs", whatif.runs},
            {"damage", whatif.damage},
            {"as_written", world_json(whatif.as_written)},
            {"without", worlds_json(whatif.without)},
            {"cures", worlds_json(whatif.cures)},
            {"no_flaw", whatif.no_flaw ? world_json(*whatif.no_flaw) : Json(nullptr)},
            {"no_flaw_sentence", whatif.no_flaw_sentence}};
}

Json hinges_json(const PageHinges& hinges) {
    Json list = Json::array();
    for (const PageChoice& choice : hinges.choices) {
        Json effects = Json::array();
        for (const PageEffect& e : choice.effects) effects.push_back({{"factor", e.factor}, {"change", value_json(e.change)}, {"sure", e.sure}});
        list.push_back({{"path", choice.path}, {"value", choice.value}, {"effects", std::move(effects)}});
    }
    return {{"metric", hinges.metric}, {"unit", unit_name(hinges.unit)}, {"runs", hinges.runs}, {"choices", std::move(list)}, {"command", hinges.command}};
}

Json topology_json(const TopologyLayout& layout) {
    Json sites = Json::array(), links = Json::array();
    for (const SiteBox& s : layout.sites) {
        Json tiers = Json::array();
        for (const TierBox& t : s.tiers)
            tiers.push_back({{"name", t.name}, {"partitions", t.partitions}, {"x", t.x}, {"y", t.y}, {"width", t.width}, {"height", t.height}});
        sites.push_back({{"name", s.name}, {"outside", s.outside}, {"x", s.x}, {"y", s.y}, {"width", s.width}, {"height", s.height}, {"tiers", std::move(tiers)}});
    }
    for (const LinkLine& l : layout.links)
        links.push_back({{"name", l.name}, {"from", l.from}, {"to", l.to}, {"latency", l.latency}, {"path", l.path}});
    return {{"width", layout.width}, {"height", layout.height}, {"sites", std::move(sites)}, {"links", std::move(links)}};
}

/// What the scenario says of an entry, beside what came of it.
const Entry* entry_named(const ScenarioSpec& scenario, const std::string& name, std::string_view what) {
    const auto find = [&](const auto& list) -> const Entry* {
        const auto found = std::find_if(list.begin(), list.end(), [&](const auto& e) { return e.name == name; });
        return found == list.end() ? nullptr : &*found;
    };
    return what == "fault" ? find(scenario.faults) : what == "flaw" ? find(scenario.flaws) : find(scenario.mitigations);
}

Json events_json(const PageInput& input) {
    Json list = Json::array();
    const auto add = [&](const std::vector<DisturbanceFigures>& all, std::string_view what) {
        for (const DisturbanceFigures& d : all) {
            const Entry* entry = entry_named(*input.scenario, d.name, what);
            Json one{{"what", what},       {"name", d.name},         {"kind", d.kind},       {"target", d.target}, {"where", d.where},
                     {"enabled", d.enabled}, {"start", maybe(d.start)}, {"end", maybe(d.end)}, {"touched", d.touched}};
            one["description"] = entry == nullptr ? "" : entry->description;
            one["basis"] = entry == nullptr ? "" : std::string(to_text(entry->basis));
            one["source"] = entry == nullptr ? "" : entry->source;
            list.push_back(std::move(one));
        }
    };
    add(input.run->figures.faults, "fault");
    add(input.run->figures.flaws, "flaw");
    add(input.run->figures.mitigations, "mitigation");
    return list;
}

Json sources_json(const PageInput& input) {
    Json list = Json::array();
    for (const auto& [name, text] : input.sources) list.push_back({{"name", name}, {"text", text}});
    return list;
}

}  // namespace

std::string_view unit_name(MetricUnit unit) {
    switch (unit) {
        case MetricUnit::duration: return "duration";
        case MetricUnit::share: return "share";
        case MetricUnit::count: return "count";
        case MetricUnit::rate: return "rate";
        case MetricUnit::number: return "number";
    }
    return "number";
}

const PageMetric* PageWorld::find(std::string_view text) const {
    const auto found = std::find_if(metrics.begin(), metrics.end(), [&](const PageMetric& m) { return m.text == text; });
    return found == metrics.end() ? nullptr : &*found;
}

Json page_json(const PageInput& input) {
    const RunResult& run = *input.run;
    Json result = Json::parse(run_json(run));
    result.erase("wall");   // the one number that differs between equal runs
    Json drawn = outcome_json(*input.drawn), why = explanation_for_page(*input.scenario, *input.drawn);
    if (Json told = told_for_page(*input.drawn); !told.is_null()) drawn["told"] = std::move(told);
    Json page{{"page", 1},
            {"kind", "incident"},
            {"result", std::move(result)},
            {"events", events_json(input)},
            {"outcome", std::move(drawn)},
            {"topology", topology_json(lay_out(*input.scenario))},
            {"whatif", whatif_json(input.whatif)},
            {"hinges", hinges_json(input.hinges)},
            {"sources", sources_json(input)},
            {"replay", replay_command(run)},
            {"command", input.command}};
    if (!why.is_null()) page["explanation"] = std::move(why);
    return page;
}

}  // namespace mailquake
