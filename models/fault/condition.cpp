#include "models/fault/condition.hpp"

#include <algorithm>
#include <array>
#include <optional>

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

/// What it is compared with, in the unit of what is looked at.
std::optional<double> parse_bound(Looked what, std::string_view text) {
    switch (what) {
        case Looked::queue:
        case Looked::deferred: {
            const auto count = parse_integer(text);
            const auto* n = std::get_if<std::int64_t>(&count);
            return n == nullptr || *n < 0 ? std::nullopt : std::optional(static_cast<double>(*n));
        }
        case Looked::oldest: {
            const auto age = parse_duration(text);
            const auto* d = std::get_if<SimDuration>(&age);
            return d == nullptr || *d < SimDuration::zero() ? std::nullopt : std::optional(d->seconds());
        }
        case Looked::busy: {
            const auto share = parse_ratio(text);
            const auto* r = std::get_if<Ratio>(&share);
            return r == nullptr || r->value < 0 || r->value >= 1 ? std::nullopt : std::optional(r->value);
        }
    }
    return std::nullopt;
}

}  // namespace

std::variant<MitigationCondition, std::string> parse_condition(std::string_view text) {
    const std::string wrong = fmt::format("'{}' is no condition; one is written as queue(TIER) > 1000 for 5min, with queue, deferred, oldest (> 10min) or busy (> 90%), of TIER, TIER@SITE or TIER@*", text);
    std::string_view rest = trimmed(text);
    const auto looked = std::find_if(kLookedTexts.begin(), kLookedTexts.end(), [&](const LookedText& known) { return rest.starts_with(known.word); });
    if (looked == kLookedTexts.end()) return wrong;
    rest.remove_prefix(looked->word.size());
    const auto close = rest.find(')');
    if (close == std::string_view::npos) return wrong;
    const std::string_view place = trimmed(rest.substr(0, close));
    const auto sign = place.find('@');
    MitigationCondition condition;
    condition.what = looked->what;
    condition.tier = place.substr(0, sign);
    if (sign != std::string_view::npos) {
        condition.site = place.substr(sign + 1);
        if (condition.site.empty()) return wrong;
    }
    rest = trimmed(rest.substr(close + 1));
    if (!rest.starts_with('>')) return wrong;
    rest = trimmed(rest.substr(1));
    const auto word = rest.find_first_of(kBlanks);
    const auto over = parse_bound(looked->what, rest.substr(0, word));
    if (!over) return wrong;
    condition.over = *over;
    rest = word == std::string_view::npos ? std::string_view() : trimmed(rest.substr(word));
    if (rest.empty()) return condition;
    if (!rest.starts_with("for ")) return wrong;
    const auto length = parse_duration(trimmed(rest.substr(4)));
    if (!std::holds_alternative<SimDuration>(length) || std::get<SimDuration>(length) < SimDuration::zero()) return wrong;
    condition.length = std::get<SimDuration>(length);
    return condition;
}

}  // namespace mailquake
