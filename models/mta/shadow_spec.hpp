// Shadow redundancy: before a tier acknowledges a copy it has put it on a second server of the same tier and site. When a server's
// disk is lost, the second one, which hears nothing of it any more, sends again what it keeps for it: late, but not lost.
//
// Defaults: Exchange Server (mail flow, shadow redundancy): resubmitted after 3 h of silence; without a second server mail is
// accepted all the same (RejectMessageOnShadowFailure false), so a tier with one server, or all of whose servers are lost at once,
// keeps nothing. Left out: the time that making the copy takes, copies in other sites, that a server which comes back after more
// than that time sends its own copies as well (outside Exchange a duplicate). What has been handed on: safety_net_spec.hpp.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ShadowSpec {
    SimDuration resubmit_after = 3_h;

    template <class S = ShadowSpec>
    static constexpr auto keys() {
        return std::tuple{key("resubmit_after", &S::resubmit_after).above(0).says("from the loss of a server until what it held is sent again (Exchange: 3h)")};
    }
};

}  // namespace mailquake
