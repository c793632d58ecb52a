#include "models/scenario/scenario_type.hpp"

#include "models/scenario/scenario_spec.hpp"
#include "models/spec/describe.hpp"

namespace mailquake {

const SpecType& scenario_type() { return spec_type<ScenarioSpec>(); }

}  // namespace mailquake
