#include "models/net/character_references.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// HTML's names of the letters of Latin-1, from U+00C0 on.
constexpr std::array<std::string_view, 64> kLatin1{
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute", "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml",
    "ETH", "Ntilde", "Ograve", "Oacute", "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute", "THORN", "szlig",
    "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil", "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml",
    "eth", "ntilde", "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc", "uuml", "yacute", "thorn", "yuml"};

std::optional<std::uint32_t> number_of(std::string_view digits, int base) {
    std::uint32_t value = 0;
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    const bool is_character = value > 0 && value < 0x110000 && (value < 0xd800 || value > 0xdfff);
    if (digits.empty() || status != std::errc{} || end != digits.data() + digits.size() || !is_character) return std::nullopt;
    return value;
}

}  // namespace

void append_utf8(std::string& text, std::uint32_t character) {
    const auto add = [&](std::uint32_t octet) { text += static_cast<char>(static_cast<unsigned char>(octet)); };
    if (character < 0x80) return add(character);
    if (character < 0x800) {
        add(0xc0U | (character >> 6U));
    } else {
        if (character < 0x10000) {
            add(0xe0U | (character >> 12U));
        } else {
            add(0xf0U | (character >> 18U));
            add(0x80U | ((character >> 12U) & 0x3fU));
        }
        add(0x80U | ((character >> 6U) & 0x3fU));
    }
    add(0x80U | (character & 0x3fU));
}

std::optional<std::string> referred_character(std::string_view reference, bool html) {
    constexpr std::array<std::pair<std::string_view, char>, 5> of_xml{{{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [name, character] : of_xml)
        if (reference == name) return std::string(1, character);
    std::optional<std::uint32_t> number;
    if (reference.starts_with("#x") || (html && reference.starts_with("#X"))) number = number_of(reference.substr(2), 16);
    else if (reference.starts_with('#')) number = number_of(reference.substr(1), 10);
    else if (html && reference == "nbsp") number = 0xa0;
    else if (const auto* found = std::find(kLatin1.begin(), kLatin1.end(), reference); html && found != kLatin1.end()) number = 0xc0 + narrow<std::uint32_t>(found - kLatin1.begin(), "letters");
    if (!number) return std::nullopt;
    std::string text;
    append_utf8(text, *number);
    return text;
}

std::string without_references(std::string_view text) {
    constexpr std::size_t longest = 12;
    std::string result;
    while (!text.empty()) {
        const std::size_t amp = std::min(text.find('&'), text.size());
        result += text.substr(0, amp);
        text.remove_prefix(amp);
        if (text.empty()) break;
        const std::size_t end = text.substr(0, longest).find(';');
        const auto character = end == std::string_view::npos ? std::nullopt : referred_character(text.substr(1, end - 1), true);
        result += character ? *character : "&";
        text.remove_prefix(character ? end + 1 : 1);
    }
    return result;
}

}  // namespace mailquake
