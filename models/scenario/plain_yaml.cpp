#include "models/scenario/plain_yaml.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace mailquake {
namespace {

/// What a plain scalar has to look at: everything else it runs over.
enum class Stop : std::uint8_t { none, anywhere, in_flow };

constexpr std::array<Stop, 256> stops_of_plain() {
    std::array<Stop, 256> stops{};
    for (const char c : {'\n', ':', '#', '\t', '\r'}) stops[static_cast<unsigned char>(c)] = Stop::anywhere;
    for (const char c : {',', '[', ']', '{', '}', '?'}) stops[static_cast<unsigned char>(c)] = Stop::in_flow;
    return stops;
}

constexpr std::array<Stop, 256> stops = stops_of_plain();

/// Reads by descent. A `bool` that comes back false means: not plain, give up.
class PlainReader {
public:
    PlainReader(std::string_view text, std::uint32_t source) : text_(text), source_(source) {}

    std::optional<YamlNode> read() {
        YamlNode root;
        if (!skip_to_token() || at_end() || !read_block(root) || !at_end()) return std::nullopt;
        if (root.kind == NodeKind::scalar || root.kind == NodeKind::null) return std::nullopt;
        return root;
    }

private:
    struct Scalar {
        std::string_view text;
        NodePlace place;
        bool is_null = false;
    };

    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    /// The octet `ahead` of here; the end of the text reads like the end of a line.
    [[nodiscard]] char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n'; }
    [[nodiscard]] std::int32_t column() const { return static_cast<std::int32_t>(at_ - line_start_) + 1; }
    [[nodiscard]] NodePlace here() const { return {source_, line_, column()}; }
    [[nodiscard]] bool at_dash() const { return peek() == '-' && (peek(1) == ' ' || peek(1) == '\n'); }
    /// At a ':' that parts a key from its value.
    [[nodiscard]] bool at_colon() const { return peek() == ':' && (peek(1) == ' ' || peek(1) == '\n'); }

    [[nodiscard]] bool count() { return ++nodes_ <= max_nodes; }

    void skip_blanks() {
        while (peek() == ' ') ++at_;
    }

    /// Goes over blanks, comments and ends of lines to whatever comes next.
    bool skip_to_token() {
        while (true) {
            skip_blanks();
            if (at_end()) return true;
            if (peek() == '#') {
                if (at_ > line_start_ && text_[at_ - 1] != ' ') return false;
                at_ = std::min(text_.find('\n', at_), text_.size());
            } else if (peek() != '\n') {
                break;
            }
            if (at_end()) return true;
            ++at_;
            ++line_;
            line_start_ = at_;
        }
        const bool marks_document = column() == 1 && (text_.substr(at_, 3) == "---" || text_.substr(at_, 3) == "...");
        return !marks_document && peek() != '\t' && peek() != '\r';
    }

    /// After a value in a block nothing else may stand in its line.
    bool end_line() {
        const std::int32_t line = line_;
        return skip_to_token() && (at_end() || line_ != line);
    }

    // ---- scalars

    bool read_scalar(Scalar& scalar, bool in_flow) {
        scalar.place = here();
        scalar.is_null = false;
        if (peek() == '"' || peek() == '\'') return read_quoted(scalar);
        return read_plain(scalar, in_flow);
    }

    /// A text in quotes, in one line and without escapes.
    bool read_quoted(Scalar& scalar) {
        const char quote = peek();
        const std::size_t begin = ++at_;
        for (; peek() != quote; ++at_)
            if (peek() == '\n' || peek() == '\r' || (quote == '"' && peek() == '\\')) return false;
        scalar.text = text_.substr(begin, at_ - begin);
        ++at_;
        return peek() != quote;
    }

    bool read_plain(Scalar& scalar, bool in_flow) {
        constexpr std::string_view reserved = "?:,[]{}#&*!|>'\"%@`";
        if (reserved.find(peek()) != std::string_view::npos || at_dash()) return false;
        const std::size_t begin = at_;
        for (; !at_end(); ++at_) {
            const Stop stop = stops[static_cast<unsigned char>(text_[at_])];
            if (stop == Stop::none || (stop == Stop::in_flow && !in_flow)) continue;
            if (ends_plain(begin, in_flow)) break;
        }
        std::size_t end = at_;
        while (end > begin && text_[end - 1] == ' ') --end;
        scalar.text = text_.substr(begin, end - begin);
        scalar.is_null = scalar.text == "~" || scalar.text == "null" || scalar.text == "Null" || scalar.text == "NULL";
        return peek() != '\t' && peek() != '\r';
    }

    /// Whether the octet here, one that a plain scalar stops at, ends it.
    [[nodiscard]] bool ends_plain(std::size_t begin, bool in_flow) const {
        if (peek() == '#') return at_ > begin && text_[at_ - 1] == ' ';
        if (peek() != ':') return true;
        const char next = peek(1);
        return next == ' ' || next == '\n' || next == '\t' || next == '\r' || (in_flow && (next == ',' || next == ']' || next == '}'));
    }

    /// After a scalar: whether it is the key of a value.
    bool skip_colon() {
        skip_blanks();
        if (!at_colon()) return false;
        ++at_;
        return true;
    }

    bool begin_value(YamlNode& node, const Scalar& key) {
        if (key.is_null || key.text == "<<" || key.text.size() > most_key_octets || !count()) return false;
        node.key.assign(key.text);
        node.key_place = key.place;
        return true;
    }

    bool fill_scalar(YamlNode& node, const Scalar& scalar) {
        if (scalar.is_null) return fill_null(node, scalar.place);
        node.kind = NodeKind::scalar;
        node.place = scalar.place;
        node.text.assign(scalar.text);
        return count();
    }

    /// No value, in a map at its key.
    bool fill_null(YamlNode& node, NodePlace place) {
        node.place = node.key_place.line > 0 ? node.key_place : place;
        return count();
    }

    // ---- blocks: where the column says what belongs to what

    /// A value at its first octet, which may be a list, a map, or one value.
    bool read_block(YamlNode& node) {
        if (at_dash()) return read_block_list(node);
        if (peek() == '[' || peek() == '{') return read_flow(node) && end_line();
        Scalar scalar;
        if (!read_scalar(scalar, false)) return false;
        if (skip_colon()) return read_block_map(node, scalar);
        return fill_scalar(node, scalar) && end_line();
    }

    /// A map whose first key has been read, with its colon.
    bool read_block_map(YamlNode& node, Scalar key) {
        const NodePlace place = key.place;
        if (!open(node, NodeKind::map, place)) return false;
        const std::size_t begin = pending_.size();
        while (true) {
            YamlNode child;
            if (!begin_value(child, key) || !read_map_value(child, place.column)) return false;
            pending_.push_back(std::move(child));
            if (at_end() || column() < place.column) break;
            if (column() > place.column || at_dash() || !read_scalar(key, false) || !skip_colon()) return false;
        }
        return close(node, begin);
    }

    bool read_map_value(YamlNode& node, std::int32_t column_of_map) {
        skip_blanks();
        if (peek() == '\n' || peek() == '#') {
            if (!skip_to_token()) return false;
            const bool deeper = !at_end() && (column() > column_of_map || (column() == column_of_map && at_dash()));
            if (deeper) return read_block(node);
            return fill_null(node, here());
        }
        if (peek() == '[' || peek() == '{') return read_flow(node) && end_line();
        Scalar scalar;
        return read_scalar(scalar, false) && fill_scalar(node, scalar) && end_line();
    }

    bool read_block_list(YamlNode& node) {
        const NodePlace place = here();
        if (!open(node, NodeKind::list, place)) return false;
        const std::size_t begin = pending_.size();
        while (true) {
            ++at_;
            YamlNode child;
            if (!skip_to_token() || at_end() || column() <= place.column || !read_block(child)) return false;
            pending_.push_back(std::move(child));
            if (at_end() || column() < place.column || (column() == place.column && !at_dash())) break;
            if (column() > place.column) return false;
        }
        return close(node, begin);
    }

    // ---- flow: where brackets say it

    bool read_flow(YamlNode& node) {
        const bool is_map = peek() == '{';
        const char last = is_map ? '}' : ']';
        if (!open(node, is_map ? NodeKind::map : NodeKind::list, here())) return false;
        const std::size_t begin = pending_.size();
        ++at_;
        if (!skip_to_token()) return false;
        while (pending_.size() > begin || peek() != last) {
            YamlNode child;
            if (at_end() || (is_map && !read_flow_key(child)) || !read_flow_value(child)) return false;
            pending_.push_back(std::move(child));
            if (!skip_to_token()) return false;
            if (peek() == last) break;
            if (peek() != ',') return false;
            ++at_;
            if (!skip_to_token()) return false;
        }
        ++at_;
        return close(node, begin);
    }

    bool read_flow_key(YamlNode& node) {
        Scalar key;
        return read_scalar(key, true) && skip_colon() && begin_value(node, key) && skip_to_token() && !at_end();
    }

    bool read_flow_value(YamlNode& node) {
        if (peek() == '[' || peek() == '{') return read_flow(node);
        Scalar scalar;
        return read_scalar(scalar, true) && fill_scalar(node, scalar);
    }

    // ---- maps and lists

    bool open(YamlNode& node, NodeKind kind, NodePlace place) {
        node.kind = kind;
        node.place = place;
        return ++levels_ <= max_levels && count();
    }

    /// Gives `node` what was read since `begin`.
    bool close(YamlNode& node, std::size_t begin) {
        --levels_;
        const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(begin);
        node.children.assign(std::make_move_iterator(first), std::make_move_iterator(pending_.end()));
        pending_.erase(first, pending_.end());
        return node.kind != NodeKind::map || all_keys_differ(node.children);
    }

    [[nodiscard]] static bool all_keys_differ(const std::vector<YamlNode>& children) {
        constexpr std::size_t few = 16;
        if (children.size() <= few) {
            for (auto child = children.begin(); child != children.end(); ++child)
                if (std::any_of(children.begin(), child, [&](const YamlNode& other) { return other.key == child->key; })) return false;
            return true;
        }
        std::vector<std::string_view> keys;
        for (const YamlNode& child : children) keys.push_back(child.key);
        std::sort(keys.begin(), keys.end());
        return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
    }

    static constexpr std::size_t most_key_octets = 1000;   // beyond 1,024 yaml-cpp takes no text for a key

    std::string_view text_;
    std::uint32_t source_;
    std::size_t at_ = 0;
    std::size_t line_start_ = 0;
    std::int32_t line_ = 1;
    std::size_t levels_ = 0;
    std::size_t nodes_ = 0;
    std::vector<YamlNode> pending_;   // what was read of the maps and lists that are open
};

}  // namespace

std::optional<YamlNode> read_plain_yaml(std::string_view text, std::uint32_t source) { return PlainReader(text, source).read(); }

}  // namespace mailquake
