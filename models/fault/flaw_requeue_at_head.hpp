// Flaw: a message whose call failed goes back to the head of the input queue, in front of all others.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"

namespace mailquake {

struct RequeueAtHeadFlaw {
    static constexpr std::string_view kind = "requeue-at-head";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
