// Start states that are tables of qshape: where the table is read from, and which of its rows are whose mail.
//
// A table may be pasted below `qshape: |` as it is: its first line has the most blanks, since names stand to the right, and YAML
// takes that for an end of the text at the next line. So lines of a table are indented alike before YAML sees them.
// Left out: tables in folded texts (`>`), whose lines YAML would join.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "models/scenario/yaml_tree.hpp"
#include "models/traffic/qshape_table.hpp"

namespace mailquake {

/// The text of a scenario file with the lines of tables below `qshape: |` indented alike. Lines keep their numbers.
[[nodiscard]] std::string with_tables_indented(std::string text);

/// Entries of one class each that together are `backlog`, which has a table; or what is wrong with it.
[[nodiscard]] std::variant<std::vector<BacklogSpec>, QshapeError> split_backlog(const BacklogSpec& backlog, std::span<const TenantClassSpec> classes);

/// Reads the tables of entries that have them in files, and splits entries over classes. What is wrong with a table stays as it
/// is for the checks to say; a notice says what went where.
void take_backlog_tables(ScenarioSpec& spec, const YamlNode& tree, const SourceTable& sources, Diagnostics& diagnostics);

}  // namespace mailquake
