// The six comparisons that where clauses and claims are made of.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mailquake {

enum class Comparison : std::uint8_t { less, at_most, equal, unequal, at_least, greater };

/// In the order in which a text must be searched for them: the longer ones first.
inline constexpr std::array kComparisonTexts = {
    std::pair{std::string_view("<="), Comparison::at_most}, std::pair{std::string_view(">="), Comparison::at_least},
    std::pair{std::string_view("=="), Comparison::equal},   std::pair{std::string_view("!="), Comparison::unequal},
    std::pair{std::string_view("<"), Comparison::less},     std::pair{std::string_view(">"), Comparison::greater}};

[[nodiscard]] constexpr std::string_view to_text(Comparison comparison) {
    for (const auto& [text, c] : kComparisonTexts)
        if (c == comparison) return text;
    return {};
}

/// Whether it holds between two things whose order is `order`: negative, 0, or positive.
[[nodiscard]] constexpr bool compares(Comparison comparison, int order) {
    switch (comparison) {
        case Comparison::less: return order < 0;
        case Comparison::at_most: return order <= 0;
        case Comparison::equal: return order == 0;
        case Comparison::unequal: return order != 0;
        case Comparison::at_least: return order >= 0;
        case Comparison::greater: return order > 0;
    }
    return false;
}
[[nodiscard]] constexpr bool compares(Comparison comparison, double a, double b) { return compares(comparison, a < b ? -1 : a > b ? 1 : 0); }

}  // namespace mailquake
