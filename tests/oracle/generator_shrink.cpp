// Makes a drawn scenario small while something stays true of it.
#include <optional>

#include "tests/oracle/generator.hpp"

namespace mailquake::oracle {
namespace {

/// The text with its n-th whole number above 1 halved; none: there are not so many. Digits of names and of fractions are no numbers.
std::optional<std::string> halved(const std::string& text, std::size_t n) {
    const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
    for (std::size_t from = 0; from < text.size(); ++from) {
        if (!is_digit(from) || (from > 0 && std::string(" [{:").find(text[from - 1]) == std::string::npos)) continue;
        std::size_t to = from;
        while (is_digit(to)) ++to;
        const std::string digits = text.substr(from, to - from);
        if (digits.size() < 18 && std::stoull(digits) > 1 && (to == text.size() || text[to] != '.') && n-- == 0)
            return text.substr(0, from) + std::to_string(std::stoull(digits) / 2) + text.substr(to);
    }
    return std::nullopt;
}

}  // namespace

/// Durations, rates and counts as small as they can be made by halving, the run's length first.
Draft with_halved_numbers(Draft from, const std::function<bool(const Draft&)>& holds) {
    const auto halve = [&](const std::function<std::string&(Draft&)>& value) {
        for (std::size_t n = 0; const auto first = halved(value(from), n); ++n) {
            for (auto text = first; text; text = halved(value(from), n)) {
                Draft less = from;
                value(less) = *text;
                if (!holds(less)) break;
                from = std::move(less);
            }
        }
    };
    for (std::size_t k = 0; k < from.top.size(); ++k) halve([k](Draft& d) -> std::string& { return d.top[k].second; });
    for (std::size_t s = 0; s < from.sections.size(); ++s) {
        for (std::size_t e = 0; e < from.sections[s].second.size(); ++e) {
            for (std::size_t k = 1; k < from.sections[s].second[e].keys.size(); ++k)
                halve([s, e, k](Draft& d) -> std::string& { return d.sections[s].second[e].keys[k].second; });
        }
    }
    return from;
}

Draft shrunk(Draft from, const std::function<bool(const Draft&)>& holds) {
    bool smaller = true;
    const auto take = [&](Draft candidate) {
        if (!holds(candidate)) return false;
        from = std::move(candidate);
        return smaller = true;
    };
    while (smaller) {
        smaller = false;
        for (std::size_t s = 0; s < from.sections.size(); ++s) {
            for (std::size_t e = 0; e < from.sections[s].second.size(); ++e) {
                if (from.sections[s].first == "links") continue;  // would cut the world in two
                Draft without = from;
                without.sections[s].second.erase(without.sections[s].second.begin() + static_cast<std::ptrdiff_t>(e));
                if (take(without)) { --e; continue; }
                for (std::size_t k = 1; k < from.sections[s].second[e].keys.size(); ++k) {
                    if (from.sections[s].second[e].keys[k].first == "outside") continue;  // would be another world
                    Draft less = from;
                    auto& keys = less.sections[s].second[e].keys;
                    keys.erase(keys.begin() + static_cast<std::ptrdiff_t>(k));
                    if (take(less)) --k;
                }
            }
        }
    }
    return with_halved_numbers(std::move(from), holds);
}

}  // namespace mailquake::oracle
