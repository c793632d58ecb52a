#include "models/study/choices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <variant>

#include "models/report/measure_text.hpp"
#include "models/report/table.hpp"
#include "models/scenario/effective.hpp"
#include "models/spec/quantity_text.hpp"
#include "sim/experiment/value_text.hpp"

namespace mailquake {

namespace {

using Json = nlohmann::ordered_json;

/// The basis that holds for a path: that of the nearest entry around it that says one.
std::string basis_of(const std::map<std::string, std::string>& bases, std::string path) {
    while (true) {
        const auto dot = path.rfind('.');
        path = dot == std::string::npos ? std::string() : path.substr(0, dot);
        if (const auto found = bases.find(path); found != bases.end()) return found->second;
        if (path.empty()) return {};
    }
}

std::map<std::string, std::string> bases_of(const std::vector<EffectiveValue>& values) {
    std::map<std::string, std::string> bases;
    constexpr std::string_view key = "basis";
    for (const EffectiveValue& value : values) {
        if (value.path == key) bases[""] = value.value;
        if (value.path.ends_with(".basis")) bases[value.path.substr(0, value.path.size() - key.size() - 1)] = value.value;
    }
    return bases;
}

/// `factor` times the value as a scenario writes it; none if it is no number.
std::optional<std::string> times(const std::string& value, double factor, bool integer) {
    const auto duration = parse_duration(value);
    if (const auto* d = std::get_if<SimDuration>(&duration)) return print(SimDuration{std::llround(static_cast<double>(d->ns) * factor)});
    if (!integer) return scaled_value(value, factor);
    const auto n = parse_integer(value);
    if (const auto* whole = std::get_if<std::int64_t>(&n)) return fmt::format("{}", std::llround(static_cast<double>(*whole) * factor));
    return std::nullopt;
}

/// How much of the world is looked at is no guess at what it is like.
bool is_frame(const std::string& path) { return path == "duration" || path == "warmup" || path == "cooldown"; }

Choice vary(const ScenarioSubject& subject, const EffectiveValue& value, bool integer, std::span<const double> factors) {
    Choice choice{value.path, value.value, {}, {}, {}};
    const std::string course = subject.mail_course_at(Point{});
    for (const double factor : factors) {
        const std::string other = times(value.value, factor, integer).value_or(value.value);
        const Point point = Point{}.with(value.path, other);
        if (other == value.value) {
            choice.skipped.push_back(fmt::format("{} times {} is {} again", print_number(factor), value.value, other));
            choice.points.emplace_back();
        } else if (const auto errors = subject.errors_in(point); !errors.empty()) {
            choice.skipped.push_back(errors.front());
            choice.points.emplace_back();
        } else {
            choice.points.push_back(point);
        }
        choice.only_told.push_back(choice.points.back().settings.empty() || subject.mail_course_at(point) == course);
    }
    return choice;
}

std::string effect_text(const Metric& metric, const PairedDifference& effect) {
    if (!effect.difference) return "-";
    const MetricUnit unit = unit_of_metric(metric.text());
    const double d = *effect.difference;
    std::string text = (d > 0 ? "+" : d < 0 ? "-" : "") + measure_text(unit, std::abs(d));
    if (effect.interval && effect.interval->half_width() > 1e-9 * std::abs(d)) text += " +- " + measure_text(unit, effect.interval->half_width());
    return d == 0 || effect.significant() ? text : "(" + text + ")";
}

}  // namespace

std::vector<Choice> choices_of(const ScenarioSubject& subject, std::span<const double> factors) {
    const auto values = effective_listing(subject.base());
    const auto bases = bases_of(values);
    std::vector<Choice> choices;
    for (const EffectiveValue& value : values) {
        if (value.is_default || value.is_inert || value.path.starts_with("expect.") || value.path.starts_with("sweep.") || is_frame(value.path)) continue;
        if (basis_of(bases, value.path) != "choice") continue;
        const auto info = subject.describe(value.path);
        if (!info || !times(value.value, 1, info->integer)) continue;
        choices.push_back(vary(subject, value, info->integer, factors));
    }
    return choices;
}

double ChoiceEffect::greatest(bool sure) const {
    double most = -1;
    for (const PairedDifference& e : effects)
        if (e.difference && (!sure || e.significant())) most = std::max(most, std::abs(*e.difference));
    return most;
}

std::vector<ChoiceEffect> rank_choices(Experiment& experiment, PointId base, std::span<const Choice> choices, bool of_mail) {
    std::vector<ChoiceEffect> ranked;
    for (const Choice& choice : choices) {
        ChoiceEffect effect{&choice, {}};
        for (std::size_t k = 0; k < choice.points.size(); ++k) {
            if (choice.points[k].settings.empty()) effect.effects.emplace_back();
            else effect.effects.push_back(paired_difference(experiment, base, of_mail && choice.only_told[k] ? base : experiment.add(choice.points[k]), 0));
        }
        ranked.push_back(std::move(effect));
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const ChoiceEffect& a, const ChoiceEffect& b) {
        return std::pair(a.greatest(true), a.greatest(false)) > std::pair(b.greatest(true), b.greatest(false));
    });
    return ranked;
}

std::string choices_table(std::span<const ChoiceEffect> effects, std::span<const double> factors, const Metric& metric) {
    std::vector<std::string> heads{"what is a choice", "as written"};
    for (const double factor : factors) heads.push_back(fmt::format("at {}x", print_number(factor)));
    TextTable table(heads);
    for (const ChoiceEffect& effect : effects) {
        if (effect.greatest(false) < 0) continue;   // could not be varied
        std::vector<std::string> cells{effect.choice->path, effect.choice->value};
        for (const PairedDifference& one : effect.effects) cells.push_back(effect_text(metric, one));
        table.row(std::move(cells));
    }
    return table.print();
}

std::string choices_json(std::span<const ChoiceEffect> effects, std::span<const double> factors, const Experiment& experiment) {
    const Metric& metric = *experiment.metrics().front();
    Json out{{"schema", 1}, {"scenario", experiment.subject().name()}, {"version", MAILQUAKE_VERSION}, {"seed", experiment.settings().seed},
             {"metric", metric.text()}, {"unit", metric.uom()}, {"choices", Json::array()}};
    for (const ChoiceEffect& effect : effects) {
        Json one{{"path", effect.choice->path}, {"value", effect.choice->value}, {"effects", Json::array()}};
        for (std::size_t k = 0; k < effect.effects.size(); ++k) {
            const PairedDifference& e = effect.effects[k];
            Json entry{{"factor", factors[k]}, {"difference", e.difference ? Json(*e.difference) : Json(nullptr)}, {"pairs", e.pairs}};
            entry["interval"] = e.interval ? Json{{"low", e.interval->low}, {"high", e.interval->high}, {"n", e.interval->n}} : Json(nullptr);
            entry["base"] = e.base ? Json(*e.base) : Json(nullptr);
            one["effects"].push_back(std::move(entry));
        }
        if (!effect.choice->skipped.empty()) one["skipped"] = effect.choice->skipped;
        out["choices"].push_back(std::move(one));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mailquake
