// Fault: a link goes down and up in turn; while down it refuses. Routes follow each change after the convergence delay.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkFlapFault {
    static constexpr std::string_view kind = "link-flap";
    SimDuration down;
    SimDuration up;
    template <class S = LinkFlapFault>
    static constexpr auto keys() {
        return std::tuple{key("down", &S::down).required().above(0).says("length of each stretch down, which come first"),
                          key("up", &S::up).required().above(0).says("length of each stretch up")};
    }
};

}  // namespace mailquake
