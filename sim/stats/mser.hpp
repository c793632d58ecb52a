// How much of the beginning to leave out: MSER-5. The series is cut into batches of five; leaving out the first d batches
// is best where the squared standard error of the mean of the others, sum((y - mean)^2) / (n - d)^2, is least.
//
// Sources: K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997);
// K. P. White, M. J. Cobb, S. C. Spratt, "A comparison of five steady-state truncation heuristics", WSC 2000. Only d up to
// half the batches is taken; a minimum beyond it means that the series has not settled, and there is no answer. Assumes a
// load that becomes stationary, and no fault: whoever calls it must refuse the rest.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace mailquake {

inline constexpr std::size_t kMserBatch = 5;

/// How many values to leave out, a multiple of five. None if the series has not settled, or has fewer than ten batches.
[[nodiscard]] std::optional<std::size_t> mser5(std::span<const double> series);

}  // namespace mailquake
