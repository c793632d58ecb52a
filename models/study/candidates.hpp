// The ordered values that a search looks at: `PATH=LO..HI` chooses its own steps (all whole numbers where few, else equal
// ratios or differences), `PATH=LO..HI:STEP` and lists are taken as they are.
#pragma once

#include <string>
#include <vector>

#include "models/study/scenario_subject.hpp"

namespace mailquake {

struct Candidates {
    std::string path;                  // of several that vary together the first
    std::vector<std::string> values;   // in the order that was given
    std::vector<Point> points;
    std::string today;                 // as the scenario has it; empty where that is not one value
};

/// At most `steps` candidates of a range without steps. Mistakes go to `errors`.
[[nodiscard]] Candidates make_candidates(const ScenarioSubject& subject, const std::string& vary, std::size_t steps, std::vector<std::string>& errors);

}  // namespace mailquake
