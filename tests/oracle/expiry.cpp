// Mail that is given up for its age though no attempt of it has failed (the key `expires` of a retry schedule).
// Source: models/mta/retry_spec.hpp. Invariant: where a schedule expires after an attempt, nothing happens here.
#include <algorithm>
#include <utility>

#include "tests/oracle/retries.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

bool World::is_too_old(const Party& party, const Copy& copy) const {
    const Lifetime life = lifetime(party.limits.retry);
    return life.expires != Expires::after_attempt && now_ >= saturating_add(copy.arrived, life.length);
}

/// When a copy waits for its next hop, then for no longer than its life, if that ends by a timer.
void World::wait_no_longer(Party& party, NextHop& hop, const CopyPtr& copy) {
    const Lifetime life = lifetime(party.limits.retry);
    if (life.expires != Expires::by_timer) return;
    at(std::max(now_, saturating_add(copy->arrived, life.length)), Rank::scan, copy->identity, [this, &party, &hop, copy] {
        if (copy->over || !is_too_old(party, *copy)) return;
        const auto waits = [&](std::deque<CopyPtr>& queue) { return std::erase(queue, copy) > 0; };
        if (!waits(hop.active) && !waits(hop.due) && !waits(hop.fresh)) return;
        refill(party, hop);
        forget_if_empty(hop);
        send_back(copy, party, "given up by");
    });
}

/// When the first copy has a connection and its turn, and is too old, then it costs neither.
bool World::gives_up_first(Party& party, NextHop& hop) {
    const CopyPtr copy = hop.active.front();
    if (lifetime(party.limits.retry).expires != Expires::before_attempt || !is_too_old(party, *copy)) return false;
    const auto& throttle = party.limits.throttle;
    if (party.limited && !has_connection(party, hop)) return false;
    if (party.limited && throttle && turn_of(party.turns[hop.to->name].ahead, throttle->rate.per_second, throttle->burst) > now_.ns) return false;
    hop.active.pop_front();
    refill(party, hop);
    forget_if_empty(hop);
    send_back(copy, party, "given up by");
    return true;
}

/// When operators hold a copy whose life ends by a timer, then for no longer than that.
void World::hold_no_longer(Station& station, const JobPtr& job) {
    const Lifetime life = lifetime(station.party.limits.retry);
    if (life.expires != Expires::by_timer) return;
    at(std::max(now_, saturating_add(job->copy->arrived, life.length)), Rank::scan, job->identity, [this, &station, job] { let_go(station, job); });
}

/// When a held copy is let go, then into its queue, unless it is too old.
void World::let_go(Station& station, const JobPtr& job) {
    if (!std::exchange(job->is_held, false)) return;
    if (is_too_old(station.party, *job->copy)) return send_back(job->copy, station.party, "given up by");
    enter(station, server_for(station, *job), job);
}

}  // namespace mailquake::oracle
