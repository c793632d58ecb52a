// How long runs that are still missing might take: by what units took that the results file holds, else by the first
// fiftieth of one run of the base point, which knows nothing yet of faults to come.
#pragma once

#include <string>

#include "models/study/scenario_subject.hpp"
#include "sim/experiment/experiment.hpp"

namespace mailquake {

/// A line for people.
[[nodiscard]] std::string estimate_text(const ScenarioSubject& subject, const Workload& work, const ExperimentSettings& settings);

}  // namespace mailquake
