// A topology file as read: nodes and edges with those of their attributes that a scenario uses, as text, and which nodes hang
// together. The formats are GraphML (graphml_reader.hpp, also as yEd writes it), GML (gml_reader.hpp) and DOT (dot_reader.hpp).
//
// Attributes that nothing here uses are not even looked at: files carry layouts, styles and types of many programs. So a file
// with default values for many nodes stays small in memory, too. The readers are our own: those of Boost.Graph know no lines,
// refuse `true` in GraphML and the keys of yEd, HTML and UTF-8 in DOT, and have no GML. Components come from Boost.Graph.
//
// Invariants: every edge joins two of the nodes; parts are counted without regard to directions.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/net/text_cursor.hpp"

namespace mailquake {

enum class TopologyFormat { graphml, gml, dot };

inline constexpr std::size_t kMostTopologyNodes = 10'000;
inline constexpr std::size_t kMostTopologyEdges = 50'000;
inline constexpr std::size_t kMostTopologyLevels = 64;        // of groups in groups, elements in elements
inline constexpr std::size_t kLongestTopologyValue = 1'000;   // of an attribute that is used, and of a name [octets]

using TopologyAttributes = std::map<std::string, std::string, std::less<>>;

/// Something that a topology file has at a place.
struct TopologyRemark {
    TextPlace   place;
    std::string message;
};

struct TopologyFile {
    struct Node {
        std::string id;
        std::string label;         // what people call it; empty: its id
        TextPlace   place;
        bool only_named = false;   // DOT: edges name it, no statement of its own does
        std::size_t part = 0;      // index of its connected component, in the order of their first nodes
        TopologyAttributes attributes;
    };
    struct Edge {
        std::size_t from = 0, to = 0;  // in `nodes`
        TextPlace   place;
        bool two_way = true;
        TopologyAttributes attributes;
    };
    std::vector<Node> nodes;       // in the order in which the file first names them
    std::vector<Edge> edges;       // in the file's order
    std::size_t parts = 0;
    std::vector<TopologyRemark> warnings, notices;  // what was left out while it was read
};

/// Whether a site or a link is made from an attribute of that name. See models/scenario/topology_layer.hpp for what they mean.
[[nodiscard]] bool is_used_of_node(std::string_view attribute);
[[nodiscard]] bool is_used_of_edge(std::string_view attribute);

/// Adds a node or an edge. Beyond the limits a TopologyRemark is thrown.
std::size_t add_node(TopologyFile& file, TopologyFile::Node node);
void add_edge(TopologyFile& file, TopologyFile::Edge edge);
/// Sets an attribute; one that is too long is thrown as a TopologyRemark.
void set_attribute(TopologyAttributes& attributes, std::string_view name, std::string_view value, TextPlace place);

/// An edge of GraphML or GML, whose ends are known by name until all nodes have been read.
struct NamedEdge {
    std::string from, to;
    bool backwards = false;        // it leads from `to` to `from`
    TopologyFile::Edge edge;
};

/// Adds edges whose ends are among the nodes; what cannot be is told in `mistakes`. No edge may end at one of `groups`.
void add_named_edges(TopologyFile& file, std::vector<NamedEdge> edges, const std::vector<TopologyRemark>& groups, std::vector<TopologyRemark>& mistakes);

/// Reads the text of a file; where there are mistakes, what is returned is not to be used.
[[nodiscard]] TopologyFile read_topology(const std::string& text, TopologyFormat format, std::vector<TopologyRemark>& mistakes);

}  // namespace mailquake
