// Fault: a link is down and refuses. Who tries to cross it is told at once; routes follow after the convergence delay.
// Left out: sessions that survive on a slow path.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkDownFault {
    static constexpr std::string_view kind = "link-down";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
