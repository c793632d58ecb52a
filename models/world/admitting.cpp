// Who is let in when mail is offered: Exchange's back pressure (models/mta/back_pressure.hpp) and greylisting
// (models/mta/greylist_spec.hpp). A tier without either never comes here.
#include "models/world/site.hpp"

namespace mailquake {

void Site::begin_looking() {
    for (std::uint32_t station = 0; station < stations_.size(); ++station) {
        const auto& pressure = tier_of(station).policies.back_pressure;
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
    return pressures_.empty() || !pressures_[station] ? SimDuration::zero() : pressures_[station]->tarpit();
}

/// When mail comes to a tarpit from another site, then it is offered later.
bool Site::is_tarpitted(const Parcel& parcel) {
    const SimDuration wait = tarpit_at(plan_.stations[parcel.station].local);
    if (wait.ns == 0 || parcel.reserved != 0) return false;
    const std::uint32_t index = parcels_.take();
    parcels_[index] = parcel;
    parcels_[index].reserved = 1;  // it has waited
    at(now_ + wait, Act::parcel, index);
    return true;
}

/// The same within the site.
bool Site::is_tarpitted(std::uint32_t slot) {
    Attempt& attempt = attempts_[slot];
    const SimDuration wait = tarpit_at(plan_.addresses[attempt.station].local);
    const bool has_waited = now_ > attempt.began + inside_transfer_;
    if (wait.ns == 0 || has_waited) return false;
    if (attempt.worker == kNoWorker) at(now_ + wait, Act::offer, slot);
    else attempt.timer = timer_at(now_ + wait, Act::offer, slot);
    return true;
}

/// When mail is offered to a tier that asks at its door, then it may get a 4yz.
bool Site::put_off_at_door(std::uint32_t station, const Message& m, std::uint16_t from) {
    const TierPolicies& policies = tier_of(station).policies;
    bool is_put_off = !pressures_.empty() && pressures_[station] && pressures_[station]->level() == BackPressure::Level::high;
    if (policies.greylist && plan_.outside[from] && m.direction == Direction::inbound && m.kind == MailKind::mail && now_ - m.arrived < policies.greylist->delay) {
        RandomStream luck(StreamKey(plan_.seed, policies.greylist_luck, hash_name("greylist")), m.identity);
        is_put_off = is_put_off || luck.uniform() < policies.greylist->first_contacts.value;
    }
    if (!is_put_off) return false;
    ++stations_[station].refused;
    note_here(Transition::refused, m.identity, station);
    return true;
}

}  // namespace mailquake
