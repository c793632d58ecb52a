// CoDel for queues of servers: who has waited for too long is turned away when its turn comes, instead of being served.
//
// After Nichols and Jacobson, "Controlling queue delay" (ACM Queue 2012), in the form that Facebook runs (B. Maurer, "Fail at
// scale", ACM Queue 2015): a queue that has been empty within the last `interval` lets everybody wait for that long; one that
// has not has a standing backlog, and who waited for more than `target` is dropped at the head. Defaults: theirs, 5 ms and
// 100 ms. Only what can be told so is dropped: a request gets its answer (failed), a proxy's mail a 4yz. Mail that the tier
// has accepted is its own and is never dropped. Left out: the control law of the first article (drops at interval / sqrt n).
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CodelSpec {
    SimDuration target = 5_ms;
    SimDuration interval = 100_ms;

    template <class S = CodelSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("target", &S::target).above(0).says("longest wait in a queue that has not been empty for `interval`"),
            key("interval", &S::interval).above(0).says("longest wait in any other queue; and for how long a queue must not have been empty to be overloaded")};
    }
};

}  // namespace mailquake
