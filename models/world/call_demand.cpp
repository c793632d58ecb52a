#include "models/world/call_demand.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "sim/base/elementary.hpp"

namespace mailquake {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

bool wakes_on_hung(Trigger trigger) { return trigger == Trigger::call_hangs || trigger == Trigger::either; }
bool wakes_on_failed(Trigger trigger) { return trigger == Trigger::call_fails || trigger == Trigger::either; }

/// A way for an attempt to end: how likely, and for how long it holds the worker.
struct End {
    double chance = 0;
    double seconds = 0;

    /// Another way to the same end.
    void also(double more, double its_seconds) {
        if (more <= 0) return;
        seconds = (chance * seconds + more * its_seconds) / (chance + more);
        chance += more;
    }
    [[nodiscard]] double cost() const { return chance > 0 ? chance * seconds : 0; }
};

/// One attempt.
struct AttemptEnds {
    End answered, no_recipient, hung, failed;  // the last two may be tried again
    End gives_up;                              // without a further attempt
    double served = 0;                         // by the callee
};

/// How an attempt goes for a caller that waits for `patience` once an answer is overdue (at least the time-out).
AttemptEnds ends_of(const CallSpec& call, const CallChance& chance, double patience) {
    AttemptEnds ends;
    const double timeout = call.timeout.seconds();
    if (chance.fails_fast) {
        ends.failed.also(1, chance.answer_seconds);
        return ends;
    }
    ends.served = 1 - chance.hangs;
    ends.hung.also(chance.hangs, timeout);
    for (const bool late : {false, true}) {
        const double share = ends.served * (late ? chance.late : 1 - chance.late);
        const double seconds = chance.answer_seconds + (late ? chance.late_seconds : 0);
        if (seconds > std::max(timeout, patience)) {
            ends.hung.also(share, timeout);
            continue;
        }
        ends.failed.also(share * chance.wrong, seconds);
        ends.no_recipient.also(share * chance.no_recipient, seconds);
        ends.answered.also(share * (1 - chance.wrong - chance.no_recipient), seconds);
    }
    return ends;
}

/// A call of up to `attempts` tries; kForEver: until it is answered.
CallDemand demand_of(const AttemptEnds& ends, double attempts) {
    const double again = ends.hung.chance + ends.failed.chance;
    const double made = again >= 1 ? attempts : attempts == kForEver ? 1 / (1 - again) : (1 - math::pow(again, attempts)) / (1 - again);
    CallDemand demand;
    for (const End* end : {&ends.answered, &ends.no_recipient, &ends.hung, &ends.failed, &ends.gives_up}) {
        if (end->cost() > 0) demand.held_seconds += made * end->cost();
    }
    if (ends.served > 0) demand.requests = made * ends.served;
    demand.succeeds = ends.answered.chance > 0 ? made * ends.answered.chance : 0;
    demand.refused = ends.no_recipient.chance > 0 ? made * ends.no_recipient.chance : 0;
    return demand;
}

/// What the flaw wakes on ends the call: it is moved there, and so long it takes.
double end_at_once(AttemptEnds& ends, Trigger trigger) {
    double ended = 0;
    for (End* end : {wakes_on_hung(trigger) ? &ends.hung : nullptr, wakes_on_failed(trigger) ? &ends.failed : nullptr}) {
        if (end == nullptr) continue;
        ends.gives_up.also(end->chance, end->seconds);
        ended += end->chance;
        *end = {};
    }
    return ended;
}

void take_longer(AttemptEnds& ends, Trigger trigger, double seconds) {
    if (wakes_on_hung(trigger) && ends.hung.chance > 0) ends.hung.seconds += seconds;
    if (wakes_on_failed(trigger) && ends.failed.chance > 0) ends.failed.seconds += seconds;
}

CallDemand flawed(const FlawSpec& flaw, const CallSpec& call, std::int64_t workers, const CallChance& chance) {
    const auto attempts = static_cast<double>(call.attempts);
    AttemptEnds ends = ends_of(call, chance, 0);
    return std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, HoldWorkerFlaw>) {
                const double hold = body.hold.seconds();
                if (!wakes_on_hung(flaw.trigger) || hold <= call.timeout.seconds()) return demand_of(ends, attempts);
                ends = ends_of(call, chance, hold);
                ends.gives_up.also(ends.hung.chance, hold);
                ends.hung = {};
                return demand_of(ends, attempts);
            } else if constexpr (std::is_same_v<Body, RetryInPlaceFlaw>) {
                return demand_of(ends, body.attempts > 0 ? std::max(attempts, static_cast<double>(body.attempts)) : kForEver);
            } else if constexpr (std::is_same_v<Body, RequeueAtHeadFlaw>) {
                return demand_of(ends, kForEver);
            } else if constexpr (std::is_same_v<Body, CrashFlaw>) {
                take_longer(ends, flaw.trigger, static_cast<double>(workers) * body.restart.seconds());
                return demand_of(ends, kForEver);
            } else if constexpr (std::is_same_v<Body, LeakWorkerFlaw>) {
                take_longer(ends, flaw.trigger, kForEver);
                return demand_of(ends, attempts);
            } else if constexpr (std::is_same_v<Body, FailOpenFlaw> || std::is_same_v<Body, FailClosedFlaw> || std::is_same_v<Body, DropFlaw>) {
                const double first = end_at_once(ends, flaw.trigger);
                CallDemand demand = demand_of(ends, attempts);
                const double again = ends.hung.chance + ends.failed.chance;
                const double ended = again >= 1 ? 0 : first * (1 - math::pow(again, attempts)) / (1 - again);
                (std::is_same_v<Body, FailOpenFlaw> ? demand.passed_on : demand.ended) = ended;
                return demand;
            } else {
                return demand_of(ends, attempts);  // no matter of calls
            }
        },
        flaw.body);
}

constexpr std::int64_t kEver = 100'000;   // attempts: more than a stretch is long

/// A call without a flaw, to somebody who does not answer in stretches: it begins anywhere in a stretch or between two.
CallDemand demand_in_turns(const CallSpec& call, const CallChance& chance) {
    constexpr int kStarts = 64;
    CallChance between = chance;
    between.hangs = 0;
    const AttemptEnds on = ends_of(call, chance, 0), off = ends_of(call, between, 0);
    const double period = chance.on_seconds + chance.off_seconds;
    CallDemand mean;
    for (int start = 0; start < kStarts; ++start) {
        double at = (start + 0.5) / kStarts * period, made = 1.0 / kStarts;
        for (std::int64_t attempt = 0; attempt < call.attempts && made > 1e-12; ++attempt) {
            const AttemptEnds& ends = at < chance.on_seconds ? on : off;
            mean.held_seconds += made * (ends.answered.cost() + ends.no_recipient.cost() + ends.hung.cost() + ends.failed.cost());
            mean.requests += made * ends.served;
            mean.succeeds += made * ends.answered.chance;
            mean.refused += made * ends.no_recipient.chance;
            const double again = ends.hung.chance + ends.failed.chance;
            if (again <= 0) break;
            at += (ends.hung.cost() + ends.failed.cost()) / again;
            while (at >= period) at -= period;
            made *= again;
        }
    }
    return mean;
}

const FlawSpec* flaw_of(const TierSpec& caller, const CallSpec& call, std::span<const FlawSpec> flaws) {
    const std::string& name = call.name.empty() ? call.to : call.name;
    for (const FlawSpec& flaw : flaws) {
        if (flaw.enabled && is_of_calls(flaw.trigger) && flaw.in == caller.name && (flaw.call.empty() || flaw.call == name)) return &flaw;
    }
    return nullptr;
}

}  // namespace

CallDemand& CallDemand::add(const CallDemand& other, double weight) {
    if (weight > 0) {
        held_seconds += weight * other.held_seconds;
        requests += weight * other.requests;
        succeeds += weight * other.succeeds;
        refused += weight * other.refused;
        passed_on += weight * other.passed_on;
        ended += weight * other.ended;
    }
    return *this;
}

CallDemand call_demand(const TierSpec& caller, const CallSpec& call, std::int64_t workers, const CallChance& chance,
                       std::span<const FlawSpec> flaws) {
    const bool takes_turns = chance.on_seconds > 0 && chance.off_seconds > 0;
    const CallDemand sound = takes_turns ? demand_in_turns(call, chance) : demand_of(ends_of(call, chance, 0), static_cast<double>(call.attempts));
    const FlawSpec* flaw = flaw_of(caller, call, flaws);
    if (flaw == nullptr) return sound;
    if (takes_turns && flawed(*flaw, call, workers, chance).held_seconds == std::numeric_limits<double>::infinity()) {
        CallSpec patient = call;   // it is called until the stretch is over
        patient.attempts = kEver;
        CallDemand mixed;
        return mixed.add(demand_in_turns(patient, chance), flaw->share.value).add(sound, 1 - flaw->share.value);
    }
    CallDemand mixed;
    const double acts = takes_turns ? chance.on_seconds / (chance.on_seconds + chance.off_seconds) : 1;
    mixed.add(flawed(*flaw, call, workers, chance), flaw->share.value * acts);
    if (takes_turns) {
        CallChance between = chance;
        between.hangs = 0;
        mixed.add(flawed(*flaw, call, workers, between), flaw->share.value * (1 - acts));
    }
    mixed.add(sound, 1 - flaw->share.value);
    return mixed;
}

}  // namespace mailquake
