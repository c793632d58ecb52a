// A key of a scenario, declared once beside its spec: name, member, range, one sentence. Loader, schema, reference,
// `--set` paths, did-you-mean and `check --effective` are all derived from these declarations.
//
// The type of the member is the type of the key: a quantity (quantity.hpp), int64, double, bool, string, an enum with an
// EnumText, another spec (a map), std::vector of named entries (a named list), std::vector of quantities or strings (a
// plain list), std::optional of any of these, or a std::variant of specs (`one_of`: a map whose tag key, e.g. `kind`,
// names the alternative by its `static constexpr std::string_view kind`). The default of a key that is not required is
// what the member holds in a default-constructed spec.
//
// Declarations are templates over their own spec, `template <class S = LinkSpec> static constexpr auto keys()`, and name
// members by `&S::`: who includes a spec for its values must not pay for the declarations, which only describe.hpp reads.
// As plain functions they were two thirds of what every source of the program cost to compile.
#pragma once

#include <optional>
#include <string_view>

namespace mailquake {

/// What the text of a string key must name; resolved after the whole file is read, with a did-you-mean.
enum class Refers { nothing, site, outside_site, link, tier, partition, tier_place, tenant_class, sender, client, flaw, fault_target, mitigation };

/// What is said of a key, whatever its type.
struct KeyText {
    std::string_view name;
    std::string_view sentence{};
    std::string_view tag{};        // for a std::variant: the key that names the alternative
    bool is_required = false;
    bool is_inert = false;         // says something to people only: a changed value changes no result
    std::optional<double> lowest{};   // inclusive; in the base unit: seconds, ratio, per second, bit/s, octets, plain
    std::optional<double> highest{};  // inclusive
    bool lowest_excluded = false;     // `above` instead of `at_least`
    Refers refers = Refers::nothing;
};

/// Declaration of one key: `Owner` is the spec, `T` the member's type.
template <class Owner, class T>
struct Key {
    KeyText text;
    T Owner::* member;

    [[nodiscard]] constexpr Key required() const { Key k = *this; k.text.is_required = true; return k; }
    [[nodiscard]] constexpr Key inert() const { Key k = *this; k.text.is_inert = true; return k; }
    [[nodiscard]] constexpr Key at_least(double x) const { Key k = *this; k.text.lowest = x; return k; }
    [[nodiscard]] constexpr Key above(double x) const { Key k = *this; k.text.lowest = x; k.text.lowest_excluded = true; return k; }
    [[nodiscard]] constexpr Key at_most(double x) const { Key k = *this; k.text.highest = x; return k; }
    [[nodiscard]] constexpr Key naming(Refers what) const { Key k = *this; k.text.refers = what; return k; }
    [[nodiscard]] constexpr Key says(std::string_view sentence) const { Key k = *this; k.text.sentence = sentence; return k; }
};

/// Declares `name` for a member of Owner (or of a base of it).
template <class Owner, class Base, class T>
[[nodiscard]] constexpr Key<Owner, T> key(std::string_view name, T Base::* member) {
    return {{.name = name}, static_cast<T Owner::*>(member)};
}

/// As above, where the member is Owner's own.
template <class Owner, class T>
[[nodiscard]] constexpr Key<Owner, T> key(std::string_view name, T Owner::* member) {
    return {{.name = name}, member};
}

/// Declares a std::variant member: its map's `tag` names the alternative. With an empty `name` the alternative's keys
/// stand in the owner's own map, beside the tag (a fault's `kind: loss` and `ratio: 5%`).
template <class Owner, class T>
[[nodiscard]] constexpr Key<Owner, T> one_of(std::string_view name, std::string_view tag, T Owner::* member) {
    return {{.name = name, .tag = tag}, member};
}

}  // namespace mailquake
