// What one call costs its caller, by arithmetic: how long the worker is held, how many requests the callee serves, how often the
// call succeeds; with what an enabled flaw makes of calls that hang or fail.
//
// An attempt is swallowed (and hangs until the time-out), fails fast, or is served; then its answer may be late, wrong, or say that
// there is no such recipient, which ends the job. Where it is swallowed in stretches, a call that begins in one has all attempts in it
// but those that come after its end; with a flaw, all of them. An answer that comes after the time-out has been served in vain. Attempts are
// independent. Flaws: hold-worker keeps the worker until `hold` after the attempt began, hears an answer meanwhile, and makes no
// further attempt; retry-in-place repeats up to its number, or until answered; requeue-at-head comes to the same as until answered;
// crash does, too, and each failure costs all workers of the server for the restart; leak-worker never frees the worker; drop,
// fail-open and fail-closed end the call at once. In a share of servers, the means of both kinds are mixed.
// Left out: the spread of answer times (an answer is late if their mean is over the time-out), waits in the callee's queue, policies
// on calls, several flaws on one call (the first counts), crashes that break off what other workers do.
//
// Invariants: all figures are at least zero; held_seconds is infinite if nothing ever frees the worker.
#pragma once

#include <span>

#include "models/fault/flaw_spec.hpp"
#include "models/mta/tier_spec.hpp"

namespace mailquake {

/// How one attempt at the callee goes.
struct CallChance {
    double answer_seconds = 0;     // until the answer, if there is one in time
    double hangs = 0;              // chance that there is none ...
    double on_seconds = 0, off_seconds = 0;  // ... in stretches that are so long, and between them none; 0: all the time
    bool   fails_fast = false;     // refused, after answer_seconds
    double late = 0;               // of the answers: chance to come late ...
    double late_seconds = 0;       // ... by so much
    double wrong = 0;              // of the answers: chance to be an error
    double no_recipient = 0;       // of the answers: chance to say that there is no such recipient
};

struct CallDemand {
    double held_seconds = 0;       // of the caller's worker, mean
    double requests = 0;           // that the callee serves, mean
    double succeeds = 0;           // chance that the call succeeds
    double refused = 0;            // chance that it ends the job: no such recipient
    double passed_on = 0;          // chance that a flaw has the job passed on without further work (fail-open)
    double ended = 0;              // chance that a flaw ends the job (drop, fail-closed)

    CallDemand& add(const CallDemand& other, double weight);
};

/// `workers`: of a server of the caller, for what a crash costs. `flaws`: of the scenario, disabled ones included.
[[nodiscard]] CallDemand call_demand(const TierSpec& caller, const CallSpec& call, std::int64_t workers,
                                     const CallChance& chance, std::span<const FlawSpec> flaws);

}  // namespace mailquake
