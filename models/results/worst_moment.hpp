// Which snapshot of the queues is shown: the one with the most copies older than the objective; among equals (none, as
// a rule) the one with the most copies; among these the first. Ages are known by qshape's columns alone, so a copy
// counts as older if its whole column is.
#pragma once

#include <cstdint>
#include <optional>

#include "models/world/outcome.hpp"

namespace mailquake {

[[nodiscard]] std::uint64_t copies_in(const Qshape& shape);
[[nodiscard]] std::uint64_t copies_older(const Qshape& shape, SimDuration objective);

/// Index of the worst one; nothing if there is no snapshot.
[[nodiscard]] std::optional<std::size_t> worst_moment(const std::vector<Qshape>& shapes, SimDuration objective);

}  // namespace mailquake
