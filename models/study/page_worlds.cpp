#include "models/study/page_worlds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/report/measure_text.hpp"
#include "sim/experiment/shapley.hpp"
#include "sim/stats/confidence.hpp"

namespace mailquake {

namespace {

PageValue mean_with_interval(const std::vector<double>& values, bool at_least) {
    PageValue out;
    if (values.empty()) return out;
    double sum = 0;
    for (const double v : values) sum += v;
    out.value = sum / static_cast<double>(values.size());
    out.at_least = at_least;
    if (std::isinf(*out.value)) return out;   // it falls on lost mail in one of them
    if (const auto interval = student_t_interval(values)) out.low = interval->low, out.high = interval->high;
    return out;
}

PageValue change_value(const PairedDifference& d) {
    PageValue out;
    out.value = d.difference;
    if (d.interval) out.low = d.interval->low, out.high = d.interval->high;
    out.at_least = d.at_least;
    return out;
}

/// Readings of one metric in both, replication by replication.
struct Paired {
    std::vector<std::optional<Reading>> first, second;
};

Paired pair_up(const ComparedSide& a, const ComparedSide& b, std::size_t metric) {
    Paired pairs;
    for (const auto& [key, readings] : a.units) {
        const auto other = b.units.find(key);
        if (other == b.units.end()) continue;
        pairs.first.push_back(readings[metric]);
        pairs.second.push_back(other->second[metric]);
    }
    return pairs;
}

double damage_change(const PageWorld& world, const std::string& damage) {
    const PageMetric* m = world.find(damage);
    return m == nullptr ? 0 : m->change.value.value_or(0);
}

/// Lost and bounced mail, as far as the change is no chance.
double lost_change(const PageWorld& world) {
    double change = 0;
    for (const char* text : {"lost()", "wrongly_bounced()"}) {
        const PageMetric* m = world.find(text);
        if (m != nullptr && (m->sure || !m->change.low)) change += m->change.value.value_or(0);
    }
    return change;
}

}  // namespace

std::vector<std::string> page_metrics(const ScenarioSpec& scenario) {
    if (scenario.tenants.empty() && !scenario.clients.empty()) return {"below_90()", "signed_in()"};
    return {kDamage, "affected()", "collateral()", "late()", "p50(delay)", "p99(delay)", "max(delay)", "recovered()", "lost()", "wrongly_bounced()"};
}

PageValue page_value(std::span<const std::optional<Reading>> readings) {
    std::vector<double> values;
    bool at_least = false;
    for (const auto& reading : readings) {
        if (!reading) continue;
        values.push_back(reading->value);
        at_least |= reading->at_least;
    }
    return mean_with_interval(values, at_least);
}

PageWorld page_world(const std::string& name, const ComparedSide& base, const ComparedSide& changed, std::span<const Measure> measures) {
    PageWorld world;
    world.name = name;
    for (std::size_t m = 0; m < measures.size(); ++m) {
        const Paired pairs = pair_up(base, changed, m);
        PageMetric metric{measures[m].text(), measures[m].unit(), page_value(pairs.second), {}, false};
        if (&base != &changed) {
            const PairedDifference d = paired_difference(pairs.first, pairs.second);
            metric.change = change_value(d);
            metric.sure = d.significant();
        }
        if (metric.value.value) world.metrics.push_back(std::move(metric));
    }
    return world;
}

std::vector<PageValue> shapley_by_seed(std::span<const ComparedSide> worlds, std::size_t metric) {
    if (worlds.empty()) return {};
    std::vector<std::vector<double>> shares;   // by cause, then by replication
    for (const auto& [key, unused] : worlds.front().units) {
        std::vector<double> damage;
        for (const ComparedSide& world : worlds) {
            const auto unit = world.units.find(key);
            if (unit == world.units.end() || !unit->second[metric]) break;
            damage.push_back(unit->second[metric]->value);
        }
        if (damage.size() < worlds.size()) continue;
        const std::vector<double> of_seed = shapley_shares(damage);
        shares.resize(of_seed.size());
        for (std::size_t i = 0; i < of_seed.size(); ++i) shares[i].push_back(of_seed[i]);
    }
    std::vector<PageValue> all;
    for (const auto& of_cause : shares) all.push_back(mean_with_interval(of_cause, false));
    return all;
}

std::vector<PageChoice> page_choices(std::span<const ChoiceEffect> effects, std::span<const double> factors) {
    std::vector<PageChoice> all;
    for (const ChoiceEffect& effect : effects) {
        if (effect.greatest(false) < 0) continue;   // could not be varied
        PageChoice choice{effect.choice->path, effect.choice->value, {}};
        for (std::size_t k = 0; k < effect.effects.size(); ++k)
            choice.effects.push_back({factors[k], change_value(effect.effects[k]), effect.effects[k].significant()});
        all.push_back(std::move(choice));
    }
    return all;
}

void rank_cures(std::vector<PageWorld>& worlds, const std::string& damage) {
    std::stable_sort(worlds.begin(), worlds.end(), [&](const PageWorld& a, const PageWorld& b) {
        return std::pair(lost_change(a), damage_change(a, damage)) < std::pair(lost_change(b), damage_change(b, damage));
    });
}

std::string turned_sentence(const std::string& what, const PageWorld& without, const PageWorld& as_written) {
    const auto say = [](const PageWorld& world) -> std::string {
        const PageMetric *longest = world.find("max(delay)"), *affected = world.find("affected()");
        if (longest == nullptr || affected == nullptr) return {};
        if (longest->value.value && std::isinf(*longest->value.value))
            return fmt::format("mail that was lost, with {} of the tenants affected", measure_text(affected->unit, affected->value.value));
        return fmt::format("{}{} at the longest for {} of the tenants", longest->value.at_least ? "at least " : "", measure_text(longest->unit, longest->value.value),
                           measure_text(affected->unit, affected->value.value));
    };
    const std::string before = say(without), after = say(as_written);
    if (before.empty() || after.empty()) return {};
    return fmt::format("{} turned {} into {}.", what, before, after);
}

}  // namespace mailquake
