// Turns the declarations of a spec, `S::keys()`, into its SpecType. Costly to compile: include it only where the root of
// a language is described (models/scenario/scenario_type.cpp), and work on SpecType everywhere else.
// The type of each member decides form and scalar; a type that no branch knows does not compile.
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <variant>

#include "models/spec/spec_type.hpp"

namespace mailquake {

template <class S>
[[nodiscard]] const SpecType& spec_type();

namespace describing {

template <class T>
concept Spec = requires { T::keys(); };

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_variant = false;
template <class... T>
inline constexpr bool is_variant<std::variant<T...>> = true;

template <class T>
[[nodiscard]] constexpr ScalarKind scalar_kind() {
    if constexpr (std::is_same_v<T, SimDuration>) return ScalarKind::duration;
    else if constexpr (std::is_same_v<T, Instant>) return ScalarKind::instant;
    else if constexpr (std::is_same_v<T, Ratio>) return ScalarKind::ratio;
    else if constexpr (std::is_same_v<T, Rate>) return ScalarKind::rate;
    else if constexpr (std::is_same_v<T, Bandwidth>) return ScalarKind::bandwidth;
    else if constexpr (std::is_same_v<T, Bytes>) return ScalarKind::bytes;
    else if constexpr (std::is_same_v<T, Factor>) return ScalarKind::factor;
    else if constexpr (std::is_same_v<T, std::int64_t>) return ScalarKind::integer;
    else if constexpr (std::is_same_v<T, double>) return ScalarKind::number;
    else if constexpr (std::is_same_v<T, bool>) return ScalarKind::boolean;
    else if constexpr (std::is_same_v<T, std::string>) return ScalarKind::text;
    else {
        static_assert(std::is_enum_v<T>, "a key's member is a quantity, a number, a text, an enum, a spec, a list, a variant or an optional of these");
        return ScalarKind::choice;
    }
}

template <class T>
void describe_scalar(KeyType& key) {
    key.scalar = scalar_kind<T>();
    if constexpr (std::is_enum_v<T>) {
        for (const auto& [value, text] : EnumText<T>::table) key.texts.push_back(text);
        key.access.set_choice = [](void* at, std::size_t n) { *static_cast<T*>(at) = EnumText<T>::table[n].first; };
        key.access.get_choice = [](const void* at) -> std::size_t {
            const auto& table = EnumText<T>::table;
            for (std::size_t n = 0; n < table.size(); ++n)
                if (table[n].first == *static_cast<const T*>(at)) return n;
            check_failed("enumerator has a text", __FILE__, __LINE__, "an enumerator is missing in its EnumText table");
        };
    }
}

template <class Item>
void describe_list(KeyType& key) {
    using List = std::vector<Item>;
    key.access.append = [](void* at) -> void* { return &static_cast<List*>(at)->emplace_back(); };
    key.access.clear = [](void* at, std::size_t expected) {
        static_cast<List*>(at)->clear();
        static_cast<List*>(at)->reserve(expected);
    };
    key.access.size = [](const void* at) { return static_cast<const List*>(at)->size(); };
    key.access.item = [](const void* at, std::size_t n) -> const void* { return &(*static_cast<const List*>(at))[n]; };
    if constexpr (Spec<Item>) {
        key.form = KeyForm::entries;
        key.type = &spec_type<Item>();
    } else {
        key.form = KeyForm::list;
        describe_scalar<Item>(key);
    }
}

template <class Variant, std::size_t... N>
void describe_one_of(KeyType& key, std::index_sequence<N...>) {
    key.form = KeyForm::one_of;
    (key.alternatives.push_back({std::variant_alternative_t<N, Variant>::kind, &spec_type<std::variant_alternative_t<N, Variant>>()}), ...);
    key.access.choose = [](void* at, std::size_t n) -> void* {
        void* body = nullptr;
        (void)((n == N && (body = &static_cast<Variant*>(at)->template emplace<N>(), true)) || ...);
        return body;
    };
    key.access.chosen = [](const void* at) { return static_cast<const Variant*>(at)->index(); };
    key.access.body = [](const void* at) {
        return std::visit([](const auto& alternative) -> const void* { return &alternative; }, *static_cast<const Variant*>(at));
    };
}

template <class T>
void describe_member(KeyType& key) {
    if constexpr (is_optional<T>) {
        key.optional = true;
        key.access.engage = [](void* at) -> void* { return &static_cast<T*>(at)->emplace(); };
        key.access.value = [](const void* at) -> const void* {
            const auto& held = *static_cast<const T*>(at);
            return held ? &*held : nullptr;
        };
        describe_member<typename T::value_type>(key);
    } else if constexpr (is_vector<T>) {
        describe_list<typename T::value_type>(key);
    } else if constexpr (is_variant<T>) {
        describe_one_of<T>(key, std::make_index_sequence<std::variant_size_v<T>>{});
    } else if constexpr (Spec<T>) {
        key.form = KeyForm::map;
        key.type = &spec_type<T>();
    } else {
        describe_scalar<T>(key);
    }
}

template <class Owner, class T>
[[nodiscard]] KeyType describe_key(const Key<Owner, T>& declared, const Owner& any) {
    KeyType key = key_type_of(declared.text);
    key.access.offset = reinterpret_cast<const std::byte*>(&(any.*declared.member)) - reinterpret_cast<const std::byte*>(&any);
    describe_member<T>(key);
    return key;
}

}  // namespace describing

template <class S>
const SpecType& spec_type() {
    static const S defaults{};
    static const SpecType type = [] {
        SpecType result;
        std::apply([&](const auto&... declared) { (result.keys.push_back(describing::describe_key(declared, defaults)), ...); }, S::keys());
        if constexpr (std::is_base_of_v<Entry, S>) result.entry = [](void* spec) -> Entry* { return static_cast<S*>(spec); };
        if constexpr (requires { S::name_default; }) result.name_default = S::name_default;
        if constexpr (requires { S::name_from_words; }) result.name_from_words = S::name_from_words;
        result.defaults = &defaults;
        return result;
    }();
    return type;
}

}  // namespace mailquake
