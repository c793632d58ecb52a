// Priorities without starvation: who waits is moved up by a class for each `queue.aging` of waiting.
//
// The rank of a waiting job is its class less the ages it has waited (0 and below: as urgent as can be, the oldest first), so
// that a job of class c waits behind later ones of more urgent classes for at most (c + 1) ages, however many they are. Ageing
// of priorities is in every textbook on operating systems (Silberschatz: "aging"); there is no vendor's figure for its length.
// Left out: a guaranteed share of the workers; a bulkhead by tenant does that.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/mta/waiting_job.hpp"
#include "sim/base/ring_queue.hpp"

namespace mailquake {

class AgingQueue {
public:
    static constexpr std::size_t kPriorities = 4;

    explicit AgingQueue(SimDuration age) : age_(age) {}

    void push(const WaitingJob& waiting) { lanes_[waiting.key].push_back({waiting.job, waiting.since}); }
    void push_front(const WaitingJob& waiting) { lanes_[waiting.key].push_front({waiting.job, waiting.since}); }

    /// The one of the least rank, of equal ones the oldest; none when nobody waits.
    [[nodiscard]] JobRef pop(SimTime now) {
        std::size_t best = kPriorities;
        std::int64_t best_rank = 0;
        for (std::size_t lane = 0; lane < kPriorities; ++lane) {
            if (lanes_[lane].empty()) continue;
            const SimTime since = lanes_[lane].front().since;
            const std::int64_t rank = std::max<std::int64_t>(0, static_cast<std::int64_t>(lane) - (now - since).ns / age_.ns);
            if (best < kPriorities && (rank > best_rank || (rank == best_rank && since >= lanes_[best].front().since))) continue;
            best = lane;
            best_rank = rank;
        }
        return best == kPriorities ? JobRef::none() : lanes_[best].pop_front().job;
    }

    template <class F>
    void for_each(F&& visit) const {
        for (const RingQueue<Item>& lane : lanes_)
            for (std::size_t i = 0; i < lane.size(); ++i) visit(lane[i].job);
    }

    /// Takes out every job for which `leaves(job)` holds; the others keep their order.
    template <class F>
    void remove_if(F&& leaves) {
        for (RingQueue<Item>& lane : lanes_) remove_from(lane, [&](const Item& item) { return leaves(item.job); });
    }

private:
    struct Item {
        JobRef  job;
        SimTime since;
    };
    SimDuration age_;
    std::array<RingQueue<Item>, kPriorities> lanes_;
};

}  // namespace mailquake
