// A topology file as Boost.Graph reads it: nodes and edges with their attributes as text, and which of them hang together.
//
// Of GraphML a node's identifier is its `id`, of DOT its name. Values keep their text; numbers of typed GraphML attributes are
// printed anew. Left out: hyperedges, ports, graphs within graphs, files that mix directed and undirected edges: all are
// refused. In GraphML an edge to a node that the file does not have is a mistake (Boost.Graph would make the node up); DOT
// declares nodes by naming them, so there `only_named` marks those of which nothing is said beside.
//
// Invariants: every edge joins two of the nodes; parts are counted without regard to directions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "models/net/topology_scan.hpp"

namespace mailquake {

enum class TopologyFormat { graphml, dot };

inline constexpr std::size_t kMostTopologyNodes = 10'000;
inline constexpr std::size_t kMostTopologyEdges = 50'000;

using TopologyAttributes = std::map<std::string, std::string, std::less<>>;

struct TopologyFile {
    struct Node {
        std::string id;
        int  line = 0;
        bool only_named = false;
        std::size_t part = 0;      // index of its connected component, in the order of their first nodes
        TopologyAttributes attributes;
    };
    struct Edge {
        std::size_t from = 0, to = 0;  // in `nodes`
        int line = 0;
        TopologyAttributes attributes;
    };
    bool directed = false;
    std::vector<Node> nodes;       // in the file's order; of DOT by name
    std::vector<Edge> edges;       // in the file's order
    std::size_t parts = 0;
};

/// Reads the text of a file; where there are mistakes, what is returned is not to be used.
[[nodiscard]] TopologyFile read_topology(const std::string& text, TopologyFormat format, std::vector<TopologyMistake>& mistakes);

}  // namespace mailquake
