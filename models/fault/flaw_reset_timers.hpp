// Flaw: retry timers live in memory only. When a server of the tier restarts, all that the tier has deferred at that place is
// due at once, and is tried in one flood. Left out: shares of a queue by server.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ResetTimersFlaw {
    static constexpr std::string_view kind = "reset-timers";
    static constexpr auto keys() {
        return std::tuple<>{};
    }
};

}  // namespace mailquake
