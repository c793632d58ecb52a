// Flaw: a second copy of the message leaves the tier beside the first; where the tier is the last, both are delivered.
// The copy has an identity, and so luck, of its own. Left out: copies that multiply at every hop.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DuplicateFlaw {
    static constexpr std::string_view kind = "duplicate";
    static constexpr auto keys() {
        return std::tuple<>{};
    }
};

}  // namespace mailquake
