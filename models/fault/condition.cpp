#include "models/fault/condition.hpp"

#include <fmt/format.h>

#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::variant<QueueCondition, std::string> parse_condition(std::string_view text) {
    const std::string wrong = fmt::format("'{}' is no condition; one is written as queue(TIER) > 1000 for 5min", text);
    std::string_view rest = trimmed(text);
    if (!rest.starts_with("queue(")) return wrong;
    rest.remove_prefix(6);
    const auto close = rest.find(')');
    if (close == std::string_view::npos) return wrong;
    QueueCondition condition{.tier = std::string(trimmed(rest.substr(0, close)))};
    rest = trimmed(rest.substr(close + 1));
    if (!rest.starts_with('>')) return wrong;
    rest = trimmed(rest.substr(1));
    const auto word = rest.find_first_of(kBlanks);
    const auto over = parse_integer(rest.substr(0, word));
    if (!std::holds_alternative<std::int64_t>(over) || std::get<std::int64_t>(over) < 0) return wrong;
    condition.over = std::get<std::int64_t>(over);
    rest = word == std::string_view::npos ? std::string_view() : trimmed(rest.substr(word));
    if (rest.empty()) return condition;
    if (!rest.starts_with("for ")) return wrong;
    const auto length = parse_duration(trimmed(rest.substr(4)));
    if (!std::holds_alternative<SimDuration>(length) || std::get<SimDuration>(length) < SimDuration::zero()) return wrong;
    condition.length = std::get<SimDuration>(length);
    return condition;
}

}  // namespace mailquake
