// The text of an enumerator, declared once beside its enum and used by loader, schema, reference and reports.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "sim/base/check.hpp"

namespace mailquake {

template <class E, std::size_t N>
using EnumTable = std::array<std::pair<E, std::string_view>, N>;

/// Specialize with `static constexpr EnumTable<E, N> table`.
template <class E>
struct EnumText;

/// The text of `value`; every enumerator has one.
template <class E>
[[nodiscard]] constexpr std::string_view to_text(E value) {
    for (const auto& [enumerator, text] : EnumText<E>::table)
        if (enumerator == value) return text;
    check_failed("enumerator has a text", __FILE__, __LINE__, "an enumerator is missing in its EnumText table");
}

/// The enumerator called `text`, or nothing.
template <class E>
[[nodiscard]] constexpr std::optional<E> from_text(std::string_view text) {
    for (const auto& [enumerator, name] : EnumText<E>::table)
        if (name == text) return enumerator;
    return std::nullopt;
}

}  // namespace mailquake
