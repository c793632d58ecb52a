// Text from outside (a scenario's sentences, names of files) as it may be shown on a terminal or in a log: on one line, and without what
// would move the cursor, change colours, or turn the reading order round.
//
// Replaced, one sign each: control characters (C0 with line ends and tabs, DEL, C1), separators of lines and paragraphs, marks of reading
// order (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), and octets that are no UTF-8. Everything else stays as it is. HTML and JSON
// have rules of their own.
// Source: Unicode 15, chapter 23 (layout controls); Boucher and Anderson, Trojan Source, 2021.
#pragma once

#include <string>
#include <string_view>

namespace mailquake {

[[nodiscard]] std::string visible(std::string_view text, std::string_view instead = "\xEF\xBF\xBD");

}  // namespace mailquake
