// A text as a JSON string. The experiment layer writes no other JSON than lists of names, and reads none.
#pragma once

#include <string>
#include <string_view>

namespace mailquake {

/// With its quotation marks; control characters become blanks.
[[nodiscard]] inline std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + '"';
}

}  // namespace mailquake
