// What a place that calls knows of a callee, and what it makes of that: retry budget, circuit breaker, adaptive throttling
// (retry_budget_spec.hpp, circuit_breaker_spec.hpp, throttle_spec.hpp, with their sources). Plain state, one for each place
// that calls, each of its calls and each partition of the callee. A call that is not allowed has failed at once.
//
// Left out: knowledge that differs between servers of one place. Luck is drawn by the caller, keyed by the message.
//
// Invariants: a breaker that is open lets one probe through at a time; a retry takes a token that was there.
#pragma once

#include <cstdint>
#include <optional>

#include "models/mta/circuit_breaker_spec.hpp"
#include "models/mta/retry_budget_spec.hpp"
#include "models/mta/rolling_counts.hpp"
#include "models/mta/throttle_spec.hpp"

namespace mailquake {

/// What a scenario says of a call, beside what every call has.
struct GuardPlan {
    std::optional<RetryBudgetSpec>    retry_budget;
    std::optional<CircuitBreakerSpec> breaker;
    std::optional<ThrottleSpec>       throttle;

    [[nodiscard]] bool any() const { return retry_budget || breaker || throttle; }
};

class CallGuard {
public:
    enum class Verdict : std::uint8_t { go, probe, no };

    explicit CallGuard(const GuardPlan& plan)
        : plan_(&plan),
          seen_(plan.breaker ? plan.breaker->window : 1_s),
          made_(plan.throttle ? plan.throttle->window : 1_s),
          tokens_(plan.retry_budget ? most_tokens() : 0) {}

    /// May a call be made now? `luck` is uniform in [0, 1).
    [[nodiscard]] Verdict ask(bool retry, double luck, SimTime now);
    /// A call has ended: was it answered? `probe`: it was let through an open breaker.
    void learn(bool answered, bool probe, SimTime now);

private:
    [[nodiscard]] bool throttled(double luck, SimTime now);
    [[nodiscard]] bool has_token(SimTime now);
    void earn();
    /// Tokens are counted in 10^-9: ten tenths are a whole one.
    static constexpr double kToken = 1e9;
    [[nodiscard]] std::int64_t most_tokens() const { return static_cast<std::int64_t>(plan_->retry_budget->burst * kToken); }

    const GuardPlan* plan_;
    RollingCounts seen_;         // by the breaker: calls that ended, and were answered
    RollingCounts made_;         // by the throttle: calls wanted, and answered
    std::int64_t tokens_;        // of the retry budget [10^-9]
    SimTime filled_;             // so far its minimum has flowed in
    bool    is_open_ = false;
    SimTime next_probe_;         // of an open breaker
};

}  // namespace mailquake
