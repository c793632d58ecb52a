// How many copies and requests wait at a tier of a site: in the input queues of all its servers and partitions, and in its next-hop
// queues, where one counts from the end of its service until the attempt has ended that hands it on. The maximum is exact: each
// change counts, also where several fall on one instant.
#pragma once

#include <cstdint>

#include "sim/base/time.hpp"

namespace mailquake {

class BacklogCount {
public:
    void enter(SimTime now) {
        if (++waiting_ <= most_) [[likely]] return;
        most_ = waiting_;
        most_at_ = now;
    }
    void leave() { --waiting_; }

    [[nodiscard]] std::uint64_t most() const { return most_; }
    /// When it was first reached.
    [[nodiscard]] SimTime most_at() const { return most_at_; }

private:
    std::uint64_t waiting_ = 0, most_ = 0;
    SimTime       most_at_;
};

}  // namespace mailquake
