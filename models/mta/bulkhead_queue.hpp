// A queue whose jobs belong to groups, of which each may have so many workers and no more (bulkhead_spec.hpp).
//
//   line ----> worker                        while its group has fewer than `bound` workers
//     '-> parked, by group --> ready --> worker    one at a time, as the group's workers end
//
// Whoever comes to the head of the line while its group is at its bound is parked, and others go past; when a worker of the
// group ends, the group's first parked one goes before the line. Each job is moved at most twice: O(1). Groups exist only
// while they have workers or parked jobs.
//
// Invariants: a group has at most `bound` workers (ready jobs count); jobs are parked only while their group is at its bound.
#pragma once

#include <cstdint>
#include <vector>

#include "models/mta/key_table.hpp"
#include "models/mta/waiting_job.hpp"
#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class BulkheadQueue {
public:
    static constexpr std::uint32_t kUnbounded = KeyTable::kNone;  // key of jobs that belong to no group

    explicit BulkheadQueue(std::uint32_t bound) : bound_(bound) {}

    void push(const WaitingJob& waiting) { line_.push_back({waiting.job, waiting.key}); }
    void push_front(const WaitingJob& waiting) { line_.push_front({waiting.job, waiting.key}); }

    /// The next one whose group may have a worker more, which it has from now on; none when nobody may.
    [[nodiscard]] JobRef pop() {
        if (!ready_.empty()) return give(ready_.pop_front());
        while (!line_.empty()) {
            const Item item = line_.pop_front();
            if (item.key == kUnbounded) return give(item);
            Group& group = group_of(item.key);
            if (group.busy < bound_) {
                ++group.busy;
                return give(item);
            }
            group.parked.push_back(item.job);
        }
        return JobRef::none();
    }
    /// The group of the job that pop() gave last.
    [[nodiscard]] std::uint32_t given_to() const { return given_to_; }

    /// A worker of this group is done with its job.
    void end(std::uint32_t key) {
        if (key == kUnbounded) return;
        const std::uint32_t index = index_.find(key);
        MQ_CHECK(index != KeyTable::kNone && groups_[index].busy > 0, "who leaves a bulkhead is in it");
        Group& group = groups_[index];
        if (!group.parked.empty()) {
            ready_.push_back({group.parked.pop_front(), key});
            return;
        }
        if (--group.busy > 0) return;
        index_.erase(key);
        free_.push_back(index);
    }

    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < ready_.size(); ++i) visit(ready_[i].job);
        for (const Group& group : groups_)
            for (std::size_t i = 0; i < group.parked.size(); ++i) visit(group.parked[i]);
        for (std::size_t i = 0; i < line_.size(); ++i) visit(line_[i].job);
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        remove_from(line_, [&](const Item& item) { return leaves(item.job); });
        for (Group& group : groups_) remove_from(group.parked, leaves);
        std::vector<std::uint32_t> left;  // groups whose ready jobs go: their workers are free
        remove_from(ready_, [&](const Item& item) {
            if (!leaves(item.job)) return false;
            left.push_back(item.key);
            return true;
        });
        for (const std::uint32_t key : left) end(key);
    }

private:
    struct Item {
        JobRef        job;
        std::uint32_t key;
    };
    struct Group {
        std::uint32_t busy = 0;     // workers, ready jobs included
        RingQueue<JobRef> parked;
    };

    JobRef give(Item item) {
        given_to_ = item.key;
        return item.job;
    }
    Group& group_of(std::uint32_t key) {
        std::uint32_t index = index_.find(key);
        if (index == KeyTable::kNone) {
            if (free_.empty()) {
                free_.push_back(narrow<std::uint32_t>(groups_.size(), "groups of a bulkhead"));
                groups_.emplace_back();
            }
            index = free_.back();
            free_.pop_back();
            index_.insert(key, index);
        }
        return groups_[index];
    }

    std::uint32_t bound_;
    std::uint32_t given_to_ = kUnbounded;
    RingQueue<Item> line_, ready_;
    KeyTable index_;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> free_;
};

}  // namespace mailquake
