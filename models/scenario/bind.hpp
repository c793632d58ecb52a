// Reads a composed tree into a ScenarioSpec by the key declarations. Collects every mistake it finds: unknown keys, keys
// of another kind, missing keys, wrong forms, units, ranges, names that are none. What is unsaid keeps its default.
// Left out: what holds between entries (validate.hpp).
#pragma once

#include "models/scenario/scenario_spec.hpp"
#include "models/scenario/yaml_tree.hpp"

namespace mailquake {

/// Fills `spec`; it is whole only if no error was said.
void bind(const YamlNode& tree, const SourceTable& sources, ScenarioSpec& spec, Diagnostics& diagnostics);

}  // namespace mailquake
