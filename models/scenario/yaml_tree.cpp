#include "models/scenario/yaml_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "models/scenario/yaml_events.hpp"
#include "sim/base/name_index.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// Builds the tree from events, and counts what it builds.
class TreeBuilder {
public:
    TreeBuilder(std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics)
        : source_(source), table_(table), diagnostics_(diagnostics) {}

    void take(const yaml_event_t& event) {
        switch (event.type) {
            case YAML_DOCUMENT_START_EVENT:
                if (++documents_ > 1) throw YamlRefused{at(event.start_mark), "a second document begins here; a scenario is one document, without `---` in between"};
                return;
            case YAML_ALIAS_EVENT: return alias(yaml_view(event.data.alias.anchor), at(event.start_mark));
            case YAML_SCALAR_EVENT: return scalar(event.data.scalar, at(event.start_mark));
            case YAML_SEQUENCE_START_EVENT:
                return open(NodeKind::list, yaml_view(event.data.sequence_start.tag), yaml_view(event.data.sequence_start.anchor), at(event.start_mark));
            case YAML_MAPPING_START_EVENT:
                return open(NodeKind::map, yaml_view(event.data.mapping_start.tag), yaml_view(event.data.mapping_start.anchor), at(event.start_mark));
            case YAML_SEQUENCE_END_EVENT:
            case YAML_MAPPING_END_EVENT: return close();
            case YAML_NO_EVENT:
            case YAML_STREAM_START_EVENT:
            case YAML_STREAM_END_EVENT:
            case YAML_DOCUMENT_END_EVENT: return;
        }
    }

    [[nodiscard]] std::optional<YamlNode> result() { return stack_.empty() ? std::nullopt : std::optional(std::move(stack_.front())); }

private:
    using AnchorId = std::size_t;   // 0: none; a name that is given anew gets another
    /// A map or list that is open: its node on the stack, above which its children gather.
    struct Frame {
        std::size_t node;
        bool is_map;
        bool has_key = false;        // of a map: the topmost node has its key and waits for its value
        AnchorId anchor = 0;
        std::size_t nodes = 1;
        std::size_t levels = 1;
    };
    struct Anchored {
        YamlNode tree;
        std::size_t nodes;
        std::size_t levels;
    };

    [[nodiscard]] NodePlace at(const yaml_mark_t& mark) const { return place_of(mark, source_); }
    [[nodiscard]] static YamlRefused too_deep(NodePlace place) { return {place, fmt::format("over {} levels of maps and lists in each other", max_levels)}; }
    [[nodiscard]] static YamlRefused no_key(NodePlace place) { return {place, "a key must be a plain text, not a map or list; is every '[' and '{' closed?"}; }

    [[nodiscard]] AnchorId anchor_named(std::string_view name) {
        if (name.empty()) return 0;
        return anchor_ids_[std::string(name)] = ++last_anchor_;
    }

    void alias(std::string_view name, NodePlace place) {
        const auto id = anchor_ids_.find(std::string(name));
        if (id == anchor_ids_.end()) throw YamlRefused{place, fmt::format("the alias '*{}' names an anchor that is not defined above", name)};
        const auto target = anchors_.find(id->second);
        if (target == anchors_.end()) throw YamlRefused{place, "an alias inside of what it stands for has no end"};
        const auto& [tree, nodes, levels] = target->second;
        count(nodes, place);
        if (frames_.size() + levels > max_levels) throw too_deep(place);
        if (expects_key()) {
            if (tree.kind == NodeKind::map || tree.kind == NodeKind::list) throw no_key(place);
            return add_key(tree.kind, tree.text, tree.place);
        }
        YamlNode& node = begin_value(tree.kind, tree.place);
        node.text = tree.text;
        node.children = tree.children;
        end_value(nodes, levels, 0);
    }

    /// A plain text without a tag may say that there is no value.
    template <class Scalar>
    void scalar(const Scalar& scalar, NodePlace place) {
        const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
        const bool is_null = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nullptr &&
                             (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL");
        const NodeKind kind = is_null ? NodeKind::null : NodeKind::scalar;
        refuse_tag(yaml_view(scalar.tag), place);
        const AnchorId anchor = anchor_named(yaml_view(scalar.anchor));
        count(1, place);
        if (expects_key()) {
            add_key(kind, text, place);
            if (anchor != 0) anchors_[anchor] = {anonymous(kind, text, place), 1, 0};
            return;
        }
        YamlNode& node = begin_value(kind, place);
        if (!is_null) node.text = text;
        end_value(1, 0, anchor);
    }

    [[nodiscard]] static YamlNode anonymous(NodeKind kind, std::string_view text, NodePlace place) {
        YamlNode node;
        node.kind = kind;
        node.text = text;
        node.place = place;
        return node;
    }

    void add_key(NodeKind kind, std::string_view text, NodePlace place) {
        Frame& map = frames_.back();
        ++map.nodes;
        map.has_key = true;
        YamlNode& node = stack_.emplace_back();
        node.key = kind == NodeKind::null ? "null" : text;
        node.key_place = place;
    }

    YamlNode& begin_value(NodeKind kind, NodePlace place) {
        if (frames_.empty() || !frames_.back().is_map) stack_.emplace_back();
        YamlNode& node = stack_.back();
        node.kind = kind;
        node.place = place;
        return node;
    }

    /// The topmost node is whole, with so many nodes and levels in it.
    void end_value(std::size_t nodes, std::size_t levels, AnchorId anchor) {
        YamlNode& node = stack_.back();
        if (anchor != 0) {
            count(nodes, node.place);
            Anchored& anchored = anchors_[anchor] = {anonymous(node.kind, node.text, node.place), nodes, levels};
            anchored.tree.children = node.children;
        }
        if (frames_.empty()) return;
        Frame& parent = frames_.back();
        parent.nodes += nodes;
        parent.levels = std::max(parent.levels, levels + 1);
        parent.has_key = false;
        if (!parent.is_map) return;
        if (node.kind == NodeKind::null) node.place = node.key_place;
        if (node.key != "<<") return;
        diagnostics_.error(table_.pos(node.key_place), "'<<' is not understood; use `extends`, `include` or `variants` to build on what exists");
        stack_.pop_back();
    }

    void count(std::size_t nodes, NodePlace place) {
        nodes_ += nodes;
        if (nodes_ > max_nodes) throw YamlRefused{place, fmt::format("over {} values, aliases written out; the input is refused", max_nodes)};
    }

    void refuse_tag(std::string_view tag, NodePlace place) {
        if (tag.empty() || tag == "!") return;
        diagnostics_.error(table_.pos(place), fmt::format("the tag '{}' has no meaning here; leave it out", tag));
    }

    void open(NodeKind kind, std::string_view tag, std::string_view anchor, NodePlace place) {
        refuse_tag(tag, place);
        if (frames_.size() >= max_levels) throw too_deep(place);
        if (expects_key()) throw no_key(place);
        count(1, place);
        begin_value(kind, place);
        frames_.push_back({.node = stack_.size() - 1, .is_map = kind == NodeKind::map, .anchor = anchor_named(anchor)});
    }

    void close() {
        const Frame frame = frames_.back();
        frames_.pop_back();
        YamlNode& node = stack_[frame.node];
        const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(frame.node) + 1;
        node.children.assign(std::move_iterator(first), std::move_iterator(stack_.end()));
        stack_.erase(first, stack_.end());
        if (frame.is_map && may_have_duplicates(node.children)) drop_duplicates(node);
        end_value(frame.nodes, frame.levels, frame.anchor);
    }

    [[nodiscard]] bool expects_key() const { return !frames_.empty() && frames_.back().is_map && !frames_.back().has_key; }

    /// Few keys are compared faster than sorted.
    [[nodiscard]] static bool may_have_duplicates(const std::vector<YamlNode>& children) {
        constexpr std::size_t few = 16;
        if (children.size() > few) return true;
        for (std::size_t i = 1; i < children.size(); ++i)
            for (std::size_t k = 0; k < i; ++k)
                if (same_name(children[i].key, children[k].key)) return true;
        return false;
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
        std::sort(surplus.begin(), surplus.end());
        std::size_t kept = 0;
        for (std::size_t i = 0, dropped = 0; i < map.children.size(); ++i) {
            if (dropped < surplus.size() && surplus[dropped] == i) ++dropped;
            else if (kept++ != i) map.children[kept - 1] = std::move(map.children[i]);
        }
        map.children.erase(map.children.begin() + static_cast<std::ptrdiff_t>(kept), map.children.end());
    }

    std::uint32_t source_;
    const SourceTable& table_;
    Diagnostics& diagnostics_;
    std::vector<Frame> frames_;
    std::vector<YamlNode> stack_;               // the root, then what the open maps and lists hold so far
    std::map<std::string, AnchorId> anchor_ids_;
    std::map<AnchorId, Anchored> anchors_;      // whose end has been read
    AnchorId last_anchor_ = 0;
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
        if (sources[i].file == file && sources[i].label == label) return narrow<std::uint32_t>(i, "sources");
    sources.push_back({file, label});
    return narrow<std::uint32_t>(sources.size() - 1, "sources");
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
        if (same_name(child.key, name)) return &child;
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

namespace {

std::optional<YamlNode> parse_new(const std::string& text, std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics) {
    const SourcePos whole = table.pos({source, 0, 0});
    if (text.size() > max_input_octets) {
        diagnostics.error(whole, fmt::format("larger than {} MB; a scenario is refused at that size", max_input_octets / 1'000'000));
        return std::nullopt;
    }
    if (const auto offset = first_binary(text)) {
        diagnostics.error(whole, fmt::format("not a text: octet {} is {:#04x}; a scenario is YAML in UTF-8", *offset, static_cast<unsigned char>(text[*offset])));
        return std::nullopt;
    }
    TreeBuilder builder(source, table, diagnostics);
    const std::size_t errors_before = diagnostics.errors();
    try {
        YamlEvents events(text);
        const yaml_event_t* event = nullptr;
        do {
            event = events.next();
            if (event == nullptr) throw complaint_of(events.parser(), text, source);
            builder.take(*event);
        } while (event->type != YAML_STREAM_END_EVENT);
    } catch (const YamlRefused& refused) {
        diagnostics.error(table.pos(refused.place), refused.message);
        return std::nullopt;
    }
    auto tree = builder.result();
    if (!tree || tree->kind == NodeKind::null) {
        if (diagnostics.errors() == errors_before) diagnostics.error(whole, "the file is empty: there is nothing in it but blanks and comments");
        return std::nullopt;
    }
    return tree;
}

}  // namespace

std::optional<YamlNode> parse_yaml(const std::string& text, std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics,
                                   ParsedTexts* known) {
    if (known == nullptr) return parse_new(text, source, table, diagnostics);
    std::pair<std::uint32_t, std::string> name(source, text);
    if (const auto found = known->find(name); found != known->end()) return found->second;
    const std::size_t said_before = diagnostics.all().size();
    auto tree = parse_new(text, source, table, diagnostics);
    if (tree && diagnostics.all().size() == said_before) known->emplace(std::move(name), *tree);
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
