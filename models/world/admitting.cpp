// Who is let in when mail is offered: Exchange's back pressure (models/mta/back_pressure.hpp) and greylisting
// (models/mta/greylist_spec.hpp), after the listen backlog. A tier without any never comes here.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void Site::begin_looking() {
    for (std::uint32_t station = 0; station < stations_.size(); ++station) {
        const auto& pressure = tier_of(station).policies.back_pressure;
        delays_offers_ = delays_offers_ || pressure || tier_of(station).policies.tarpit;
        if (!pressure) continue;
        pressures_.resize(stations_.size());
        pressures_[station].emplace(*pressure);
        at(SimTime::zero() + pressure->poll, Act::look_at_pressure, station);
    }
}

void Site::on_look_at_pressure(std::uint32_t station) {
    pressures_[station]->look(static_cast<std::int64_t>(stations_[station].waiting()));
    at(now_ + tier_of(station).policies.back_pressure->poll, Act::look_at_pressure, station);
}

/// How long an offer to this station is kept waiting now.
SimDuration Site::tarpit_at(std::uint32_t station) const {
    const SimDuration by_level = pressures_.empty() || !pressures_[station] ? SimDuration::zero() : pressures_[station]->tarpit();
    const auto& tarpit = tier_of(station).policies.tarpit;
    const bool waits = tarpit && static_cast<std::int64_t>(stations_[station].waiting()) > tarpit->above;
    return waits ? std::max(by_level, tarpit->delay) : by_level;
}

/// When mail is offered to a server that stands still, or to a tarpit, then it waits.
bool Site::is_delayed(const Parcel& parcel) { return listen_.takes(parcel) || is_tarpitted(parcel); }
bool Site::is_delayed(std::uint32_t slot) { return listen_.takes(slot) || is_tarpitted(slot); }

/// When mail comes to a tarpit from another site, then it is offered later.
bool Site::is_tarpitted(const Parcel& parcel) {
    const SimDuration wait = tarpit_at(plan_.stations[parcel.station].local);
    if (wait.ns == 0 || (parcel.waited & kTarpitted) != 0) return false;
    const std::uint32_t index = parcels_.take();
    parcels_[index] = parcel;
    parcels_[index].waited |= kTarpitted;
    at_for(parcel.message.identity, now_ + wait, Act::parcel, index);
    return true;
}

/// The same within the site.
bool Site::is_tarpitted(std::uint32_t slot) {
    Attempt& attempt = attempts_[slot];
    const SimDuration wait = tarpit_at(plan_.addresses[attempt.station].local);
    if (wait.ns == 0 || (attempt.waited & kTarpitted) != 0) return false;
    attempt.waited |= kTarpitted;
    const std::uint64_t identity = messages_[attempt.message].identity;
    if (attempt.worker == kNoWorker) at_for(identity, now_ + wait, Act::offer, slot);
    else attempt.timer = timer_for(identity, now_ + wait, Act::offer, slot);
    return true;
}

/// When mail is offered to a tier that asks at its door, then it may get a 4yz; what greylisting had put off may be let in now.
std::optional<Reply> Site::put_off_at_door(std::uint32_t station, const Message& m, std::uint16_t from) {
    const TierPolicies& policies = tier_of(station).policies;
    const bool is_full = !pressures_.empty() && pressures_[station] && pressures_[station]->level() == BackPressure::Level::high;
    bool is_new = false;
    if (policies.greylist && plan_.outside[from] && m.direction == Direction::inbound && m.kind == MailKind::mail && now_ - m.arrived < policies.greylist->delay)
        is_new = is_first_contact(station, m);
    if (!is_full && !is_new) {
        if (m.greylisted) let_in_.try_emplace(m.identity, now_ - m.accepted);
        return std::nullopt;
    }
    ++stations_[station].refused;
    note_here(Transition::refused, m.identity, station);
    return is_full ? Reply::deferred : Reply::greylisted;
}

/// Is the sender new to the tier? By chance, keyed by the copy; a memory that is lost knows nobody, until it has filled again.
bool Site::is_first_contact(std::uint32_t station, const Message& m) {
    const TierPolicies& policies = tier_of(station).policies;
    const double share = policies.greylist->first_contacts.value;
    const double u = hashed_share(policies.greylist_luck, m.identity);
    if (u < share) return true;
    for (const CacheLossPlan& loss : plan_of(station).cache_losses) {
        if (u >= 1 - (1 - share) * loss.warmth(now_)) continue;
        touch_fault(loss.fault);
        return true;
    }
    return false;
}

/// For how long greylisting alone has held up a copy of this age: until it was let in or something else failed, or since ever.
SimDuration Site::greylisted_for(const Message& m, SimDuration age) const {
    if (!m.greylisted) return SimDuration::zero();
    if (const auto known = let_in_.find(m.identity); known != let_in_.end()) return known->second;
    return plan_.tiers[path_of(m)[m.hop].index()].policies.greylist ? age : SimDuration::zero();
}

/// The same, as it is told to the site that gets the copy next [ms].
std::uint32_t Site::let_in_after(const Message& m) const {
    const auto known = let_in_.find(m.identity);
    return known == let_in_.end() ? 0 : saturated<std::uint32_t>(known->second.ns / (1_ms).ns + 1);
}

}  // namespace mailquake
