#include "models/net/dot_reader.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "models/net/dot_lexer.hpp"

namespace mailquake {
namespace {

using Nodes = std::vector<std::size_t>;

class DotReader {
public:
    explicit DotReader(std::string_view text) : lexer_(text), word_(lexer_.next()) {}

    TopologyFile run() {
        if (word_.is_keyword("strict")) strict_ = (advance(), true);
        const bool is_graph = word_.is_keyword("graph");
        directed_ = word_.is_keyword("digraph");
        if (!is_graph && !directed_) wrong("a DOT file begins with `graph`, `digraph` or `strict`");
        advance();
        if (word_.kind == DotWord::Kind::id) advance();
        scopes_.emplace_back();
        statements();
        if (word_.kind != DotWord::Kind::end) wrong("one graph is read from a file; after its end nothing may follow");
        for (TopologyFile::Node& node : file_.nodes) node.only_named = !stated_.contains(node.id);
        return std::move(file_);
    }

private:
    /// What holds between two braces: default attributes, the nodes that were named, and groups by name.
    struct Scope {
        TopologyAttributes of_nodes, of_edges;
        Nodes members;
        std::map<std::string, Nodes, std::less<>> groups;
    };

    [[noreturn]] void wrong(const std::string& message) const {
        const std::string found = word_.kind == DotWord::Kind::end ? "the file ends here" : fmt::format("here is '{}'", word_.text.substr(0, 40));
        throw TopologyRemark{word_.place, fmt::format("{}, but {}", message, found)};
    }
    void advance() { word_ = lexer_.next(); }
    bool took(std::string_view sign) {
        if (!word_.is_sign(sign)) return false;
        advance();
        return true;
    }
    std::string take_id(const char* what) {
        if (word_.kind != DotWord::Kind::id) wrong(fmt::format("{} is needed", what));
        std::string id = std::move(word_.text);
        advance();
        return id;
    }

    void statements() {
        const TextPlace opened = word_.place;
        if (!took("{")) wrong("'{' is needed");
        while (!word_.is_sign("}")) {
            if (word_.kind == DotWord::Kind::end) wrong(fmt::format("the '{{' of line {} needs its '}}'", opened.line));
            if (!took(";")) statement();
        }
        advance();
    }

    void statement() {
        TopologyAttributes unused;
        Scope& scope = scopes_.back();
        if (word_.is_keyword("node") && is_defaults()) return attributes(is_used_of_a_node, scope.of_nodes);
        if (word_.is_keyword("edge") && is_defaults()) return attributes(is_used_of_an_edge, scope.of_edges);
        if (word_.is_keyword("graph") && is_defaults()) return attributes(is_used_of_nothing, unused);
        const bool is_set = word_.is_sign("{") || word_.is_keyword("subgraph");
        const TextPlace place = word_.place;
        if (!is_set) {
            std::string first = take_id("a node, an edge, a subgraph or '}'");
            if (took("=")) return (void)take_id("a value");
            ends(place, std::move(first));
        } else {
            ends_.assign(1, subgraph());
        }
        if (word_.is_sign("--") || word_.is_sign("->")) return edges();
        TopologyAttributes own;
        attributes(is_used_of_a_node, own);
        if (is_set) return;
        for (const std::size_t node : ends_.front()) {
            stated_.insert(file_.nodes[node].id);
            for (const auto& [name, value] : own) file_.nodes[node].attributes.insert_or_assign(name, value);
        }
    }

    /// After `node`, `edge` or `graph` attributes must follow.
    bool is_defaults() {
        advance();
        if (!word_.is_sign("[")) wrong("'[' with attributes is needed");
        return true;
    }
    static bool is_used_of_a_node(std::string_view name) { return is_used_of_node(name) && name != "label"; }  // its name is its name
    static bool is_used_of_an_edge(std::string_view name) { return is_used_of_edge(name) || name == "dir" || name == "key"; }
    static bool is_used_of_nothing(std::string_view) { return false; }

    /// Lists of attributes, as many as follow each other.
    void attributes(bool (*is_used)(std::string_view), TopologyAttributes& into) {
        while (took("[")) {
            while (!took("]")) {
                const std::string name = take_id("an attribute or ']'");
                if (!took("=")) wrong(fmt::format("'=' and a value of '{}' are needed", name));
                const TextPlace place = word_.place;
                const std::string value = take_id("a value");
                if (is_used(name)) set_attribute(into, name, value, place);
                if (!took(";")) (void)took(",");
            }
        }
    }

    /// Nodes that are named one after the other, with commas between them, as one end of an edge.
    void ends(TextPlace place, std::string first) {
        Nodes nodes{node(place, std::move(first))};
        while (took(",")) {
            const TextPlace next = word_.place;
            nodes.push_back(node(next, take_id("a node")));
        }
        ends_.clear();
        ends_.push_back(std::move(nodes));
    }

    std::size_t node(TextPlace place, std::string id) {
        for (int part = 0; part < 2 && took(":"); ++part) (void)take_id("a port");
        const auto found = known_.find(id);
        std::size_t k = found == known_.end() ? 0 : found->second;
        if (found == known_.end()) {
            k = add_node(file_, {.id = id, .label = {}, .place = place, .attributes = scopes_.back().of_nodes});
            known_.emplace(std::move(id), k);
        }
        scopes_.back().members.push_back(k);
        return k;
    }

    /// Its nodes, each once. One with the name of an earlier one beside it is that one again.
    Nodes subgraph() {
        std::string name;
        if (word_.is_keyword("subgraph")) {
            advance();
            if (word_.kind == DotWord::Kind::id) name = take_id("a name");
        }
        if (scopes_.size() >= kMostTopologyLevels) wrong(fmt::format("groups within groups, deeper than {} levels", kMostTopologyLevels));
        Scope inner{.of_nodes = scopes_.back().of_nodes, .of_edges = scopes_.back().of_edges, .members = {}, .groups = {}};
        if (!name.empty()) inner.members = scopes_.back().groups[name];
        scopes_.push_back(std::move(inner));
        statements();
        Nodes members = std::move(scopes_.back().members);
        scopes_.pop_back();
        std::sort(members.begin(), members.end());
        members.erase(std::unique(members.begin(), members.end()), members.end());
        Nodes& outer = scopes_.back().members;
        outer.insert(outer.end(), members.begin(), members.end());
        if (!name.empty()) scopes_.back().groups[name] = members;
        return members;
    }

    /// The rest of a chain of edges, whose first end is in `ends_`.
    void edges() {
        std::vector<Nodes> chain = std::move(ends_);
        std::vector<TextPlace> places;
        while (word_.is_sign("--") || word_.is_sign("->")) {
            if (word_.is_sign("->") != directed_) wrong(directed_ ? "edges of a `digraph` are written `->`" : "edges of a `graph` are written `--`");
            places.push_back(word_.place);
            advance();
            const TextPlace place = word_.place;
            if (word_.is_sign("{") || word_.is_keyword("subgraph")) ends_.assign(1, subgraph());
            else ends(place, take_id("a node or a subgraph"));
            chain.push_back(std::move(ends_.front()));
        }
        TopologyAttributes own = scopes_.back().of_edges;
        own.erase("key");
        const TextPlace said = word_.place;
        TopologyAttributes explicitly;
        attributes(is_used_of_an_edge, explicitly);
        for (const auto& [name, value] : explicitly) own.insert_or_assign(name, value);
        for (std::size_t k = 0; k + 1 < chain.size(); ++k)
            for (const std::size_t from : chain[k])
                for (const std::size_t to : chain[k + 1]) edge(from, to, places[k], said, own, explicitly);
    }

    /// In a strict graph, and where edges have a key, a second edge adds its attributes to the first.
    void edge(std::size_t from, std::size_t to, TextPlace place, TextPlace said, const TopologyAttributes& all, const TopologyAttributes& explicitly) {
        const auto key = explicitly.find("key");
        if (strict_ || key != explicitly.end()) {
            const bool swapped = !directed_ && from > to;
            const auto [known, is_new] = same_.try_emplace(Same{swapped ? to : from, swapped ? from : to, strict_ ? "" : key->second}, file_.edges.size());
            if (!is_new) {
                TopologyFile::Edge& first = file_.edges[known->second];
                for (const auto& [name, value] : explicitly) first.attributes.insert_or_assign(name, value);
                if (explicitly.contains("dir")) {
                    first.from = from;
                    first.to = to;
                    take_direction(first, said);
                }
                first.attributes.erase("key");
                return;
            }
        }
        TopologyFile::Edge one{.from = from, .to = to, .place = place, .two_way = !directed_, .attributes = all};
        take_direction(one, said);
        one.attributes.erase("key");
        add_edge(file_, std::move(one));
    }

    static void take_direction(TopologyFile::Edge& edge, TextPlace said) {
        const auto dir = edge.attributes.find("dir");
        if (dir == edge.attributes.end()) return;
        const std::string& way = dir->second;
        if (way != "forward" && way != "back" && way != "both" && way != "none")
            throw TopologyRemark{said, fmt::format("`dir` of an edge is '{}'; it is one of forward, back, both and none", way)};
        edge.two_way = way == "both" || way == "none";
        if (way == "back") std::swap(edge.from, edge.to);
        edge.attributes.erase(dir);
    }

    struct Same {
        std::size_t from, to;
        std::string key;
        auto operator<=>(const Same&) const = default;
    };

    DotLexer lexer_;
    DotWord word_;
    TopologyFile file_;
    bool strict_ = false, directed_ = false;
    std::vector<Scope> scopes_;
    std::vector<Nodes> ends_;                                     // one end of an edge, as read last
    std::map<std::string, std::size_t, std::less<>> known_;       // nodes by name
    std::set<std::string, std::less<>> stated_;                   // those that have a statement of their own
    std::map<Same, std::size_t> same_;
};

}  // namespace

TopologyFile read_dot(std::string_view text) { return DotReader(text).run(); }

}  // namespace mailquake
