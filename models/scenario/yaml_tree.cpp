#include "models/scenario/yaml_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "models/scenario/plain_yaml.hpp"

namespace mailquake {
namespace {

/// The input is refused as a whole; thrown through yaml-cpp's parser and caught around it.
struct Refused {
    NodePlace place;
    std::string message;
};

/// Builds the tree while yaml-cpp reads, and counts what it builds.
class TreeBuilder : public YAML::EventHandler {
public:
    TreeBuilder(const std::string& text, std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics)
        : text_(text), source_(source), table_(table), diagnostics_(diagnostics) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) throw Refused{place(mark), "a second document begins here; a scenario is one document, without `---` in between"};
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(leaf(NodeKind::null, mark, {}), anchor, mark); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto target = anchors_.find(anchor);
        if (target == anchors_.end()) throw Refused{place(mark), "an alias inside of what it stands for has no end"};
        count(target->second.nodes, mark);
        if (frames_.size() + target->second.levels > max_levels) throw too_deep(mark);
        YamlNode copy = target->second.tree;
        add_counted(std::move(copy), target->second.nodes, target->second.levels, YAML::NullAnchor, mark);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
        refuse_tag(tag, mark);
        if (tag == "!") require_closed_quote(mark);
        add(leaf(NodeKind::scalar, mark, value), anchor, mark);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(NodeKind::list, tag, anchor, mark);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
        open(NodeKind::map, tag, anchor, mark);
    }
    void OnMapEnd() override { close(); }

    [[nodiscard]] std::optional<YamlNode> take() { return std::move(root_); }

private:
    struct Frame {
        YamlNode node;
        YAML::anchor_t anchor = YAML::NullAnchor;
        std::size_t nodes = 1;
        std::size_t levels = 1;
        bool has_key = false;        // of a map: the next node is the value of `key`
        std::string key;
        NodePlace key_place;
        YAML::Mark mark;
    };
    struct Anchored {
        YamlNode tree;
        std::size_t nodes;
        std::size_t levels;
    };

    [[nodiscard]] NodePlace place(const YAML::Mark& mark) const { return {source_, mark.line + 1, mark.column + 1}; }
    [[nodiscard]] Refused too_deep(const YAML::Mark& mark) const {
        return {place(mark), fmt::format("over {} levels of maps and lists in each other", max_levels)};
    }

    YamlNode leaf(NodeKind kind, const YAML::Mark& mark, std::string text) {
        count(1, mark);
        YamlNode node;
        node.kind = kind;
        node.place = place(mark);
        node.text = std::move(text);
        return node;
    }

    void count(std::size_t nodes, const YAML::Mark& mark) {
        nodes_ += nodes;
        if (nodes_ > max_nodes) throw Refused{place(mark), fmt::format("over {} values, aliases written out; the input is refused", max_nodes)};
    }

    void refuse_tag(const std::string& tag, const YAML::Mark& mark) {
        if (tag.empty() || tag == "?" || tag == "!") return;
        diagnostics_.error(table_.pos(place(mark)), fmt::format("the tag '{}' has no meaning here; leave it out", tag));
    }

    /// yaml-cpp lets a quoted text run into the end of the file.
    void require_closed_quote(const YAML::Mark& mark) {
        while (line_ < mark.line && line_start_ != std::string::npos) {
            const auto end = text_.find('\n', line_start_);
            line_start_ = end == std::string::npos ? end : end + 1;
            ++line_;
        }
        if (line_ != mark.line || line_start_ == std::string::npos) return;
        const std::size_t at = line_start_ + static_cast<std::size_t>(mark.column);   // yaml-cpp counts octets
        const char quote = at < text_.size() ? text_[at] : '\0';
        if (quote != '"' && quote != '\'') return;
        for (std::size_t i = at + 1; i < text_.size(); ++i) {
            if (quote == '"' && text_[i] == '\\') ++i;
            else if (quote == '\'' && text_[i] == quote && i + 1 < text_.size() && text_[i + 1] == quote) ++i;
            else if (text_[i] == quote) return;
        }
        throw Refused{place(mark), "a quoted text is not closed before the file ends"};
    }

    void open(NodeKind kind, const std::string& tag, YAML::anchor_t anchor, const YAML::Mark& mark) {
        refuse_tag(tag, mark);
        if (frames_.size() >= max_levels) throw too_deep(mark);
        if (expects_key()) throw Refused{place(mark), "a key must be a plain text, not a map or list; is every '[' and '{' closed?"};
        Frame& frame = frames_.emplace_back();
        frame.node = leaf(kind, mark, {});
        frame.anchor = anchor;
        frame.mark = mark;
    }

    void close() {
        Frame frame = std::move(frames_.back());
        frames_.pop_back();
        frame.node.children.shrink_to_fit();
        if (frame.node.kind == NodeKind::map) drop_duplicates(frame.node);
        add_counted(std::move(frame.node), frame.nodes, frame.levels, frame.anchor, frame.mark);
    }

    [[nodiscard]] bool expects_key() const {
        return !frames_.empty() && frames_.back().node.kind == NodeKind::map && !frames_.back().has_key;
    }

    void add(YamlNode node, YAML::anchor_t anchor, const YAML::Mark& mark) { add_counted(std::move(node), 1, 0, anchor, mark); }

    void add_counted(YamlNode node, std::size_t nodes, std::size_t levels, YAML::anchor_t anchor, const YAML::Mark& mark) {
        if (anchor != YAML::NullAnchor) {
            count(nodes, mark);
            anchors_[anchor] = {node, nodes, levels};
        }
        if (frames_.empty()) {
            root_ = std::move(node);
            return;
        }
        Frame& parent = frames_.back();
        parent.nodes += nodes;
        parent.levels = std::max(parent.levels, levels + 1);
        if (expects_key()) {
            if (node.kind == NodeKind::map || node.kind == NodeKind::list) throw Refused{place(mark), "a key must be a plain text, not a map or list; is every '[' and '{' closed?"};
            parent.has_key = true;
            parent.key = node.kind == NodeKind::null ? "null" : std::move(node.text);
            parent.key_place = node.place;
            return;
        }
        if (parent.node.kind == NodeKind::map) {
            parent.has_key = false;
            node.key = std::move(parent.key);
            node.key_place = parent.key_place;
            if (node.kind == NodeKind::null) node.place = node.key_place;  // yaml-cpp puts it at whatever follows
            if (node.key == "<<") {
                diagnostics_.error(table_.pos(node.key_place), "'<<' is not understood; use `extends`, `include` or `variants` to build on what exists");
                return;
            }
        }
        parent.node.children.push_back(std::move(node));
    }

    /// Says every key that stands twice, and keeps the first.
    void drop_duplicates(YamlNode& map) {
        std::vector<const YamlNode*> sorted;
        for (const YamlNode& child : map.children) sorted.push_back(&child);
        std::stable_sort(sorted.begin(), sorted.end(), [](const YamlNode* a, const YamlNode* b) { return a->key < b->key; });
        std::vector<std::size_t> surplus;
        for (std::size_t i = 1, first = 0; i < sorted.size(); ++i) {
            if (sorted[i]->key != sorted[first]->key) {
                first = i;
                continue;
            }
            diagnostics_.error(table_.pos(sorted[i]->key_place), fmt::format("duplicate key '{}'", sorted[i]->key));
            diagnostics_.also(table_.pos(sorted[first]->key_place), "the first one is here");
            surplus.push_back(static_cast<std::size_t>(sorted[i] - map.children.data()));
        }
        std::sort(surplus.rbegin(), surplus.rend());
        for (const std::size_t index : surplus) map.children.erase(map.children.begin() + static_cast<std::ptrdiff_t>(index));
    }

    const std::string& text_;
    int line_ = 0;                  // of the last quoted scalar, and where it begins in text_
    std::size_t line_start_ = 0;
    std::uint32_t source_;
    const SourceTable& table_;
    Diagnostics& diagnostics_;
    std::vector<Frame> frames_;
    std::map<YAML::anchor_t, Anchored> anchors_;
    std::optional<YamlNode> root_;
    std::size_t nodes_ = 0;
    int documents_ = 0;
};

/// Offset of the first octet that is not UTF-8 text, or nothing. RFC 3629; control characters other than tab and line
/// ends are not text either.
std::optional<std::size_t> first_binary(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c < 0x80) {
            if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return i;
            ++i;
            continue;
        }
        const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c < 0xc2 || c > 0xf4 || i + length > text.size()) return i;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0U) != 0x80U) return i;
        i += length;
    }
    return std::nullopt;
}

/// yaml-cpp's terse messages, in words that say what to look for.
std::string explain(const std::string& message, std::string_view line) {
    if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) return "YAML: a tab in the indentation; YAML wants blanks";
    const std::pair<std::string_view, std::string_view> known[] = {
        {"illegal map value", "a ':' where no key can stand; is the indentation right, and is text that holds ': ' in quotes?"},
        {"illegal map key", "a key where none can stand; is the indentation right?"},
        {"end of map not found", "the indentation fits none of the lines above"},
        {"end of sequence not found", "the indentation fits none of the lines above, or a '-' is missing"},
        {"end of map flow not found", "a '{' is not closed by '}', or a ',' is missing"},
        {"end of sequence flow not found", "a '[' is not closed by ']', or a ',' is missing"},
        {"illegal flow end", "a ']' or '}' that closes nothing"},
        {"illegal block entry", "a '- ' where no list can stand; is the indentation right?"},
        {"illegal tab when looking for indentation", "a tab in the indentation; YAML wants blanks"},
        {"illegal EOF in scalar", "a quoted text is not closed before the file ends"},
        {"unknown token", "a character that YAML reserves; put the text in quotes"},
        {"alias not found after *", "'*' begins an alias in YAML; put the text in quotes"},
        {"anchor not found after &", "'&' begins an anchor in YAML; put the text in quotes"},
        {"the referenced anchor is not defined", "this alias names an anchor that is not defined above"},
    };
    for (const auto& [terse, words] : known)
        if (message.starts_with(terse)) return fmt::format("YAML: {}", words);
    return fmt::format("YAML: {}", message);
}

/// Line `number`, from 0.
std::string_view line_at(std::string_view text, int number) {
    for (; number > 0; --number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

std::string read_stream(std::istream& in, std::size_t most) {
    std::string text;
    char buffer[65536];
    while (text.size() <= most && in) {
        in.read(buffer, static_cast<std::streamsize>(std::min(sizeof buffer, most + 1 - text.size())));
        if (in.gcount() == 0) break;
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
    }
    return text;
}

}  // namespace

std::uint32_t SourceTable::add(const std::string& file, const std::string& label) {
    for (std::size_t i = 0; i < sources.size(); ++i)
        if (sources[i].file == file && sources[i].label == label) return static_cast<std::uint32_t>(i);
    sources.push_back({file, label});
    return static_cast<std::uint32_t>(sources.size() - 1);
}

SourcePos SourceTable::pos(NodePlace place) const {
    return {.file = place.source < sources.size() ? sources[place.source].file : std::string(), .line = place.line, .column = place.column};
}

std::string SourceTable::origin(NodePlace place) const {
    if (place.source >= sources.size()) return {};
    const Source& source = sources[place.source];
    if (source.label.empty()) return print(pos(place));
    if (place.line == 0) return source.label;
    return fmt::format("{} ({})", source.label, print(pos(place)));
}

const YamlNode* YamlNode::find(std::string_view name) const {
    if (kind != NodeKind::map) return nullptr;
    for (const YamlNode& child : children)
        if (child.key == name) return &child;
    return nullptr;
}

YamlNode* YamlNode::find(std::string_view name) { return const_cast<YamlNode*>(std::as_const(*this).find(name)); }

const YamlNode* YamlNode::entry(std::string_view name) const {
    if (kind != NodeKind::list) return nullptr;
    for (const YamlNode& child : children)
        if (child.entry_name() == name) return &child;
    return nullptr;
}

YamlNode* YamlNode::entry(std::string_view name) { return const_cast<YamlNode*>(std::as_const(*this).entry(name)); }

std::string_view YamlNode::entry_name() const {
    const YamlNode* name = find("name");
    return name != nullptr && name->kind == NodeKind::scalar ? std::string_view(name->text) : std::string_view();
}

bool YamlNode::remove(std::string_view name) {
    for (auto child = children.begin(); child != children.end(); ++child) {
        if (child->key != name) continue;
        children.erase(child);
        return true;
    }
    return false;
}

std::string_view print(NodeKind kind) {
    switch (kind) {
        case NodeKind::null: return "no value";
        case NodeKind::scalar: return "a single value";
        case NodeKind::list: return "a list";
        case NodeKind::map: return "a map";
    }
    return {};
}

std::optional<YamlNode> parse_yaml(const std::string& text, std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics) {
    const SourcePos whole = table.pos({source, 0, 0});
    if (text.size() > max_input_octets) {
        diagnostics.error(whole, fmt::format("larger than {} MB; a scenario is refused at that size", max_input_octets / 1'000'000));
        return std::nullopt;
    }
    if (const auto offset = first_binary(text)) {
        diagnostics.error(whole, fmt::format("not a text: octet {} is {:#04x}; a scenario is YAML in UTF-8", *offset, static_cast<unsigned char>(text[*offset])));
        return std::nullopt;
    }
    if (auto tree = read_plain_yaml(text, source)) return tree;
    return parse_any_yaml(text, source, table, diagnostics);
}

std::optional<YamlNode> parse_any_yaml(const std::string& text, std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics) {
    const SourcePos whole = table.pos({source, 0, 0});
    TreeBuilder builder(text, source, table, diagnostics);
    const std::size_t errors_before = diagnostics.errors();
    try {
        std::istringstream in(text);
        YAML::Parser parser(in);
        while (parser.HandleNextDocument(builder)) {}
    } catch (const Refused& refused) {
        diagnostics.error(table.pos(refused.place), refused.message);
        return std::nullopt;
    } catch (const YAML::Exception& error) {
        const bool has_mark = !error.mark.is_null();
        diagnostics.error(has_mark ? table.pos({source, error.mark.line + 1, error.mark.column + 1}) : whole, explain(error.msg, has_mark ? line_at(text, error.mark.line) : std::string_view()));
        return std::nullopt;
    }
    auto tree = builder.take();
    if (!tree || tree->kind == NodeKind::null) {
        if (diagnostics.errors() == errors_before) diagnostics.error(whole, "the file is empty: there is nothing in it but blanks and comments");
        return std::nullopt;
    }
    return tree;
}

std::optional<std::string> read_text(const std::string& file, std::size_t most, const SourcePos& asked_at, Diagnostics& diagnostics) {
    const bool asked = !asked_at.file.empty();
    const auto refuse = [&](const std::string& problem) -> std::optional<std::string> {
        if (asked) diagnostics.error(asked_at, fmt::format("{}: {}", file, problem));
        else diagnostics.error({.file = file, .line = 0, .column = 0}, problem);
        return std::nullopt;
    };
    const std::string too_large = fmt::format("larger than {} MB, with all that it builds on; a scenario is refused at that size", max_input_octets / 1'000'000);
    std::string text;
    if (file == "-") {
        text = read_stream(std::cin, most);
    } else {
        std::error_code status;
        if (!std::filesystem::exists(file, status)) return refuse("there is no such file");
        if (std::filesystem::is_directory(file, status)) return refuse("a folder, not a file");
        if (std::filesystem::is_regular_file(file, status) && std::filesystem::file_size(file, status) > most) return refuse(too_large);
        std::ifstream in(file, std::ios::binary);
        if (!in) return refuse("cannot be opened for reading");
        text = read_stream(in, most);
    }
    if (text.size() > most) return refuse(too_large);
    return text;
}

}  // namespace mailquake
