// What stays with its holder after a failed attempt: the next MX host, deferral to an exact due time, retries, and delay
// notices to senders.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// When an attempt has failed, then the next MX host is tried if the connection was at fault, or the message waits.
void Site::attempt_failed(std::uint32_t message, std::uint32_t queue, Reply reply) {
    Message& m = messages_[message];
    const std::uint32_t holder = queues_[queue].holder;
    const bool no_connection = is_no_session(reply);
    const bool from_outside = holder >= stations_.size() && plan_.outside[id_] && m.direction == Direction::inbound;
    if (no_connection && from_outside && m.tries + 1U < plan_.classes[class_of(m)].mx.size()) {
        count_try(m);
        const std::uint32_t other = queue_to(holder, next_station(m, false).value);
        if (queues_[other].watched) make_ready(message, other, true);
        else queues_[other].queue.add_fresh(message);
        pump(other);
        return;
    }
    // Greylisting's excuse begins with the first attempt, and ends when something else goes wrong.
    if (from_outside && reply == Reply::greylisted && m.failures == 0) m.greylisted = 1;
    else if (from_outside && reply != Reply::greylisted && m.greylisted) [[unlikely]] let_in_.try_emplace(m.identity, now_ - m.accepted);
    m.tries = 0;
    count_failure(m);
    if (no_connection && queues_[queue].per_host) [[unlikely]] wait_for_host(message, queue);
    else defer(message, queue);
}

/// When a message must wait for its next attempt, then until the exact time that its holder's schedule says.
void Site::defer(std::uint32_t message, std::uint32_t queue) {
    const std::uint32_t holder = queues_[queue].holder;
    note_here(Transition::deferred, messages_[message].identity, holder);
    const bool may_be_flawed = holder < stations_.size() && tier_of(holder).flawed_retries;
    const std::uint32_t server = queues_[queue].server;
    if (const auto due = may_be_flawed ? flawed_due(holder, message, server) : next_try(messages_[message], holder, {now_, messages_[message].failures}, server)) {
        put_off(message, queue, *due);
        return;
    }
    untried_.erase(messages_[message].identity);
    leave_holder(message, holder);
    expire(message, holder);
}

/// When the holder's schedule has the message's next attempt, after one has failed, or gives it up before; none: never.
std::optional<SimTime> Site::next_try(const Message& m, std::uint32_t holder, FailedTry failed, std::uint32_t server) const {
    const Holder& h = holders_[holder];
    RandomStream jitter(h.retry_luck, derived(m.identity, draws::hop, m.hop), m.failures);
    return h.plan->retry.next_look(m.arrived, m.arrived, failed.at, failed.number, jitter, scan_phase(holder, m.identity, server));
}

/// An instant at which this holder scans its queue. Outside, each sender has a system of its own, which scans at its own times; a
/// tier of ours has one phase a site, or each of its servers has one. Drawn by seed, unless the schedule says when.
SimTime Site::scan_phase(std::uint32_t holder, std::uint64_t identity, std::uint32_t server) const {
    const Holder& h = holders_[holder];
    const SimDuration scan = h.plan->retry.scan_interval();
    if (scan == SimDuration::zero()) return SimTime::zero();
    if (const auto fixed = h.plan->retry.scan_phase()) return SimTime::zero() + *fixed;
    const double u = hashed_share(h.scan_luck, is_population(holder) ? identity : server == kNone ? 0 : server);
    const SimTime phase{whole_part<std::int64_t>(u * static_cast<double>(scan.ns), "nanoseconds")};
    return h.plan->retry.counts_whole_seconds() ? whole_second(phase) : phase;
}

/// The message waits in the deferred store until then, and its life is booked so far.
void Site::put_off(std::uint32_t message, std::uint32_t queue, SimTime due) {
    HopQueue& q = queues_[queue];
    Message& m = messages_[message];
    const bool outside = q.holder >= stations_.size();
    book_hop(q.holder, message, outside ? HopCause::outside_retry : HopCause::retry, due - m.since);
    m.since = due;
    q.queue.deferred.push(due, m.identity, message);
    set_retry_timer(queue);
}

void Site::set_retry_timer(std::uint32_t queue) {
    NextHopQueue& q = queues_[queue].queue;
    const SimTime due = q.deferred.next_due();
    const std::uint64_t identity = due == SimTime::never() ? 0 : q.deferred.next_identity();
    if (due == q.timer_at && identity == q.timer_for) return;
    events_.cancel(q.timer);
    q.timer_at = due;
    q.timer_for = identity;
    q.timer = due == SimTime::never() ? EventHandle::none() : timer_for(identity, due, Act::retry_due, queue);
}

/// When deferred messages are due, then they are tried again, one by one: what else happens at this instant may come between.
void Site::on_retry_due(std::uint32_t queue) {
    queues_[queue].queue.timer_at = SimTime::never();
    queues_[queue].queue.timer = EventHandle::none();
    do {
        ++event_count_;
        const std::uint32_t message = queues_[queue].queue.deferred.pop();
        const HopQueue& q = queues_[queue];
        if (!q.asks_when_due) [[likely]] try_again(message, q.holder, q.server);
        else if (!expiring_.gives_up_due(message, queue)) q.pen ? let_out(message, q.holder) : try_again(message, q.holder, q.server);
    } while (queues_[queue].queue.deferred.next_due() <= now_ && events_.next_time() > now_);
    set_retry_timer(queue);
}

/// A message goes to the next hop that is right now.
void Site::try_again(std::uint32_t message, std::uint32_t holder, std::uint32_t server) {
    const StationId next = next_station(messages_[message], holder >= stations_.size() && !plan_.outside[id_]);
    const std::uint32_t to = queue_to(holder, next.value, server);
    if (queues_[to].watched) [[unlikely]] make_ready(message, to, false);
    else queues_[to].queue.add_due(message);
    pump(to);
}

/// A message that lay aside in a tier is tried again by the tier itself.
void Site::let_out(std::uint32_t message, std::uint32_t holder) {
    if (messages_[message].since >= now_) {  // deferred; what operators held back has not been tried
        ++retry_attempts_;
        ++minutes_[static_cast<std::size_t>(now_.ns / (60_s).ns)].retries;
    }
    book_held_back(message, holder);
    leave_holder(message, holder);
    MQ_CHECK(enter(holder, JobRef::message(message), true) == Entered::yes, "a tier's own mail finds its queue");
}

void Site::add_to_watched(std::uint32_t message, std::uint32_t holder) {
    const Message& m = messages_[message];
    if (m.kind != MailKind::mail) return;
    holders_[holder].watched.push_back({message, m.arrived, m.identity});
}

/// It has not come to this party after all: it was turned away, in the instant in which it was offered.
void Site::forget_watched(std::uint32_t message, std::uint32_t holder) {
    RingQueue<Holder::Watched>& watched = holders_[holder].watched;
    for (std::size_t i = watched.size(); i > 0 && watched[i - 1].arrived == now_; --i)
        if (watched[i - 1].message == message) watched[i - 1].identity = 0;
}

/// Each party may tell a copy's sender: the sending system is number 0, the path's tiers follow.
std::uint32_t Site::number_of_notice(const Message& m, std::uint32_t holder) const {
    if (is_population(holder)) return 0;
    const auto path = path_of(m);
    const bool works_on_it = m.hop < path.size() && path[m.hop] == plan_of(holder).tier;
    return works_on_it ? m.hop + 1U : m.hop;  // what a tier hands on is at the next hop already
}

/// Once a minute: who has been with this party for too long, and whose sender has not been told?
void Site::sweep_notices() {
    for (std::uint32_t h = 0; h < holders_.size(); ++h) {
        if (!holders_[h].plan->notice_after) continue;
        const SimDuration after = *holders_[h].plan->notice_after;
        while (!holders_[h].watched.empty() && holders_[h].watched.front().arrived + after <= now_) {
            const Holder::Watched watched = holders_[h].watched.pop_front();
            if (!messages_.alive(watched.message)) continue;
            Message& m = messages_[watched.message];
            if (m.identity != watched.identity || m.arrived != watched.arrived || m.noticed || m.proxied) continue;
            m.noticed = 1;
            ++notices_;
            if (!first_notice_) first_notice_ = now_;
            note_here(Transition::notice, m.identity, h);
            send_report(Message(m), MailKind::notice, number_of_notice(m, h), h);
        }
    }
}

}  // namespace mailquake
