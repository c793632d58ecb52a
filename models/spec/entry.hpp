// What every named entry of a scenario has: its name, what is said about it, and where it was written. Entries of a
// list are addressed by name, never by position (`tiers.transport.servers`).
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "models/spec/enum_text.hpp"
#include "models/spec/key.hpp"

namespace mailquake {

/// A line and column of a scenario file, both from 1; `file` is empty for what no file says.
struct SourcePos {
    std::string file;
    int line = 0;
    int column = 0;
};

/// How sure we are of an entry: a documented fact, our inference from facts, or a free choice of the author.
enum class Basis { unstated, fact, inference, choice };

template <>
struct EnumText<Basis> {
    static constexpr EnumTable<Basis, 4> table{{{Basis::unstated, "unstated"},
                                                {Basis::fact, "fact"},
                                                {Basis::inference, "inference"},
                                                {Basis::choice, "choice"}}};
};

/// Whether `text` may be the name of an entry.
[[nodiscard]] constexpr bool is_entry_name(std::string_view text) {
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

/// Base of every named entry.
struct Entry {
    std::string name;
    std::string description;
    Basis basis = Basis::unstated;
    std::string source;
    SourcePos pos;  // not a key: the loader fills it in, for later errors and warnings

    /// The keys that Spec inherits; concatenated in front of its own.
    template <class Spec>
    static constexpr auto entry_keys() {
        return std::tuple{
            key<Spec>("name", &Spec::name).required().inert().says("name of the entry: a-z, 0-9 and '-'; unique in its list"),
            key<Spec>("description", &Spec::description).inert().says("free text for people"),
            key<Spec>("basis", &Spec::basis).inert().says("how sure the figures are: a documented fact, an inference, or a choice"),
            key<Spec>("source", &Spec::source).inert().says("where the figures come from")};
    }
};

}  // namespace mailquake
