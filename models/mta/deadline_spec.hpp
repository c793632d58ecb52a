// Deadline propagation: a call tells its callee until when its caller waits, and what nobody waits for any more is not served.
//
// As in gRPC, and SRE book, "Addressing cascading failures": the deadline travels with the request and with every call that
// the callee makes for it, whose own time-out is cut to what is left. A request whose deadline is past when its turn comes is
// dropped at the head of the callee's queue, takes no worker, and is not answered: its caller has given up. `margin` is taken
// off: what could not be served in that time is dropped as well. Without it a queue in order of arrival can be so long that
// whatever gets its turn is just about to be given up, and is served in vain after all.
// With `cancel` the callee also takes back what its caller has given up: out of the middle of its queue, and out of a worker's
// hands, together with the calls that the worker waits for. As in gRPC, where a call whose deadline is past is cancelled at the
// server, whose handlers must look for it; off, as in servers that do not. Work that was done by then is lost.
// Left out: taking back what a faster answer (a hedge) or a broken connection makes needless; clocks that differ (the deadline is
// exact).
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DeadlineSpec {
    SimDuration margin{0};
    bool        cancel = false;

    template <class S = DeadlineSpec>
    static constexpr auto keys() {
        return std::tuple{key("margin", &S::margin).required().at_least(0).says("what has less than this left when its turn comes is dropped, too: about the callee's service time"),
                          key("cancel", &S::cancel).says("breaks off what its caller has given up, while it waits and in service (gRPC servers that look for it)")};
    }
};

}  // namespace mailquake
