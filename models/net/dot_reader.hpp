// Reads a graph in the DOT language as Graphviz reads it: attribute statements and their scopes, subgraphs, chains of edges,
// edges between sets of nodes, lists `a, b`, ports, strings that are put together with `+` and HTML strings, comments, `strict`.
// Names are UTF-8.
//
// Which way an edge leads is what Graphviz would draw: `dir=both` and `dir=none` both ways, `dir=back` from its head to its
// tail; unsaid, `->` leads forward and `--` both ways. Left out: all attributes of graphs, and a second graph in the file, which
// is refused. Refused, too, where Graphviz guesses with a warning: a number that runs into a letter.
//
// Source: the DOT language (graphviz.org/doc/info/lang.html), and for what it leaves open lib/cgraph of Graphviz.
// Invariants: one pass; subgraphs nest at most 64 deep; sets cannot make more edges than may be read.
#pragma once

#include <string_view>

#include "models/net/topology_file.hpp"

namespace mailquake {

/// Throws the first mistake as a TopologyRemark.
[[nodiscard]] TopologyFile read_dot(std::string_view text);

}  // namespace mailquake
