// Safety Net: what a tier has handed on it keeps for a while, so that operators can have it sent again when a tier behind it has
// lost mail (`mitigations:`, kind replay). What had arrived all the same is there twice: inside, the last tier of its path knows it and
// throws the second copy away, at the cost of the work; outside, somebody gets his mail twice.
//
// Default: Exchange Server (mail flow, Safety Net): kept for 2 days. Exchange keeps what was delivered to mailboxes; here, what any
// tier that has a net has handed to the next one. Left out: a shadow net on a second server that takes over after 12 h; the disk
// that it fills; notices and bounces, which are not kept; that a mailbox which fails over asks for its mail by itself.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct SafetyNetSpec {
    SimDuration keep = 2_d;

    template <class S = SafetyNetSpec>
    static constexpr auto keys() {
        return std::tuple{key("keep", &S::keep).above(0).says("for how long after it was handed on (Exchange: 2d)")};
    }
};

}  // namespace mailquake
