#include "models/net/gml_reader.hpp"

#include <set>

#include <fmt/format.h>

#include "models/net/character_references.hpp"

namespace mailquake {
namespace {

struct GmlWord {
    enum class Kind { end, key, value, open, close };
    Kind kind = Kind::end;
    std::string text;
    TextPlace place;
};

bool is_of_a_word(char c) { return !is_blank(c) && c != '[' && c != ']' && c != '"' && c != '#' && c != '\0'; }
bool is_of_a_key(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class GmlReader {
public:
    GmlReader(std::string_view text, std::vector<TopologyRemark>& mistakes) : text_(text), mistakes_(mistakes) {}

    TopologyFile run() {
        bool found = false;
        for (GmlWord key = next(); key.kind != GmlWord::Kind::end; key = next()) {
            if (key.kind != GmlWord::Kind::key) wrong(key, "a key such as `graph` is needed");
            GmlWord value = value_of(key);
            if (key.text != "graph" || value.kind != GmlWord::Kind::open) {
                pass_over(value);
                continue;
            }
            if (found) throw TopologyRemark{key.place, "one graph is read from a file, and this is a second one"};
            found = true;
            graph(value);
        }
        if (!found) throw TopologyRemark{{}, "no GML: it has no `graph [`"};
        for (NamedEdge& edge : edges_) edge.edge.two_way = !directed_;
        add_named_edges(file_, std::move(edges_), groups_, mistakes_);
        return std::move(file_);
    }

private:
    [[noreturn]] static void wrong(const GmlWord& found, const std::string& message) {
        const bool ends = found.kind == GmlWord::Kind::end;
        throw TopologyRemark{found.place, fmt::format("{}, but {}{}{}", message, ends ? "the file ends here" : "here is '", ends ? "" : found.text.substr(0, 40), ends ? "" : "'")};
    }

    GmlWord next() {
        bool found = true;
        while (is_blank(text_.peek()) || text_.peek() == '#') {
            if (text_.peek() == '#') (void)text_.take_past("\n", found);
            else text_.take();
        }
        GmlWord word{.kind = GmlWord::Kind::value, .text = {}, .place = text_.place()};
        if (text_.at_end()) {
            word.kind = GmlWord::Kind::end;
        } else if (text_.peek() == '[' || text_.peek() == ']') {
            word.kind = text_.peek() == '[' ? GmlWord::Kind::open : GmlWord::Kind::close;
            word.text = text_.take();
        } else if (text_.peek() == '"') {
            text_.take();
            word.text = without_references(text_.take_past("\"", found));
            if (!found) throw TopologyRemark{word.place, "a string without its closing quote"};
        } else if (is_of_a_word(text_.peek())) {
            if (is_of_a_key(text_.peek())) word.kind = GmlWord::Kind::key;
            while (is_of_a_word(text_.peek())) word.text += text_.take();
        } else {
            throw TopologyRemark{word.place, "a control character; is it a text file?"};
        }
        return word;
    }

    GmlWord value_of(const GmlWord& key) {
        GmlWord value = next();
        if (value.kind == GmlWord::Kind::end || value.kind == GmlWord::Kind::close) wrong(value, fmt::format("a value of '{}' is needed", key.text.substr(0, 40)));
        if (value.kind == GmlWord::Kind::key) value.kind = GmlWord::Kind::value;
        return value;
    }

    /// The next key of a list, or its end.
    GmlWord key_in(const GmlWord& opened) {
        GmlWord key = next();
        if (key.kind == GmlWord::Kind::end) wrong(key, fmt::format("the list that begins in line {} needs its ']'", opened.place.line));
        if (key.kind != GmlWord::Kind::key && key.kind != GmlWord::Kind::close) wrong(key, "a key or ']' is needed");
        return key;
    }

    /// To the end of a list, whatever is in it.
    void pass_over(const GmlWord& value) {
        std::size_t open = value.kind == GmlWord::Kind::open ? 1 : 0;
        while (open > 0) {
            const GmlWord word = next();
            if (word.kind == GmlWord::Kind::end) wrong(word, fmt::format("the list that begins in line {} needs its ']'", value.place.line));
            if (word.kind == GmlWord::Kind::open) ++open;
            if (word.kind == GmlWord::Kind::close) --open;
        }
    }

    void graph(const GmlWord& opened) {
        for (GmlWord key = key_in(opened); key.kind != GmlWord::Kind::close; key = key_in(opened)) {
            const GmlWord value = value_of(key);
            if (key.text == "node" && value.kind == GmlWord::Kind::open) node(key, value);
            else if (key.text == "edge" && value.kind == GmlWord::Kind::open) edge(key, value);
            else if (key.text == "directed" && value.kind == GmlWord::Kind::value) take_directed(value);
            else pass_over(value);
        }
    }

    void take_directed(const GmlWord& value) {
        if (value.text != "0" && value.text != "1") mistakes_.push_back({value.place, fmt::format("`directed` is '{}'; it is 0 or 1", value.text)});
        directed_ = value.text == "1";
    }

    /// The used values of a node or an edge. `names` are used beside attributes.
    TopologyAttributes values_in(const GmlWord& opened, bool (*is_used)(std::string_view), const std::set<std::string_view>& names) {
        TopologyAttributes values;
        for (GmlWord key = key_in(opened); key.kind != GmlWord::Kind::close; key = key_in(opened)) {
            const GmlWord value = value_of(key);
            if (value.kind == GmlWord::Kind::open) {
                if (key.text == "graph" || key.text == "node") mistakes_.push_back({key.place, "a node or an edge that holds nodes of its own; sites do not nest"});
                pass_over(value);
            } else if (is_used(key.text) || names.contains(key.text)) {
                if (values.contains(key.text)) mistakes_.push_back({key.place, fmt::format("`{}` stands twice here", key.text)});
                set_attribute(values, key.text, without_blanks_around(value.text), value.place);
            }
        }
        return values;
    }

    static std::string taken(TopologyAttributes& values, std::string_view name) {
        const auto found = values.find(name);
        if (found == values.end()) return {};
        std::string value = std::move(found->second);
        values.erase(found);
        return value;
    }

    void node(const GmlWord& key, const GmlWord& opened) {
        TopologyFile::Node node{.id = {}, .label = {}, .place = key.place, .attributes = values_in(opened, is_used_of_node, {"id", "isGroup"})};
        node.id = taken(node.attributes, "id");
        node.label = taken(node.attributes, "label");
        if (node.id.empty()) mistakes_.push_back({key.place, "a node without an id"});
        if (taken(node.attributes, "isGroup") == "1") groups_.push_back({key.place, node.id});
        else (void)add_node(file_, std::move(node));
    }

    void edge(const GmlWord& key, const GmlWord& opened) {
        NamedEdge edge;
        edge.edge.place = key.place;
        edge.edge.attributes = values_in(opened, is_used_of_edge, {"source", "target"});
        edge.from = taken(edge.edge.attributes, "source");
        edge.to = taken(edge.edge.attributes, "target");
        if (edges_.size() == kMostTopologyEdges) throw TopologyRemark{key.place, fmt::format("over {} edges; at most {} are read", kMostTopologyEdges, kMostTopologyEdges)};
        edges_.push_back(std::move(edge));
    }

    TextCursor text_;
    std::vector<TopologyRemark>& mistakes_;
    TopologyFile file_;
    bool directed_ = false;
    std::vector<NamedEdge> edges_;
    std::vector<TopologyRemark> groups_;  // by id
};

}  // namespace

TopologyFile read_gml(std::string_view text, std::vector<TopologyRemark>& mistakes) { return GmlReader(text, mistakes).run(); }

}  // namespace mailquake
