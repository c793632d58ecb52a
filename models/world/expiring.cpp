#include "models/world/expiring.hpp"

#include <algorithm>

#include "models/world/site.hpp"

namespace mailquake {

bool Expiring::is_too_old(const Message& m, std::uint32_t holder) const {
    return site_.holders_[holder].plan->retry.ends(m.arrived) <= site_.now_;
}

SimTime Expiring::no_later(SimTime due, const Message& m, std::uint32_t holder) const {
    const RetrySchedule& schedule = site_.holders_[holder].plan->retry;
    if (schedule.expires() == Expires::after_attempt) return due;
    return std::min(due, std::max(schedule.ends(m.arrived), site_.now_));
}

SimTime Expiring::held_no_later(SimTime until, const Message& m, std::uint32_t holder) const {
    return site_.holders_[holder].plan->retry.expires() == Expires::by_timer ? no_later(until, m, holder) : until;
}

void Expiring::begins_to_wait(std::uint32_t message, std::uint32_t queue) {
    const Message& m = site_.messages_[message];
    const SimTime ends = site_.holders_[site_.queues_[queue].holder].plan->retry.ends(m.arrived);
    if (heap_.size() >= many_) throw_away_old();
    heap_.push_back({std::max(ends, site_.now_), m.identity, message, queue});
    std::push_heap(heap_.begin(), heap_.end(), later);
    set_timer();
}

void Expiring::on_due() {
    timer_at_ = SimTime::never();
    timer_ = EventHandle::none();
    do {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const Entry entry = heap_.back();
        heap_.pop_back();
        give_up_if_waiting(entry);
    } while (!heap_.empty() && heap_.front().at <= site_.now_ && site_.events_.next_time() > site_.now_);
    set_timer();
}

/// Could the copy be where it was? One that is deferred meanwhile is booked up to its due time.
bool Expiring::may_wait(const Entry& entry) const {
    if (!site_.messages_.alive(entry.message)) return false;
    const Message& m = site_.messages_[entry.message];
    return m.identity == entry.identity && m.since <= site_.now_;
}

void Expiring::give_up_if_waiting(const Entry& entry) {
    Site::HopQueue& q = site_.queues_[entry.queue];
    if (!may_wait(entry) || !is_too_old(site_.messages_[entry.message], q.holder)) return;
    if (!q.queue.take_out(entry.message)) return;
    ++site_.event_count_;
    if (q.in_line) {  // its place in the line for a process may have been the queue's
        std::erase_if(site_.holders_[q.holder].processes[q.server == Site::kNone ? 0 : q.server].line,
                      [&](const auto& place) { return place.second == entry.queue; });
        q.in_line = false;
        site_.stand_in_line(entry.queue);
    }
    give_up(entry.message, q.holder);
}

bool Expiring::gives_up_first(std::uint32_t queue) {
    Site::HopQueue& q = site_.queues_[queue];
    if (q.expires != Expires::before_attempt || !is_too_old(site_.messages_[q.queue.first()], q.holder)) return false;
    if (q.queue.throttle() != nullptr && site_.queues_[q.throttle_of].queue.throttle()->next(site_.now_) > site_.now_) return false;
    const std::uint32_t message = q.queue.first();
    MQ_CHECK(q.queue.take_out(message), "the first one of a queue is in it");
    give_up(message, q.holder);
    return true;
}

bool Expiring::gives_up_due(std::uint32_t message, std::uint32_t queue) {
    const Site::HopQueue& q = site_.queues_[queue];
    if (q.expires == Expires::after_attempt || !is_too_old(site_.messages_[message], q.holder)) return false;
    if (q.pen) site_.book_held_back(message, q.holder);
    give_up(message, q.holder);
    return true;
}

void Expiring::give_up(std::uint32_t message, std::uint32_t holder) {
    site_.book_wait(message, holder);
    site_.untried_.erase(site_.messages_[message].identity);
    site_.leave_holder(message, holder);
    site_.expire(message, holder);
}

/// What has left its queue meanwhile.
void Expiring::throw_away_old() {
    std::erase_if(heap_, [this](const Entry& entry) { return !may_wait(entry); });
    std::make_heap(heap_.begin(), heap_.end(), later);
    many_ = std::max(kFew, 2 * heap_.size());
}

void Expiring::set_timer() {
    const SimTime at = heap_.empty() ? SimTime::never() : heap_.front().at;
    const std::uint64_t identity = heap_.empty() ? 0 : heap_.front().identity;
    if (at == timer_at_ && identity == timer_for_) return;
    site_.events_.cancel(timer_);
    timer_at_ = at;
    timer_for_ = identity;
    timer_ = at == SimTime::never() ? EventHandle::none() : site_.timer_for(identity, at, Site::Act::expiry);
}

}  // namespace mailquake
