// Fair queueing: the parameters of `discipline: fair`, where tenants take turns (models/mta/fair_queue.hpp).
//
// Deficit round robin of Shreedhar and Varghese, "Efficient fair queuing using deficit round robin" (SIGCOMM 1995): a turn is
// worth a quantum, in messages or in octets; what a turn leaves over is kept for the next one. The paper wants a quantum of
// at least the largest packet, so that a turn always serves somebody; with a smaller one large messages wait for several
// turns, and a step takes as many. Left out: weights of tenants. A request has no size and counts as 1 KiB.
#pragma once

#include <optional>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct FairSpec {
    std::int64_t quantum = 1;            // messages and requests a turn
    std::optional<Bytes> quantum_bytes;  // octets a turn instead

    template <class S = FairSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("quantum", &S::quantum).at_least(1).at_most(1e6).says("messages and requests that a tenant has served in its turn"),
            key("quantum_bytes", &S::quantum_bytes).at_least(4096).says("octets that a tenant has served in its turn, instead of messages; what is left counts in its next turn")};
    }
};

}  // namespace mailquake
