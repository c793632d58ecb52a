// Arrival times to replay: a text file with one offset from the start a line, in seconds, in order; empty lines are
// passed over; so are blanks around a number, carriage returns and a byte order mark. The loader checks it, the world reads it
// again when it is built.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

/// What is wrong, and in which line (from 1; 0: with the whole).
struct ReplayError {
    int line = 0;
    std::string message;
};

/// The offsets [rounded to the ns], or the first thing that is wrong.
[[nodiscard]] std::variant<std::vector<SimDuration>, ReplayError> parse_replay(std::string_view text);

}  // namespace mailquake
