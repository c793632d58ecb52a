// When a system is itself again after a fault: at the first minute t from the fault's end on such that of the mail
// accepted in each of the next 30 minutes at most 5 % is late, and no more copies are older than the objective, at the
// end of each of these minutes, than at most before the first fault; and of each population of clients at least 90 % are
// signed in throughout.
// A minute counts only if its mail has had the objective's time before the run ended: what is not late yet because the
// run is over proves nothing. Never seen: nothing.
#pragma once

#include <optional>

#include "models/world/outcome.hpp"

namespace mailquake {

inline constexpr std::int64_t kRecoveryMinutes = 30;

/// Time from `fault_end` to recovery; nothing if it was not seen within the run.
[[nodiscard]] std::optional<SimDuration> recovered_after(const Outcome& outcome, SimDuration objective,
                                                         SimTime fault_end);

/// Where recovery was not seen: the least time from `fault_end` that it can have taken.
[[nodiscard]] SimDuration recovery_not_before(const Outcome& outcome, SimDuration objective, SimTime fault_end);

/// How long a run has to be for a recovery from a fault that ends then to be seen at all.
[[nodiscard]] SimTime seen_from(SimTime fault_end, SimDuration objective);

/// How much longer the run would have to be for a recovery from this fault to be seen at all; zero where it is long enough.
[[nodiscard]] SimDuration lacks_for_recovery(const Outcome& outcome, SimDuration objective, SimTime fault_end);

}  // namespace mailquake
