#include "models/net/topology_file.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/connected_components.hpp>
#include <fmt/format.h>

#include "models/net/character_references.hpp"
#include "models/net/dot_reader.hpp"
#include "models/net/gml_reader.hpp"
#include "models/net/graphml_reader.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {
namespace {

/// Connected components without regard to directions.
void find_parts(TopologyFile& file) {
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS> plain(file.nodes.size());
    for (const TopologyFile::Edge& edge : file.edges) boost::add_edge(edge.from, edge.to, plain);
    std::vector<std::size_t> part(file.nodes.size());
    if (!part.empty()) file.parts = static_cast<std::size_t>(boost::connected_components(plain, part.data()));
    for (std::size_t k = 0; k < part.size(); ++k) file.nodes[k].part = part[k];
}

/// The place of the first octets that are no UTF-8.
std::optional<TextPlace> first_beyond_utf8(std::string_view text) {
    TextCursor cursor(text);
    while (!cursor.at_end()) {
        const auto octet = [&](std::size_t k) { return static_cast<unsigned char>(cursor.peek(k)); };
        const unsigned first = octet(0);
        const std::size_t more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 4;
        if (more == 4 || first == 0) return cursor.place();
        for (std::size_t k = 1; k <= more; ++k)
            if ((octet(k) & 0xc0U) != 0x80U) return cursor.place();
        cursor.skip(more + 1);
    }
    return std::nullopt;
}

/// Whether a text that is no UTF-8 says of itself that it is Latin-1. GML need not say it.
bool says_latin1(std::string_view text, TopologyFormat format) {
    if (format == TopologyFormat::gml) return text.find('\0') == std::string_view::npos;
    std::string head(text.substr(0, 4'000));
    for (char& c : head)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool named = head.find("iso-8859-1") != std::string::npos || head.find("latin1") != std::string::npos || head.find("latin-1") != std::string::npos;
    return named && head.find(format == TopologyFormat::dot ? "charset" : "encoding") != std::string::npos;
}

std::string from_latin1(std::string_view text) {
    std::string result;
    for (const char c : text) append_utf8(result, static_cast<unsigned char>(c));
    return result;
}

TopologyFile read_as(const std::string& text, TopologyFormat format, std::vector<TopologyRemark>& mistakes) {
    switch (format) {
        case TopologyFormat::graphml: return read_graphml(text, mistakes);
        case TopologyFormat::gml: return read_gml(text, mistakes);
        case TopologyFormat::dot: return read_dot(text);
    }
    return {};
}

}  // namespace

bool is_used_of_node(std::string_view attribute) {
    constexpr std::array<std::string_view, 7> used{"label", "Latitude", "Longitude", "lat", "lon", "outside", "site_latency"};
    return std::find(used.begin(), used.end(), attribute) != used.end();
}

bool is_used_of_edge(std::string_view attribute) {
    constexpr std::array<std::string_view, 7> used{"latency", "jitter", "bandwidth", "loss", "LinkSpeedRaw", "LinkSpeed", "LinkSpeedUnits"};
    return std::find(used.begin(), used.end(), attribute) != used.end();
}

std::size_t add_node(TopologyFile& file, TopologyFile::Node node) {
    if (file.nodes.size() == kMostTopologyNodes) throw TopologyRemark{node.place, fmt::format("over {} nodes; at most {} are read", kMostTopologyNodes, kMostTopologyNodes)};
    if (node.id.size() > kLongestTopologyValue) throw TopologyRemark{node.place, fmt::format("a node with a name of {} characters; at most {} are read", node.id.size(), kLongestTopologyValue)};
    file.nodes.push_back(std::move(node));
    return file.nodes.size() - 1;
}

void add_edge(TopologyFile& file, TopologyFile::Edge edge) {
    if (file.edges.size() == kMostTopologyEdges) throw TopologyRemark{edge.place, fmt::format("over {} edges; at most {} are read", kMostTopologyEdges, kMostTopologyEdges)};
    file.edges.push_back(std::move(edge));
}

void set_attribute(TopologyAttributes& attributes, std::string_view name, std::string_view value, TextPlace place) {
    if (value.size() > kLongestTopologyValue) throw TopologyRemark{place, fmt::format("'{}' has {} characters; at most {} are read", name, value.size(), kLongestTopologyValue)};
    attributes.insert_or_assign(std::string(name), std::string(value));
}

void add_named_edges(TopologyFile& file, std::vector<NamedEdge> edges, const std::vector<TopologyRemark>& groups, std::vector<TopologyRemark>& mistakes) {
    std::map<std::string_view, std::size_t, std::less<>> known;
    std::vector<std::string> ids;
    for (std::size_t k = 0; k < file.nodes.size(); ++k) {
        const TopologyFile::Node& node = file.nodes[k];
        ids.push_back(node.id);
        if (!known.emplace(node.id, k).second) mistakes.push_back({node.place, fmt::format("node '{}' stands twice", node.id)});
    }
    constexpr std::size_t most_mistakes = 100, most_suggestions = 20, most_candidates = 1'000, longest_word = 64;
    // To look for a near name in a large file takes long, and who has many mistakes needs no more of them.
    const auto suggests = [&](const std::string& name) { return mistakes.size() < most_suggestions && ids.size() <= most_candidates && name.size() <= longest_word; };
    for (NamedEdge& one : edges) {
        if (mistakes.size() >= most_mistakes) break;
        bool whole = true;
        for (const auto& [end, name, into] : {std::tuple{"source", &one.from, &one.edge.from}, std::tuple{"target", &one.to, &one.edge.to}}) {
            const auto found = known.find(*name);
            if (found != known.end()) {
                *into = found->second;
                continue;
            }
            whole = false;
            const bool is_group = std::any_of(groups.begin(), groups.end(), [&](const TopologyRemark& group) { return group.message == *name; });
            if (is_group) mistakes.push_back({one.edge.place, fmt::format("the edge's {} is '{}', a group of nodes; groups are no sites, so let the edge end at a node of it", end, *name)});
            else if (name->empty()) mistakes.push_back({one.edge.place, fmt::format("an edge without a {}", end)});
            else mistakes.push_back({one.edge.place, fmt::format("the edge's {} is node '{}', which the file does not have{}", end, name->substr(0, longest_word), suggests(*name) ? suggestion(*name, ids, "nodes") : "")});
        }
        if (one.backwards) std::swap(one.edge.from, one.edge.to);
        if (whole) add_edge(file, std::move(one.edge));
    }
    if (!groups.empty())
        file.notices.push_back({groups.front().place, fmt::format("{} {} of nodes {} left out, '{}' first: the nodes in {} are taken as if they stood outside", groups.size(), groups.size() == 1 ? "group" : "groups",
                                                                  groups.size() == 1 ? "is" : "are", groups.front().message, groups.size() == 1 ? "it" : "them")});
}

TopologyFile read_topology(const std::string& text, TopologyFormat format, std::vector<TopologyRemark>& mistakes) {
    TopologyFile file;
    try {
        const auto beyond = first_beyond_utf8(text);
        if (beyond && !says_latin1(text, format)) throw TopologyRemark{*beyond, "a character that is no UTF-8; save the file as UTF-8"};
        file = read_as(beyond ? from_latin1(text) : text, format, mistakes);
    } catch (TopologyRemark& wrong) {
        mistakes.push_back(std::move(wrong));
    }
    if (!mistakes.empty()) return file;
    if (file.nodes.empty()) mistakes.push_back({{}, "a topology without nodes"});
    else find_parts(file);
    return file;
}

}  // namespace mailquake
