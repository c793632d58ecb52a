// What one call costs its caller, by arithmetic: how long the worker is held, how many requests go out, how often the
// call succeeds; with what an enabled flaw makes of calls that hang or fail.
//
// An attempt is answered after `answer`, hangs until the time-out (with probability `hangs`), or fails fast. Attempts are
// independent. Flaws: hold-worker takes `hold` in place of the time-out; retry-in-place repeats up to its number, or
// until answered; requeue-at-head comes to the same as until answered; crash does, too, and each failure costs all
// workers of the server for the restart. In a share of servers, the means of both kinds are mixed.
// Left out: answers that are later than the time-out, several flaws on one call (the first counts).
//
// Invariants: all figures are at least zero; held_seconds is infinite if nothing ever frees the worker.
#pragma once

#include <span>

#include "models/fault/flaw_spec.hpp"
#include "models/mta/tier_spec.hpp"

namespace mailquake {

/// How one attempt at the callee goes.
struct CallChance {
    double answer_seconds = 0;     // until the answer, if there is one
    double hangs = 0;              // chance that there is none
    bool   fails_fast = false;     // refused, after answer_seconds
};

struct CallDemand {
    double held_seconds = 0;       // of the caller's worker, mean
    double answered = 0;           // requests that the callee serves, mean; also the chance that the call succeeds

    CallDemand& add(const CallDemand& other, double weight);
};

/// `workers`: of a server of the caller, for what a crash costs. `flaws`: of the scenario, disabled ones included.
[[nodiscard]] CallDemand call_demand(const TierSpec& caller, const CallSpec& call, std::int64_t workers,
                                     const CallChance& chance, std::span<const FlawSpec> flaws);

}  // namespace mailquake
