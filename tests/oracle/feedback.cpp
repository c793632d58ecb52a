// How many attempts at once a party makes to one destination, and how soon: Postfix's concurrency feedback, a throttle.
//
// Source: Postfix src/qmgr/qmgr_queue.c (qmgr_queue_throttle, qmgr_queue_unthrottle), qmgr_deliver.c, qmgr_entry.c. Left out: feedback that
// differs by transport. Invariant: the window is at least 1 and at most `connections`.
#include <algorithm>
#include <cmath>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {
namespace {

double part_of(Feedback feedback, std::int64_t window) {
    const double n = static_cast<double>(window);
    return feedback == Feedback::one ? 1 : feedback == Feedback::inverse ? 1 / n : 1 / std::sqrt(n);
}

constexpr double engines_whole = 1 - 1e-9;

/// The engine's: a step at the end of its cycle, up or down; any success ends a cycle of failures.
void engines_step(DestinationState& state, double part, bool is_success) {
    double& sum = is_success ? state.success : state.failure;
    sum += part;
    if (is_success) state.failure = 0;
    if (sum < engines_whole) return;
    sum -= 1;
    if (!is_success) state.success = 0;
    state.window = std::max<std::int64_t>(1, state.window + (is_success ? 1 : -1));
}

}  // namespace

/// When an attempt ends, its connection still counted, then the window moves: of a site that was not reached down, of any reply up.
void World::heard(Party& party, NextHop& hop, bool of_the_site) {
    if (!party.limits.concurrency || !hop.feedback) return;
    if (!of_the_site) return !hop.feedback->dead ? grow(party, hop) : rules_ == Rules::engines ? void() : revive(party, hop);
    if (!hop.feedback->dead) shrink(party, hop);
}

/// A success acts at the end of its cycle, and while the window is in use.
void World::grow(const Party& party, NextHop& hop) const {
    DestinationState& state = *hop.feedback;
    state.cohorts = 0;
    const bool engines = rules_ == Rules::engines;
    const bool is_used = engines || state.window < static_cast<std::int64_t>(hop.busy) + party.limits.concurrency->initial;
    if (state.window >= party.connections || !is_used) return;
    const double part = part_of(party.limits.concurrency->positive, state.window);
    if (engines) return engines_step(state, part, true);
    for (state.success += part; state.success + part / 2 >= 1; state.success -= 1) {
        ++state.window;
        state.failure = 0;
    }
    state.window = std::min(state.window, party.connections);
}

/// A failure acts at the start of its cycle; so many windows full of them in a row, and the destination is dead for a while.
void World::shrink(Party& party, NextHop& hop) {
    DestinationState& state = *hop.feedback;
    const ConcurrencySpec& spec = *party.limits.concurrency;
    state.cohorts += 1 / static_cast<double>(state.window);
    if (spec.failed_cohorts > 0 && state.cohorts >= spec.failed_cohorts * (rules_ == Rules::engines ? engines_whole : 1)) {
        state.dead = true;
        const std::uint64_t death = ++state.deaths;
        const SimTime whole{now_.ns - now_.ns % 1'000'000'000};  // its timers are in whole seconds
        return at((rules_ == Rules::engines ? now_ : whole) + spec.dead_for, Rank::timer, 0, [this, &party, &hop, death] {
            if (hop.feedback && hop.feedback->dead && hop.feedback->deaths == death) revive(party, hop);
            pump(party, hop);
        });
    }
    const double part = part_of(spec.negative, state.window);
    if (rules_ == Rules::engines) return engines_step(state, part, false);
    for (state.failure -= part; state.failure - part / 2 < 0; state.failure += 1) {
        --state.window;
        state.success = 0;
    }
    state.window = std::max<std::int64_t>(state.window, 1);
}

/// Back from the dead: as many at once as there are now.
void World::revive(const Party& party, NextHop& hop) const {
    const std::uint64_t deaths = hop.feedback->deaths;
    hop.feedback = DestinationState{};
    hop.feedback->deaths = deaths;
    const auto busy = static_cast<std::int64_t>(hop.busy);
    hop.feedback->window = busy > 0 && rules_ == Rules::original ? busy : std::min(party.limits.concurrency->initial, party.connections);
}

/// May one more attempt begin? Of a throttle that says later, it is looked at again then.
bool World::may_begin(Party& party, NextHop& hop) {
    if (!party.limited) return true;
    if (party.limits.concurrency && !hop.feedback) {
        hop.feedback = DestinationState{};
        hop.feedback->window = std::min(party.limits.concurrency->initial, party.connections);
    }
    if (hop.busy >= static_cast<std::size_t>(hop.feedback ? hop.feedback->window : party.connections)) return false;
    if (!party.limits.throttle) return true;
    const TimeArea step = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / party.limits.throttle->rate.per_second));
    const TimeArea turn = hop.ahead - step * (party.limits.throttle->burst - 1);
    if (turn <= now_.ns) {
        hop.ahead = std::max<TimeArea>(hop.ahead, now_.ns) + step;
        return true;
    }
    if (hop.looks <= now_ || turn < hop.looks.ns) {
        hop.looks = SimTime{static_cast<std::int64_t>(turn)};
        at(hop.looks, Rank::timer, 0, [this, &party, &hop] { pump(party, hop); });
    }
    return false;
}

}  // namespace mailquake::oracle
