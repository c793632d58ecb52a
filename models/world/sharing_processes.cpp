// A holder whose destinations share a number of delivery processes (`next_hop.processes`; Postfix: default_process_limit of its
// smtp transport). A free process takes the copy that has waited longest, whatever its destination, unless that one has as many
// connections as it may have: in the order in which they came, so one destination that holds processes for long makes the
// others wait (Postfix SCHEDULER_README, QSHAPE_README). Left out: preemption (models/mta/preemptive_queue.hpp has it for a tier's own queue).
#include "models/world/site.hpp"

namespace mailquake {

/// When something has changed for a queue of such a holder, then its copies have their turn, and so have the others'.
[[gnu::noinline]] void Site::pump_shared(std::uint32_t queue) {
    count_processes(queue);
    stand_in_line(queue);
    const std::uint32_t holder = queues_[queue].holder;
    const std::uint32_t server = queues_[queue].server == kNone ? 0 : queues_[queue].server;
    const auto shared = [&]() -> Holder::Processes& { return holders_[holder].processes[server]; };
    if (shared().starting) return;
    shared().starting = true;
    while (shared().running < holders_[holder].plan->processes && !shared().line.empty()) {
        const std::uint32_t next = shared().line.begin()->second;
        shared().line.erase(shared().line.begin());
        HopQueue& q = queues_[next];
        q.in_line = false;
        if (!q.queue.can_start()) continue;
        if (q.asks_first && expiring_.gives_up_first(next)) {
            stand_in_line(next);
            continue;
        }
        if ((q.queue.throttle() != nullptr && is_throttled(next)) || (q.per_host && host_rests(next))) continue;
        q.pumping = true;
        start_attempt(q.queue.start(), next, kNoWorker, q.station, holder);
        q.pumping = false;
        if (q.queue.is_dead()) lay_aside(next);
        count_processes(next);
        stand_in_line(next);
    }
    shared().starting = false;
    if (queues_[queue].queue.is_dead()) lay_aside(queue);
}

/// How many processes are at work for this queue is known by its attempts.
void Site::count_processes(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    const auto now = static_cast<std::int64_t>(q.queue.in_attempt());
    holders_[q.holder].processes[q.server == kNone ? 0 : q.server].running += now - q.processes;
    q.processes = now;
}

/// The queue's first copy waits for a process, from when it came.
void Site::stand_in_line(std::uint32_t queue) {
    HopQueue& q = queues_[queue];
    if (q.in_line || !q.queue.can_start()) return;
    q.in_line = true;
    holders_[q.holder].processes[q.server == kNone ? 0 : q.server].line.insert({messages_[q.queue.first()].since, queue});
}

}  // namespace mailquake
