// How a backlog grew: from a queue's length at the end of each minute. The peak is the first highest minute.
// The onset is the last minute before it with at most a twentieth of the peak (or the start); growth is the mean net
// rate between the two. A peak of fewer than 20 has no onset worth the name: growth is nothing. How it went: world/draining.hpp.
// Left out: a second wave; `max` is the highest one's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/world/outcome.hpp"

namespace mailquake {

struct Backlog {
    std::uint64_t max = 0;
    SimTime       at;                    // end of the peak's minute
    std::optional<double> growth;        // [1/s]
};

[[nodiscard]] Backlog backlog_of(const std::vector<std::uint64_t>& waiting);

/// Copies that wait at a tier of a site, all its queues together, a point a minute.
[[nodiscard]] std::vector<std::uint64_t> waiting_at(const Outcome& outcome, const std::string& tier,
                                                    const std::string& site);

}  // namespace mailquake
