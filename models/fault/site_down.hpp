// Fault: a whole site is gone. Calls and attempts to it run into their time-outs (unless a first packet that is sent again finds the
// site back, as in models/net/transfer.hpp); all of it is back at once. Accepted mail is on disk and survives;
// what was in service starts anew when the site is back.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct SiteDownFault {
    static constexpr std::string_view kind = "site-down";
    static constexpr auto keys() { return std::tuple<>{}; }
};

}  // namespace mailquake
