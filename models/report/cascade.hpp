// The order in which trouble reached the queues. A queue's onset is the first of 3 minutes in a row, from the first
// fault's start on, in which the age of its oldest copy exceeds both 10 s and 5 times the 99th percentile (nearest rank)
// of that age before the first fault. Without faults the first mitigation that did anything takes its place, since that may do
// harm by itself; a run without either has no cascade. A fault at the very start leaves the 10 s.
// Left out: causes. That a queue suffered after another does not say that it suffered because of it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "models/results/figures.hpp"
#include "models/world/outcome.hpp"

namespace mailquake {

inline constexpr std::size_t kOnsetMinutes = 3;
inline constexpr double kOnsetFactor = 5;
inline constexpr double kOnsetAge = 10;   // [s]

/// The 99th percentile by nearest rank of the first `minutes` points; 0 of none.
[[nodiscard]] double p99_before(const std::vector<float>& oldest, std::size_t minutes);

/// The minute of the onset (its point is taken at the minute's end); nothing if the queue never suffered.
[[nodiscard]] std::optional<std::size_t> onset_minute(const std::vector<float>& oldest, SimTime first_fault);

/// Queues that suffered, in order of their onsets; among equals in the order of Outcome::queues.
[[nodiscard]] std::vector<OnsetFigures> cascade_of(const Outcome& outcome);

}  // namespace mailquake
