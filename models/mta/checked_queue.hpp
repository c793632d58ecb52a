// A plain FIFO whose jobs are looked at when their turn comes, before they get a worker: where a queue sheds, or drops what
// nobody waits for any more (codel_spec.hpp, shed_spec.hpp, deadline_spec.hpp). It knows since when its first one waits.
#pragma once

#include "models/mta/waiting_job.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class CheckedQueue {
public:
    void push(const WaitingJob& waiting) { line_.push_back({waiting.job, waiting.since}); }
    void push_front(const WaitingJob& waiting) { line_.push_front({waiting.job, waiting.since}); }

    /// The next one; none when nobody waits.
    [[nodiscard]] JobRef pop() { return line_.empty() ? JobRef::none() : line_.pop_front().job; }
    [[nodiscard]] SimTime first_since() const { return line_.front().since; }

    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < line_.size(); ++i) visit(line_[i].job);
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        remove_from(line_, [&](const Item& item) { return leaves(item.job); });
    }

private:
    struct Item {
        JobRef  job;
        SimTime since;
    };
    RingQueue<Item> line_;
};

}  // namespace mailquake
