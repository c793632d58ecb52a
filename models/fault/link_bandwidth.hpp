// Fault: a link keeps only a part of its capacity.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkBandwidthFault {
    static constexpr std::string_view kind = "link-bandwidth";
    Bandwidth bandwidth;
    template <class S = LinkBandwidthFault>
    static constexpr auto keys() {
        return std::tuple{key("bandwidth", &S::bandwidth).required().above(0).says("capacity that is left while the fault lasts")};
    }
};

}  // namespace mailquake
