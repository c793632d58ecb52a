// A queue in which mail for few overtakes mail for many: Postfix's preemption (preemption_spec.hpp, with its source).
//
// A job of the queue is a message: all waiting copies of one key. Jobs stand in line in order of arrival; the first one is served,
// copy by copy, and earns a slot for each `slot_cost` of them. Of the jobs in line that have no more copies than the current one
// has slots, and fewer than it has left, the one with the greatest age per copy goes before it, and pays with those slots; it
// earns slots itself. When it is done the preempted one goes on.
//
//   stack:  [newsletter | a mail to five | one to one]  <-- served      line:  mail, mail, mail ...
//
// What was in work already and comes back (after a crash, or by a flaw) goes first. Taking jobs out (remove_if) forgets what the
// current ones had earned.
//
// Invariants: a job is in line or on the stack, and has copies; ranks hold the jobs in line, and no others; a job of n copies is
// done after at most n k / (k - 1) services, if no copy is added to it or to one that goes before it.
#pragma once

#include <cstdint>
#include <memory>
#include <memory_resource>
#include <set>
#include <vector>

#include "models/mta/key_table.hpp"
#include "models/mta/waiting_job.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class PreemptiveQueue {
public:
    explicit PreemptiveQueue(std::int64_t slot_cost)
        : slot_cost_(static_cast<std::uint64_t>(slot_cost)), pool_(std::make_unique<std::pmr::unsynchronized_pool_resource>()), ranks_(pool_.get()) {}

    void push(const WaitingJob& waiting) {
        const std::uint32_t node = take_record(nodes_, free_node_);
        nodes_[node] = {.job = waiting.job, .next = kNone};
        std::uint32_t index = job_of_.find(waiting.key);
        if (index == kNone) {
            index = take_record(jobs_, free_job_);
            jobs_[index] = {.key = waiting.key, .first = node, .last = node, .since = waiting.since, .order = ++order_};
            job_of_.insert(waiting.key, index);
            stand_in_line(index);
        } else {
            nodes_[jobs_[index].last].next = node;
            jobs_[index].last = node;
        }
        Job& job = jobs_[index];
        if (job.in_line && job.size > 0) ranks_.erase({job.size, job.order, index});
        ++job.size;
        if (job.in_line) ranks_.insert({job.size, job.order, index});
    }
    void push_front(const WaitingJob& waiting) { interrupted_.push_front(waiting.job); }

    /// The next one; none when nobody waits.
    [[nodiscard]] JobRef pop(SimTime now) {
        if (!interrupted_.empty()) return interrupted_.pop_front();
        if (stack_.empty()) {
            if (first_ == kNone) return JobRef::none();
            start(first_);
        }
        while (true) {
            Job& current = jobs_[stack_.back()];
            const std::uint64_t slots = current.served / slot_cost_ - current.spent;
            const std::uint32_t before_it = slots == 0 ? kNone : preempting(slots, current.size, now);
            if (before_it == kNone) break;
            current.spent += jobs_[before_it].size;
            start(before_it);
        }
        return serve(stack_.back());
    }

    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < interrupted_.size(); ++i) visit(interrupted_[i]);
        for_each_job([&](const Job& job) {
            for (std::uint32_t node = job.first; node != kNone; node = nodes_[node].next) visit(nodes_[node].job);
        });
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        remove_from(interrupted_, leaves);
        std::vector<WaitingJob> stay;
        for_each_job([&](const Job& job) {
            for (std::uint32_t node = job.first; node != kNone; node = nodes_[node].next)
                if (!leaves(nodes_[node].job)) stay.push_back({.job = nodes_[node].job, .key = job.key, .cost = 1, .since = job.since});
        });
        while (!stack_.empty() || first_ != kNone) {
            if (stack_.empty()) start(first_);
            (void)serve(stack_.back());
        }
        for (const WaitingJob& waiting : stay) push(waiting);
    }

private:
    static constexpr std::uint32_t kNone = kNoRecord;
    static_assert(kNone == KeyTable::kNone);
    struct Node {
        JobRef        job;
        std::uint32_t next = kNone;   // in its job; of a free one: the next free one
    };
    struct Job {
        std::uint32_t key = 0;
        std::uint32_t first = kNone, last = kNone;   // its copies
        std::uint32_t next = kNone, prev = kNone;    // in line; of a free one: the next free one
        std::uint32_t size = 0;                      // copies that wait
        bool          in_line = false;               // not on the stack
        std::uint64_t served = 0, spent = 0;         // copies; slots of those that went before it
        SimTime       since;
        std::uint64_t order = 0;                     // of arrival
    };
    struct Rank {
        std::uint32_t size;
        std::uint64_t order;
        std::uint32_t job;
        friend auto operator<=>(const Rank&, const Rank&) = default;
    };

    /// Of each size that may go first the oldest; of these the one with the greatest age per copy.
    [[nodiscard]] std::uint32_t preempting(std::uint64_t slots, std::uint32_t left, SimTime now) const {
        std::uint32_t best = kNone;
        double best_rank = 0;
        for (auto it = ranks_.begin(); it != ranks_.end() && it->size <= slots && it->size < left; it = ranks_.lower_bound({it->size + 1, 0, 0})) {
            const double rank = static_cast<double>((now - jobs_[it->job].since).ns + 1) / it->size;
            if (rank > best_rank) {
                best_rank = rank;
                best = it->job;
            }
        }
        return best;
    }

    void stand_in_line(std::uint32_t index) {
        Job& job = jobs_[index];
        job.in_line = true;
        job.prev = last_;
        if (last_ == kNone) first_ = index;
        else jobs_[last_].next = index;
        last_ = index;
    }
    void start(std::uint32_t index) {
        Job& job = jobs_[index];
        ranks_.erase({job.size, job.order, index});
        (job.prev == kNone ? first_ : jobs_[job.prev].next) = job.next;
        (job.next == kNone ? last_ : jobs_[job.next].prev) = job.prev;
        job.in_line = false;
        stack_.push_back(index);
    }
    JobRef serve(std::uint32_t index) {
        Job& job = jobs_[index];
        const std::uint32_t node = job.first;
        const JobRef next = nodes_[node].job;
        job.first = nodes_[node].next;
        give_back_record(nodes_, free_node_, node);
        ++job.served;
        if (--job.size == 0) {
            stack_.pop_back();
            job_of_.erase(job.key);
            give_back_record(jobs_, free_job_, index);
        }
        return next;
    }
    template <class F>
    void for_each_job(F&& visit) const {
        for (const std::uint32_t index : stack_) visit(jobs_[index]);
        for (std::uint32_t index = first_; index != kNone; index = jobs_[index].next) visit(jobs_[index]);
    }

    std::uint64_t slot_cost_;
    std::uint64_t order_ = 0;
    std::vector<Node> nodes_;
    std::vector<Job> jobs_;
    std::vector<std::uint32_t> stack_;               // the last one is served, and has preempted the one before it
    std::uint32_t free_node_ = kNone, free_job_ = kNone;
    std::uint32_t first_ = kNone, last_ = kNone;     // the line
    KeyTable job_of_;
    RingQueue<JobRef> interrupted_;
    std::unique_ptr<std::pmr::unsynchronized_pool_resource> pool_;   // gives ranks their nodes, again and again
    std::pmr::set<Rank> ranks_;
};

}  // namespace mailquake
