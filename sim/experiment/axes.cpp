#include "sim/experiment/axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mailquake {

namespace {

std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

bool in_path(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-*/@").find(c) != std::string_view::npos;
}

/// Parts between commas that stand outside quotes and brackets; none if these do not close.
std::optional<std::vector<std::string_view>> split_items(std::string_view text) {
    std::vector<std::string_view> items;
    std::size_t begin = 0;
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') quoted = !quoted;
        if (quoted) continue;
        if (c == '[' || c == '{') ++depth;
        if (c == ']' || c == '}') --depth;
        if (depth < 0) return std::nullopt;
        if (c == ',' && depth == 0) {
            items.push_back(trim(text.substr(begin, i - begin)));
            begin = i + 1;
        }
    }
    if (quoted || depth > 0) return std::nullopt;
    items.push_back(trim(text.substr(begin)));
    return items;
}

/// How long the path is if the item begins with `PATH=`; 0 if it does not.
std::size_t path_length(std::string_view item) {
    const auto end = static_cast<std::size_t>(std::find_if_not(item.begin(), item.end(), in_path) - item.begin());
    return end < item.size() && item[end] == '=' ? end : 0;
}

bool protected_value(std::string_view item) { return item.starts_with('"') || item.starts_with('[') || item.starts_with('{'); }

std::string unquoted(std::string_view item) {
    if (item.size() >= 2 && item.front() == '"' && item.back() == '"') item = item.substr(1, item.size() - 2);
    return std::string(item);
}

/// The range that an item is, if it is one.
std::optional<Progression> range_of(std::string_view item) {
    const std::size_t dots = item.find("..");
    if (protected_value(item) || dots == std::string_view::npos) return std::nullopt;
    const std::string_view rest = item.substr(dots + 2);
    const std::size_t colon = rest.find(':');
    Progression range{std::string(trim(item.substr(0, dots))), std::string(trim(rest.substr(0, colon))), {}};
    if (colon != std::string_view::npos) range.step = trim(rest.substr(colon + 1));
    return range;
}

/// Adds the item's values to the axis' last path.
void add_item(Axis& axis, std::string_view item, std::string_view text, OpenRange open, std::vector<std::string>& errors) {
    auto& values = axis.values.back();
    if (item.empty()) {
        errors.push_back(fmt::format("'{}': an empty value for {}", text, axis.paths.back()));
    } else if (const auto range = range_of(item); !range) {
        values.push_back(unquoted(item));
    } else if (range->step.empty() && !item.ends_with(':') && open == OpenRange::allowed && !axis.open) {
        axis.open = range;
    } else {
        for (std::string& value : values_of(*range, errors)) values.push_back(std::move(value));
    }
}

void check_axis(const Axis& axis, std::string_view text, std::vector<std::string>& errors) {
    if (axis.open && (axis.paths.size() > 1 || axis.size() > 0))
        errors.push_back(fmt::format("'{}': a range without steps stands alone", text));
    for (std::size_t i = 0; i < axis.paths.size(); ++i) {
        if (std::count(axis.paths.begin(), axis.paths.begin() + static_cast<std::ptrdiff_t>(i), axis.paths[i]) > 0)
            errors.push_back(fmt::format("'{}': {} stands there twice", text, axis.paths[i]));
        if (axis.values[i].size() != axis.size())
            errors.push_back(fmt::format("'{}': {} has {} values and {} has {}; paths that vary together have as many each", text,
                                         axis.paths[0], axis.size(), axis.paths[i], axis.values[i].size()));
    }
    std::set<std::vector<std::string>> seen;
    for (std::size_t k = 0; k < axis.size(); ++k) {
        std::vector<std::string> step;
        for (const auto& values : axis.values)
            if (k < values.size()) step.push_back(values[k]);
        if (!seen.insert(step).second) errors.push_back(fmt::format("'{}': the value '{}' stands there twice", text, fmt::join(step, ", ")));
    }
}

bool orders(Comparison c) { return c != Comparison::equal && c != Comparison::unequal; }

const std::vector<std::string>* values_at(const std::vector<Axis>& axes, std::string_view path) {
    for (const Axis& axis : axes)
        for (std::size_t i = 0; i < axis.paths.size(); ++i)
            if (axis.paths[i] == path) return &axis.values[i];
    return nullptr;
}

/// Whether the two texts can be compared so; two words can only be equal or not.
bool comparable(std::string_view a, std::string_view b, Comparison comparison) {
    const auto x = base_value_of(a), y = base_value_of(b);
    if (x && y) return x->family == y->family;
    return !orders(comparison);
}

void check_condition(const Condition& c, const std::vector<Axis>& axes, std::vector<std::string>& errors) {
    const auto* left = values_at(axes, c.left);
    const auto* right = values_at(axes, c.right);
    if (left == nullptr && right == nullptr) {
        errors.push_back(fmt::format("where '{}': neither '{}' nor '{}' is varied", c.text, c.left, c.right));
        return;
    }
    const std::vector<std::string> literal_left{c.left}, literal_right{c.right};
    for (const std::string& a : left != nullptr ? *left : literal_left)
        for (const std::string& b : right != nullptr ? *right : literal_right)
            if (!comparable(a, b, c.comparison)) {
                errors.push_back(fmt::format("where '{}': '{}' cannot be compared with '{}' by {}", c.text, a, b, to_text(c.comparison)));
                return;
            }
    const std::string& literal = left == nullptr ? c.left : c.right;
    const auto* values = left == nullptr ? right : left;
    if ((left == nullptr || right == nullptr) && !base_value_of(literal) &&
        std::find(values->begin(), values->end(), literal) == values->end())
        errors.push_back(fmt::format("where '{}': '{}' is neither varied nor a value of {}", c.text, literal, left == nullptr ? c.right : c.left));
}

bool condition_holds(const Condition& c, const Point& point) {
    const std::string* left = point.find(c.left);
    const std::string* right = point.find(c.right);
    const auto order = compare_values(left != nullptr ? *left : c.left, right != nullptr ? *right : c.right);
    return compares(c.comparison, order.value_or(1));   // words that differ are unequal, and nothing else was let in
}

}  // namespace

std::optional<Axis> parse_axis(std::string_view text, std::vector<std::string>& errors, OpenRange open) {
    const std::size_t before = errors.size();
    const auto items = split_items(text);
    if (!items) {
        errors.push_back(fmt::format("'{}': a quote or bracket does not close", text));
        return std::nullopt;
    }
    Axis axis;
    for (std::string_view item : *items) {
        if (const std::size_t length = path_length(item); length > 0) {
            axis.paths.emplace_back(item.substr(0, length));
            axis.values.emplace_back();
            item = trim(item.substr(length + 1));
        }
        if (axis.paths.empty()) {
            errors.push_back(fmt::format("'{}': what is varied has the form PATH=VALUES, such as servers=2,4,8", text));
            return std::nullopt;
        }
        if (!protected_value(item) && item.find('=') != std::string_view::npos) {
            errors.push_back(fmt::format("'{}': '{}' is no value; one with '=' in it stands in quotes", text, item));
            continue;
        }
        add_item(axis, item, text, open, errors);
    }
    if (errors.size() == before) check_axis(axis, text, errors);
    if (errors.size() > before) return std::nullopt;
    return axis;
}

std::vector<Condition> parse_where(std::string_view text, const std::vector<Axis>& axes, std::vector<std::string>& errors) {
    std::vector<Condition> conditions;
    std::string_view rest = text;
    while (!rest.empty()) {
        const std::size_t word = rest.find(" and "), sign = rest.find("&&"), end = std::min(word, sign);
        const std::string_view part = trim(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + (end == word ? 5 : 2));
        Condition c;
        c.text = part;
        for (const auto& [sign_text, comparison] : kComparisonTexts) {
            const std::size_t at = part.find(sign_text);
            if (at == std::string_view::npos) continue;
            c.left = unquoted(trim(part.substr(0, at)));
            c.right = unquoted(trim(part.substr(at + sign_text.size())));
            c.comparison = comparison;
            break;
        }
        if (c.left.empty() || c.right.empty()) {
            errors.push_back(fmt::format("where '{}': a comparison is needed, such as servers < 8", part));
            continue;
        }
        check_condition(c, axes, errors);
        conditions.push_back(std::move(c));
    }
    if (conditions.empty() && errors.empty()) errors.push_back("where '': a comparison is needed, such as servers < 8");
    return conditions;
}

std::vector<Point> grid_of(const std::vector<Axis>& axes, const std::vector<Condition>& conditions, std::vector<std::string>& errors) {
    std::set<std::string> paths;
    double count = 1;
    for (const Axis& axis : axes) {
        count *= static_cast<double>(axis.size());
        for (const std::string& path : axis.paths)
            if (!paths.insert(path).second) errors.push_back(fmt::format("{} stands on two axes", path));
    }
    if (count > static_cast<double>(kMostGridPoints)) errors.push_back(fmt::format("{:.0f} points are more than {}", count, kMostGridPoints));
    if (!errors.empty()) return {};
    std::vector<Point> points{Point{}};
    for (const Axis& axis : axes) {
        std::vector<Point> longer;
        for (const Point& point : points)
            for (std::size_t k = 0; k < axis.size(); ++k) {
                Point next = point;
                for (std::size_t i = 0; i < axis.paths.size(); ++i) next.settings.push_back({axis.paths[i], axis.values[i][k]});
                longer.push_back(std::move(next));
            }
        points = std::move(longer);
    }
    std::erase_if(points, [&](const Point& p) {
        return !std::all_of(conditions.begin(), conditions.end(), [&](const Condition& c) { return condition_holds(c, p); });
    });
    if (points.empty()) errors.push_back("where: no point is left");
    return points;
}

void check_points(const Subject& subject, const std::vector<Axis>& axes, const std::vector<Point>& points,
                  std::vector<std::string>& errors) {
    bool paths_are_there = true;
    for (const Axis& axis : axes)
        for (const std::string& path : axis.paths)
            if (!subject.describe(path)) {
                errors.push_back(fmt::format("{} is no path of {}", path, subject.name()));
                paths_are_there = false;
            }
    if (!paths_are_there) return;
    std::set<std::string> said(errors.begin(), errors.end());
    for (const Point& point : points)
        for (std::string& error : subject.errors_in(point))
            if (said.insert(error).second) errors.push_back(std::move(error));
}

}  // namespace mailquake
