// Exim's memory of hosts (retry schedule `exim` with `per_host`): when a destination cannot be reached, its retry time counts from
// its own first failure, and all mail for it waits for that time, untried. Past the cutoff (4 d) a copy that would have to wait
// bounces instead, also one that has just come: an outage of days becomes instant bounces, until one reaches the host again.
//
// Source: Exim's specification, retry configuration (delay_after_cutoff is true). Left out: a memory for each of a destination's
// addresses, and of recipients that were put off by a 4yz, whose schedule is the copy's own here.
#include <algorithm>
#include <optional>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr SimDuration kAfterCutoff = 6_h;   // the last gap of F,2h,15m; G,16h,1h,1.5; F,4d,6h

}  // namespace

/// When an attempt has ended, then its host has answered, or has failed once more.
void Site::learn_of_host(std::uint32_t queue, Reply reply) {
    HopQueue& q = queues_[queue];
    if (!is_no_session(reply)) {
        q.host_failed = SimTime::never();
        q.host_due = SimTime::zero();
        q.host_failures = 0;
        q.past_cutoff = false;
        return;
    }
    if (q.host_failed == SimTime::never()) q.host_failed = now_;
    if (now_ < q.host_due) return;  // one of several attempts at once: it was not due when this one ended
    count_up(q.host_failures, "failures of a host");
    const RetrySchedule& schedule = holders_[q.holder].plan->retry;
    RandomStream jitter(holders_[q.holder].host_luck, derived(plan_.stations[q.station].hash, draws::instant, static_cast<std::uint64_t>(now_.ns)));
    const std::optional<SimTime> due = schedule.next_attempt(q.host_failed, q.host_failed, now_, q.host_failures, jitter, scan_phase(q.holder, plan_.stations[q.station].hash, q.server));
    q.past_cutoff = !due;
    q.host_due = due.value_or(saturating_add(now_, kAfterCutoff));
}

/// When the host of a copy cannot be reached, then it waits for the host's time, or has waited for too long.
void Site::wait_for_host(std::uint32_t message, std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    note_here(Transition::deferred, messages_[message].identity, q.holder);
    if (!q.past_cutoff) {
        put_off(message, queue, std::max(q.host_due, now_));
        return;
    }
    leave_holder(message, q.holder);
    expire(message, q.holder);
}

/// When copies are ready for a host that is not due, then none of them is tried; when it is due, then one, and the others wait.
bool Site::host_rests(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    if (q.host_failed == SimTime::never()) return false;
    if (now_ >= q.host_due) return q.queue.in_attempt() > 0;  // one copy finds out whether it is back
    while (!q.queue.nobody_waits()) {
        const std::uint32_t message = q.queue.take_waiting();
        if (lives_) explaining_.waits_for_others(message, q.station);
        book_wait(message, q.holder);
        wait_for_host(message, queue);
    }
    return true;
}

}  // namespace mailquake
