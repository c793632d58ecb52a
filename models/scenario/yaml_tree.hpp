// A YAML document as a plain tree in which every key and value knows its file, line and column.
//
// Read from libyaml's events, so that limits act while reading: at most 8 MB of input (refused by size before it is
// read), 32 levels, 10^6 nodes after aliases. Refused, too: binary and empty input, several documents, tags, duplicate
// keys, `<<`, keys that are not scalars. Aliases are copies. Left out: the types of YAML; every scalar is its text, and
// the key declarations say what it means.
// Source: YAML 1.2, chapter 3.2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/spec/diagnostic.hpp"

namespace mailquake {

inline constexpr std::size_t max_input_octets = 8'000'000;
inline constexpr std::size_t max_levels = 32;
inline constexpr std::size_t max_nodes = 1'000'000;

/// Where a node was written: an index into the SourceTable; line and column (in letters)
/// from 1, 0 where there is no line.
struct NodePlace {
    std::uint32_t source = 0;
    std::int32_t  line = 0;
    std::int32_t  column = 0;
};

/// One layer of a composed scenario: a file, and whether it speaks as a file, as a variant, as the cut, or as --set.
struct Source {
    std::string file;    // as positions name it; `--set:PATH` for a single value
    std::string label;   // empty for the file itself, else `variant NAME`, `test` or `--set`
};

struct SourceTable {
    std::vector<Source> sources;

    /// The index of that layer, added when it is new.
    std::uint32_t add(const std::string& file, const std::string& label);
    [[nodiscard]] SourcePos pos(NodePlace place) const;
    /// `FILE:LINE:COL`, `variant NAME (FILE:LINE:COL)` or `--set`.
    [[nodiscard]] std::string origin(NodePlace place) const;
};

enum class NodeKind : std::uint8_t { null, scalar, list, map };

/// A node; in a map it also holds the key under which it stands.
class YamlNode {
public:
    NodeKind    kind = NodeKind::null;
    std::string key;         // in a map
    std::string text;        // of a scalar
    NodePlace   key_place;   // in a map
    NodePlace   place;       // of the value
    std::vector<YamlNode> children;

    /// The value under `name`, or null.
    [[nodiscard]] const YamlNode* find(std::string_view name) const;
    [[nodiscard]] YamlNode* find(std::string_view name);
    /// The item of a named list whose `name` is that, or null.
    [[nodiscard]] const YamlNode* entry(std::string_view name) const;
    [[nodiscard]] YamlNode* entry(std::string_view name);
    /// The text of the item's `name`, or an empty text.
    [[nodiscard]] std::string_view entry_name() const;
    /// Removes the value under `name`; false if there is none.
    bool remove(std::string_view name);
};

/// "a map", "a list", "a text", "no value": for messages.
[[nodiscard]] std::string_view print(NodeKind kind);

/// Trees of texts without a mistake, by index and text, for who loads one scenario many times with small changes. Not for
/// several threads.
using ParsedTexts = std::map<std::pair<std::uint32_t, std::string>, YamlNode>;

/// Parses `text`, whose places get the index `source`. Nothing when an error made the tree unusable. What `known` holds
/// (null: nothing) is not parsed again, and it learns what is new.
[[nodiscard]] std::optional<YamlNode> parse_yaml(const std::string& text, std::uint32_t source, const SourceTable& table,
                                                 Diagnostics& diagnostics, ParsedTexts* known = nullptr);

/// Reads a whole file, or stdin for `-`, at most `most` octets; an error names what is wrong at `asked_at`, or at the
/// file itself where nobody asked.
[[nodiscard]] std::optional<std::string> read_text(const std::string& file, std::size_t most, const SourcePos& asked_at,
                                                   Diagnostics& diagnostics);

}  // namespace mailquake
