// Deadline propagation: a call tells its callee until when its caller waits, and what nobody waits for any more is not served.
//
// As in gRPC, and SRE book, "Addressing cascading failures": the deadline travels with the request and with every call that
// the callee makes for it, whose own time-out is cut to what is left. A request whose deadline is past when its turn comes is
// dropped at the head of the callee's queue, takes no worker, and is not answered: its caller has given up. `margin` is taken
// off: what could not be served in that time is dropped as well. Without it a queue in order of arrival can be so long that
// whatever gets its turn is just about to be given up, and is served in vain after all.
// Left out: work that is broken off in the middle; clocks that differ (the deadline is exact).
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DeadlineSpec {
    SimDuration margin{0};

    template <class S = DeadlineSpec>
    static constexpr auto keys() {
        return std::tuple{key("margin", &S::margin).required().at_least(0).says("what has less than this left when its turn comes is dropped, too: about the callee's service time")};
    }
};

}  // namespace mailquake
