// The points of a grid, from `vary` and `where` texts, checked against the scenario: what `sweep` runs and `test` judges.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/study/scenario_subject.hpp"
#include "sim/experiment/axes.hpp"

namespace mailquake {

struct Grid {
    std::vector<Axis>  axes;
    std::vector<Point> points;   // the first axis slowest; without axes the base point
};

/// All mistakes go to `errors`; then there are no points.
[[nodiscard]] Grid make_grid(const ScenarioSubject& subject, std::span<const std::string> vary, std::span<const std::string> where,
                             std::vector<std::string>& errors);

/// The points of the scenario's `sweep:` block; the base point where it has none.
[[nodiscard]] Grid grid_of_scenario(const ScenarioSubject& subject, std::vector<std::string>& errors);

/// Mistakes in paths, with what was probably meant.
[[nodiscard]] std::string unknown_path(const ScenarioSubject& subject, const std::string& path);

}  // namespace mailquake
