// Parts of a run's summary that say what its words mean, and what is left out by them.
#pragma once

#include <string>

#include "models/results/run_result.hpp"

namespace mailquake {

/// What took longer than the objective and does not count as late, and who is affected by losses at a destination that was hit. Lines, or nothing.
[[nodiscard]] std::string excused_lines(const RunResult& r);

/// What late, affected and collateral mean, and `>=` and `never` where they are printed.
[[nodiscard]] std::string words_of_who(const RunResult& r);

}  // namespace mailquake
