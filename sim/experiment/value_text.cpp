#include "sim/experiment/value_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "sim/base/elementary.hpp"

namespace mailquake {

namespace {

struct Unit {
    std::string_view text;
    std::string_view family;
    double factor;    // base units in one
    bool   printed;   // whether values are printed in it unasked
};

constexpr std::array kUnits = {
    Unit{"ns", "time", 1e-9, true},     Unit{"us", "time", 1e-6, true},     Unit{"ms", "time", 1e-3, true},
    Unit{"s", "time", 1, true},         Unit{"min", "time", 60, true},      Unit{"m", "time", 60, false},
    Unit{"h", "time", 3600, true},      Unit{"d", "time", 86'400, true},    Unit{"w", "time", 604'800, false},
    Unit{"/s", "rate", 1, true},        Unit{"/min", "rate", 1.0 / 60, true}, Unit{"/h", "rate", 1.0 / 3600, true},
    Unit{"/d", "rate", 1.0 / 86'400, true},
    Unit{"bps", "bits", 1, true},       Unit{"kbps", "bits", 1e3, true},    Unit{"Mbps", "bits", 1e6, true},
    Unit{"Gbps", "bits", 1e9, true},    Unit{"Tbps", "bits", 1e12, true},
    Unit{"B", "size", 1, true},         Unit{"kB", "size", 1e3, true},      Unit{"KB", "size", 1e3, false},
    Unit{"MB", "size", 1e6, true},      Unit{"GB", "size", 1e9, true},      Unit{"KiB", "size", 1024, false},
    Unit{"MiB", "size", 1048576, false}, Unit{"GiB", "size", 1073741824, false},
    Unit{"%", "share", 0.01, true},     Unit{"x", "factor", 1, true},       Unit{"", "number", 1, true},
};

/// The unit of that text; one that is not known is a family of its own.
Unit unit_of(std::string_view text) {
    for (const Unit& u : kUnits)
        if (u.text == text) return u;
    return {text, text, 1, true};
}

struct Scalar {
    double value = 0;   // in base units
    Unit   unit;
};

std::optional<Scalar> scalar_of(const std::string& text) {
    const auto split = split_number(text);
    if (!split) return std::nullopt;
    Unit unit = unit_of(split->unit);
    if (unit.factor == 1 && unit.text == unit.family)   // an unknown unit points into `split`, which ends here
        unit.text = unit.family = std::string_view(text).substr(text.size() - split->unit.size());
    return Scalar{split->number * unit.factor, unit};
}

/// The number as short as it can be written, of at most so many digits.
std::string number_text(double value, int digits) {
    std::string text = fmt::format("{:.{}g}", value, digits);
    if (text.find('e') == std::string::npos) return text;
    text = fmt::format("{:.{}f}", value, 15);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

std::string text_in(double base, const Unit& unit, int digits) {
    return number_text(base / unit.factor, digits) + std::string(unit.text);
}

/// In the greatest unit between those of the ends in which it is at least 1, else in the smaller of these.
std::string print_between(double base, const Unit& a, const Unit& b, int digits) {
    const Unit& small = a.factor <= b.factor ? a : b;
    const Unit& great = a.factor <= b.factor ? b : a;
    const Unit* best = &small;
    for (const Unit& u : kUnits) {
        const bool between = u.family == small.family && u.factor > small.factor && u.factor < great.factor && u.printed;
        if (between && std::abs(base) >= u.factor * (1 - 1e-12) && u.factor > best->factor) best = &u;
    }
    if (std::abs(base) >= great.factor * (1 - 1e-12)) best = &great;
    return text_in(base, *best, digits);
}

/// Both ends of a range, or errors.
struct Ends {
    Scalar from, to;
};

std::optional<Ends> ends_of(const Progression& range, std::vector<std::string>& errors) {
    const auto from = scalar_of(range.from), to = scalar_of(range.to);
    for (const auto& [end, text] : {std::pair{&from, &range.from}, std::pair{&to, &range.to}})
        if (!*end) errors.push_back(fmt::format("'{}' is no number with a unit, so no range can begin or end with it", *text));
    if (!from || !to) return std::nullopt;
    if (from->unit.family != to->unit.family) {
        errors.push_back(fmt::format("'{}' and '{}' are no quantities of one kind", range.from, range.to));
        return std::nullopt;
    }
    return Ends{*from, *to};
}

/// The text of a value of the range; an end that it lands on stays as written.
std::string value_text(double value, const Progression& range, const Ends& ends, const Unit& smallest, int digits) {
    const auto lands_on = [&](double end) { return std::abs(value - end) <= 1e-9 * std::max(std::abs(value), std::abs(end)); };
    if (lands_on(ends.from.value)) return range.from;
    if (lands_on(ends.to.value)) return range.to;
    const Unit& great = ends.from.unit.factor >= ends.to.unit.factor ? ends.from.unit : ends.to.unit;
    return print_between(value, smallest, great, digits);
}

const Unit& smaller(const Unit& a, const Unit& b) { return b.factor < a.factor ? b : a; }

std::vector<std::string> by_factor(const Progression& range, const Ends& ends, std::vector<std::string>& errors) {
    const std::string number = range.step.substr(1);
    const auto factor = split_number(number);
    const bool rising = ends.to.value >= ends.from.value;
    if (!factor || !factor->unit.empty() || factor->number <= 0 || (factor->number > 1) != rising || factor->number == 1) {
        errors.push_back(fmt::format("'{}' does not lead from {} to {}; a factor {} 1 does, such as x{}", range.step, range.from,
                                     range.to, rising ? "over" : "under", rising ? "2" : "0.5"));
        return {};
    }
    if (!(ends.from.value > 0 && ends.to.value > 0)) {
        errors.push_back(fmt::format("a factor needs ends over 0, and '{}..{}' has other ones", range.from, range.to));
        return {};
    }
    const double steps = std::floor(math::log(ends.to.value / ends.from.value) / math::log(factor->number) + 1e-9);
    if (!(steps < static_cast<double>(kMostValues))) {
        errors.push_back(fmt::format("'{}..{}:{}' has more than {} values", range.from, range.to, range.step, kMostValues));
        return {};
    }
    std::vector<std::string> values;
    for (double i = 0; i <= steps; ++i)
        values.push_back(value_text(ends.from.value * math::pow(factor->number, i), range, ends,
                                    smaller(ends.from.unit, ends.to.unit), 12));
    return values;
}

std::vector<std::string> by_step(const Progression& range, const Ends& ends, std::vector<std::string>& errors) {
    const auto step = scalar_of(range.step);
    if (!step || step->unit.family != ends.from.unit.family) {
        errors.push_back(fmt::format("'{}' is no step between '{}' and '{}'", range.step, range.from, range.to));
        return {};
    }
    const double way = ends.to.value - ends.from.value;
    if (step->value == 0 || (way != 0 && (way > 0) != (step->value > 0))) {
        errors.push_back(fmt::format("steps of '{}' never lead from {} to {}", range.step, range.from, range.to));
        return {};
    }
    const double steps = std::floor(way / step->value + 1e-9);
    if (!(steps < static_cast<double>(kMostValues))) {
        errors.push_back(fmt::format("'{}..{}:{}' has more than {} values", range.from, range.to, range.step, kMostValues));
        return {};
    }
    const Unit& small = smaller(step->unit, smaller(ends.from.unit, ends.to.unit));
    std::vector<std::string> values;
    for (double i = 0; i <= steps; ++i) values.push_back(value_text(ends.from.value + i * step->value, range, ends, small, 12));
    return values;
}

}  // namespace

std::optional<NumberText> split_number(std::string_view text) {
    std::string_view rest = text.starts_with('+') ? text.substr(1) : text;
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    if (error != std::errc{} || !std::isfinite(number)) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    for (const char c : rest) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && c != '/' && c != '%') return std::nullopt;
    }
    return NumberText{number, std::string(rest)};
}

std::optional<BaseValue> base_value_of(std::string_view text) {
    const auto split = split_number(text);
    if (!split) return std::nullopt;
    const Unit unit = unit_of(split->unit);
    return BaseValue{split->number * unit.factor, std::string(unit.family)};
}

std::optional<std::string> scaled_value(std::string_view text, double factor) {
    const auto split = split_number(text);
    if (!split) return std::nullopt;
    return number_text(split->number * factor, 12) + split->unit;
}

std::optional<int> compare_values(std::string_view a, std::string_view b) {
    const auto x = base_value_of(a), y = base_value_of(b);
    if (x && y && x->family == y->family) {
        if (std::abs(x->value - y->value) <= 1e-12 * std::max(std::abs(x->value), std::abs(y->value))) return 0;
        return x->value < y->value ? -1 : 1;
    }
    if (a == b) return 0;
    return std::nullopt;
}

std::vector<std::string> values_of(const Progression& range, std::vector<std::string>& errors) {
    const auto ends = ends_of(range, errors);
    if (!ends) return {};
    if (range.step.empty()) {
        errors.push_back(fmt::format("'{0}..{1}' does not say by which steps; write {0}..{1}:STEP, or :xFACTOR", range.from, range.to));
        return {};
    }
    return range.step.starts_with('x') ? by_factor(range, *ends, errors) : by_step(range, *ends, errors);
}

std::vector<std::string> spread_values(const Progression& range, std::size_t n, bool integer, std::vector<std::string>& errors) {
    const auto ends = ends_of(range, errors);
    if (!ends) return {};
    const double from = ends->from.value, to = ends->to.value;
    const bool by_ratio = from > 0 && to > 0 && std::max(from / to, to / from) >= 10;
    const Unit& small = smaller(ends->from.unit, ends->to.unit);
    std::vector<std::string> values;
    const std::size_t last = std::max<std::size_t>(n, 2) - 1;
    for (std::size_t i = 0; i <= last; ++i) {
        const double part = static_cast<double>(i) / static_cast<double>(last);
        double value = i == 0 ? from : i == last ? to : by_ratio ? from * math::pow(to / from, part) : from + (to - from) * part;
        if (integer) value = std::round(value);
        const std::string text = value_text(value, range, *ends, small, integer ? 12 : 3);
        if (values.empty() || values.back() != text) values.push_back(text);
    }
    return values;
}

}  // namespace mailquake
