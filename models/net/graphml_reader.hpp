// Reads a graph in GraphML, also as yEd writes it.
//
//   types      those of keys that are used say nothing that their values do not; those of others are not looked at
//   defaults   of keys hold for nodes and edges that do not have the datum themselves
//   direction  an edge's own `directed` goes before the graph's `edgedefault`; an edge that yEd draws leads where its arrow heads
//              are, and both ways without any, since yEd calls every graph directed
//   groups     a node that holds a graph is left out, with a notice; the nodes in it are taken
//   label      attribute `label`; else the first label that yEd draws
//
// Left out: ports (an edge's `sourceport` and `targetport`), resources, all data that neither this page nor
// models/scenario/topology_layer.hpp names. Refused: hyperedges; a second graph.
// Source: the GraphML primer and schema (graphml.graphdrawing.org); files of yEd 3.20 for its own elements.
// Invariants: one pass; recursion is as deep as elements nest, at most 64.
#pragma once

#include <string_view>
#include <vector>

#include "models/net/topology_file.hpp"

namespace mailquake {

/// Adds to `mistakes`; throws what is no XML as a TopologyRemark.
[[nodiscard]] TopologyFile read_graphml(std::string_view text, std::vector<TopologyRemark>& mistakes);

}  // namespace mailquake
