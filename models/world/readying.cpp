// KumoMTA's ready queues (`next_hop.ready`), and next-hop queues that operators suspend (the mitigation `suspend`).
//
//   new mail, retry due ---> is it suspended? ---> is there room? ---> ready queue ---> attempts
//                                | yes                 | no                                | so many connections
//                                v                     v                                   v have failed in a row
//                        back-off, as after     0 to 60 s, as it was              back-off for all that waits
//                        a failed attempt
//
// What overflows waits for a connection, and is booked to it when its attempt begins, wherever it waited: `retry` is for
// back-offs. It may go back and forth for days: KumoMTA does not ask for its age then (models/mta/retry_schedule.hpp).
#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// When a message comes to a queue that looks at who comes, then it waits for its attempt, unless the queue is suspended or
/// full.
[[gnu::noinline]] void Site::make_ready(std::uint32_t message, std::uint32_t queue, bool is_new) {
    if (!can_send(queues_[queue])) {  // it waits until its holder is back (look_again)
        if (is_new) queues_[queue].queue.add_fresh(message);
        else queues_[queue].queue.add_due(message);
        if (queues_[queue].expires == Expires::by_timer) expiring_.begins_to_wait(message, queue);
        return;
    }
    if (const MeasurePlan* suspension = suspension_of(queue)) {
        ++mitigation_touches_[suspension->mitigation];
        if (lives_) explaining_.waits_after(message, HopTrouble::suspended, queues_[queue].station);
        delay(message, queue);
        return;
    }
    HopQueue& q = queues_[queue];
    if (!q.queue.take_in(message, is_new)) return send_back(message, queue);
    const bool starts_now = q.queue.waiting() == 1 && q.queue.can_start() && !q.pumping && !q.asks_first && !q.shares_processes;
    if (q.expires == Expires::by_timer && !starts_now) expiring_.begins_to_wait(message, queue);
}

/// When a holder is back, then what has come to such a queue meanwhile is looked at.
void Site::look_again(std::uint32_t queue) {
    if (!can_send(queues_[queue]) || (queues_[queue].queue.ready() == nullptr && suspension_of(queue) == nullptr)) return;
    std::vector<std::uint32_t> waiting;
    while (!queues_[queue].queue.nobody_waits()) waiting.push_back(queues_[queue].queue.take_waiting());
    for (const std::uint32_t message : waiting) make_ready(message, queue, false);
}

/// When the ready queue is full, then the message is due again within a minute, drawn by its identity and the time.
void Site::send_back(std::uint32_t message, std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    const Message& m = messages_[message];
    const Holder& h = holders_[q.holder];
    note_here(Transition::overflowed, m.identity, q.holder);
    const double u = uniform_of(RandomStream::first_word(h.overflow_luck, derived(m.identity, draws::instant, static_cast<std::uint64_t>(now_.ns))));
    const auto wait = whole_part<std::int64_t>(u * static_cast<double>(q.queue.ready()->overflow_delay.ns), "nanoseconds");
    q.queue.deferred.push(expiring_.no_later(now_ + SimDuration{1 + wait}, m, q.holder), m.identity, message);
    set_retry_timer(queue);
}

void Site::book_wait(std::uint32_t message, std::uint32_t holder) {
    Message& m = messages_[message];
    book_hop(holder, message, HopCause::slot, now_ - m.since);
    m.since = now_;
}

/// The message is deferred as after a failed attempt; what it has waited for one is booked.
void Site::delay(std::uint32_t message, std::uint32_t queue) {
    book_wait(message, queues_[queue].holder);
    Message& m = messages_[message];
    if (m.failures == 0) untried_.insert(m.identity);
    m.tries = 0;
    count_failure(m);
    defer(message, queue);
}

/// All that waits for an attempt is.
std::uint64_t Site::delay_waiting(std::uint32_t queue) {
    std::uint64_t delayed = 0;
    const bool suspended = suspension_of(queue) != nullptr;
    for (; !queues_[queue].queue.nobody_waits(); ++delayed) {
        const std::uint32_t message = queues_[queue].queue.take_waiting();
        if (lives_ && suspended) explaining_.waits_after(message, HopTrouble::suspended, queues_[queue].station);
        else if (lives_) explaining_.waits_for_others(message, queues_[queue].station);
        delay(message, queue);
    }
    return delayed;
}

/// The suspension that acts on the queue now, if one does.
const MeasurePlan* Site::suspension_of(std::uint32_t queue) const {
    const HopQueue& q = queues_[queue];
    if (q.holder >= stations_.size()) return nullptr;
    for (const MeasurePlan& measure : plan_of(q.holder).measures) {
        const SimTime begin = begin_of(measure);
        if (measure.suspends(q.station) && begin <= now_ && now_ < saturating_add(begin, measure.length))
            return &measure;
    }
    return nullptr;
}

}  // namespace mailquake
