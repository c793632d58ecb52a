// A tarpit: who offers mail waits for a while before he is answered, and holds his connection meanwhile; always, or while more than
// so many wait in the tier's queues.
//
// Postfix's in_flow_delay is one: 1 s for each message while more comes in than the queue manager takes up, so that intake is at
// most processes / delay above what is taken up. Left out: pauses after errors (Exchange: 5 s), which need bad commands.
// Sources: postconf(5), in_flow_delay (default 1s, 0 to 10s); models/mta/back_pressure.hpp has Exchange's by level.
#pragma once

#include <cstdint>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct TarpitSpec {
    SimDuration  delay = 1_s;
    std::int64_t above = 0;

    template <class S = TarpitSpec>
    static constexpr auto keys() {
        return std::tuple{key("delay", &S::delay).above(0).says("how long an offer waits (Postfix in_flow_delay: 1s)"),
                          key("above", &S::above).at_least(0).says("while more than so many wait")};
    }
};

}  // namespace mailquake
