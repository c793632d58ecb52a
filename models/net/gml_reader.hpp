// Reads a graph in the Graph Modelling Language: `graph [ directed 0 node [ id 0 label "Z&#252;rich" ] edge [ source 0 target 0 ] ]`.
// It is the format of the Internet Topology Zoo, and one of those that NetworkX and yEd write.
//
// Names may be UTF-8, which the language does not have, or HTML's references, which are its own way. Ids may be words, though
// the language has numbers there. yEd's groups (`isGroup 1`) are left out, with a notice. Left out: all other keys.
// Refused: a node or an edge that says the same key twice, where it matters; nodes in nodes.
//
// Source: Himsolt, GML: A portable Graph File Format, 1997, whose grammar NetworkX's documentation quotes.
// Invariants: one pass, no recursion.
#pragma once

#include <string_view>
#include <vector>

#include "models/net/topology_file.hpp"

namespace mailquake {

/// Adds to `mistakes`; throws the first mistake against the grammar as a TopologyRemark.
[[nodiscard]] TopologyFile read_gml(std::string_view text, std::vector<TopologyRemark>& mistakes);

}  // namespace mailquake
