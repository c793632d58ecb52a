// Fault: a link loses a share of its packets. Mail is never lost by it: transfers get slower (models/net/tcp.hpp).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct LinkLossFault {
    static constexpr std::string_view kind = "link-loss";
    Ratio loss{0};
    template <class S = LinkLossFault>
    static constexpr auto keys() {
        return std::tuple{key("loss", &S::loss).required().above(0).at_most(0.99).says("share of packets lost while the fault lasts")};
    }
};

}  // namespace mailquake
