// The queue table of the worst moment: when most copies waited at one place of the mail path. That moment is known only when the
// run is over, so the run is made once more up to it. A run in which no fault, flaw or mitigation touched anything is not, nor is one of more
// than kMostEventsAgain events: their table is the worst one of those that each run makes every ten minutes, and has no `place`.
#pragma once

#include "models/cli/replicate.hpp"
#include "models/results/run_result.hpp"

namespace mailquake {

inline constexpr double kMostEventsAgain = 5e7;   // some seconds

/// Puts it into the figures, unless they have it.
void add_worst_table(const ReplicateRequest& request, unsigned threads, ReplicationResult& replication);

}  // namespace mailquake
