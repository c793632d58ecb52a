// Postfix's preemption: the parameters of `discipline: preemptive`, where mail for few may overtake mail for many
// (models/mta/preemptive_queue.hpp).
//
// For every so many recipients that a message has had served it earns a slot, and a message with no more recipients than it has
// slots may go before its next one. So a message to n recipients is done after at most n k / (k - 1) of them, k being the slot cost:
// 1.25 n as Postfix has it, whatever comes. Source: Postfix SCHEDULER_README (default_delivery_slot_cost: 5). Left out: its
// discount and minimum of slots, which change when somebody goes first and not for how many, and its loan of three; jobs by
// transport, since here a tier is one.
#pragma once

#include <cstdint>
#include <tuple>

#include "models/spec/key.hpp"

namespace mailquake {

struct PreemptionSpec {
    std::int64_t slot_cost = 5;

    template <class S = PreemptionSpec>
    static constexpr auto keys() {
        return std::tuple{key("slot_cost", &S::slot_cost).at_least(2).at_most(1e6).says("recipients of a message that are served until one of another message may go first (Postfix default_delivery_slot_cost: 5)")};
    }
};

}  // namespace mailquake
