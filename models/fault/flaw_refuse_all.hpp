// Flaw: a tier that is overloaded once refuses everything, as a full queue does, until its queue is down to `resume`: it turns
// slow into gone, and its load to whoever is left. Its trigger is `queue`. Requests are refused, too. Servers that share a queue
// refuse as one; servers with queues of their own (`spread`) refuse each for itself, with `queue_over` and `resume` of its own
// queue, and are passed over until none is left. `at_least` is how long a load balancer takes to send it work again.
// Source: Gmail, 1 September 2009 (routers that refused instead of slowing down). Left out: other signs of load.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct RefuseAllFlaw {
    static constexpr std::string_view kind = "refuse-all";
    std::int64_t resume = 0;
    SimDuration  at_least = SimDuration::zero();
    template <class S = RefuseAllFlaw>
    static constexpr auto keys() {
        return std::tuple{key("resume", &S::resume).at_least(0).says("waiting ones at which it takes work again"),
                          key("at_least", &S::at_least).at_least(0).says("for how long it refuses at least, until work is sent to it again")};
    }
};

}  // namespace mailquake
