// The root of the scenario language: the description of ScenarioSpec and everything below it, made once.
#pragma once

#include "models/spec/spec_type.hpp"

namespace mailquake {

[[nodiscard]] const SpecType& scenario_type();

}  // namespace mailquake
