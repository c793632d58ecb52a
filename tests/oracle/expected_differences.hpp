// Where the engine does not yet do what the design says, and the second world does: a scenario for each, and what differs first.
//
// Each is named after its row in the list of wrong numbers; trouble, wasted and end were found here. A test fails when one of them stops differing, or differs otherwise; then
// the entry goes. Left out: rows of which the second world says nothing yet (README.md).
// Source: design, and the sources of the systems. Invariant: every entry differs.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/figures.hpp"

namespace mailquake::oracle {

struct ExpectedDifference {
    std::string row;
    std::string kind;   // Difference::kind
    std::string yaml;
    Rules rules = Rules::of_engine;
};

[[nodiscard]] const std::vector<ExpectedDifference>& expected_differences();

}  // namespace mailquake::oracle
