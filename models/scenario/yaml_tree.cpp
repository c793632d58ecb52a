#include "models/scenario/yaml_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <yaml.h>

#include "sim/base/name_index.hpp"

namespace mailquake {
namespace {

/// The input is refused as a whole.
struct Refused {
    NodePlace place;
    std::string message;
};

/// libyaml's parser and the event that it gave last.
class EventReader {
public:
    explicit EventReader(std::string_view text) {
        if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    ~EventReader() {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }
    EventReader(const EventReader&) = delete;
    EventReader& operator=(const EventReader&) = delete;

    /// The next event, which stands until the next call; null when the text is wrong, as `parser` says.
    [[nodiscard]] const yaml_event_t* next() {
        yaml_event_delete(&event_);
        if (yaml_parser_parse(&parser_, &event_) != 0) return &event_;
        if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
        return nullptr;
    }
    [[nodiscard]] const yaml_parser_t& parser() const { return parser_; }

private:
    yaml_parser_t parser_{};
    yaml_event_t event_{};
};

std::string_view view(const yaml_char_t* text) { return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text); }

/// Columns count letters, as libyaml's marks do.
NodePlace place_of(const yaml_mark_t& mark, std::uint32_t source) {
    return {source, static_cast<std::int32_t>(mark.line) + 1, static_cast<std::int32_t>(mark.column) + 1};
}

/// Builds the tree from events, and counts what it builds.
class TreeBuilder {
public:
    TreeBuilder(std::uint32_t source, const SourceTable& table, Diagnostics& diagnostics)
        : source_(source), table_(table), diagnostics_(diagnostics) {}

    void take(const yaml_event_t& event) {
        switch (event.type) {
            case YAML_DOCUMENT_START_EVENT:
                if (++documents_ > 1) throw Refused{at(event.start_mark), "a second document begins here; a scenario is one document, without `---` in between"};
                return;
            case YAML_ALIAS_EVENT: return alias(view(event.data.alias.anchor), at(event.start_mark));
            case YAML_SCALAR_EVENT: return scalar(event.data.scalar, at(event.start_mark));
            case YAML_SEQUENCE_START_EVENT:
                return open(NodeKind::list, view(event.data.sequence_start.tag), view(event.data.sequence_start.anchor), at(event.start_mark));
            case YAML_MAPPING_START_EVENT:
                return open(NodeKind::map, view(event.data.mapping_start.tag), view(event.data.mapping_start.anchor), at(event.start_mark));
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
    [[nodiscard]] static Refused too_deep(NodePlace place) { return {place, fmt::format("over {} levels of maps and lists in each other", max_levels)}; }
    [[nodiscard]] static Refused no_key(NodePlace place) { return {place, "a key must be a plain text, not a map or list; is every '[' and '{' closed?"}; }

    [[nodiscard]] AnchorId anchor_named(std::string_view name) {
        if (name.empty()) return 0;
        return anchor_ids_[std::string(name)] = ++last_anchor_;
    }

    void alias(std::string_view name, NodePlace place) {
        const auto id = anchor_ids_.find(std::string(name));
        if (id == anchor_ids_.end()) throw Refused{place, fmt::format("the alias '*{}' names an anchor that is not defined above", name)};
        const auto target = anchors_.find(id->second);
        if (target == anchors_.end()) throw Refused{place, "an alias inside of what it stands for has no end"};
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
        refuse_tag(view(scalar.tag), place);
        const AnchorId anchor = anchor_named(view(scalar.anchor));
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
        if (nodes_ > max_nodes) throw Refused{place, fmt::format("over {} values, aliases written out; the input is refused", max_nodes)};
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
        std::sort(surplus.rbegin(), surplus.rend());
        for (const std::size_t index : surplus) map.children.erase(map.children.begin() + static_cast<std::ptrdiff_t>(index));
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

/// What libyaml says, in words that say what to look for.
struct Complaint {
    std::string_view problem;
    std::string_view context;   // empty: any
    std::string_view words;
    bool at_begin = false;      // shown where the thing begins that libyaml could not finish
};

constexpr std::string_view tab_words = "a tab in the indentation; YAML wants blanks";
constexpr std::string_view directive_words = "a line that begins with '%' is a directive to YAML; leave it out, or put the text in quotes";
constexpr std::string_view tag_words = "'!' begins a tag in YAML; put the text in quotes";

constexpr Complaint complaints[] = {
    {"mapping values are not allowed", "", "a ':' where no key can stand; is the indentation right, and is text that holds ': ' in quotes?"},
    {"mapping keys are not allowed", "", "a key where none can stand; is the indentation right?"},
    {"block sequence entries are not allowed", "", "a '- ' where no list can stand; is the indentation right?"},
    {"could not find expected ':'", "", "a key without its ':'; is the indentation right, and is every quote closed?", true},
    {"did not find expected key", "", "a key should stand here; does the indentation fit a line above, and is a text with quotes in it in quotes as a whole?"},
    {"did not find expected '-' indicator", "", "the indentation fits none of the lines above, or a '-' is missing"},
    {"did not find expected ',' or '}'", "", "a '{' is not closed by '}', or a ',' is missing"},
    {"did not find expected ',' or ']'", "", "a '[' is not closed by ']', or a ',' is missing"},
    {"did not find expected <document start>", "", "the document has ended before this; is the indentation right, and does every ']' and '}' close something?"},
    {"did not find expected node content", "", "a value should stand here; is every '[' and '{' closed, and a text that begins with one of YAML's characters in quotes?"},
    {"found character that cannot start any token", "", "a character that YAML reserves; put the text in quotes"},
    {"found unexpected ':'", "", "a ':' inside of a text; put the text in quotes"},
    {"found a tab character", "", tab_words},
    {"found unexpected end of stream", "", "a quoted text is not closed before the file ends", true},
    {"found unexpected document indicator", "", "a quoted text is not closed before the document ends", true},
    {"found unknown escape character", "", "a '\\' that begins no escape; write '\\\\', or use single quotes"},
    {"did not find expected hexdecimal number", "", "an escape wants its digits, as in \\x0a and \\u00e4; write '\\\\' for a '\\'"},
    {"found invalid Unicode character escape code", "", "an escape that is no character of Unicode"},
    {"did not find expected alphabetic", "while scanning an alias", "'*' begins an alias in YAML; put the text in quotes"},
    {"did not find expected alphabetic", "while scanning an anchor", "'&' begins an anchor in YAML; put the text in quotes"},
    {"found undefined tag handle", "", "a tag that is not defined; tags have no meaning here, and a text with '!' needs quotes"},
    {"", "while scanning a tag", tag_words},
    {"", "while parsing a tag", tag_words},
    {"", "while scanning a directive", directive_words, true},
    {"", "while scanning a %", directive_words, true},
    {"", "while parsing a %", directive_words},
    {"found incompatible YAML document", "", "written for a version of YAML that is not read here; leave '%YAML' out"},
    {"found duplicate %", "", directive_words},
    {"", "while scanning a block scalar", "a text after '|' or '>' begins in the next line, indented by blanks"},
};

/// Line `number`, from 0.
std::string_view line_at(std::string_view text, int number) {
    for (; number > 0; --number) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

NodePlace place_of_octet(std::string_view text, std::size_t offset, std::uint32_t source) {
    const std::string_view before = text.substr(0, offset);
    const std::string_view line = before.substr(before.rfind('\n') + 1);    // all of it where there is none
    const auto letters = std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
    return {source, static_cast<std::int32_t>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<std::int32_t>(letters) + 1};
}

/// What the parser found wrong, and where.
Refused complaint_of(const yaml_parser_t& parser, std::string_view text, std::uint32_t source) {
    const std::string_view problem = parser.problem == nullptr ? "" : parser.problem;
    const std::string_view context = parser.context == nullptr ? "" : parser.context;
    if (parser.error == YAML_READER_ERROR)
        return {place_of_octet(text, parser.problem_offset, source), fmt::format("YAML: {} ({:#04x}); in quotes it can be written as an escape", problem, parser.problem_value)};
    const NodePlace place = place_of(parser.problem_mark, source);
    const std::string_view line = line_at(text, place.line - 1);
    if (line.substr(0, line.find_first_not_of(" \t")).find('\t') != std::string_view::npos) return {place, fmt::format("YAML: {}", tab_words)};
    for (const Complaint& known : complaints) {
        if (!problem.starts_with(known.problem) || !context.starts_with(known.context)) continue;
        return {known.at_begin ? place_of(parser.context_mark, source) : place, fmt::format("YAML: {}", known.words)};
    }
    return {place, fmt::format("YAML: {} {}", problem, context)};
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
        EventReader events(text);
        const yaml_event_t* event = nullptr;
        do {
            event = events.next();
            if (event == nullptr) throw complaint_of(events.parser(), text, source);
            builder.take(*event);
        } while (event->type != YAML_STREAM_END_EVENT);
    } catch (const Refused& refused) {
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
