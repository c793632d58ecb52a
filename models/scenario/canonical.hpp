// The canonical text of a scenario: every key that has an effect, defaults included, in declared order, each value in its
// one printed form. Two scenarios with the same text give the same results for the same seed, so it is what a stored
// result belongs to. Names of entries are in it (random streams are keyed by them); descriptions, sources and the
// scenario's own name are not. It is YAML, and loads as the same scenario.
#pragma once

#include <string>

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

[[nodiscard]] std::string canonical_text(const ScenarioSpec& spec);

/// A text as a YAML scalar: plain where that is safe, else in double quotes.
[[nodiscard]] std::string yaml_scalar(const std::string& text);

}  // namespace mailquake
