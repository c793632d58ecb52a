// What kind of queue stands in front of a tier's workers, as compiled for running, and that queue: one of the kinds that need
// more than InputQueue's lanes. Chosen when the station is built; every step is a switch on plain state, nothing is virtual.
//
// Left out: combinations. A bulkhead holds for `discipline: fifo` alone; the loader says so.
#pragma once

#include <cstdint>
#include <utility>
#include <variant>

#include "models/mta/aging_queue.hpp"
#include "models/mta/bulkhead_queue.hpp"
#include "models/mta/checked_queue.hpp"
#include "models/mta/fair_queue.hpp"
#include "models/mta/lifo_queue.hpp"
#include "models/mta/preemptive_queue.hpp"

namespace mailquake {

enum class QueueKind : std::uint8_t { plain, checked, fair, lifo, aging, bulkhead, preemptive };

struct QueuePolicy {
    QueueKind     kind = QueueKind::plain;
    bool          counts_bytes = false;       // fair: a job's cost are its octets
    bool          is_checked = false;         // jobs may be turned away when their turn comes
    std::int64_t  quantum = 1;                // fair
    std::int64_t  above = 0;                  // lifo
    std::int64_t  slot_cost = 0;              // preemptive
    SimDuration   age;                        // aging
    std::uint32_t bound = 0;                  // bulkhead: workers of one group
    std::uint32_t shard = 0;                  // servers of a tenant; 0: all are everybody's
    SimDuration   shed_older_than;            // zero: nobody is turned away for the queue's age
    std::uint8_t  shed_spare = 0;
    SimDuration   codel_target, codel_interval;  // zero: no CoDel
};

class PolicyQueue {
public:
    explicit PolicyQueue(const QueuePolicy& policy) : queue_(made(policy)) {}

    /// Somebody comes; `first`: nobody else waits.
    void push(const WaitingJob& waiting, bool at_head, bool first, SimTime now) {
        if (first) busy_since_ = now;
        std::visit([&](auto& queue) { at_head ? queue.push_front(waiting) : queue.push(waiting); }, queue_);
    }
    /// The next one that may have a worker; none when nobody may.
    [[nodiscard]] JobRef pop(SimTime now) {
        return std::visit(
            [now](auto& queue) {
                if constexpr (requires { queue.pop(now); }) return queue.pop(now);
                else return queue.pop();
            },
            queue_);
    }
    /// Somebody has been waiting in it ever since.
    [[nodiscard]] SimTime busy_since() const { return busy_since_; }
    [[nodiscard]] BulkheadQueue* bulkhead() { return std::get_if<BulkheadQueue>(&queue_); }
    [[nodiscard]] const CheckedQueue* checked() const { return std::get_if<CheckedQueue>(&queue_); }

    template <class F>
    void for_each(F&& visit) const {
        std::visit([&](const auto& queue) { queue.for_each(visit); }, queue_);
    }
    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        std::visit([&](auto& queue) { queue.remove_if(leaves); }, queue_);
    }

private:
    using Queue = std::variant<CheckedQueue, FairQueue, LifoQueue, AgingQueue, BulkheadQueue, PreemptiveQueue>;

    static Queue made(const QueuePolicy& policy) {
        switch (policy.kind) {
            case QueueKind::plain:
            case QueueKind::checked: return CheckedQueue();
            case QueueKind::fair: return FairQueue(policy.quantum);
            case QueueKind::lifo: return LifoQueue(policy.above);
            case QueueKind::aging: return AgingQueue(policy.age);
            case QueueKind::bulkhead: return BulkheadQueue(policy.bound);
            case QueueKind::preemptive: return PreemptiveQueue(policy.slot_cost);
        }
        check_failed("a kind of queue", __FILE__, __LINE__, "every kind of queue can be made");
    }

    Queue   queue_;
    SimTime busy_since_;
};

}  // namespace mailquake
