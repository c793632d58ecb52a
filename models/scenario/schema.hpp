// The scenario language described to machines and people, both derived from the key declarations: a JSON Schema (draft-07)
// with which editors complete and check, and the reference part of scenarios/README.md.
// Left out of the schema, since it cannot say them: references between entries, and ranges of quantities with a unit.
#pragma once

#include <string>

namespace mailquake {

/// JSON Schema, draft-07, indented; ends in a newline.
[[nodiscard]] std::string json_schema();

/// Markdown tables of every key: path, type, default, range, sentence; kinds of faults, flaws, mitigations, laws and
/// schedules apart. Ends in a newline.
[[nodiscard]] std::string reference_markdown();

}  // namespace mailquake
