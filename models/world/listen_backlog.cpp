#include "models/world/listen_backlog.hpp"

#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

void ListenBacklog::begin() {
    for (std::uint32_t s = 0; s < site_.stations_.size(); ++s)
        if (site_.tier_of(s).keeps_callers) callers_.resize(site_.stations_.size());
    site_.delays_offers_ = site_.delays_offers_ || !callers_.empty();
}

Station& ListenBacklog::station(std::uint32_t station) const { return site_.stations_[station]; }

bool ListenBacklog::is_held(std::uint32_t station, std::uint32_t server) const { return this->station(station).servers()[server].pauses > 0; }

// ---- a connection is made ----------------------------------------------------------------------------------------

/// Does it matter which server the connection gets?
bool ListenBacklog::is_asked(std::uint32_t station, const Message& offered) const {
    if (callers_.empty() || site_.site_is_down()) return false;
    const auto& servers = this->station(station).servers();
    const bool any_held = std::any_of(servers.begin(), servers.end(), [](const Server& s) { return s.up() && s.pauses > 0; });
    return any_held && !site_.is_passed_by(station, offered);
}

/// Health checks that are not answered tell who chooses; the first one that is answered again does so at once.
bool ListenBacklog::is_known(std::uint32_t station, std::uint32_t server) const {
    const auto& health = site_.tier_of(station).health_detection;
    const auto& faults = site_.plan_of(station).server_faults;
    return health && std::any_of(faults.begin(), faults.end(), [&](const ServerFaultPlan& fault) {
        return fault.trouble == ServerTrouble::pause && fault.when.covers(site_.now_) && fault.when.from + *health <= site_.now_ && Site::hits(fault, server);
    });
}

bool ListenBacklog::is_for_proxy(std::uint32_t station, const Message& offered) const {
    return site_.tier_of(station).hand_over == HandOver::held && offered.hop + 1U < site_.path_of(offered).size();
}

/// The choice that its entry would make, drawn in the same way.
std::uint32_t ListenBacklog::choose(std::uint32_t station, const Message& offered) {
    const bool is_proxys = is_for_proxy(station, offered);
    Message m = offered;
    if (is_proxys) {
        m.proxied = 1;
        set_tries(m, site_.attempt_number(offered, station));
    }
    const std::uint64_t identity = is_proxys || !offered.doubted ? offered.identity : site_.plan_.identity_at(offered, site_.station_ids_[station]);
    const std::uint32_t offer = is_proxys ? 0 : offers_before(offered);
    return this->station(station).choose_server(site_.plan_of(station).spread_luck, offer == 0 ? identity : derived(identity, draws::offer, offer),
                                                is_proxys ? pass_of(m) : 0, offered.tenant);
}

/// The server that the connection gets; kAnyServer where they share a queue.
std::uint32_t ListenBacklog::server_for(std::uint32_t station, const Message& offered) {
    Station& s = this->station(station);
    if (s.is_shared()) return kAnyServer;
    std::vector<std::uint32_t> shunned;
    for (std::uint32_t server = 0; server < s.server_count(); ++server) {
        if (s.servers()[server].closed || !is_known(station, server)) continue;
        shunned.push_back(server);
        s.close(server, true);
    }
    std::uint32_t chosen = choose(station, offered);
    for (const std::uint32_t server : shunned) s.close(server, false);
    if (chosen == Station::kAllDown && !shunned.empty()) chosen = choose(station, offered);   // as if none were known
    return chosen;
}

bool ListenBacklog::takes(const Parcel& parcel) {
    const std::uint32_t station = site_.plan_.stations[parcel.station].local;
    if ((parcel.waited & kGreeted) != 0) return false;
    Message offered = parcel.message;
    if (offered.proxied) offered.failures = 0;
    offered.proxied = 0;
    if (!is_asked(station, offered)) return false;
    Caller caller{.server = server_for(station, offered), .index = 0, .key = parcel.key, .from = parcel.from, .since = site_.now_};
    if (fate_of(station, caller) != Fate::waits) {
        Parcel now = parcel;
        now.cancel_after = SimDuration::zero();
        take_up(station, now, caller.server);
        return true;
    }
    caller.index = site_.parcels_.take();
    site_.parcels_[caller.index] = parcel;
    keep(station, caller, offered.identity);
    tell(caller, Reply::pending, SimDuration::max());
    return true;
}

bool ListenBacklog::takes(std::uint32_t slot) {
    const Attempt& attempt = site_.attempts_[slot];
    if ((attempt.waited & kGreeted) != 0) return false;
    const std::uint32_t station = site_.plan_.addresses[attempt.station].local;
    const Message& offered = site_.messages_[attempt.message];
    if (!is_asked(station, offered)) return false;
    const Caller caller{.server = server_for(station, offered), .index = slot, .key = Attempt::key(slot, attempt.token), .from = kHere, .since = site_.now_};
    if (fate_of(station, caller) == Fate::waits) keep(station, caller, offered.identity);
    else take_up(station, slot, caller.server);
    return true;
}

/// Its greeting must be on the way before the caller's time-out, by the shortest way.
void ListenBacklog::keep(std::uint32_t station, Caller caller, std::uint64_t identity) {
    for (const ServerFaultPlan& fault : site_.plan_of(station).server_faults) {
        const bool is_it = fault.trouble == ServerTrouble::pause && fault.when.covers(site_.now_);
        if (is_it && (caller.server == kAnyServer || Site::hits(fault, caller.server))) site_.touch_fault(fault.fault);
    }
    const SimTime until = saturating_add(site_.now_, std::max(site_.plan_.network.spec.greeting_timeout - way_to(caller.from), SimDuration::zero()));
    caller.timer = site_.timer_for(identity, until, Site::Act::greeting_timeout, station, came_);
    callers_[station].emplace(came_++, caller);
}

SimDuration ListenBacklog::way_to(std::uint16_t site) const {
    return site == kHere ? SimDuration::zero() : site_.plan_.lookahead.min_latency({site_.id_}, {site});
}

/// What a caller elsewhere knows of its connection; its time-outs are its own.
void ListenBacklog::tell(const Caller& caller, Reply reply, SimDuration patience) {
    const Parcel& parcel = site_.parcels_[caller.index];
    site_.send(caller.from, site_.now_ + way_to(caller.from),
               Parcel{.kind = ParcelKind::reply, .reply = reply, .from = site_.id_, .population = 0, .station = parcel.station, .key = caller.key,
                      .since = SimTime::zero(), .cancel_after = patience, .message = parcel.message});
}

// ---- it has waited -----------------------------------------------------------------------------------------------

ListenBacklog::Fate ListenBacklog::fate_of(std::uint32_t station, const Caller& caller) const {
    const Station& s = this->station(station);
    if (!s.any_up() || site_.site_is_down()) return Fate::is_refused;
    if (caller.server < kAnyServer) {
        if (!s.servers()[caller.server].up()) return Fate::is_refused;
        return is_held(station, caller.server) ? Fate::waits : Fate::is_taken;
    }
    const auto& servers = s.servers();
    const bool any = caller.server == Station::kAllDown || std::any_of(servers.begin(), servers.end(), [](const Server& one) { return one.up() && one.pauses == 0; });
    return any ? Fate::is_taken : Fate::waits;
}

void ListenBacklog::look_at(std::uint32_t station) {
    std::vector<std::uint64_t> numbers;
    for (const auto& [number, caller] : callers_[station]) numbers.push_back(number);
    for (const std::uint64_t number : numbers) {
        const auto found = callers_[station].find(number);
        if (found == callers_[station].end() || found->second.unheard) continue;
        const Fate fate = fate_of(station, found->second);
        if (fate == Fate::waits) continue;
        if (site_.site_is_down() && found->second.from != kHere) {
            found->second.unheard = true;
            continue;
        }
        const Caller caller = found->second;
        site_.events_.cancel(caller.timer);
        callers_[station].erase(found);
        if (fate == Fate::is_taken) take_up(station, caller);
        else refuse(station, caller);
    }
}

void ListenBacklog::take_up(std::uint32_t station, const Caller& caller) {
    const SimDuration kept = site_.now_ - caller.since;
    if (caller.from == kHere) {
        if (!site_.waits_for(caller.key)) return;   // the proxy that made the attempt has crashed
        Message& m = site_.messages_[site_.attempts_[caller.index].message];
        site_.ledger_.book_queue(station, Site::class_of(m), worker_state::stalled, kept);
        if (site_.lives_) site_.explaining_.kept(station, site_.attempts_[caller.index].message, kept);
        m.since += kept;
        if (is_for_proxy(station, m)) site_.proxy_books_.was_kept(kept);
        take_up(station, caller.index, caller.server);
        site_.proxy_books_.was_kept(SimDuration::zero());
        if (site_.waits_for(caller.key)) {   // a proxy works on a copy of it, which has the wait in its past
            const std::uint32_t message = site_.attempts_[caller.index].message;
            site_.messages_[message].since = site_.messages_[message].since - kept;
            if (site_.lives_) site_.explaining_.kept(station, message, SimDuration::zero() - kept);
        }
        return;
    }
    tell(caller, Reply::pending, site_.plan_.network.spec.reply_timeout - way_to(caller.from));
    Parcel parcel = site_.parcels_[caller.index];
    site_.parcels_.give_back(caller.index);
    site_.ledger_.book_queue(station, Site::class_of(parcel.message), worker_state::stalled, kept);
    parcel.message.since += kept;
    parcel.cancel_after = kept;
    if (is_for_proxy(station, parcel.message)) site_.proxy_books_.was_kept(kept);
    take_up(station, parcel, caller.server);
    site_.proxy_books_.was_kept(SimDuration::zero());
}

void ListenBacklog::take_up(std::uint32_t station, Parcel parcel, std::uint32_t server) {
    parcel.waited |= kGreeted;
    if (server < kAnyServer) this->station(station).promise(server);
    site_.on_remote_offer(parcel);
    this->station(station).promise(std::nullopt);
}

void ListenBacklog::take_up(std::uint32_t station, std::uint32_t slot, std::uint32_t server) {
    site_.attempts_[slot].waited |= kGreeted;
    if (server < kAnyServer) this->station(station).promise(server);
    site_.on_offer(slot);
    this->station(station).promise(std::nullopt);
}

Message ListenBacklog::turned_away(const Parcel& parcel) {
    Message sent = parcel.message;
    sent.since = sent.since - kept(parcel);
    site_.ledger_.book_queue(site_.plan_.stations[parcel.station].local, Site::class_of(sent), worker_state::stalled, SimDuration::zero() - kept(parcel));
    return sent;
}

void ListenBacklog::turned_away(std::uint32_t slot) {
    const Attempt& attempt = site_.attempts_[slot];
    Message& m = site_.messages_[attempt.message];
    if (callers_.empty() || (attempt.waited & kGreeted) == 0 || m.since == attempt.began) return;
    const SimDuration kept = m.since - attempt.began;
    const std::uint32_t station = site_.plan_.addresses[attempt.station].local;
    site_.ledger_.book_queue(station, Site::class_of(m), worker_state::stalled, SimDuration::zero() - kept);
    if (site_.lives_) site_.explaining_.kept(station, attempt.message, SimDuration::zero() - kept);
    m.since = attempt.began;
}

/// The connection is reset.
void ListenBacklog::refuse(std::uint32_t station, const Caller& caller) {
    site_.touch_server_faults(station);
    if (caller.from == kHere) {
        if (site_.waits_for(caller.key)) site_.end_attempt(caller.index, Reply::unreachable, SimTime::zero());
        return;
    }
    tell(caller, Reply::pending, site_.plan_.network.spec.reply_timeout - way_to(caller.from));
    const Parcel parcel = site_.parcels_[caller.index];
    site_.parcels_.give_back(caller.index);
    site_.send_reply(caller.from, caller.key, parcel.message, Reply::unreachable, parcel.station);
}

void ListenBacklog::on_time_out(std::uint32_t station, std::uint64_t number) {
    const Caller caller = callers_[station].at(number);
    callers_[station].erase(number);
    if (caller.from == kHere) {
        if (site_.waits_for(caller.key)) site_.end_attempt(caller.index, Reply::not_greeted, SimTime::zero());
        return;
    }
    tell(caller, Reply::not_greeted, SimDuration::max());
    site_.parcels_.give_back(caller.index);
}

}  // namespace mailquake
