// Where text goes: data to stdout, everything else to stderr. A reader that goes away (`mailquake run x | head`) is no
// error: what it does not want is dropped in silence. Colour is for terminals only, and not where NO_COLOR is set
// (no-color.org). Left out: widths of terminals; tables are as wide as they are.
#pragma once

#include <string_view>

namespace mailquake {

/// To stdout, whole; stops quietly when nobody reads. False if it could not be written for another reason (disk full).
bool print_data(std::string_view text);

/// To stderr, whole.
void print_note(std::string_view text);

/// Once, at the start of the program: a pipe without a reader is an error code, not the end.
void ignore_broken_pipes();

[[nodiscard]] bool stdout_has_colour();
[[nodiscard]] bool stderr_is_terminal();

}  // namespace mailquake
