// How many attempts at once a party makes to one destination, and how soon: Postfix's concurrency feedback, a throttle.
// Source: Postfix src/qmgr/qmgr_queue.c, qmgr_deliver.c, qmgr_entry.c. Invariant: the window is at least 1 and at most `connections`.
#include <algorithm>
#include <cmath>
#include <utility>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

static double part_of(Feedback feedback, double n) {
    return feedback == Feedback::one ? 1 : 1 / (feedback == Feedback::inverse ? n : std::sqrt(n));
}

/// When an attempt ends, its connection still counted, then the window moves: of a site that was not reached down, of any reply up.
void World::heard(Party& party, NextHop& hop, bool of_the_site) {
    if (!hop.feedback || (hop.feedback->dead && of_the_site)) return;
    if (of_the_site) return shrink(party, hop);
    hop.feedback->dead ? revive(party, hop) : grow(party, hop);
}

/// A success acts at the end of its cycle, and while the window is in use.
void World::grow(const Party& party, NextHop& hop) const {
    DestinationState& state = *hop.feedback;
    const ConcurrencySpec& spec = *party.limits.concurrency;
    state.cohorts = 0;
    const bool is_used = state.window < static_cast<std::int64_t>(hop.busy) + spec.initial;
    if (state.window >= party.limits.connections || !is_used) return;
    const double part = part_of(spec.positive, static_cast<double>(state.window));
    for (state.success += part; state.success + part / 2 >= 1; state.success -= 1) {
        ++state.window;
        state.failure = 0;
    }
    state.window = std::min(state.window, party.limits.connections);
}

/// A failure acts at the start of its cycle; so many windows full of them in a row, and the destination is dead for a while.
void World::shrink(Party& party, NextHop& hop) {
    DestinationState& state = *hop.feedback;
    const ConcurrencySpec& spec = *party.limits.concurrency;
    const double part = part_of(spec.negative, static_cast<double>(state.window));
    state.cohorts += 1 / static_cast<double>(state.window);
    if (spec.failed_cohorts > 0 && state.cohorts >= spec.failed_cohorts) {
        state.dead = true;
        const SimDuration into_second{now_.ns % 1'000'000'000};  // its timers are in whole seconds
        return at(now_ - into_second + spec.dead_for, Rank::timer, 0, [this, &party, &hop, death = ++hop.deaths] {
            if (hop.feedback && hop.feedback->dead && hop.deaths == death) revive(party, hop);
            pump(party, hop);
        });
    }
    for (state.failure -= part; state.failure - part / 2 < 0; state.failure += 1) {
        --state.window;
        state.success = 0;
    }
    state.window = std::max<std::int64_t>(state.window, 1);
}

/// A destination that is new, or back from the dead: then as many at once as there are now.
void World::revive(const Party& party, NextHop& hop) const {
    const auto busy = static_cast<std::int64_t>(hop.busy);
    hop.feedback.emplace().window = busy > 0 ? busy : std::min(party.limits.concurrency->initial, party.limits.connections);
}

/// Postfix discards a queue that has nothing to do, unless its destination is dead (qmgr_entry_done).
void World::forget_if_empty(NextHop& hop) {
    if (hop.busy == 0 && hop.active.empty() && hop.feedback && !hop.feedback->dead) hop.feedback.reset();
}

/// May one more attempt begin? Of a throttle that says later, it is looked at again then.
bool World::may_begin(Party& party, NextHop& hop) {
    if (!party.limited) return true;
    return has_connection(party, hop) && (!party.limits.throttle || has_turn(party, hop));
}

bool World::has_connection(const Party& party, NextHop& hop) const {
    if (party.limits.concurrency && !hop.feedback) revive(party, hop);
    return hop.busy < static_cast<std::size_t>(hop.feedback ? hop.feedback->window : party.limits.connections);
}

/// Servers that wait for the throttle of a place have their turns as they came.
bool World::has_turn(Party& party, NextHop& hop) {
    Turns& turns = party.turns[hop.to->name];
    const GcraSpec& limit = *party.limits.throttle;
    if (take_turn(turns.ahead, limit.rate.per_second, limit.burst) <= now_.ns) return true;
    if (!std::exchange(hop.in_line, true)) turns.line.push_back(&hop);
    look_later(party, hop.to->name);
    return false;
}

void World::look_later(Party& party, const std::string& place) {
    Turns& turns = party.turns[place];
    const SimTime next{static_cast<std::int64_t>(turn_of(turns.ahead, party.limits.throttle->rate.per_second, party.limits.throttle->burst))};
    if (turns.line.empty() || turns.looks == next) return;
    turns.looks = next;
    at(next, Rank::timer, 0, [this, &party, place] {
        Turns& now = party.turns[place];
        const GcraSpec& limit = *party.limits.throttle;
        for (std::size_t n = now.line.size(); n > 0 && turn_of(now.ahead, limit.rate.per_second, limit.burst) <= now_.ns; --n) {
            NextHop& first = *now.line.front();
            now.line.pop_front();
            first.in_line = false;
            pump(party, first);
        }
        look_later(party, place);
    });
}

TimeArea World::turn_of(TimeArea ahead, double rate, std::int64_t burst) {
    return ahead - std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / rate)) * (burst - 1);
}

/// When one more may pass a throttle, which lets one in each 1 / rate, and `burst` at once after a rest; if it is now, it does.
TimeArea World::take_turn(TimeArea& ahead, double rate, std::int64_t burst) const {
    const TimeArea turn = turn_of(ahead, rate, burst);
    if (turn <= now_.ns) ahead = std::max<TimeArea>(ahead, now_.ns) + std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / rate));
    return turn;
}

}  // namespace mailquake::oracle
