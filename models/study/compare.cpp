#include "models/study/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/report/human.hpp"
#include "models/report/measure_text.hpp"
#include "models/report/table.hpp"
#include "models/results/json.hpp"
#include "models/results/other_builds.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

bool at_least(const ComparedSide& side, std::size_t metric) {
    return std::any_of(side.units.begin(), side.units.end(),
                       [&](const auto& unit) { return unit.second[metric] && unit.second[metric]->at_least; });
}

std::optional<double> mean_of(const ComparedSide& side, std::size_t metric) {
    double sum = 0, n = 0;
    for (const auto& [key, readings] : side.units) {
        if (!readings[metric]) continue;
        sum += readings[metric]->value;
        n += 1;
    }
    if (n == 0) return std::nullopt;
    return sum / n;
}

/// Runs in which it falls on lost mail: so many more in B.
std::int64_t never_in(const PairedDifference& d) { return std::int64_t{d.changed_never} - std::int64_t{d.base_never}; }
bool was_never(const PairedDifference& d) { return d.base_never + d.changed_never > 0; }

Change change_of(const Measure& measure, const PairedDifference& d) {
    if (never_in(d) == 0 && (!d.significant() || !d.difference)) return Change::none;
    const double change = never_in(d) != 0 ? static_cast<double>(never_in(d)) : *d.difference;
    switch (measure.metric.type->better) {
        case Better::lower: return change < 0 ? Change::better : Change::worse;
        case Better::higher: return change > 0 ? Change::better : Change::worse;
        case Better::neither: return Change::other;
    }
    return Change::none;
}

const char* to_text(Change change) {
    switch (change) {
        case Change::none: return "within chance";
        case Change::better: return "better";
        case Change::worse: return "worse";
        case Change::other: return "other";
    }
    return "";
}

std::string change_text(const ComparedMetric& m) {
    if (never_in(m.difference) != 0) return to_text(m.change);
    if (m.difference.pairs == 0) return was_never(m.difference) ? "same" : "no pairs";
    if (m.difference.difference == 0.0) return m.difference.at_least ? "not known" : "same";
    return m.difference.interval ? to_text(m.change) : "one pair: no interval";
}

std::string difference_text(const ComparedMetric& m) {
    if (never_in(m.difference) != 0) return fmt::format("never in {:+} runs", never_in(m.difference));
    if (!m.difference.difference) return "-";
    const double d = *m.difference.difference;
    std::string text = (d > 0 ? "+" : d < 0 ? "-" : "") + measure_text(m.unit, std::abs(d));
    if (m.difference.interval && m.difference.interval->half_width() > 1e-9 * std::abs(d)) text += " +- " + measure_text(m.unit, m.difference.interval->half_width());
    return text;
}

}  // namespace

std::vector<ComparedSide> sides_of(const Ledger& ledger, const std::string& name, std::span<const std::shared_ptr<const Metric>> metrics) {
    std::vector<ComparedSide> sides;
    std::map<std::string, std::size_t> by_hash;   // seeds of one point are one side
    for (const HeldPoint& point : ledger.points()) {
        const auto [found, is_new] = by_hash.emplace(point.scenario_hash, sides.size());
        if (is_new) {
            const About about = read_about(point.about);
            std::string what = about.name;
            for (const std::string& variant : about.variants) what += " --variant " + variant;
            for (const std::string& set : about.sets) what += " --set " + set;
            if (about.cut) what += " --cut";
            if (!about.until.empty()) what += " --until " + about.until;
            sides.push_back({name, what, {}, is_this_build(point.sources) ? "" : build_text(point.version, point.sources)});
        }
        for (const HeldUnit& unit : ledger.held(point.scenario_hash, point.seed)) {
            const auto record = ledger.read({point.scenario_hash, point.seed, unit.replication}, {.figures = true, .distributions = true, .document = false});
            if (!record) continue;
            auto& readings = sides[found->second].units[{point.seed, unit.replication}];
            for (const auto& metric : metrics) readings.push_back(metric->of(*record));
        }
    }
    return sides;
}

std::vector<std::string> prefer_this_build(std::vector<ComparedSide>& sides) {
    const auto count = [&](const std::string& what, bool own) {
        return std::count_if(sides.begin(), sides.end(), [&](const ComparedSide& other) { return other.what == what && (!own || other.build.empty()); });
    };
    std::vector<std::string> said;
    std::vector<ComparedSide> kept;
    for (const ComparedSide& side : sides) {
        if (!side.build.empty() && count(side.what, true) > 0) {
            said.push_back(fmt::format("{}: warning: runs of '{}' by another build, {}, are left out, because this build has its own\n", side.name, side.what, side.build));
            continue;
        }
        kept.push_back(side);
        if (!side.build.empty() && count(side.what, false) > 1) kept.back().what += " by " + side.build;
    }
    sides = std::move(kept);
    return said;
}

SideBySide compare_sides(const ComparedSide& a, const ComparedSide& b, std::span<const Measure> measures) {
    SideBySide both{a.what, b.what, a.name, b.name, a.units.size(), b.units.size(), 0, {}};
    for (const auto& [key, readings] : a.units) both.pairs += b.units.contains(key) ? 1U : 0U;
    for (std::size_t m = 0; m < measures.size(); ++m) {
        std::vector<std::optional<Reading>> first, second;
        for (const auto& [key, readings] : a.units) {
            const auto other = b.units.find(key);
            if (other == b.units.end()) continue;
            first.push_back(readings[m]);
            second.push_back(other->second[m]);
        }
        ComparedMetric metric;
        metric.text = measures[m].text();
        metric.unit = measures[m].unit();
        metric.a = mean_of(a, m);
        metric.b = mean_of(b, m);
        metric.difference = paired_difference(first, second);
        if (!metric.a && !metric.b) continue;
        if (metric.difference.base && !was_never(metric.difference)) {
            metric.a = metric.difference.base;
            metric.b = *metric.difference.base + *metric.difference.difference;
        }
        metric.a_at_least = at_least(a, m);
        metric.b_at_least = at_least(b, m);
        metric.change = change_of(measures[m], metric.difference);
        both.metrics.push_back(std::move(metric));
    }
    return both;
}

std::string comparison_text(const SideBySide& both) {
    const auto runs = [](std::size_t n) { return human::count(static_cast<double>(n), "run"); };
    const auto side = [&](const std::string& what, const std::string& from, std::size_t n) {
        return what == from ? fmt::format("{} ({})", what, runs(n)) : fmt::format("{} ({}, {})", what, from, runs(n));
    };
    std::string out = both.what_a == both.what
                          ? fmt::format("{}: A {} ({}), B {} ({}); {} in common\n", both.what, both.a, runs(both.units_a), both.b, runs(both.units_b), both.pairs)
                          : fmt::format("A  {}\nB  {}; {} in common\n", side(both.what_a, both.a, both.units_a), side(both.what, both.b, both.units_b), both.pairs);
    TextTable table({"metric", "A", "B", "B - A", ""});
    table.align(4, TextTable::Align::left);
    for (const ComparedMetric& m : both.metrics)
        table.row({m.text, measure_text(m.unit, m.a, m.a_at_least), measure_text(m.unit, m.b, m.b_at_least),
                   difference_text(m), change_text(m)});
    out += table.print();
    if (std::any_of(both.metrics.begin(), both.metrics.end(),
                    [](const ComparedMetric& m) { return m.a_at_least || m.b_at_least; }))
        out += "  >= : some runs ended too early to say more, and differences are as far as was seen\n";
    if (std::any_of(both.metrics.begin(), both.metrics.end(), [](const ComparedMetric& m) { return was_never(m.difference); }))
        out += "  never : it falls on mail that was lost; compared is in how many runs\n";
    return out;
}

std::string comparisons_json(std::span<const SideBySide> comparisons) {
    Json out{{"schema", 1}, {"version", MAILQUAKE_VERSION}, {"comparisons", Json::array()}};
    const auto number = [](const std::optional<double>& x) { return x ? Json(*x) : Json(nullptr); };
    for (const SideBySide& both : comparisons) {
        Json one{{"what", both.what}, {"what_a", both.what_a}, {"a", both.a}, {"b", both.b}, {"runs_a", both.units_a}, {"runs_b", both.units_b}, {"pairs", both.pairs}, {"metrics", Json::array()}};
        for (const ComparedMetric& m : both.metrics) {
            Json metric{{"metric", m.text},
                        {"unit", uom_of(m.unit)},
                        {"a", number(m.a)},
                        {"a_at_least", m.a_at_least},
                        {"b", number(m.b)},
                        {"b_at_least", m.b_at_least},
                        {"difference", number(m.difference.difference)},
                        {"pairs", m.difference.pairs},
                        {"a_never", m.difference.base_never},
                        {"b_never", m.difference.changed_never},
                        {"change", to_text(m.change)}};
            const auto& i = m.difference.interval;
            metric["interval"] = i ? Json{{"low", i->low}, {"high", i->high}, {"n", i->n}} : Json(nullptr);
            one["metrics"].push_back(std::move(metric));
        }
        out["comparisons"].push_back(std::move(one));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mailquake
