// A condition on which operators act: `queue(transport) > 1000 for 5min`. It holds at a site when so many copies and requests
// have waited in the tier's input queues there, at each look in that time; looks are 10 s apart. What is done then is done at
// that site, once. Left out: conditions on other figures, on other sites, and the end of an action by a condition.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sim/base/time.hpp"

namespace mailquake {

inline constexpr SimDuration kLookEvery = 10_s;

struct QueueCondition {
    std::string  tier;
    std::int64_t over = 0;
    SimDuration  length = SimDuration::zero();   // for which it must have held
};

/// What the text says, or what is wrong with it.
[[nodiscard]] std::variant<QueueCondition, std::string> parse_condition(std::string_view text);

}  // namespace mailquake
