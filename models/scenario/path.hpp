// Paths of a scenario: `tiers.transport.servers`, `flaws.lookup-hang.enabled`, `tiers.*.workers`.
//
// A path goes through keys and, in named lists, through names; `*` stands for every entry. What a path means is derived
// from the key declarations. A path that matches nothing is an error with a suggestion, never a silent nothing.
// Left out: items of lists without names; such a list is set as a whole (`paths.inbound=[edge, mailbox]`).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/merge.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

/// Lays `value` over what `path` names in `root`, a shaped tree of the scenario type. An empty value takes away: an
/// optional key, or an entry of a named list. Errors about the path are said at `path_place`.
void assign_path(YamlNode& root, std::string_view path, const YamlNode& value, NodePlace path_place, const MergeContext& context);

/// What a path may hold: its type for people, and the bounds of its numbers in the type's base unit.
struct PathType {
    std::string type;
    bool integer = false;
    std::optional<double> lowest, highest;
};
/// None if the path names nothing in `root`, a shaped tree of the scenario type. `*` means the first entry that fits.
[[nodiscard]] std::optional<PathType> type_at(const YamlNode& root, std::string_view path);

/// The node at a path without `*`, or null. In plain lists a number counts items from 0.
[[nodiscard]] const YamlNode* find_path(const YamlNode& root, std::string_view path);

/// As find_path, for many look-ups in one tree that does not change: named lists are indexed when first gone through.
class PathIndex {
public:
    explicit PathIndex(const YamlNode& root) : root_(root) {}
    [[nodiscard]] const YamlNode* find(std::string_view path) const;

private:
    [[nodiscard]] const YamlNode* entry(const YamlNode& list, std::string_view name) const;

    const YamlNode& root_;
    mutable std::map<const YamlNode*, NameIndex> lists_;
};

}  // namespace mailquake
