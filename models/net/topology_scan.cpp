#include "models/net/topology_scan.hpp"

#include <cctype>

namespace mailquake {
namespace {

constexpr int kMostLevels = 32;

/// A place in a text that knows its line.
class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[at_]; }
    [[nodiscard]] bool looks_at(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    [[nodiscard]] int line() const { return line_; }
    char take() {
        const char c = text_[at_++];
        line_ += c == '\n';
        return c;
    }
    /// Past the next `what`, or to the end; gives what stands before it.
    std::string_view take_up_to(std::string_view what) {
        const std::size_t begin = at_;
        while (!at_end() && !looks_at(what)) take();
        const std::string_view before = text_.substr(begin, at_ - begin);
        for (std::size_t i = 0; i < what.size() && !at_end(); ++i) take();
        return before;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80; }

/// Reads a DOT file word by word and remembers what stood before.
class DotScan {
public:
    DotScan(std::string_view text, std::vector<TopologyMistake>& mistakes) : text_(text), mistakes_(mistakes) {}

    TopologyPlaces run() {
        while (!text_.at_end() && mistakes_.empty()) step();
        return std::move(places_);
    }

private:
    void step() {
        const int line = text_.line();
        if (text_.looks_at("/*")) {
            text_.take_up_to("*/");
        } else if (text_.looks_at("//") || (text_.peek() == '#' && at_line_start_)) {
            text_.take_up_to("\n");
            at_line_start_ = true;
            return;
        } else if (text_.peek() == '"') {
            word(quoted(), line);
        } else if (text_.looks_at("--") || text_.looks_at("->")) {
            text_.take();
            text_.take();
            if (after_group_) refuse_group(line);
            places_.edges.push_back(line);
            after_edge_ = true;
        } else if (is_word(text_.peek())) {
            std::string name;
            while (is_word(text_.peek())) name += text_.take();
            word(std::move(name), line);
        } else {
            sign(text_.take(), line);
        }
        at_line_start_ = false;
    }

    void sign(char c, int line) {
        if (c == '\n') {
            at_line_start_ = true;
            return;
        }
        if (std::isspace(static_cast<unsigned char>(c)) != 0) return;
        if (c == '{' && after_edge_) refuse_group(line);
        if (c == '{' && ++levels_ > kMostLevels) mistakes_.push_back({line, "groups within groups, deeper than 32 levels"});
        if (c == '}') --levels_;
        after_group_ = c == '}';
        after_edge_ = false;
    }

    void word(std::string name, int line) {
        if (after_edge_ && name == "subgraph") refuse_group(line);
        places_.first_named.emplace(std::move(name), line);
        after_group_ = after_edge_ = false;
    }

    std::string quoted() {
        std::string name;
        text_.take();
        while (!text_.at_end() && text_.peek() != '"') {
            if (text_.peek() == '\\') name += text_.take();
            if (!text_.at_end()) name += text_.take();
        }
        if (!text_.at_end()) text_.take();
        return name;
    }

    void refuse_group(int line) {
        mistakes_.push_back({line, "an edge to or from a group of nodes; write its edges one by one"});
    }

    Scanner text_;
    std::vector<TopologyMistake>& mistakes_;
    TopologyPlaces places_;
    int  levels_ = 0;
    bool after_group_ = false, after_edge_ = false, at_line_start_ = true;
};

}  // namespace

TopologyPlaces scan_graphml(std::string_view text, std::vector<TopologyMistake>& mistakes) {
    TopologyPlaces places;
    int levels = 0;
    Scanner scan(text);
    while (!scan.at_end() && mistakes.empty()) {
        const int line = scan.line();
        if (scan.looks_at("<!--")) {
            scan.take_up_to("-->");
        } else if (scan.looks_at("<![CDATA[")) {
            scan.take_up_to("]]>");
        } else if (scan.looks_at("<?") || scan.looks_at("<!")) {
            scan.take_up_to(">");
        } else if (scan.peek() == '<') {
            const std::string_view tag = scan.take_up_to(">").substr(1);
            const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
            if (name == "node") places.nodes.push_back(line);
            if (name == "edge") places.edges.push_back(line);
            if (tag.starts_with('/')) --levels;
            else if (!tag.ends_with('/') && ++levels > kMostLevels) mistakes.push_back({line, "elements within elements, deeper than 32 levels"});
        } else {
            scan.take();
        }
    }
    return places;
}

TopologyPlaces scan_dot(std::string_view text, std::vector<TopologyMistake>& mistakes) { return DotScan(text, mistakes).run(); }

}  // namespace mailquake
