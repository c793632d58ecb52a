// The queue in front of a tier's workers: FIFO, or FIFO within priorities; or a queue with a policy of its own
// (queue_policy.hpp), which then has all the jobs. Holds references to jobs (messages and requests, models/mta/job.hpp), never
// the jobs themselves. No bound of its own: the station refuses what is too much.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "models/mta/job.hpp"
#include "models/mta/queue_policy.hpp"
#include "sim/base/long_queue.hpp"

namespace mailquake {

class InputQueue {
public:
    static constexpr std::size_t kPriorities = 4;

    void push_back(JobRef job, std::size_t priority) { lanes_[priority].push_back(job); ++size_; }
    void push_front(JobRef job, std::size_t priority) { lanes_[priority].push_front(job); ++size_; }

    /// From now on, while it is empty: the jobs are in a queue of this policy.
    void set_policy(const QueuePolicy& policy) {
        if (policy.kind != QueueKind::plain) policy_ = std::make_unique<PolicyQueue>(policy);
    }
    void push_by_policy(const WaitingJob& waiting, bool at_head, SimTime now) {
        policy_->push(waiting, at_head, size_ == 0, now);
        ++size_;
    }

    /// Takes the next one: of the most urgent lane, in the order of arrival; none where a policy has them all.
    JobRef pop_lanes() {
        for (LongQueue<JobRef>& lane : lanes_) {
            if (lane.empty()) continue;
            --size_;
            return lane.pop_front();
        }
        return JobRef::none();
    }
    /// Takes the next one; none when its policy lets nobody go. The queue is not empty.
    JobRef pop(SimTime now) {
        const JobRef job = pop_lanes();
        return job != JobRef::none() ? job : pop_by_policy(now);
    }
    [[nodiscard]] PolicyQueue* policy() { return policy_.get(); }
    [[nodiscard]] const PolicyQueue* policy() const { return policy_.get(); }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        for (LongQueue<JobRef>& lane : lanes_)
            for (std::size_t n = lane.size(); n > 0; --n) {
                const JobRef job = lane.front();
                lane.pop_front();
                if (leaves(job)) --size_;
                else lane.push_back(job);
            }
        if (!policy_) return;
        policy_->remove_if([&](JobRef job) {
            const bool is_out = leaves(job);
            size_ -= is_out;
            return is_out;
        });
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    bool starting = false;  // its jobs are being started further up the stack

    /// Every job; lane by lane, oldest first.
    template <class F>
    void for_each(F&& visit) const {
        for (const LongQueue<JobRef>& lane : lanes_) lane.for_each(visit);
        if (policy_) policy_->for_each(visit);
    }
    /// The oldest one is among these: the first of each lane that is not empty, and all that a policy has.
    template <class F>
    void for_heads(F&& visit) const {
        for (const LongQueue<JobRef>& lane : lanes_)
            if (!lane.empty()) visit(lane.front());
        if (policy_) policy_->for_each(visit);
    }

private:
    JobRef pop_by_policy(SimTime now) {
        MQ_CHECK(policy_ != nullptr, "queue length and lanes agree");
        const JobRef job = policy_->pop(now);
        size_ -= job != JobRef::none();
        return job;
    }

    std::unique_ptr<PolicyQueue> policy_;   // null: the lanes
    std::array<LongQueue<JobRef>, kPriorities> lanes_;
    std::size_t size_ = 0;
};

}  // namespace mailquake
