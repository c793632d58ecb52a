// Composition: one tree out of a scenario file, what it builds on, and what is laid over it.
//
//   presets (of an entry) < extends (a file or a bundled scenario) < include (files, in order)
//          < `topology` (a GraphML, GML or DOT file) < the file itself < variants as asked for, in order < the `test:` cut, if asked for < --set, in order
//
// Variants and the cut are lists of `PATH: value`. They are inherited along `extends` and `include`, and merge by name.
// Paths of files are relative to the file that names them. All files together stay within the input limit.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "models/scenario/load.hpp"
#include "models/scenario/yaml_tree.hpp"

namespace mailquake {

struct Composition {
    YamlNode tree;                        // shaped, without the composition keys
    std::string file;                     // as positions name it
    std::filesystem::path folder;
    std::vector<VariantInfo> variants;
    bool has_cut = false;
};

/// Finds, reads and composes. Nothing when an error leaves no tree to go on with; other errors are only collected.
[[nodiscard]] std::optional<Composition> compose(const LoadRequest& request, SourceTable& sources, Diagnostics& diagnostics);

}  // namespace mailquake
