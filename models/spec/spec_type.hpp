// The key declarations of a spec as plain data, so that loader, schema, reference, listing and paths are ordinary code
// over one description and not templates over every spec. models/spec/describe.hpp makes it from `keys()`.
//
// A KeyType says what a scenario may write under a key and how to reach the member in a spec object of the right type;
// objects are passed as void pointers to exactly that spec. Left out: ownership; a description lives as long as the
// program.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/entry.hpp"
#include "models/spec/key.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {

/// What one scalar means.
enum class ScalarKind { duration, instant, ratio, rate, bandwidth, bytes, factor, integer, number, boolean, text, choice };

/// What stands under a key: one scalar, a list of scalars, a map with keys of its own, a list of named entries, or a map
/// whose tag names one of several alternatives.
enum class KeyForm { scalar, list, map, entries, one_of };

struct SpecType;

/// One alternative of a `one_of`.
struct Alternative {
    std::string_view kind;
    const SpecType*  type = nullptr;
};

/// How a member's object is reached; which functions are set depends on the form.
struct MemberAccess {
    std::ptrdiff_t offset = 0;                        // [octets] from the owner to the member
    void* (*engage)(void*) = nullptr;                 // std::optional: makes a value, gives its address
    const void* (*value)(const void*) = nullptr;      // std::optional: address of the value, or null
    void* (*append)(void*) = nullptr;                 // lists: a new last item
    void (*clear)(void*, std::size_t) = nullptr;      // lists: no items, but room for so many
    std::size_t (*size)(const void*) = nullptr;       // lists
    const void* (*item)(const void*, std::size_t) = nullptr;    // lists
    void* (*choose)(void*, std::size_t) = nullptr;    // one_of: makes the n-th alternative, gives its address
    std::size_t (*chosen)(const void*) = nullptr;     // one_of
    const void* (*body)(const void*) = nullptr;       // one_of: address of the alternative held
    void (*set_choice)(void*, std::size_t) = nullptr; // enums: by position in `texts`
    std::size_t (*get_choice)(const void*) = nullptr; // enums
};

struct KeyType {
    std::string_view name;       // empty: a one_of whose keys stand in the owner's own map
    std::string_view sentence;
    std::string_view tag;        // one_of: the key that names the alternative
    KeyForm    form = KeyForm::scalar;
    ScalarKind scalar = ScalarKind::text;   // of scalars and lists
    bool required = false;
    bool inert = false;
    bool optional = false;       // a std::optional: unsaid means none
    std::optional<double> lowest, highest;
    bool lowest_excluded = false;
    Refers refers = Refers::nothing;
    std::vector<std::string_view> texts;    // of an enum
    std::vector<Alternative> alternatives;  // of a one_of
    const SpecType* type = nullptr;         // of a map or of entries
    MemberAccess access;

    [[nodiscard]] bool flattened() const { return form == KeyForm::one_of && name.empty(); }
    /// Address of the member in `owner`.
    [[nodiscard]] void* member(void* owner) const { return static_cast<std::byte*>(owner) + access.offset; }
    /// Address of the value in `owner`, or null where an optional holds none.
    [[nodiscard]] const void* in(const void* owner) const;
};

struct SpecType {
    std::vector<KeyType> keys;
    std::string_view name_default;            // entries: keys whose values make the name, as "to" or "from--to"; or empty
    bool name_from_words = false;             // that text is no name as it stands: one is made of its words
    Entry* (*entry)(void*) = nullptr;         // entries: the base; null for plain maps
    const void* defaults = nullptr;           // a default-constructed spec

    /// The key of that name; not one of a flattened alternative, and no tag.
    [[nodiscard]] const KeyType* find(std::string_view name) const;
    /// The one_of whose keys stand in this map, if there is one.
    [[nodiscard]] const KeyType* flattened() const;
    /// All names that a map of this type may hold: keys, the flattened tag, the keys of its alternatives.
    [[nodiscard]] std::vector<std::string> names() const;
};

/// What a declaration says, without the type of its member.
[[nodiscard]] KeyType key_type_of(const KeyText& declared);

/// The alternative of that kind, or null.
[[nodiscard]] const Alternative* find_alternative(const KeyType& key, std::string_view kind);

/// Parses `text` into the scalar at `target`; nothing when it worked, else what is wrong. Ranges are checked, too.
[[nodiscard]] std::optional<std::string> read_scalar(const KeyType& key, std::string_view text, UtcInstant start, void* target);

/// The exact text of the scalar at `source`.
[[nodiscard]] std::string print_scalar(const KeyType& key, const void* source);

/// The scalar at `source` in the base unit of its range (seconds, ratio, per second, bit/s, octets, plain); nothing for
/// texts, booleans and enums.
[[nodiscard]] std::optional<double> base_value(const KeyType& key, const void* source);
/// The text of a value in that base unit, rounded to what the type can hold.
[[nodiscard]] std::string print_base(const KeyType& key, double value);

/// `duration`, `integer`, `one of fifo, priority`, `list of sites` ...: the type for people.
[[nodiscard]] std::string type_text(const KeyType& key);
/// `at least 1`, `over 0s, at most 10s`, or an empty text.
[[nodiscard]] std::string range_text(const KeyType& key);
/// What a text must name: `site`, `tier` ...; empty for Refers::nothing.
[[nodiscard]] std::string_view noun_of(Refers what);

}  // namespace mailquake
