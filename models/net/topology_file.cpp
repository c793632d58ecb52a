#include "models/net/topology_file.hpp"

#include <sstream>
#include <type_traits>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/graph/graphviz.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <fmt/format.h>

#include "models/spec/diagnostic.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, TopologyAttributes, TopologyAttributes>;
using Directed = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS, TopologyAttributes, TopologyAttributes>;

constexpr const char* kDotName = "<name>";  // no attribute of a file has this name

/// The value of an attribute as text, whatever its type.
std::string text_of(const boost::any& value) {
    if (const auto* text = boost::any_cast<std::string>(&value)) return *text;
    if (const auto* number = boost::any_cast<double>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<float>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<int>(&value)) return fmt::format("{}", *number);
    if (const auto* number = boost::any_cast<long>(&value)) return fmt::format("{}", *number);
    if (const auto* truth = boost::any_cast<bool>(&value)) return *truth ? "true" : "false";
    return {};
}

/// Boost.Graph hands each attribute of a node or edge to the map of its name: this one writes it into the graph. What is said
/// of the graph itself goes nowhere.
template <class Graph, class Subject>
class AttributeMap final : public boost::dynamic_property_map {
public:
    AttributeMap(Graph& graph, std::string name) : graph_(graph), name_(std::move(name)) {}

    boost::any get(const boost::any& subject) override { return boost::any(get_string(subject)); }
    std::string get_string(const boost::any& subject) override {
        if constexpr (std::is_same_v<Subject, Graph*>) return {};
        else return graph_[boost::any_cast<Subject>(subject)][name_];
    }
    void put(const boost::any& subject, const boost::any& value) override {
        if constexpr (!std::is_same_v<Subject, Graph*>) graph_[boost::any_cast<Subject>(subject)][name_] = text_of(value);
    }
    [[nodiscard]] const std::type_info& key() const override { return typeid(Subject); }
    [[nodiscard]] const std::type_info& value() const override { return typeid(std::string); }

private:
    Graph& graph_;
    std::string name_;
};

template <class Graph>
boost::dynamic_properties attributes_of(Graph& graph) {
    using Vertex = typename boost::graph_traits<Graph>::vertex_descriptor;
    using Edge = typename boost::graph_traits<Graph>::edge_descriptor;
    return boost::dynamic_properties([&graph](const std::string& name, const boost::any& subject, const boost::any&) -> boost::shared_ptr<boost::dynamic_property_map> {
        if (subject.type() == typeid(Vertex)) return boost::make_shared<AttributeMap<Graph, Vertex>>(graph, name);
        if (subject.type() == typeid(Edge)) return boost::make_shared<AttributeMap<Graph, Edge>>(graph, name);
        return boost::make_shared<AttributeMap<Graph, Graph*>>(graph, name);
    });
}

/// What GraphML says beside what Boost.Graph passes on: the nodes' ids, and which way its edges go.
struct GraphmlOutline {
    std::vector<std::string> ids;
    bool directed = false;
};

class GraphmlCheck {
public:
    GraphmlCheck(const TopologyPlaces& places, std::vector<TopologyMistake>& mistakes) : places_(places), mistakes_(mistakes) {}

    GraphmlOutline run(const std::string& text) {
        std::istringstream in(text);
        boost::property_tree::ptree document;
        boost::property_tree::read_xml(in, document, boost::property_tree::xml_parser::no_comments | boost::property_tree::xml_parser::trim_whitespace);
        const auto root = document.get_child_optional("graphml");
        if (!root || root->count("graph") != 1) {
            mistakes_.push_back({0, root ? "a GraphML file with one graph is needed, but this has " + std::to_string(root->count("graph")) : "no GraphML: it has no element `graphml`"});
            return std::move(outline_);
        }
        const auto& graph = root->get_child("graph");
        outline_.directed = graph.get<std::string>("<xmlattr>.edgedefault", "undirected") == "directed";
        for (const auto& [kind, element] : graph) {
            if (kind == "node") add_node(element);
            if (kind == "hyperedge") mistakes_.push_back({0, "a hyperedge joins more than two nodes; links join two"});
        }
        for (const auto& [kind, element] : graph)
            if (kind == "edge") check_edge(element);
        return std::move(outline_);
    }

private:
    static int line_of(const std::vector<int>& lines, std::size_t k) { return k < lines.size() ? lines[k] : 0; }

    void add_node(const boost::property_tree::ptree& element) {
        const int line = line_of(places_.nodes, outline_.ids.size());
        const std::string id = element.get<std::string>("<xmlattr>.id", "");
        if (id.empty()) mistakes_.push_back({line, "a node without an id"});
        else if (!known_.emplace(id, line).second) mistakes_.push_back({line, fmt::format("node '{}' stands twice", id)});
        if (element.count("graph") > 0) mistakes_.push_back({line, fmt::format("node '{}' holds a graph of its own; sites do not nest", id)});
        outline_.ids.push_back(id);
    }

    void check_edge(const boost::property_tree::ptree& element) {
        const int line = line_of(places_.edges, edges_++);
        for (const char* end : {"source", "target"}) {
            const std::string id = element.get<std::string>(std::string("<xmlattr>.") + end, "");
            if (!known_.contains(id)) mistakes_.push_back({line, fmt::format("the edge's {} is node '{}', which the file does not have{}", end, id, suggestion(id, outline_.ids, "nodes"))});
        }
        const std::string directed = element.get<std::string>("<xmlattr>.directed", "");
        if (!directed.empty() && (directed == "true") != outline_.directed)
            mistakes_.push_back({line, outline_.directed ? "an undirected edge in a directed graph; write it as two" : "a directed edge in an undirected graph; all edges must be of one kind"});
    }

    const TopologyPlaces& places_;
    std::vector<TopologyMistake>& mistakes_;
    GraphmlOutline outline_;
    std::map<std::string, int, std::less<>> known_;
    std::size_t edges_ = 0;
};

/// Connected components without regard to directions.
void find_parts(TopologyFile& file) {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> plain(file.nodes.size());
    for (const TopologyFile::Edge& edge : file.edges) boost::add_edge(edge.from, edge.to, plain);
    std::vector<std::size_t> part(file.nodes.size());
    if (!part.empty()) file.parts = static_cast<std::size_t>(boost::connected_components(plain, part.data()));
    for (std::size_t k = 0; k < part.size(); ++k) file.nodes[k].part = part[k];
}

template <class Graph>
TopologyFile file_of(Graph& graph, const TopologyPlaces& places, const GraphmlOutline* outline) {
    TopologyFile file;
    for (std::size_t v = 0; v < boost::num_vertices(graph); ++v) {
        TopologyFile::Node node{.id = "", .attributes = std::move(graph[v])};
        if (outline != nullptr) {
            node.id = outline->ids[v];
            node.line = places.nodes.size() == outline->ids.size() ? places.nodes[v] : 0;
        } else {
            node.id = node.attributes[kDotName];
            node.attributes.erase(kDotName);
            node.only_named = node.attributes.empty();
            const auto at = places.first_named.find(node.id);
            node.line = at == places.first_named.end() ? 0 : at->second;
        }
        file.nodes.push_back(std::move(node));
    }
    const auto [begin, end] = boost::edges(graph);
    const bool in_order = boost::num_edges(graph) == places.edges.size();
    for (auto e = begin; e != end; ++e)
        file.edges.push_back({.from = boost::source(*e, graph), .to = boost::target(*e, graph), .line = in_order ? places.edges[file.edges.size()] : 0, .attributes = std::move(graph[*e])});
    return file;
}

template <class Graph>
TopologyFile read_as(const std::string& text, const TopologyPlaces& places, const GraphmlOutline* outline) {
    Graph graph;
    boost::dynamic_properties attributes = attributes_of(graph);
    if (outline != nullptr) {
        std::istringstream in(text);
        boost::read_graphml(in, graph, attributes);
    } else {
        boost::read_graphviz(text, graph, attributes, kDotName);
    }
    TopologyFile file = file_of(graph, places, outline);
    file.directed = std::is_same_v<Graph, Directed>;
    return file;
}

TopologyFile read_checked(const std::string& text, TopologyFormat format, std::vector<TopologyMistake>& mistakes) {
    if (format == TopologyFormat::dot) {
        const TopologyPlaces places = scan_dot(text, mistakes);
        if (!mistakes.empty()) return {};
        try {
            return read_as<Undirected>(text, places, nullptr);
        } catch (const boost::directed_graph_error&) {
            return read_as<Directed>(text, places, nullptr);
        }
    }
    const TopologyPlaces places = scan_graphml(text, mistakes);
    if (!mistakes.empty()) return {};
    const GraphmlOutline outline = GraphmlCheck(places, mistakes).run(text);
    if (!mistakes.empty()) return {};
    return outline.directed ? read_as<Directed>(text, places, &outline) : read_as<Undirected>(text, places, &outline);
}

}  // namespace

TopologyFile read_topology(const std::string& text, TopologyFormat format, std::vector<TopologyMistake>& mistakes) {
    TopologyFile file;
    try {
        file = read_checked(text, format, mistakes);
    } catch (const boost::property_tree::xml_parser_error& wrong) {
        mistakes.push_back({saturated<int>(wrong.line()), "no XML: " + wrong.message()});
    } catch (const std::exception& wrong) {
        mistakes.push_back({0, fmt::format("cannot be read as {}: {}", format == TopologyFormat::dot ? "DOT" : "GraphML", wrong.what())});
    }
    if (!mistakes.empty()) return file;
    if (file.nodes.empty()) mistakes.push_back({0, "a topology without nodes"});
    if (file.nodes.size() > kMostTopologyNodes) mistakes.push_back({0, fmt::format("{} nodes; at most {} are read", file.nodes.size(), kMostTopologyNodes)});
    if (file.edges.size() > kMostTopologyEdges) mistakes.push_back({0, fmt::format("{} edges; at most {} are read", file.edges.size(), kMostTopologyEdges)});
    if (mistakes.empty()) find_parts(file);
    return file;
}

}  // namespace mailquake
