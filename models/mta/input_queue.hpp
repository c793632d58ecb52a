// The queue in front of a tier's workers: FIFO, or FIFO within priorities. Holds references to jobs (messages and
// requests, models/mta/job.hpp), never the jobs themselves. No bound of its own: the station refuses what is too much.
#pragma once

#include <array>
#include <cstdint>

#include "models/mta/job.hpp"
#include "sim/base/long_queue.hpp"

namespace mailquake {

class InputQueue {
public:
    static constexpr std::size_t kPriorities = 4;

    void push_back(JobRef job, std::size_t priority) { lanes_[priority].push_back(job); ++size_; }
    void push_front(JobRef job, std::size_t priority) { lanes_[priority].push_front(job); ++size_; }

    /// Takes the next one: of the most urgent lane, in the order of arrival. The queue is not empty.
    JobRef pop() {
        --size_;
        for (LongQueue<JobRef>& lane : lanes_)
            if (!lane.empty()) return lane.pop_front();
        check_failed("a lane holds the job", __FILE__, __LINE__, "queue length and lanes agree");
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        for (RingQueue<JobRef>& lane : lanes_)
            for (std::size_t n = lane.size(); n > 0; --n) {
                const JobRef job = lane.front();
                lane.pop_front();
                if (leaves(job)) --size_;
                else lane.push_back(job);
            }
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

    bool starting = false;  // its jobs are being started further up the stack

    /// Every job; lane by lane, oldest first.
    template <class F>
    void for_each(F&& visit) const {
        for (const LongQueue<JobRef>& lane : lanes_) lane.for_each(visit);
    }
    /// The first of each lane that is not empty: the oldest one is among them.
    template <class F>
    void for_heads(F&& visit) const {
        for (const LongQueue<JobRef>& lane : lanes_)
            if (!lane.empty()) visit(lane.front());
    }

private:
    std::array<LongQueue<JobRef>, kPriorities> lanes_;
    std::size_t size_ = 0;
};

}  // namespace mailquake
