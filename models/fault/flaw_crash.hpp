// Flaw: the unexpected outcome of a call crashes the whole server. What it had in service starts anew, at the head of
// the queue, after the restart.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CrashFlaw {
    static constexpr std::string_view kind = "crash";
    SimDuration restart;
    static constexpr auto keys() {
        return std::tuple{key("restart", &CrashFlaw::restart).required().above(0).says("from the crash until the server serves again")};
    }
};

}  // namespace mailquake
