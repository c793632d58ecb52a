#include "models/spec/visible_text.hpp"

#include <cstddef>
#include <cstdint>

namespace mailquake {

namespace {

constexpr std::uint32_t kNone = 0xffff'ffff;

/// The character that begins here, and how many octets it has; kNone, and one, where there is none.
std::uint32_t character(std::string_view text, std::size_t& octets) {
    const auto at = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
    const std::uint32_t first = at(0);
    octets = 1;
    if (first < 0x80) return first;
    const std::size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
    if (length == 0 || text.size() < length) return kNone;
    std::uint32_t value = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((at(i) & 0xc0U) != 0x80) return kNone;
        value = value << 6U | (at(i) & 0x3fU);
    }
    octets = length;
    return value;
}

bool is_shown(std::uint32_t c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
    const bool turns = c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !turns && c != 0x2028 && c != 0x2029 && c != kNone;
}

}  // namespace

std::string visible(std::string_view text, std::string_view instead) {
    std::string result;
    while (!text.empty()) {
        std::size_t octets = 1;
        result += is_shown(character(text, octets)) ? text.substr(0, octets) : instead;
        text.remove_prefix(octets);
    }
    return result;
}

}  // namespace mailquake
