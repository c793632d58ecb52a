// What the retries of stuck mail cost on top of first attempts, by arithmetic: offered load counts first attempts only
// (models/world/offered_load.hpp), this is the rest.
//
// Mail whose first attempt failed comes back by its retry schedule. When the fault has lasted for `since`, the messages
// that are k retries old are tried as often as new ones get stuck, if they failed each time before; so the retries come
// at rate x (1 + f + f^2 + ...), a term for each retry that the schedule makes within `since`. With f = 1 that is the
// number of retries, and the load grows until mail is given up; with f = 1/2 it stays below twice the rate.
// Left out: the wait before each attempt, which only puts retries off; jitter.
// Check: a full stop, 4 messages a second, Exchange's schedule (36 attempts in 7 h) and 30 s each: 4 x 35 x 30 = 4200
// workers for retries, where first attempts take 120.
#pragma once

#include <cstdint>

#include "models/mta/retry_schedule.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// Retries within `since` of a message that fails at once and always.
[[nodiscard]] std::uint32_t retries_within(const RetrySchedule& schedule, SimDuration since);

/// Rate of retries when the fault has lasted for `since`. `stuck`: first attempts that fail; `fails`: chance of a retry
/// to fail, too.
[[nodiscard]] Rate retry_rate(const RetrySchedule& schedule, Rate stuck, Ratio fails, SimDuration since);

/// Workers that these retries need: `held` by each, mean over those that fail and those that do not.
[[nodiscard]] double retry_work(const RetrySchedule& schedule, Rate stuck, Ratio fails, SimDuration held, SimDuration since);

}  // namespace mailquake
