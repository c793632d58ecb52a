// Where the engine does not yet do what the design says, and the second world does: a scenario for each, and what differs first.
//
// Each is named after its row in the list of wrong numbers; trouble, wasted, end, flush and short-waits were found here. A test fails when one
// of them stops differing, or differs otherwise. Of what has been mended the kind is empty: the scenario stays, and both worlds agree. Left out: rows
// of which the second world says nothing yet (README.md). Source: design, and the sources of the systems. Invariant: every entry differs in
// what it says, or not at all.
#pragma once

#include <string>
#include <vector>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

struct ExpectedDifference {
    std::string row;
    std::string kind;   // Difference::kind; empty: it has been mended
    std::string yaml;
    Rules rules = Rules::of_engine;
};

[[nodiscard]] const std::vector<ExpectedDifference>& expected_differences();

}  // namespace mailquake::oracle
