// Fault: servers of a tier take longer while it lasts: what is left of a service when it begins or ends goes on at the new pace.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ServerSlowFault {
    static constexpr std::string_view kind = "server-slow";
    Factor factor{2};
    Ratio  share{1};
    template <class S = ServerSlowFault>
    static constexpr auto keys() {
        return std::tuple{key("factor", &S::factor).required().above(0).at_most(1e6).says("by which services take longer while the fault lasts; what is left of one when it begins or ends goes on at the new pace"),
                          key("share", &S::share).above(0).at_most(1).says("share of the target's servers, rounded to a number of them over all its sites and partitions; which ones is drawn by seed; a greater share holds a smaller one")};
    }
};

}  // namespace mailquake
