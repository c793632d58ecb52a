// A queue that is served from its end while it is long: adaptive LIFO (lifo_spec.hpp, with its source).
//
// Left out: any memory of having been overloaded; the length alone decides, each time somebody is served. What was in work
// already and comes back goes first.
#pragma once

#include "models/mta/waiting_job.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class LifoQueue {
public:
    explicit LifoQueue(std::int64_t above) : above_(static_cast<std::size_t>(above)) {}

    void push(const WaitingJob& waiting) { line_.push_back(waiting.job); }
    void push_front(const WaitingJob& waiting) { interrupted_.push_front(waiting.job); }

    /// The next one; none when nobody waits.
    [[nodiscard]] JobRef pop() {
        if (!interrupted_.empty()) return interrupted_.pop_front();
        if (line_.empty()) return JobRef::none();
        return line_.size() > above_ ? line_.pop_back() : line_.pop_front();
    }

    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < interrupted_.size(); ++i) visit(interrupted_[i]);
        for (std::size_t i = 0; i < line_.size(); ++i) visit(line_[i]);
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        remove_from(interrupted_, leaves);
        remove_from(line_, leaves);
    }

private:
    std::size_t above_;
    RingQueue<JobRef> line_, interrupted_;
};

}  // namespace mailquake
