// Who was late though everything of his own was healthy, and in whose company he waited.
//
// The rule. Collateral mail is late mail of tenants whose home site, partitions and links no fault hit, and whose own
// no campaign was (Plan::own_healthy). For
// each class, the queue in which most of its late time was spent is taken. That time is booked, by the ledger, to what the queue's
// workers did meanwhile; the part of each state is divided among those whose jobs kept workers of that queue in that state, in
// proportion to how long over the whole run. Jobs are told apart by class, and in states that wait for a partitioned tier by
// partition. So the answer is "in front of him were mostly jobs that waited for directory/p3", and not who stood in front of
// which copy. Workers that are absent or idle are nobody's. Left out: mail that was held by a proxy while that handed it over.
//
// Invariant: the neighbours' parts sum to the time in that queue, to the ns.
#pragma once

#include <vector>

#include "models/report/explanation.hpp"

namespace mailquake {

/// Classes that have collateral mail, most of its delay first.
[[nodiscard]] std::vector<CollateralDelay> collateral_delays(const Outcome& outcome);

}  // namespace mailquake
