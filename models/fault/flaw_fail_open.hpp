// Flaw: what wakes it makes the tier pass the message on without its work: no calls, no service (a scanner that fails open lets
// everything through). A failed call is as if it had been answered. Left out: what the mail that was not looked at does.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct FailOpenFlaw {
    static constexpr std::string_view kind = "fail-open";
    static constexpr auto keys() {
        return std::tuple<>{};
    }
};

}  // namespace mailquake
