// Fair queueing by deficit round robin: each flow (a tenant) has a line of its own, and the flows take turns.
//
// Shreedhar and Varghese, "Efficient fair queuing using deficit round robin" (SIGCOMM 1995). At its turn a flow's deficit grows
// by the quantum; it is served while the first of its line costs no more than the deficit, and the rest is kept for its next
// turn. A flow whose line is empty is forgotten, its deficit with it: memory is for those who wait, not for those there are.
// O(1) a message where the quantum is no less than the largest cost (fair_spec.hpp). What was in work already and comes back
// (after a crash, or by a flaw) goes first, whoever it is.
//
// Invariants: a flow is in the round if and only if somebody waits in it; within a flow the order is that of arrival.
#pragma once

#include <cstdint>
#include <vector>

#include "models/mta/key_table.hpp"
#include "models/mta/waiting_job.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class FairQueue {
public:
    explicit FairQueue(std::int64_t quantum) : quantum_(quantum) {}

    void push(const WaitingJob& waiting) {
        const std::uint32_t node = take_record(nodes_, free_node_);
        nodes_[node] = {.job = waiting.job, .cost = waiting.cost, .next = kNone};
        std::uint32_t flow = flow_of_.find(waiting.key);
        if (flow == kNone) {
            flow = take_record(flows_, free_flow_);
            flows_[flow] = {.key = waiting.key, .first = node, .last = node, .next = kNone, .deficit = 0};
            flow_of_.insert(waiting.key, flow);
            join_round(flow);
            return;
        }
        nodes_[flows_[flow].last].next = node;
        flows_[flow].last = node;
    }
    void push_front(const WaitingJob& waiting) { interrupted_.push_front(waiting.job); }

    /// The next one; none when nobody waits.
    [[nodiscard]] JobRef pop() {
        if (!interrupted_.empty()) return interrupted_.pop_front();
        while (first_ != kNone) {
            Flow& flow = flows_[first_];
            if (!in_turn_) flow.deficit += quantum_;
            in_turn_ = nodes_[flow.first].cost <= flow.deficit;
            if (in_turn_) return serve(first_);
            const std::uint32_t had_its_turn = leave_round();
            join_round(had_its_turn);
        }
        return JobRef::none();
    }

    /// Flows that somebody waits in.
    [[nodiscard]] std::size_t flows() const { return flow_of_.size(); }
    /// Memory for flows and their index [octets].
    [[nodiscard]] std::size_t flow_memory() const { return flows_.capacity() * sizeof(Flow) + flow_of_.capacity() * 8; }

    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < interrupted_.size(); ++i) visit(interrupted_[i]);
        for (std::uint32_t flow = first_; flow != kNone; flow = flows_[flow].next)
            for (std::uint32_t node = flows_[flow].first; node != kNone; node = nodes_[node].next) visit(nodes_[node].job);
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        remove_from(interrupted_, leaves);
        std::vector<WaitingJob> stay;     // flow by flow, in the order of the round; deficits begin anew
        while (first_ != kNone) {
            const std::uint32_t flow = first_;
            for (bool last = false; !last;) {
                const Node node = nodes_[flows_[flow].first];
                const std::uint32_t key = flows_[flow].key;
                last = node.next == kNone;
                (void)serve(flow);
                if (!leaves(node.job)) stay.push_back({.job = node.job, .key = key, .cost = node.cost, .since = SimTime::zero()});
            }
        }
        for (const WaitingJob& waiting : stay) push(waiting);
    }

private:
    static constexpr std::uint32_t kNone = kNoRecord;
    static_assert(kNone == KeyTable::kNone);
    struct Node {
        JobRef        job;
        std::uint32_t cost = 0;
        std::uint32_t next = kNone;   // in its flow's line; of a free one: the next free one
    };
    struct Flow {
        std::uint32_t key = 0;
        std::uint32_t first = kNone, last = kNone;  // its line
        std::uint32_t next = kNone;   // in the round; of a free one: the next free one
        std::int64_t  deficit = 0;    // in the unit of the quantum; what its turns have left over
    };

    JobRef serve(std::uint32_t index) {
        Flow& flow = flows_[index];
        const std::uint32_t node = flow.first;
        const JobRef job = nodes_[node].job;
        flow.deficit -= nodes_[node].cost;
        flow.first = nodes_[node].next;
        give_back_record(nodes_, free_node_, node);
        if (flow.first == kNone) {
            in_turn_ = false;
            (void)leave_round();
            flow_of_.erase(flow.key);
            give_back_record(flows_, free_flow_, index);
        }
        return job;
    }
    void join_round(std::uint32_t flow) {
        flows_[flow].next = kNone;
        if (first_ == kNone) first_ = flow;
        else flows_[last_].next = flow;
        last_ = flow;
    }
    std::uint32_t leave_round() {
        const std::uint32_t flow = first_;
        first_ = flows_[flow].next;
        return flow;
    }

    std::int64_t quantum_;
    std::vector<Node> nodes_;
    std::vector<Flow> flows_;
    std::uint32_t free_node_ = kNone, free_flow_ = kNone;
    std::uint32_t first_ = kNone, last_ = kNone;    // the round; the first one has, or is about to have, its turn
    bool in_turn_ = false;                          // the first one's deficit has grown already
    KeyTable flow_of_;
    RingQueue<JobRef> interrupted_;
};

}  // namespace mailquake
