// KumoMTA's ready queue, by destination: the parameters (next_hop_queue.hpp, models/world/readying.cpp: what they do).
//
// Mail lies in a scheduled queue until it is due, then goes to the ready queue of its destination, in order of arrival. A
// ready queue is bounded; whoever finds it full goes back to be due again within `overflow_delay`, which is no failed
// attempt. When so many connections in a row have failed, all that waits is deferred as after a failed attempt, and the
// count starts anew.
//
// Source: KumoMTA's documentation of make_egress_path (max_ready, consecutive_connection_failures_before_delay) and its
// Queue::force_into_delayed (0 to 60 s). Left out: that its counter has to exceed the setting, and goes on when mail has
// been delayed, so that each further failure delays what has come meanwhile; that destinations with the same MX hosts share
// a queue.
#pragma once

#include <cstdint>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ReadySpec {
    std::int64_t max = 1024;
    SimDuration  overflow_delay = 60_s;
    std::int64_t failures_before_delay = 100;

    template <class S = ReadySpec>
    static constexpr auto keys() {
        return std::tuple{
            key("max", &S::max).at_least(1).says("messages of one destination that wait in its ready queue, those in an attempt not counted (KumoMTA max_ready: 1024)"),
            key("overflow_delay", &S::overflow_delay).above(0).says("longest wait of a message that finds it full, until it is due again; uniform from 0 (KumoMTA: 60s)"),
            key("failures_before_delay", &S::failures_before_delay).at_least(1).says("connections that fail in a row until all that waits for the destination is deferred (KumoMTA consecutive_connection_failures_before_delay: 100)")};
    }
};

}  // namespace mailquake
