#include "models/world/call_demand.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "sim/base/elementary.hpp"

namespace mailquake {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

bool is_woken(const FlawSpec& flaw, const CallChance& chance) {
    switch (flaw.trigger) {
        case Trigger::call_hangs: return !chance.fails_fast && chance.hangs > 0;
        case Trigger::call_fails: return chance.fails_fast;
        case Trigger::either: return chance.fails_fast || chance.hangs > 0;
        case Trigger::poison:
        case Trigger::date:
        case Trigger::queue:
        case Trigger::always: return false;  // not a call's doing
    }
    return false;
}

const FlawSpec* flaw_of(const TierSpec& caller, const CallSpec& call, const CallChance& chance, std::span<const FlawSpec> flaws) {
    const std::string& name = call.name.empty() ? call.to : call.name;
    for (const FlawSpec& flaw : flaws) {
        if (flaw.enabled && flaw.in == caller.name && (flaw.call.empty() || flaw.call == name) && is_woken(flaw, chance)) return &flaw;
    }
    return nullptr;
}

/// A call of up to `attempts` tries (kForEver: until answered), each failing one of which costs `failure_seconds`.
CallDemand demand_of(const CallChance& chance, double attempts, double failure_seconds) {
    const double fails = chance.fails_fast ? 1 : chance.hangs;
    if (fails >= 1) return {attempts == kForEver ? kForEver : attempts * failure_seconds, 0};
    const double succeeds = 1 - math::pow(fails, attempts);
    return {succeeds * fails / (1 - fails) * failure_seconds + succeeds * chance.answer_seconds, succeeds};
}

CallDemand flawed(const FlawSpec& flaw, const CallSpec& call, std::int64_t workers, const CallChance& chance, double failure_seconds) {
    return std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            const auto attempts = static_cast<double>(call.attempts);
            if constexpr (std::is_same_v<Body, HoldWorkerFlaw>) {
                return demand_of(chance, attempts, std::max(failure_seconds, body.hold.seconds()));
            } else if constexpr (std::is_same_v<Body, RetryInPlaceFlaw>) {
                return demand_of(chance, body.attempts > 0 ? static_cast<double>(body.attempts) : kForEver, failure_seconds);
            } else if constexpr (std::is_same_v<Body, RequeueAtHeadFlaw>) {
                return demand_of(chance, kForEver, failure_seconds);
            } else if constexpr (std::is_same_v<Body, CrashFlaw>) {
                return demand_of(chance, kForEver, failure_seconds + static_cast<double>(workers) * body.restart.seconds());
            } else if constexpr (std::is_same_v<Body, LeakWorkerFlaw>) {
                return demand_of(chance, attempts, kForEver);
            } else {
                return demand_of(chance, attempts, failure_seconds);  // what becomes of the message costs the caller nothing more
            }
        },
        flaw.body);
}

}  // namespace

CallDemand& CallDemand::add(const CallDemand& other, double weight) {
    if (weight > 0) {
        held_seconds += weight * other.held_seconds;
        answered += weight * other.answered;
    }
    return *this;
}

CallDemand call_demand(const TierSpec& caller, const CallSpec& call, std::int64_t workers, const CallChance& chance,
                       std::span<const FlawSpec> flaws) {
    const double failure_seconds = chance.fails_fast ? chance.answer_seconds : call.timeout.seconds();
    const CallDemand sound = demand_of(chance, static_cast<double>(call.attempts), failure_seconds);
    const FlawSpec* flaw = flaw_of(caller, call, chance, flaws);
    if (flaw == nullptr) return sound;
    CallDemand mixed;
    mixed.add(flawed(*flaw, call, workers, chance, failure_seconds), flaw->share.value);
    mixed.add(sound, 1 - flaw->share.value);
    return mixed;
}

}  // namespace mailquake
