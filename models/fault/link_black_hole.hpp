// Fault: a link swallows everything. Who crosses it waits for its time-out; after the convergence delay routes avoid it, where there
// is another way.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkBlackHoleFault {
    static constexpr std::string_view kind = "link-black-hole";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
