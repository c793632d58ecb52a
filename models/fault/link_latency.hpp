// Fault: a link gets slower by a constant. It only adds, so the lookahead between sites holds.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkLatencyFault {
    static constexpr std::string_view kind = "link-latency";
    SimDuration added;
    template <class S = LinkLatencyFault>
    static constexpr auto keys() {
        return std::tuple{key("added", &S::added).required().above(0).at_most(60).says("one-way delay on top of the link's own")};
    }
};

}  // namespace mailquake
