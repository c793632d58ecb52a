// How one layer of a scenario is laid over another: maps merge deeply, named lists by name, other values replace.
//
// shape() first brings what people may write short into one form: a single value for a list of one, a name for an entry
// that has nothing else, a kind for a map that has only its tag, the names of calls and links. Then merge() needs one
// rule per form. A value that is left empty (`~`) takes away what the lower layer says. Where a layer changes the tag of
// a one_of, keys that the new alternative lacks go with the old one.
#pragma once

#include "models/scenario/yaml_tree.hpp"
#include "models/spec/spec_type.hpp"

namespace mailquake {

/// What both need to speak about places.
struct MergeContext {
    const SourceTable& sources;
    Diagnostics& diagnostics;
};

/// Brings the value that stands under `key` into its full form; duplicate names in named lists are errors.
void shape(YamlNode& value, const KeyType& key, const MergeContext& context);
/// The same for all keys of a map of that type.
void shape_map(YamlNode& map, const SpecType& type, const MergeContext& context);

/// Lays `over`, shaped, over `base`, shaped.
void merge_map(YamlNode& base, YamlNode over, const SpecType& type, const MergeContext& context);

/// The key of that name in a map that reads `node`: its own, or of the alternative that a flattened tag names (of any
/// alternative where there is no tag). Null: unknown, or the flattened tag itself.
[[nodiscard]] const KeyType* find_key(const SpecType& type, const YamlNode& node, std::string_view name);

/// The alternative that the map's tag names, or null.
[[nodiscard]] const Alternative* tagged_alternative(const KeyType& key, const YamlNode& map);

}  // namespace mailquake
