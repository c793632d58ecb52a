// The plain part of YAML in one pass: block and flow maps and lists, scalars of one line with or without quotes, comments.
//
// Scenarios with thousands of entries are written by programs and are plain; yaml-cpp takes 13,000 instructions for each
// of their keys and values, this reader 600. It judges nothing. Where a text is anything but plain - anchors, aliases, tags,
// escapes, texts of several lines, documents, tabs, values left out of a list, duplicate keys, too deep, too many, or
// wrong - it gives up, and parse_yaml lets yaml-cpp read the text from its start and say what there is to be said. What it
// does read is the tree that yaml-cpp would have given, places included (tests/models/scenario/plain_yaml_test.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "models/scenario/yaml_tree.hpp"

namespace mailquake {

/// The tree of `text`, whose places get the index `source`; nothing where `text` is not plain.
[[nodiscard]] std::optional<YamlNode> read_plain_yaml(std::string_view text, std::uint32_t source);

}  // namespace mailquake
