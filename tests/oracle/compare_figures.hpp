// Compares the figures of both worlds, after their steps were found to be the same.
//
// What the engine keeps in histograms is compared within the error that these state; all else has to be equal.
// Invariant: equal figures give an empty text.
#pragma once

#include "models/world/outcome.hpp"
#include "tests/oracle/compare.hpp"

namespace mailquake::oracle {

[[nodiscard]] Difference difference_of_figures(const World& naive, const ScenarioSpec& scenario, const Outcome& outcome);

}  // namespace mailquake::oracle
