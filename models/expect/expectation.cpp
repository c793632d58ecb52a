#include "models/expect/expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "models/spec/diagnostic.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {

namespace {

using Errors = std::vector<std::string>;

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
    return text;
}

/// Where `wanted` says yes of a character outside parentheses; npos if nowhere.
template <class Wanted>
std::size_t find_outside(std::string_view text, Wanted wanted) {
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '(') ++depth;
        if (text[i] == ')') --depth;
        if (depth == 0 && wanted(text[i])) return i;
    }
    return std::string_view::npos;
}

std::vector<std::string> names_of_metrics() {
    std::vector<std::string> names;
    for (const MetricType& type : metric_types())
        if (std::find(names.begin(), names.end(), type.name) == names.end()) names.emplace_back(type.name);
    return names;
}

std::vector<std::string> things_of(std::string_view name) {
    std::vector<std::string> things;
    for (const MetricType& type : metric_types())
        if (type.name == name) things.emplace_back(type.of);
    return things;
}

std::vector<std::string> selector_names(const MetricType& type) {
    std::vector<std::string> names;
    for (const SelectorKind kind : type.selectors) names.emplace_back(selector_type(kind).name);
    return names;
}

/// The metric of that name and thing, or null and an error.
const MetricType* find_type(std::string_view name, std::string_view of, Errors& errors) {
    for (const MetricType& type : metric_types())
        if (type.name == name && type.of == of) return &type;
    const auto things = things_of(name);
    if (things.empty())
        errors.push_back(fmt::format("there is no metric '{}'{}", name, suggestion(name, names_of_metrics(), "metrics")));
    else if (things.front().empty())
        errors.push_back(fmt::format("{} takes selectors alone, not '{}'; write {}()", name, of, name));
    else if (of.empty())
        errors.push_back(fmt::format("{} of what? Write {}({})", name, name, fmt::join(things, fmt::format(") or {}(", name))));
    else
        errors.push_back(fmt::format("{}({}) is no metric{}", name, of, suggestion(of, things, "what it can be of")));
    return nullptr;
}

/// One of `class=gold`, `partition!=p3`, or the thing that a metric is of.
struct Argument {
    std::string_view name, value;
    bool unequal = false, selects = false;
};

Argument split_argument(std::string_view text) {
    const std::size_t equal = text.find('=');
    if (equal == std::string_view::npos) return {text, {}, false, false};
    const bool unequal = equal > 0 && text[equal - 1] == '!';
    return {trim(text.substr(0, unequal ? equal - 1 : equal)), trim(text.substr(equal + 1)), unequal, true};
}

void add_selector(MetricText& metric, const Argument& argument, Errors& errors) {
    const auto known = std::find_if(kSelectorTypes.begin(), kSelectorTypes.end(), [&](const SelectorType& s) { return s.name == argument.name; });
    if (known == kSelectorTypes.end() || !metric.type->takes(known->kind)) {
        const auto names = selector_names(*metric.type);
        errors.push_back(names.empty() ? fmt::format("{} takes no selectors, not '{}' either", metric.type->title(), argument.name)
                                       : fmt::format("{} takes no selector '{}'{}", metric.type->title(), argument.name,
                                                     suggestion(argument.name, names, "its selectors")));
    } else if (argument.value.empty()) {
        errors.push_back(fmt::format("{}= names no {}", argument.name, known->noun));
    } else {
        metric.selectors.push_back({known->kind, std::string(argument.value), argument.unequal});
    }
}

std::vector<std::string_view> arguments_of(std::string_view text) {
    std::vector<std::string_view> arguments;
    while (true) {
        const std::size_t comma = text.find(',');
        arguments.push_back(trim(text.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    if (arguments.size() == 1 && arguments.front().empty()) arguments.clear();
    return arguments;
}

std::optional<MetricText> parse_metric(std::string_view text, Errors& errors) {
    const std::size_t before = errors.size();
    const std::size_t open = text.find('(');
    const std::string_view name = trim(text.substr(0, open));
    if (name.empty()) {
        errors.push_back("a metric is missing, such as p99(delay, class=gold) or affected()");
        return std::nullopt;
    }
    std::vector<Argument> arguments;
    if (open != std::string_view::npos) {
        if (text.back() != ')') {
            errors.push_back(fmt::format("'{}' does not end in ')'", text));
            return std::nullopt;
        }
        for (const std::string_view argument : arguments_of(text.substr(open + 1, text.size() - open - 2))) {
            if (argument.empty()) errors.push_back(fmt::format("'{}': an empty place between commas", text));
            arguments.push_back(split_argument(argument));
        }
    }
    const bool has_thing = !arguments.empty() && !arguments.front().selects;
    MetricText metric{find_type(name, has_thing ? arguments.front().name : std::string_view(), errors), {}};
    if (metric.type == nullptr) return std::nullopt;
    for (std::size_t i = has_thing ? 1 : 0; i < arguments.size(); ++i) {
        if (arguments[i].selects) add_selector(metric, arguments[i], errors);
        else if (!arguments[i].name.empty()) errors.push_back(fmt::format("'{}' is no selector; write selector=value", arguments[i].name));
    }
    if (metric.type->source == MetricSource::touched && metric.selectors.size() != 1 && errors.size() == before)
        errors.push_back("touched() counts for one entry: name it by fault=, flaw= or mitigation=");
    if (errors.size() > before) return std::nullopt;
    return metric;
}

bool divisible(MetricUnit a, MetricUnit b) { return a == b || b == MetricUnit::count; }

/// The first value as a plain number: what a quotient is compared with.
std::optional<double> read_number(std::string_view text, Errors& errors) {
    const auto share = parse_ratio(text);
    if (const auto* value = std::get_if<Ratio>(&share)) return value->value;
    const auto factor = parse_factor(text);
    if (const auto* value = std::get_if<Factor>(&factor)) return value->value;
    errors.push_back(fmt::format("'{}' is no number; a quotient is compared with one, such as 5%, 0.05 or 2x", text));
    return std::nullopt;
}

template <class T, class Value>
std::optional<double> read(const Parsed<T>& parsed, const std::string& subject, Errors& errors, Value value) {
    if (const auto* good = std::get_if<T>(&parsed)) return value(*good);
    errors.push_back(fmt::format("{}: {}", subject, std::get<TextError>(parsed).message));
    return std::nullopt;
}

std::optional<double> read_bound(const Measure& measure, std::string_view text, Errors& errors) {
    const std::string subject = measure.text();
    switch (measure.unit()) {
        case MetricUnit::duration:
            return read(parse_duration(text), subject, errors, [](SimDuration d) { return static_cast<double>(d.ns) / 1e9; });
        case MetricUnit::share:
            if (text == "0") return 0.0;
            return read(parse_ratio(text), subject, errors, [](Ratio r) { return r.value; });
        case MetricUnit::rate:
            if (text == "0") return 0.0;
            return read(parse_rate(text), subject, errors, [](Rate r) { return r.per_second; });
        case MetricUnit::count: {
            const auto parsed = parse_number(text);
            if (const auto* n = std::get_if<double>(&parsed)) return *n;
            errors.push_back(fmt::format("{} is a count: '{}' should be a plain number, such as 0 or 1000", subject, text));
            return std::nullopt;
        }
        case MetricUnit::number: return read_number(text, errors);
    }
    return std::nullopt;
}

/// `mean(` around a measure; a metric's name before the parenthesis is what tells it from one.
bool take_mean(std::string_view& text) {
    if (!text.starts_with("mean(") || !text.ends_with(")")) return false;
    const std::string_view inner = trim(text.substr(5, text.size() - 6));
    const std::size_t end = find_outside(inner, [](char c) { return c == ','; });
    if (inner.empty() || end != std::string_view::npos) return false;
    text = inner;
    return true;
}

}  // namespace

std::string MetricText::text() const {
    std::string inside(type->of);
    for (const Selector& s : selectors)
        inside += fmt::format("{}{}{}{}", inside.empty() ? "" : ", ", selector_type(s.kind).name, s.unequal ? "!=" : "=", s.value);
    return fmt::format("{}({})", type->name, inside);
}

const Selector* MetricText::find(SelectorKind kind) const {
    const auto found = std::find_if(selectors.begin(), selectors.end(), [&](const Selector& s) { return s.kind == kind; });
    return found == selectors.end() ? nullptr : &*found;
}

std::string Measure::text() const { return over ? fmt::format("{} / {}", metric.text(), over->text()) : metric.text(); }

MetricUnit Measure::unit() const {
    if (!over) return metric.type->unit;
    return metric.type->unit == over->type->unit ? MetricUnit::number : metric.type->unit;
}

std::string Expectation::text() const {
    const std::string claim = of_mean ? fmt::format("mean({})", measure.text()) : measure.text();
    return fmt::format("{} {} {}", claim, to_text(comparison), bound_text);
}

std::optional<Measure> parse_measure(std::string_view text, Errors& errors) {
    const std::size_t before = errors.size();
    text = trim(text);
    const std::size_t slash = find_outside(text, [](char c) { return c == '/'; });
    auto metric = parse_metric(trim(text.substr(0, slash)), errors);
    std::optional<MetricText> over;
    if (slash != std::string_view::npos) over = parse_metric(trim(text.substr(slash + 1)), errors);
    if (errors.size() > before || !metric) return std::nullopt;
    if (over && !divisible(metric->type->unit, over->type->unit)) {
        errors.push_back(fmt::format("{} by {} is no quantity; divide by a count, or by something of the same unit", metric->text(), over->text()));
        return std::nullopt;
    }
    return Measure{std::move(*metric), std::move(over)};
}

std::optional<Expectation> parse_expectation(std::string_view text, Errors& errors) {
    text = trim(text);
    const std::size_t at = find_outside(text, [](char c) { return c == '<' || c == '>' || c == '=' || c == '!'; });
    if (std::count(text.begin(), text.end(), '(') != std::count(text.begin(), text.end(), ')')) {
        errors.push_back(fmt::format("'{}': a parenthesis does not close", text));
        return std::nullopt;
    }
    if (at == std::string_view::npos) {
        errors.push_back(fmt::format("'{}' compares nothing; write METRIC OP QUANTITY, such as p99(delay) < 5m, with == != < <= > or >=", text));
        return std::nullopt;
    }
    Expectation expectation;
    const std::string_view rest = text.substr(at);
    const auto sign = std::find_if(kComparisonTexts.begin(), kComparisonTexts.end(), [&](const auto& c) { return rest.starts_with(c.first); });
    if (sign == kComparisonTexts.end()) {
        errors.push_back(fmt::format("'{}' is no comparison; there are == != < <= > and >=", rest.substr(0, 1)));
        return std::nullopt;
    }
    expectation.comparison = sign->second;
    expectation.bound_text = trim(rest.substr(sign->first.size()));
    std::string_view claim = trim(text.substr(0, at));
    expectation.of_mean = take_mean(claim);
    auto measure = parse_measure(claim, errors);
    if (!measure) return std::nullopt;
    expectation.measure = std::move(*measure);
    const auto bound = read_bound(expectation.measure, expectation.bound_text, errors);
    if (!bound) return std::nullopt;
    expectation.bound = *bound;
    return expectation;
}

}  // namespace mailquake
