// Fault: a tenant class sends and receives more. The extra copies are a source of their own, so that every other
// message keeps its luck.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LoadSurgeFault {
    static constexpr std::string_view kind = "load-surge";
    Factor factor{2};
    template <class S = LoadSurgeFault>
    static constexpr auto keys() {
        return std::tuple{key("factor", &S::factor).required().above(1).at_most(1e6).says("load while the fault lasts, against normal load")};
    }
};

}  // namespace mailquake
