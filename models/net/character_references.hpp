// Characters that a text writes by their number or name: `&#252;`, `&#xFC;`, `&uuml;`. XML knows numbers and five names, HTML
// (and so GML and labels of Graphviz) also those of Latin-1. Source: XML 1.0, 4.1 and 4.6; HTML 4.01, 24.2.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mailquake {

/// The character of a reference without its '&' and ';', as UTF-8; nothing if there is none. Names beyond XML's only if `html`.
[[nodiscard]] std::optional<std::string> referred_character(std::string_view reference, bool html);

/// The text with all HTML references replaced that mean something; others stay as they are.
[[nodiscard]] std::string without_references(std::string_view text);

void append_utf8(std::string& text, std::uint32_t character);

}  // namespace mailquake
