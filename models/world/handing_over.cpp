// From one holder to the next: next-hop queues, attempts, replies. A hop is an SMTP attempt whose connection
// slot is held until the reply: 250 moves the message; 4yz, refusal or time-out leave it with the sender; 5yz bounces it.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// Which of a copy's transfers at a hop this is: each has random numbers of its own.
std::uint32_t transfer_of(const Message& m) { return std::uint32_t{m.tries} << 16 | (m.proxied ? 0U : std::uint32_t{m.failures}); }

}  // namespace

void Site::book_hop(std::uint32_t holder, std::uint32_t message, HopCause cause, SimDuration d) {
    const Message& m = messages_[message];
    if (TimeArea* const cells = ledger_.cells(holder, class_of(m))) [[likely]] cells[static_cast<std::size_t>(cause)] += d.ns;
    else proxy_books_.book(message, m, holder, static_cast<std::size_t>(cause), d);
    if (lives_) [[unlikely]] explaining_.hop(holder, message, cause, d);
}

void Site::enter_holder(std::uint32_t message, std::uint32_t holder) {
    holders_[holder].ages.enter(messages_[message].arrived);
    holders_[holder].backlog->enter(now_);
}

void Site::leave_holder(std::uint32_t message, std::uint32_t holder) { leave_holder(messages_[message].arrived, holders_[holder]); }

void Site::leave_holder(SimTime arrived, Holder& holder) {
    holder.ages.leave(arrived);
    holder.backlog->leave();
}

/// The site where mail from outside enters: the MX hosts by preference, equal ones in random order, one after the other
/// as connections to them fail (RFC 5321 5.1); then whatever has been moved elsewhere.
[[gnu::noinline]] std::uint16_t Site::entry_site(const Message& m) {
    const std::uint16_t site = mx_host(plan_.classes[class_of(m)].mx, m.tries, hashed_word(plan_.classes[class_of(m)].mx_luck, derived(m.identity, draws::round, m.failures)));
    std::optional<std::uint32_t> moved;
    const std::uint16_t to = after_fail_over(deciding_.fail_overs(), site, m.identity, now_, moved);
    if (moved) ++mitigation_touches_[*moved];
    return to;
}

/// The tier's station at the one home that all tenants of the class have, if they have one and it is there.
StationId Site::fixed_home(std::size_t tenant_class, const TierPlan& tier) const {
    const std::uint32_t first = plan_.tenants->first_of(tenant_class), end = plan_.tenants->end_of(tenant_class);
    if (first == end) return StationId::none();
    const std::uint16_t home = plan_.tenants->home_of(first);
    for (std::uint32_t t = first; t < end; ++t)
        if (plan_.tenants->home_of(t) != home) return StationId::none();
    return tier.first_station[home];
}

/// Where it is not always the same. From outside: the entry site. To a tier of the outside world: the recipient's
/// own place. To the path's last tier: the tenant's home, where the tier is there. Else the same site, or the nearest.
[[gnu::noinline]] StationId Site::choose_station(Message& m, bool users) {
    if (plan_.has_bypasses) [[unlikely]] skip_lost_tiers(m);
    return station_of(m, users);
}

StationId Site::station_of(const Message& m, bool users) {
    const auto path = path_of(m);
    const TierId tier = path[m.hop];
    const TierPlan& t = plan_.tiers[tier.index()];
    if (m.hop == 0 && m.direction == Direction::inbound && (m.kind == MailKind::mail || m.kind == MailKind::advisory) && !users && plan_.outside[id_]) {
        const StationId entry = plan_.station(tier, entry_site(m), m.tenant);
        if (entry.valid()) return entry;
    }
    if (t.outside) return plan_.station(tier, t.hosts.empty() ? plan_.recipients_place(t, m.identity) : t.hosts.front().site, m.tenant);
    if (m.hop + 1U == path.size() && m.direction != Direction::outbound) {
        const StationId home = plan_.station(tier, plan_.tenants->home_of(m.tenant), m.tenant);
        if (home.valid()) return home;
    }
    if (!plan_.avoided.empty()) [[unlikely]] touch_avoided(tier);
    return plan_.station(tier, plan_.nearest(tier, id_, now_, plan_.partition_of(tier, m.tenant)), m.tenant);
}

std::uint32_t Site::queue_to(std::uint32_t holder, std::uint32_t station, std::uint32_t server) {
    const auto& to = holders_[holder].queue_to;
    return !to.empty() && to[station] != kNone ? to[station] : servers_queue_to(holder, station, server);
}

/// When a holder is done with a message, then it goes into the next-hop queue of its destination.
void Site::send_on(std::uint32_t message, std::uint32_t holder) {
    Message& m = messages_[message];
    const StationId fixed = fixed_station(m);
    send_to(fixed.valid() ? fixed : choose_station(m, is_population(holder) && !plan_.outside[id_]), message, holder,
            is_population(holder) ? 0 : some_server(holder, m.identity));
}

void Site::send_to(StationId next, std::uint32_t message, std::uint32_t holder, std::uint32_t server) {
    const std::uint32_t queue = queue_to(holder, next.value, server);
    HopQueue& q = queues_[queue];
    if (is_population(holder) && goes_straight(messages_[message], next, q)) {
        note_there(Transition::attempt, messages_[message].identity, next.value);
        hand_over_direct(message, holder, next);
        return;
    }
    enter_holder(message, holder);
    if (!q.pumping && can_send(q) && q.queue.start_fresh()) {
        q.pumping = true;
        start_attempt(message, queue, kNoWorker, next.value, holder);
        q.pumping = false;
    } else if (q.watched) [[unlikely]] {
        make_ready(message, queue, true);
    } else {
        q.queue.add_fresh(message);
    }
    pump(queue);
}

/// Mail of the site's own population is where it comes up: to a station of the site that takes the record itself, its
/// attempt needs neither time nor slot.
bool Site::goes_straight(const Message& m, StationId next, const HopQueue& queue) const {
    const StationAddress address = plan_.addresses[next.index()];
    if (address.site != id_ || !is_free_way(queue)) return false;
    const StraightWay straight = tier_of(address.local).straight;
    return straight == StraightWay::always || (straight == StraightWay::to_the_last && m.hop + 1U == path_of(m).size());
}

/// Starts attempts while slots are free. An attempt may end at once and free its slot: the outermost call goes on then.
[[gnu::noinline]] void Site::pump(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    if (q.pumping || !(q.queue.can_start() || q.queue.is_dead() || q.shares_processes) || !can_send(q)) return;
    if (q.shares_processes) [[unlikely]] {
        pump_shared(queue);
        return;
    }
    q.pumping = true;
    while (q.queue.can_start()) {
        if (q.asks_first) [[unlikely]] {
            if (expiring_.gives_up_first(queue)) continue;
            if ((q.queue.throttle() != nullptr && is_throttled(queue)) || (q.per_host && host_rests(queue))) break;
        }
        start_attempt(q.queue.start(), queue, kNoWorker, q.station, q.holder);
    }
    q.pumping = false;
    if (q.queue.is_dead()) [[unlikely]] lay_aside(queue);
}

/// A party that is down sends nothing; its mail is on disk.
bool Site::can_send(const HopQueue& q) const {
    if (site_is_down() || (q.holder < stations_.size() && !stations_[q.holder].any_up())) return false;
    return q.server == kNone || stations_[q.holder].servers()[q.server].up();
}

[[gnu::noinline]] void Site::start_attempt(std::uint32_t message, std::uint32_t queue, std::uint32_t worker, std::uint32_t station,
                         std::uint32_t holder) {
    Message& m = messages_[message];
    book_hop(holder, message, HopCause::slot, now_ - m.since);
    m.since = now_;
    if (worker == kNoWorker && m.failures + m.tries > 0 && untried_.erase(m.identity) == 0) {
        ++retry_attempts_;
        ++minutes_[static_cast<std::size_t>(now_.ns / (60_s).ns)].retries;
    }
    if (plan_.has_hosts) [[unlikely]] station = host_of(m, station, 0);
    const std::uint32_t slot = attempts_.take();
    Attempt& attempt = attempts_[slot];
    attempt.message = message;
    attempt.queue = queue;
    attempt.worker = worker;
    attempt.station = station;
    attempt.token = ++tokens_;
    attempt.host = attempt.sessions = attempt.waited = 0;
    attempt.began = now_;
    if (lives_) [[unlikely]] explaining_.attempt_begins(slot);
    note_there(Transition::attempt, m.identity, station);
    start_transfer(slot, holder);
}

/// The connection, the dialogue and the data; within a site and from its own users they take the site's latency, or none.
void Site::start_transfer(std::uint32_t slot, std::uint32_t holder) {
    Attempt& attempt = attempts_[slot];
    const Message& m = messages_[attempt.message];
    const std::uint16_t to = plan_.addresses[attempt.station].site;
    const bool own_users = is_population(holder) && to == id_;
    if (own_users) {  // their mail is where it comes up: no event beside its arrival
        on_offer(slot);
        return;
    }
    ++event_count_;
    if (to == id_ && inside_transfer_.ns == 0) {
        ++event_count_;
        on_offer(slot);
        return;
    }
    if (to == id_) {
        // Only a proxy's attempt may be broken off meanwhile, by a crash.
        if (attempt.worker == kNoWorker) at_for(m.identity, now_ + inside_transfer_, Act::offer, slot);
        else attempt.timer = timer_for(m.identity, now_ + inside_transfer_, Act::offer, slot);
        return;
    }
    RandomStream luck(network_.mail, derived(m.identity, draws::hop, std::uint64_t{m.hop} << 32 | attempt.host), transfer_of(m));
    touch_links(to);
    const TransferPlan plan = plan_.is_site_down(to, now_) ? plan_mail_to_dead_site(to, m, luck) : links_.plan_mail({to}, now_, Bytes{m.size}, luck);
    const auto fails = [&](Reply reply) { attempt.timer = timer_for(m.identity, plan.at, Act::attempt_fails, slot, static_cast<std::uint64_t>(reply)); };
    switch (plan.end) {
        case TransferPlan::End::delivered: {
            Parcel parcel{.kind = ParcelKind::offer, .reply = Reply::pending, .from = id_, .population = 0,
                          .station = attempt.station, .let_in = m.greylisted ? let_in_after(m) : 0, .key = Attempt::key(slot, attempt.token), .since = m.since, .message = m};
            if (lives_) [[unlikely]] explaining_.departure({id_, parcel.key}, attempt, plan);
            send(to, plan.at, parcel);
            attempt.timer = timer_for(m.identity, plan.at + plan_.network.spec.reply_timeout, Act::attempt_times_out, slot);
            return;
        }
        case TransferPlan::End::refused: fails(Reply::unreachable); return;
        case TransferPlan::End::timed_out: fails(Reply::timed_out); return;
        case TransferPlan::End::not_greeted: fails(Reply::not_greeted); return;
        case TransferPlan::End::broken: fails(Reply::broken); return;
    }
}

/// When a site is down, then nobody answers the first packet of a connection to it, which is sent again and again.
[[gnu::noinline]] TransferPlan Site::plan_mail_to_dead_site(std::uint16_t to, const Message& m, RandomStream& luck) {
    for (std::size_t k = 0; k < plan_.site_down[to].size(); ++k)
        if (plan_.site_down[to][k].covers(now_)) touch_fault(plan_.site_down_fault[to][k]);
    const SendingLinks::IsThere is_there = [&](SimTime t) { return !plan_.is_site_down(to, t); };
    return links_.plan_mail({to}, now_, Bytes{m.size}, luck, &is_there);
}

/// When a transfer within the site ends, then the destination replies at once, or later if it is a proxy.
[[gnu::flatten]] void Site::on_offer(std::uint32_t slot) {
    if (delays_offers_ && is_delayed(slot)) [[unlikely]] return;
    if (attempts_[slot].worker != kNoWorker) {
        on_proxys_offer(slot);
        return;
    }
    const Attempt& attempt = attempts_[slot];
    const std::uint32_t queue = attempt.queue;
    const SimTime arrived = messages_[attempt.message].arrived;
    const std::uint64_t key = Attempt::key(slot, attempt.token);
    if (has_nets_) [[unlikely]] replaying_.before_offer(queues_[queue].holder, attempt.message, attempt.station);
    const Reply reply = offer(plan_.addresses[attempt.station].local, attempt.message, key, id_);
    if (has_nets_) [[unlikely]] replaying_.after_offer(reply);
    if (reply == Reply::pending) {
        wait_for_reply(slot, key);
    } else if (reply == Reply::accepted || reply == Reply::dropped) {  // the record itself has gone on: the slot is free
        if (lives_) [[unlikely]] explaining_.attempt_is_over(slot, Reply::accepted);
        attempts_.give_back(slot);
        leave_holder(arrived, holders_[queues_[queue].holder]);
        queues_[queue].queue.end_attempt(now_);
        pump(queue);
    } else {
        if (delays_offers_) [[unlikely]] listen_.turned_away(slot);
        end_attempt(slot, reply, SimTime::zero());
    }
}

/// A station is offered a message: it takes the record over, or a proxy begins to work on a copy of it.
/// `upstream` and `from` name the attempt to reply to.
Reply Site::offer(std::uint32_t station, std::uint32_t message, std::uint64_t upstream, std::uint16_t from) {
    const TierPlan& tier = tier_of(station);
    Message& m = messages_[message];
    Station& s = stations_[station];
    if (site_is_down() || (!s.any_up() && !is_passed_by(station, m))) {
        touch_server_faults(station);
        return Reply::unreachable;
    }
    if (tier.policies.asks_at_door) [[unlikely]]
        if (const auto put_off = put_off_at_door(station, m, from)) return *put_off;
    if (tier.hand_over == HandOver::held && m.hop + 1U < path_of(m).size()) return offer_to_proxy(station, message, upstream, from);
    if (!is_first_offer(m)) [[unlikely]] return offer_again(station, message);
    const SimTime arrived = m.arrived, since = m.since;
    const std::size_t c = class_of(m);
    if (lives_) [[unlikely]] explaining_.transfer(station, message, now_ - since);
    m.arrived = m.since = now_;
    watch(message, station);
    const Entered met = enter(station, s, JobRef::message(message), {m.identity, 0});
    if (met == Entered::yes) {
        if (now_ != since) ledger_.book_hop(station, c, HopCause::transfer, now_ - since);
        return Reply::accepted;
    }
    Message before = m;
    before.arrived = arrived;
    before.since = since;
    return turn_away(station, message, before, met);
}

/// The same of a copy that was offered at this hop before, or comes by way of a proxy.
[[gnu::noinline]] Reply Site::offer_again(std::uint32_t station, std::uint32_t message) {
    Message& m = messages_[message];
    const Message before = m;
    const SimDuration way = now_ - m.since;
    if (lives_) explaining_.transfer(station, message, way);
    take_over(m, message, station);
    m.since = now_;
    const Entered met = enter(station, stations_[station], JobRef::message(message), {m.identity, 0}, false, offers_before(before));
    if (met == Entered::yes) {
        if (way.ns != 0) ledger_.book_hop(station, class_of(before), HopCause::transfer, way);
        if (before.doubted) note_repeat(before, station);
        if (before.proxied) proxy_books_.close(message);
        return Reply::accepted;
    }
    return turn_away(station, message, before, met);
}

/// There is no room for the copy that was offered: it is as it was before, unless the tier drops it.
[[gnu::noinline]] Reply Site::turn_away(std::uint32_t station, std::uint32_t message, const Message& before, Entered why) {
    const SimDuration way = now_ - before.since;
    if (sends_notices_) forget_watched(message, station);
    if (tier_of(station).on_full == OnFull::drop && why != Entered::put_off) {
        ledger_.book_hop(station, class_of(before), HopCause::transfer, way);
        if (before.proxied) proxy_books_.close(message);
    } else {
        if (before.proxied) {  // it was not taken over after all
            --tenants_[before.tenant].received;
            proxy_books_.take_back(message);
        }
        if (lives_ && before.doubted) explaining_.rename(message, before.identity);
        messages_[message] = before;
        if (lives_) explaining_.hop(station, message, HopCause::transfer, SimDuration::zero() - way);
    }
    return refuse(station, message, before.identity, why);
}

/// A station that has no room says so, as its tier does; one that fails in gray says 4yz, and one that takes nobody in says it sooner.
[[gnu::noinline]] Reply Site::refuse(std::uint32_t station, std::uint32_t message, std::uint64_t identity, Entered why) {
    note_here(Transition::refused, identity, station);
    if (why == Entered::put_off) return Reply::deferred;
    switch (tier_of(station).on_full) {
        case OnFull::drop: drop(message, station); return Reply::dropped;
        case OnFull::bounce: return Reply::bounced;
        case OnFull::defer: return why == Entered::closed ? Reply::shut : Reply::deferred;
    }
    check_failed("a way to refuse", __FILE__, __LINE__, "a full tier defers, bounces or drops");
}

/// When new mail of the site's own population goes straight to a station, then that takes it over, as by offer().
void Site::enter_straight(const Message& m, std::uint32_t message, std::uint32_t holder, StationId next) {
    const std::uint32_t station = plan_.addresses[next.index()].local;
    Station& s = stations_[station];
    note_there(Transition::attempt, m.identity, next.value);
    Reply reply = Reply::unreachable;
    if (!s.any_up()) {
        touch_server_faults(station);
    } else {
        watch(message, station);
        const Entered met = enter(station, s, JobRef::message(message), {m.identity, 0});
        if (met == Entered::yes) return;
        if (sends_notices_) forget_watched(message, station);
        reply = refuse(station, message, m.identity, met);
    }
    keep_refused(message, holder, next, reply);
}

/// This station owns the copy now.
void Site::take_over(Message& m, std::uint32_t message, std::uint32_t station) {
    if (m.proxied) ++tenants_[m.tenant].received;
    if (m.proxied) proxy_books_.confirm(message);
    if (m.doubted) [[unlikely]] become_another(m, message, station);
    m.arrived = now_;
    m.failures = m.tries = 0;
    m.noticed = 0;
    m.proxied = 0;
    watch(message, station);
}

/// The station may have accepted the same copy before, which its sender does not know: this one has an identity of its own.
[[gnu::noinline]] void Site::become_another(Message& m, std::uint32_t message, std::uint32_t station) {
    rename(message, plan_.identity_at(m, station_ids_[station]));
    m.doubted = 0;
}

/// The copy goes on under another identity, which is to have all that is kept here by the identity.
void Site::rename(std::uint32_t message, std::uint64_t identity) {
    Message& m = messages_[message];
    losing_.renamed(m.identity, identity);
    if (lives_) explaining_.rename(message, identity);
    if (m.greylisted)
        if (const auto known = let_in_.find(m.identity); known != let_in_.end()) let_in_[identity] = known->second;
    m.identity = identity;
}

[[gnu::noinline]] void Site::note_repeat(const Message& offered, std::uint32_t station) {
    note_here(Transition::repeated, offered.identity, station);
    if (tells_) repeated_.push_back({offered.identity, plan_.identity_at(offered, station_ids_[station])});
}

/// When mail from another site has arrived, then it is offered to its station, and the reply goes back.
void Site::on_remote_offer(const Parcel& parcel) {
    if (delays_offers_ && is_delayed(parcel)) [[unlikely]] return;
    ++event_count_;
    const std::uint32_t record = messages_.take();
    messages_[record] = parcel.message;
    messages_[record].proxied = 0;  // whatever it was there, here it is offered
    if (lives_) [[unlikely]] explaining_.arrival(parcel, record);
    if (parcel.let_in != 0) [[unlikely]] let_in_[parcel.message.identity] = 1_ms * std::int64_t{parcel.let_in};
    const Reply reply = parcel.message.proxied ? offer_from_proxy(record, parcel) : offer(plan_.stations[parcel.station].local, record, parcel.key, parcel.from);
    if (reply == Reply::pending) return;
    if (reply == Reply::accepted || reply == Reply::dropped) ++tenants_[parcel.message.tenant].received;
    else {
        if (parcel.let_in != 0) [[unlikely]] let_in_.erase(parcel.message.identity);   // its sender knows
        messages_.give_back(record);
        if (parcel.waited != 0) [[unlikely]] {
            send_reply(parcel.from, parcel.key, listen_.turned_away(parcel), reply, parcel.station);
            return;
        }
    }
    send_reply(parcel.from, parcel.key, parcel.message, reply == Reply::dropped ? Reply::accepted : reply, parcel.station);
}

/// `station` (its global id) replies; from a site that is down, nothing is heard. Returns when the reply is there, or never.
[[gnu::noinline]] SimTime Site::send_reply(std::uint16_t to, std::uint64_t key, const Message& about, Reply reply, std::uint32_t station) {
    RandomStream luck(network_.reply, derived(about.identity, draws::hop, about.hop), transfer_of(about));
    const TransferPlan plan = links_.plan_reply({to}, now_, plan_.network.spec.reply_timeout, luck);
    if (site_is_down() || plan.end != TransferPlan::End::delivered) {  // the sender never learns of it, and keeps its copy
        if (reply == Reply::accepted) leave_duplicate(about, station, {to, key});
        return SimTime::never();
    }
    send(to, plan.at, Parcel{.kind = ParcelKind::reply, .reply = reply, .from = id_, .population = 0, .station = station,
                             .key = key, .since = about.since, .message = about});
    return plan.at;
}

bool Site::waits_for(std::uint64_t key) const {
    const auto slot = truncated<std::uint32_t>(key >> 32);
    return attempts_.alive(slot) && attempts_[slot].token == truncated<std::uint32_t>(key);
}

/// When a reply comes back, then its attempt ends; when the attempt has timed out before, then an acceptance leaves a
/// duplicate.
void Site::on_reply(const Parcel& parcel) {
    if (waits_for(parcel.key)) {
        const auto slot = truncated<std::uint32_t>(parcel.key >> 32);
        if (parcel.reply == Reply::pending) [[unlikely]] {
            wait_for_greeting(slot, parcel.cancel_after);
            return;
        }
        if (parcel.message.doubted) [[unlikely]] messages_[attempts_[slot].message].doubted = 1;
        if (attempts_[slot].worker != kNoWorker && parcel.reply != Reply::accepted) proxy_books_.heard_from_elsewhere(attempts_[slot].message, {id_, parcel.key});
        end_attempt(slot, parcel.reply, parcel.since);
        return;
    }
    if (parcel.reply == Reply::accepted) leave_duplicate(parcel.message, parcel.station, {id_, parcel.key});
}

/// When a caller is kept waiting, then its receiver's site tells it how that ended; from its greeting on it waits for the reply.
[[gnu::noinline]] void Site::wait_for_greeting(std::uint32_t slot, SimDuration patience) {
    Attempt& attempt = attempts_[slot];
    events_.cancel(attempt.timer);
    attempt.timer = patience == SimDuration::max() ? EventHandle::none() : timer_for(messages_[attempt.message].identity, now_ + patience, Act::attempt_times_out, slot);
}

/// When the reply to an offer has not come in time, then the receiver may have the copy, and the sender keeps it.
[[gnu::noinline]] void Site::on_reply_time_out(std::uint32_t slot) {
    ++event_count_;
    messages_[attempts_[slot].message].doubted = 1;
    end_attempt(slot, Reply::broken, SimTime::zero());
}

/// When an attempt has ended, then its slot is free and the message has left, waits for its next try, or bounces.
/// `booked_up_to`: so far a proxy on the way has booked the message's life already.
[[gnu::noinline]] void Site::end_attempt(std::uint32_t slot, Reply reply, SimTime booked_up_to) {
    if (plan_.has_fallbacks && reply != Reply::accepted && goes_on_elsewhere(slot, reply, booked_up_to)) [[unlikely]] return;
    const Attempt attempt = attempts_[slot];
    events_.cancel(attempt.timer);
    if (lives_ && booked_up_to > SimTime::zero()) lives_->come_back({id_, Attempt::key(slot, attempt.token)}, attempt.message);
    if (lives_) explaining_.attempt_is_over(slot, reply);
    attempts_.give_back(slot);
    Message& m = messages_[attempt.message];
    m.since = std::max(m.since, booked_up_to);
    if (attempt.worker != kNoWorker) {
        end_held_attempt(attempt, {id_, Attempt::key(slot, attempt.token)}, m, reply);
        return;
    }
    const std::uint32_t holder = queues_[attempt.queue].holder;
    queues_[attempt.queue].queue.end_attempt(now_, !is_no_session(reply));
    if (queues_[attempt.queue].queue.is_dead()) [[unlikely]] set_revival_timer(attempt.queue);
    if (queues_[attempt.queue].per_host) [[unlikely]] learn_of_host(attempt.queue, reply);
    if (reply == Reply::accepted || reply == Reply::dropped) {
        ++tenants_[m.tenant].handed;
        if (has_nets_) [[unlikely]] replaying_.keep(holder, m, attempt.station);
        leave_holder(attempt.message, holder);
        if (m.greylisted) [[unlikely]] let_in_.erase(m.identity);
        messages_.give_back(attempt.message);
    } else {
        book_hop(holder, attempt.message, HopCause::attempt_failed, now_ - m.since);
        m.since = now_;
        if (holder < stations_.size() && tier_of(holder).flawed_replies) [[unlikely]] {
            m.tries = 0;  // all sites of the try have failed: what is drawn now is its own
            reply = misread(holder, attempt.message, reply);
        }
        if (reply == Reply::bounced) {
            leave_holder(attempt.message, holder);
            bounce(attempt.message, holder);
        } else {
            attempt_failed(attempt.message, attempt.queue, reply);
        }
    }
    pump(attempt.queue);
}

}  // namespace mailquake
