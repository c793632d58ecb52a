// A line of Postfix's qshape, pasted into a scenario's backlog: `NAME T 5 10 20 40 80 160 320 640 1280 1280+`, as counts:
// total, then how many messages are up to 5, 10, ... minutes old, and older than 1280. Source: Postfix QSHAPE_README.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

/// Messages of one age column; ages are uniform from youngest to oldest. The open column ends at 2560 minutes.
struct QshapeGroup {
    std::uint64_t count = 0;
    SimDuration youngest;
    SimDuration oldest;
};

/// The groups that are not empty; nothing if the line has not twelve fields, or its total is not their sum.
[[nodiscard]] std::optional<std::vector<QshapeGroup>> parse_qshape_line(std::string_view line);

}  // namespace mailquake
