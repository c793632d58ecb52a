#include "models/net/graphml_reader.hpp"

#include <optional>
#include <set>

#include <fmt/format.h>

#include "models/net/xml_reader.hpp"

namespace mailquake {
namespace {

class GraphmlReader {
public:
    GraphmlReader(std::string_view text, std::vector<TopologyRemark>& mistakes) : xml_(text), mistakes_(mistakes) {}

    TopologyFile run() {
        const XmlPart root = xml_.next();
        if (root.kind != XmlPart::Kind::open || root.local_name() != "graphml") throw TopologyRemark{root.place, "no GraphML: it has no element `graphml`"};
        prefix_ = root.name.substr(0, root.name.size() - std::string_view("graphml").size());
        std::size_t graphs = 0;
        for_children([&](const XmlPart& child) {
            if (is(child, "key")) return key(child);
            if (!is(child, "graph")) return pass_over();
            if (++graphs > 1) mistakes_.push_back({child.place, "a GraphML file with one graph is needed, but this is a second one"});
            graph(child);
        });
        (void)xml_.next();  // nothing but comments may follow
        if (graphs == 0) mistakes_.push_back({{}, "a GraphML file with one graph is needed, but this has none"});
        add_named_edges(file_, std::move(edges_), groups_, mistakes_);
        if (undeclared_ > 0)
            file_.warnings.push_back({first_undeclared_, fmt::format("{} of data {} left out: the file does not declare {} key", undeclared_, undeclared_ == 1 ? "is" : "are", undeclared_ == 1 ? "its" : "their")});
        return std::move(file_);
    }

private:
    /// A declared kind of data. Those that nothing uses have no name.
    struct Key {
        std::string name;
        bool of_nodes = false, of_edges = false;
        bool drawn_by_yed = false;
    };
    using Defaults = TopologyAttributes;
    struct Drawn {                      // what yEd draws of a node or an edge
        std::string label;
        std::optional<std::pair<bool, bool>> arrows;  // at the source, at the target
    };

    [[nodiscard]] bool is(const XmlPart& part, std::string_view name) const {
        return part.name.size() == prefix_.size() + name.size() && part.name.starts_with(prefix_) && part.name.ends_with(name);
    }

    /// Calls `visit` for each child of the element that was opened last; it must read the child to its end.
    template <class Visit>
    void for_children(const Visit& visit) {
        for (XmlPart part = xml_.next(); part.kind != XmlPart::Kind::close; part = xml_.next())
            if (part.kind == XmlPart::Kind::open) visit(part);
    }
    void pass_over() {
        for_children([&](const XmlPart&) { pass_over(); });
    }
    /// All text in the element that was opened last.
    std::string text() {
        std::string result;
        for (XmlPart part = xml_.next(); part.kind != XmlPart::Kind::close; part = xml_.next()) {
            if (part.kind == XmlPart::Kind::open) result += text();
            else result += part.text;
        }
        return result;
    }

    void key(const XmlPart& element) {
        Key key;
        const std::string& domain = element.attribute("for");
        const std::string& yed = element.attribute("yfiles.type");
        const std::string& name = element.attribute("attr.name");
        key.of_nodes = domain == "node" || domain == "all" || domain.empty();
        key.of_edges = domain == "edge" || domain == "all" || domain.empty();
        key.drawn_by_yed = yed == "nodegraphics" || yed == "edgegraphics";
        if (yed.empty()) key.name = name.empty() ? element.attribute("id") : name;
        if (element.attribute("id").empty()) mistakes_.push_back({element.place, "a key without an id"});
        for_children([&](const XmlPart& child) {
            if (!is(child, "default")) return pass_over();
            const std::string value = text();
            if (key.of_nodes && is_used_of_node(key.name)) set_attribute(node_defaults_, key.name, without_blanks_around(value), child.place);
            if (key.of_edges && is_used_of_edge(key.name)) set_attribute(edge_defaults_, key.name, without_blanks_around(value), child.place);
        });
        keys_.insert_or_assign(element.attribute("id"), std::move(key));
    }

    void graph(const XmlPart& element) {
        const std::string& way = element.attribute("edgedefault");
        if (!way.empty() && way != "directed" && way != "undirected")
            mistakes_.push_back({element.place, fmt::format("`edgedefault` is '{}'; it is `directed` or `undirected`", way)});
        for_children([&](const XmlPart& child) {
            if (is(child, "node")) return node(child);
            if (is(child, "edge")) return edge(child, way == "directed");
            if (is(child, "hyperedge")) mistakes_.push_back({child.place, "a hyperedge joins more than two nodes; links join two"});
            pass_over();
        });
    }

    void node(const XmlPart& element) {
        TopologyFile::Node node{.id = element.attribute("id"), .label = {}, .place = element.place, .attributes = node_defaults_};
        Drawn drawn;
        bool is_group = false;
        if (node.id.empty()) mistakes_.push_back({element.place, "a node without an id"});
        for_children([&](const XmlPart& child) {
            if (is(child, "data")) return data(child, &Key::of_nodes, is_used_of_node, node.attributes, drawn);
            if (!is(child, "graph")) return pass_over();
            is_group = true;
            graph(child);
        });
        if (is_group) return groups_.push_back({element.place, node.id});
        if (const auto label = node.attributes.find("label"); label != node.attributes.end()) {
            node.label = label->second;
            node.attributes.erase(label);
        }
        if (node.label.empty()) node.label = std::move(drawn.label);
        (void)add_node(file_, std::move(node));
    }

    void edge(const XmlPart& element, bool directed) {
        NamedEdge edge{.from = element.attribute("source"), .to = element.attribute("target"), .backwards = false, .edge = {}};
        edge.edge.place = element.place;
        edge.edge.attributes = edge_defaults_;
        const std::string& own = element.attribute("directed");
        const bool is_true = own == "true" || own == "1", is_false = own == "false" || own == "0";
        if (!own.empty() && !is_true && !is_false) mistakes_.push_back({element.place, fmt::format("`directed` of an edge is '{}'; it is true or false", own)});
        Drawn drawn;
        for_children([&](const XmlPart& child) {
            if (is(child, "data")) return data(child, &Key::of_edges, is_used_of_edge, edge.edge.attributes, drawn);
            if (is(child, "graph")) mistakes_.push_back({child.place, "an edge that holds a graph; links do not"});
            pass_over();
        });
        edge.edge.two_way = own.empty() ? !directed : !is_true;
        if (own.empty() && drawn.arrows) {
            const auto [at_source, at_target] = *drawn.arrows;
            edge.edge.two_way = at_source == at_target;
            edge.backwards = at_source && !at_target;
        }
        if (edges_.size() == kMostTopologyEdges) throw TopologyRemark{element.place, fmt::format("over {} edges; at most {} are read", kMostTopologyEdges, kMostTopologyEdges)};
        edges_.push_back(std::move(edge));
    }

    void data(const XmlPart& element, bool Key::*of_this_kind, bool (*is_used)(std::string_view), TopologyAttributes& into, Drawn& drawn) {
        const auto found = keys_.find(element.attribute("key"));
        if (found == keys_.end()) {
            if (undeclared_++ == 0) first_undeclared_ = element.place;
            return pass_over();
        }
        const Key& key = found->second;
        if (key.drawn_by_yed) return take_drawn(drawn);
        if (!(key.*of_this_kind) || !is_used(key.name)) return pass_over();
        set_attribute(into, key.name, without_blanks_around(text()), element.place);
    }

    /// The first label with a text, and the arrow heads, wherever they stand in what yEd draws.
    void take_drawn(Drawn& drawn) {
        for_children([&](const XmlPart& child) {
            if (child.local_name() == "Arrows") drawn.arrows = {child.attribute("source") != "none", child.attribute("target") != "none"};
            if (child.local_name() != "NodeLabel") return take_drawn(drawn);
            const std::string label = text();
            if (drawn.label.empty()) drawn.label = without_blanks_around(label);
            if (drawn.label.size() > kLongestTopologyValue) drawn.label.clear();
        });
    }

    XmlReader xml_;
    std::vector<TopologyRemark>& mistakes_;
    TopologyFile file_;
    std::string prefix_;                    // of the elements of GraphML, with its colon
    std::map<std::string, Key, std::less<>> keys_;
    Defaults node_defaults_, edge_defaults_;
    std::vector<NamedEdge> edges_;
    std::vector<TopologyRemark> groups_;    // by id
    std::size_t undeclared_ = 0;
    TextPlace first_undeclared_;
};

}  // namespace

TopologyFile read_graphml(std::string_view text, std::vector<TopologyRemark>& mistakes) { return GraphmlReader(text, mistakes).run(); }

}  // namespace mailquake
