// How a backlog grew: from a queue's length at the end of each minute. The peak is the first highest minute.
// The onset is the last minute before it with at most a twentieth of the peak (or the start); growth is the mean net
// rate between the two. A peak of fewer than 20 has no onset worth the name: growth is nothing. Left out: a second wave.
// The exact maximum: mta/backlog_count.hpp; how a backlog left: world/draining.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/world/outcome.hpp"

namespace mailquake {

/// [1/s], from how many waited at the end of each minute.
[[nodiscard]] std::optional<double> backlog_growth(const std::vector<std::uint64_t>& waiting);

/// Copies that wait at a tier of a site, all its queues together, a point a minute.
[[nodiscard]] std::vector<std::uint64_t> waiting_at(const Outcome& outcome, const std::string& tier,
                                                    const std::string& site);

}  // namespace mailquake
