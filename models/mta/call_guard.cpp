#include "models/mta/call_guard.hpp"

#include <algorithm>

namespace mailquake {

CallGuard::Verdict CallGuard::ask(bool retry, double luck, SimTime now) {
    if (plan_->throttle && throttled(luck, now)) return Verdict::no;
    if (is_open_ && now < next_probe_) return Verdict::no;
    if (plan_->retry_budget) {
        if (retry && !has_token(now)) return Verdict::no;
        if (retry) tokens_ -= static_cast<std::int64_t>(kToken);
        else if (plan_->retry_budget->earned_by == EarnedBy::calls) earn();
    }
    if (!is_open_) return Verdict::go;
    next_probe_ = now + plan_->breaker->open;  // should this one never be heard of again
    return Verdict::probe;
}

/// Counts the wish; the chance that it is denied is that of the counts before it.
bool CallGuard::throttled(double luck, SimTime now) {
    const RollingCounts::Counts counts = made_.at(now);
    made_.add(now, 1, 0);
    const auto calls = static_cast<double>(counts.all), answers = static_cast<double>(counts.good);
    return luck < (calls - plan_->throttle->k.value * answers) / (calls + 1);
}

bool CallGuard::has_token(SimTime now) {
    const double flown = static_cast<double>((now - filled_).ns) * plan_->retry_budget->minimum.per_second;  // ns x 1/s
    tokens_ += static_cast<std::int64_t>(std::min(flown, static_cast<double>(most_tokens() - tokens_)));
    filled_ = now;
    return tokens_ >= static_cast<std::int64_t>(kToken);
}

void CallGuard::earn() {
    tokens_ = std::min(most_tokens(), tokens_ + static_cast<std::int64_t>(plan_->retry_budget->ratio.value * kToken));
}

void CallGuard::learn(bool answered, bool probe, SimTime now) {
    if (plan_->throttle && answered) made_.add(now, 0, 1);
    if (plan_->retry_budget && answered && plan_->retry_budget->earned_by == EarnedBy::answers) earn();
    if (!plan_->breaker) return;
    const CircuitBreakerSpec& breaker = *plan_->breaker;
    if (is_open_) {
        if (!probe) return;  // a call from before it opened
        is_open_ = !answered;
        if (is_open_) next_probe_ = now + breaker.open;
        else seen_.clear();
        return;
    }
    seen_.add(now, 1, answered);
    const RollingCounts::Counts counts = seen_.at(now);
    if (counts.all < static_cast<std::uint64_t>(breaker.volume)) return;
    if (static_cast<double>(counts.all - counts.good) < breaker.errors.value * static_cast<double>(counts.all)) return;
    is_open_ = true;
    next_probe_ = now + breaker.open;
}

}  // namespace mailquake
