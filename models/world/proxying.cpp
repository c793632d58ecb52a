// Proxies (`hand_over: held`): a tier without a queue for what it hands over. It works on a copy on behalf of the upstream party,
// holds its worker until the next tier has replied, and passes the reply on. A path without proxies never comes here.
#include <algorithm>
#include <map>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// How many attempts at this hop there were before this one, counted in rounds over all hosts or sites that may be tried: it tells the
/// passes of an upstream party's attempts apart.
std::uint32_t Site::attempt_number(const Message& m, std::uint32_t station) const {
    if (m.proxied) return m.tries;
    const std::size_t hosts = m.hop == 0 && m.direction == Direction::inbound ? plan_.classes[class_of(m)].mx.size() : tier_of(station).sites.size();
    return narrow<std::uint32_t>(m.failures * std::max<std::size_t>(1, hosts) + m.tries, "attempts at a hop");
}

/// The same of a proxy: a copy of its own within the site, or the record that came from elsewhere.
[[gnu::noinline]] Reply Site::offer_to_proxy(std::uint32_t station, std::uint32_t message, std::uint64_t upstream, std::uint16_t from) {
    const Message before = messages_[message];
    std::uint32_t record = message;
    if (from == id_) {
        record = messages_.take();
        messages_[record] = before;
    }
    Message& copy = messages_[record];
    copy.proxied = 1;
    set_tries(copy, attempt_number(before, station));  // `failures` has another use from here on
    copy.arrived = SimTime{static_cast<std::int64_t>(upstream)};
    copy.failures = from;
    copy.since = now_;
    if (lives_ && record != message) explaining_.copy(message, record);
    if (lives_) explaining_.transfer(station, record, now_ - before.since);
    const SimTime waits_until = now_ + plan_.network.spec.reply_timeout;
    proxy_books_.begin(record, copy, station, now_ - before.since, waits_until < plan_.end ? waits_until : SimTime::never());
    const Entered met = enter(station, JobRef::message(record));
    if (met == Entered::yes) return Reply::pending;
    proxy_books_.discard(record);
    note_here(Transition::refused, before.identity, station);
    if (record != message) messages_.give_back(record);
    else messages_[message] = before;
    if (met != Entered::put_off && tier_of(station).on_full == OnFull::bounce) return Reply::bounced;
    return met == Entered::closed ? Reply::shut : Reply::deferred;
}

/// A proxy of another site offers the copy in its hands.
[[gnu::noinline]] Reply Site::offer_from_proxy(std::uint32_t record, const Parcel& parcel) {
    messages_[record].failures = 0;
    proxy_books_.comes_from_proxy(record);
    const Reply reply = offer(plan_.stations[parcel.station].local, record, parcel.key, parcel.from);
    proxy_books_.comes_from_proxy(kNone);
    return reply;
}

/// The same of a proxy that offers the copy in its hands: its worker is free, and its upstream party hears of it.
[[gnu::noinline]] void Site::on_proxys_offer(std::uint32_t slot) {
    const Attempt attempt = attempts_[slot];
    const Message as_sent = messages_[attempt.message];
    const std::uint64_t key = Attempt::key(slot, attempt.token);
    const Reply reply = offer(plan_.addresses[attempt.station].local, attempt.message, key, id_);
    if (reply == Reply::pending) {
        wait_for_reply(slot, key);
    } else if (reply == Reply::accepted || reply == Reply::dropped) {
        attempts_.give_back(slot);
        const std::uint32_t station = workers_[attempt.worker].station;
        free_worker(attempt.worker);
        reply_upstream(as_sent, Reply::accepted, station);
    } else {
        if (delays_offers_) [[unlikely]] listen_.turned_away(slot);
        end_attempt(slot, reply, SimTime::zero());
    }
}

/// The message was offered to a proxy of this site; one further down may have replied already.
[[gnu::noinline]] void Site::wait_for_reply(std::uint32_t slot, std::uint64_t key) {
    if (waits_for(key))
        attempts_[slot].timer = timer_for(messages_[attempts_[slot].message].identity, now_ + plan_.network.spec.reply_timeout, Act::attempt_times_out, slot);
}

/// When a proxy's own attempt has ended, then it passes the reply on and its worker is free.
void Site::end_held_attempt(const Attempt& attempt, AttemptName name, const Message& as_sent, Reply reply) {
    Message passed = as_sent;
    const std::uint32_t station = workers_[attempt.worker].station;
    if (reply != Reply::accepted) {
        book_hop(station, attempt.message, HopCause::attempt_failed, now_ - as_sent.since);
        passed.since = now_;
        if (lives_) lives_->give_up(passed, attempt.message);
        proxy_books_.give_up(attempt.message, upstream_of(passed), name);
    } else {
        proxy_books_.confirm(attempt.message);
        proxy_books_.close(attempt.message);
    }
    messages_.give_back(attempt.message);
    free_worker(attempt.worker);
    const bool is_told = !is_no_session(reply);  // else it is 4yz for its upstream, whom it heard
    reply_upstream(passed, is_told ? reply : Reply::deferred, station);
}

void Site::reply_upstream(const Message& proxied, Reply reply, std::uint32_t station) {
    const auto key = static_cast<std::uint64_t>(proxied.arrived.ns);
    const std::uint16_t upstream = proxied.failures;
    if (upstream != id_) {
        const SimTime heard = send_reply(upstream, key, proxied, reply, station_ids_[station]);
        if (reply != Reply::accepted) proxy_books_.is_heard_at(upstream_of(proxied), heard);
    } else if (waits_for(key)) {
        const auto slot = truncated<std::uint32_t>(key >> 32);
        if (reply != Reply::accepted) {
            const std::uint32_t message = attempts_[slot].message;
            messages_[message].proxied ? proxy_books_.is_heard(upstream_of(proxied), message) : proxy_books_.is_heard(upstream_of(proxied));
        }
        if (proxied.doubted) messages_[attempts_[slot].message].doubted = 1;
        end_attempt(slot, reply, proxied.since);
    } else if (reply == Reply::accepted) {
        leave_duplicate(proxied, station_ids_[station], upstream_of(proxied));
    } else {
        proxy_books_.is_unheard(upstream_of(proxied));
    }
}

std::optional<AttemptName> Site::behind(std::uint64_t key) const {
    if (!waits_for(key)) return std::nullopt;
    const Message& m = messages_[attempts_[truncated<std::uint32_t>(key >> 32)].message];
    return m.proxied ? upstream_of(m) : AttemptName{id_, key};
}

ProxyBooks& Site::finish_proxies(std::span<const AttemptName> have, const std::function<bool(AttemptName)>& waits) {
    std::map<std::uint32_t, AttemptName> own;  // by record; what is with nobody else has been booked as an attempt of its own
    attempts_.for_each([&](std::uint32_t slot, const Attempt& a) {
        const AttemptName name{id_, Attempt::key(slot, a.token)};
        if (a.worker != kNoWorker && std::binary_search(have.begin(), have.end(), name)) own[a.message] = name;
    });
    messages_.for_each([&](std::uint32_t record, const Message& m) {
        if (!m.proxied) return;
        const auto found = own.find(record);
        proxy_books_.end(record, upstream_of(m), found == own.end() ? ProxyBooks::kNobody : found->second, waits(upstream_of(m)));
    });
    return proxy_books_;
}

}  // namespace mailquake
