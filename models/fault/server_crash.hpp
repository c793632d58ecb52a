// Fault: servers of a tier crash and are back when the fault ends. Work in service starts anew at the head of the queue;
// calls and attempts that find no server up fail fast.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ServerCrashFault {
    static constexpr std::string_view kind = "server-crash";
    Ratio share{1};
    static constexpr auto keys() {
        return std::tuple{key("share", &ServerCrashFault::share).above(0).at_most(1).says("share of the target's servers, chosen by chance; shares nest")};
    }
};

}  // namespace mailquake
