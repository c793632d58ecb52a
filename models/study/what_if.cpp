#include "models/study/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "models/report/measure_text.hpp"
#include "models/report/table.hpp"
#include "models/scenario/validate.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

ChangedScenario with_settings(std::string name, LoadRequest request, const std::vector<std::string>& sets) {
    request.sets.insert(request.sets.end(), sets.begin(), sets.end());
    return {std::move(name), std::move(request)};
}

std::vector<Switch> that_are(std::vector<Switch> all, bool on) {
    std::erase_if(all, [&](const Switch& s) { return s.on != on; });
    return all;
}

template <class Entries>
void add_switches(std::vector<Switch>& all, const Entries& entries, const char* list) {
    for (const auto& entry : entries) all.push_back({entry.name, list, entry.enabled});
}

const ComparedMetric* metric(const SideBySide& both, std::string_view text) {
    const auto found = std::find_if(both.metrics.begin(), both.metrics.end(), [&](const ComparedMetric& m) { return m.text == text; });
    return found == both.metrics.end() ? nullptr : &*found;
}

std::string value_of(const SideBySide& both, std::string_view text) {
    const ComparedMetric* m = metric(both, text);
    return m == nullptr ? "-" : measure_text(m->unit, m->b, m->b_at_least);
}

/// b - a with its half width; in parentheses where chance may have done it.
std::string difference_of(const SideBySide& both, std::string_view text) {
    const ComparedMetric* m = metric(both, text);
    if (m == nullptr || !m->difference.difference) return "-";
    const double d = *m->difference.difference;
    std::string out = (d > 0 ? "+" : d < 0 ? "-" : "") + measure_text(m->unit, std::abs(d));
    const auto& interval = m->difference.interval;
    if (interval && interval->half_width() > 1e-9 * std::abs(d)) out += " +- " + measure_text(m->unit, interval->half_width());
    return interval && d != 0 && !m->difference.significant() ? "(" + out + ")" : out;
}

std::string share_text(const std::optional<PageValue>& share) {
    if (!share || !share->value) return "-";
    const double half = share->low && share->high ? (*share->high - *share->low) / 2 : 0;
    return measure_text(MetricUnit::count, share->value) + (half > 1e-9 * std::abs(*share->value) ? " +- " + measure_text(MetricUnit::count, half) : "");
}

/// What Shapley's split leaves over: what happens with all of them off. Nothing to say where it is nothing.
std::string rest_text(std::span<const WhatIfRow> rows) {
    const ComparedMetric* damage = metric(rows.front().both, kDamage);
    if (damage == nullptr || !damage->a) return "";
    double rest = *damage->a;
    for (const WhatIfRow& row : rows)
        if (row.shapley && row.shapley->value) rest -= *row.shapley->value;
    if (rest <= *damage->a / 1000) return "";
    return fmt::format("  the other {} tenant-minutes late are there with all of them off\n",
                       measure_text(MetricUnit::count, rest));
}

double saving(const WhatIfRow& row) {
    const ComparedMetric* m = metric(row.both, kDamage);
    return m == nullptr || !m->difference.difference ? 0 : -*m->difference.difference;
}

/// Mail that a change saves from being lost or bounced, as far as it is no chance.
double saved_mail(const WhatIfRow& row) {
    double saved = 0;
    for (const char* text : {"lost()", "wrongly_bounced()"}) {
        const ComparedMetric* m = metric(row.both, text);
        if (m != nullptr && m->difference.difference && (m->difference.significant() || !m->difference.interval)) saved -= *m->difference.difference;
    }
    return saved;
}

/// Lost and bounced mail of B.
std::string lost_of(const WhatIfRow& row) {
    const ComparedMetric *lost = metric(row.both, "lost()"), *bounced = metric(row.both, "wrongly_bounced()");
    if (lost == nullptr || bounced == nullptr || !lost->b || !bounced->b) return "-";
    return measure_text(MetricUnit::count, *lost->b + *bounced->b);
}

/// What takes such a component down, and what the components are called.
struct Component {
    std::string_view plural, noun, kind;
};
constexpr Component kComponents[] = {{"sites", "site", "site-down"}, {"links", "link", "link-down"}, {"tiers", "tier", "server-crash"},
                                     {"partitions", "partition", "no-answer"}};

std::vector<std::string> targets_of(const ScenarioSpec& scenario, std::string_view components) {
    std::vector<std::string> all;
    if (components == "sites") {
        for (const auto& site : scenario.sites)
            if (!site.outside) all.push_back(site.name);
    } else if (components == "links") {
        for (const auto& link : scenario.links) all.push_back(link.name);
    } else {
        for (const auto& tier : scenario.tiers) {
            if (components == "tiers" && tier.partitions.empty()) all.push_back(tier.name);
            if (components == "partitions")
                for (const std::string& partition : tier.partitions) all.push_back(tier.name + "/" + partition);
        }
    }
    return all;
}

}  // namespace

std::vector<Switch> faults_and_flaws(const ScenarioSpec& scenario) {
    std::vector<Switch> all;
    add_switches(all, scenario.faults, "faults");
    add_switches(all, scenario.flaws, "flaws");
    return all;
}

std::vector<Switch> all_switches(const ScenarioSpec& scenario) {
    std::vector<Switch> all = faults_and_flaws(scenario);
    add_switches(all, scenario.mitigations, "mitigations");
    return all;
}

std::optional<Switch> find_switch(const ScenarioSpec& scenario, const std::string& name, std::vector<std::string>& errors) {
    std::vector<Switch> all = all_switches(scenario);
    const auto found = std::find_if(all.begin(), all.end(), [&](const Switch& s) { return s.name == name; });
    if (found != all.end()) return *found;
    std::vector<std::string> names;
    for (const Switch& s : all) names.push_back(s.name);
    errors.push_back(names.empty() ? fmt::format("there is no '{}': the scenario has no faults, flaws or mitigations", name)
                                   : fmt::format("there is no fault, flaw or mitigation '{}'{}", name, suggestion(name, names, "there")));
    return std::nullopt;
}

std::vector<ChangedScenario> leave_one_out(const LoadedScenario& scenario, const LoadRequest& base) {
    std::vector<ChangedScenario> all;
    for (const Switch& s : that_are(faults_and_flaws(scenario.spec), true)) all.push_back(with_settings("without " + s.name, base, {s.setting(false)}));
    return all;
}

std::vector<ChangedScenario> cures(const LoadedScenario& scenario, const LoadRequest& base) {
    std::vector<ChangedScenario> all;
    std::vector<std::string> together;
    for (const auto& mitigation : scenario.spec.mitigations) {
        if (mitigation.enabled) continue;
        const Switch s{mitigation.name, "mitigations", false};
        all.push_back(with_settings("with " + s.name, base, {s.setting(true)}));
        together.push_back(s.setting(true));
    }
    if (together.size() > 1) all.push_back(with_settings("all these together", base, together));
    for (const VariantInfo& variant : scenario.variants) {
        ChangedScenario one{"variant " + variant.name, base};
        one.request.variants.push_back(variant.name);
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<ChangedScenario> subsets(const LoadedScenario& scenario, const LoadRequest& base) {
    const std::vector<Switch> on = that_are(faults_and_flaws(scenario.spec), true);
    std::vector<ChangedScenario> all;
    if (on.size() < 2 || on.size() > kMostShared) return all;
    for (std::size_t set = 0; set < std::size_t{1} << on.size(); ++set) {
        std::vector<std::string> off;
        for (std::size_t i = 0; i < on.size(); ++i)
            if ((set >> i & 1) == 0) off.push_back(on[i].setting(false));
        all.push_back(with_settings(fmt::format("subset {}", set), base, off));
    }
    return all;
}

std::string kind_of(const EachFailure& failure) {
    const auto component = std::find_if(std::begin(kComponents), std::end(kComponents),
                                        [&](const Component& c) { return c.plural == failure.components; });
    return component != std::end(kComponents) && (failure.kind.empty() || failure.kind == "down")
               ? std::string(component->kind)
               : failure.kind;
}

LoadRequest without_faults(const LoadedScenario& scenario, LoadRequest base) {
    for (const auto& fault : scenario.spec.faults)
        if (fault.enabled) base.sets.push_back(Switch{fault.name, "faults"}.setting(false));
    return base;
}

std::vector<ChangedScenario> each_failed(const LoadedScenario& scenario, const LoadRequest& base, const EachFailure& failure, std::vector<std::string>& errors) {
    const auto component = std::find_if(std::begin(kComponents), std::end(kComponents), [&](const Component& c) { return c.plural == failure.components; });
    if (component == std::end(kComponents)) {
        errors.push_back(fmt::format("--each takes sites, links, tiers or partitions, not '{}'", failure.components));
        return {};
    }
    const std::string kind = kind_of(failure);
    std::vector<ChangedScenario> all;
    for (const std::string& target : targets_of(scenario.spec, component->plural))
        all.push_back(with_settings(fmt::format("{} {}", component->noun, target), without_faults(scenario, base),
                                    {fmt::format("faults=[{{name: each-{}, kind: {}, target: {}, at: {}, for: {}}}]", component->noun, kind, target,
                                                 failure.at, failure.length)}));
    if (all.empty()) errors.push_back(fmt::format("the scenario has no {} of its own", failure.components));
    return all;
}

void rank(std::vector<WhatIfRow>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [](const WhatIfRow& a, const WhatIfRow& b) {
        return std::pair(saved_mail(a), saving(a)) > std::pair(saved_mail(b), saving(b));
    });
}

std::string what_if_table(std::span<const WhatIfRow> rows, const std::string& first_column, bool worst_first) {
    const bool shares = std::any_of(rows.begin(), rows.end(), [](const WhatIfRow& r) { return r.shapley.has_value(); });
    std::vector<std::string> heads{first_column, "lost", "tenant-minutes late", "change", "affected", "collateral", "late", "longest delay"};
    if (shares) heads.insert(heads.begin() + 4, "its share (Shapley)");
    TextTable table(heads);
    const auto add = [&](const WhatIfRow& row) {
        std::vector<std::string> cells{row.name, lost_of(row), value_of(row.both, kDamage), difference_of(row.both, kDamage), value_of(row.both, "affected()"),
                                       value_of(row.both, "collateral()"), value_of(row.both, "late()"), value_of(row.both, "max(delay)")};
        if (shares) cells.insert(cells.begin() + 4, share_text(row.shapley));
        table.row(std::move(cells));
    };
    if (!rows.empty()) {
        WhatIfRow base{worst_first ? "none of them fails" : "as written", rows.front().both, std::nullopt};
        for (ComparedMetric& m : base.both.metrics) m.b = m.a, m.b_at_least = m.a_at_least, m.difference = {};
        add(base);
    }
    if (worst_first) std::for_each(rows.rbegin(), rows.rend(), add);
    else std::for_each(rows.begin(), rows.end(), add);
    const bool unsure = std::any_of(rows.begin(), rows.end(),
                                    [](const WhatIfRow& r) { return difference_of(r.both, kDamage).starts_with("("); });
    return table.print() + (unsure ? "  in parentheses: chance may have done it\n" : "") +
           (shares ? rest_text(rows) : "");
}

std::string what_if_json(const std::string& scenario, std::uint64_t seed, std::span<const WhatIfRow> rows) {
    std::vector<SideBySide> all;
    for (const WhatIfRow& row : rows) all.push_back(row.both);
    Json out = Json::parse(comparisons_json(all));
    Json alternatives = Json::array();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        Json one{{"name", rows[i].name}, {"shapley", nullptr}, {"shapley_interval", nullptr}};
        if (const auto& share = rows[i].shapley; share && share->value) {
            one["shapley"] = *share->value;
            if (share->low && share->high) one["shapley_interval"] = {{"low", *share->low}, {"high", *share->high}, {"n", rows[i].both.pairs}};
        }
        for (const char* key : {"pairs", "metrics"}) one[key] = std::move(out["comparisons"][i][key]);
        alternatives.push_back(std::move(one));
    }
    const Json whole{{"schema", 1}, {"version", MAILQUAKE_VERSION}, {"scenario", scenario}, {"seed", seed}, {"alternatives", std::move(alternatives)}};
    return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string what_if_sentence(const WhatIfRow& row) {
    const ComparedMetric* affected = metric(row.both, "affected()");
    const ComparedMetric* longest = metric(row.both, "max(delay)");
    if (affected == nullptr || longest == nullptr) return "";
    const auto delay = [&](const std::optional<double>& value, bool at_least) {
        if (value && std::isinf(*value)) return std::string("mail that was lost");
        return (at_least ? "a longest delay of at least " : "a longest delay of ") + measure_text(longest->unit, value);
    };
    return fmt::format("{}: {} of the tenants affected, and {}; as written, {}, and {}.\n", row.name,
                       measure_text(affected->unit, affected->b), delay(longest->b, longest->b_at_least),
                       measure_text(affected->unit, affected->a), delay(longest->a, longest->a_at_least));
}

}  // namespace mailquake
