// Flaw: the caller's time-out does not free the worker, which stays held until `hold` after the call began.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct HoldWorkerFlaw {
    static constexpr std::string_view kind = "hold-worker";
    SimDuration hold;
    template <class S = HoldWorkerFlaw>
    static constexpr auto keys() {
        return std::tuple{key("hold", &S::hold).required().above(0).says("how long the worker is held from the start of the call; over the call's time-out")};
    }
};

}  // namespace mailquake
