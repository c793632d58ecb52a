#include "models/spec/spec_type.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "models/spec/diagnostic.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {
namespace {

/// Stores a parsed value, or gives the reason why there is none.
template <class T>
std::optional<std::string> store(Parsed<T> parsed, void* target) {
    if (auto* error = std::get_if<TextError>(&parsed)) return std::move(error->message);
    *static_cast<T*>(target) = std::get<T>(parsed);
    return std::nullopt;
}

std::optional<std::string> store_choice(const KeyType& key, std::string_view text, void* target) {
    for (std::size_t n = 0; n < key.texts.size(); ++n) {
        if (key.texts[n] != text) continue;
        key.access.set_choice(target, n);
        return std::nullopt;
    }
    std::vector<std::string> texts(key.texts.begin(), key.texts.end());
    return fmt::format("unknown {} '{}'{}", key.name, text, suggestion(text, texts, "known ones"));
}

std::optional<std::string> store_any(const KeyType& key, std::string_view text, UtcInstant start, void* target) {
    switch (key.scalar) {
        case ScalarKind::duration: return store(parse_duration(text), target);
        case ScalarKind::instant: return store(parse_instant(text, start), target);
        case ScalarKind::ratio: return store(parse_ratio(text), target);
        case ScalarKind::rate: return store(parse_rate(text), target);
        case ScalarKind::bandwidth: return store(parse_bandwidth(text), target);
        case ScalarKind::bytes: return store(parse_bytes(text), target);
        case ScalarKind::factor: return store(parse_factor(text), target);
        case ScalarKind::integer: return store(parse_integer(text), target);
        case ScalarKind::number: return store(parse_number(text), target);
        case ScalarKind::boolean: return store(parse_boolean(text), target);
        case ScalarKind::text: *static_cast<std::string*>(target) = text; return std::nullopt;
        case ScalarKind::choice: return store_choice(key, text, target);
    }
    return std::nullopt;
}

std::optional<std::string> out_of_range(const KeyType& key, std::string_view text, const void* target) {
    if (!key.lowest && !key.highest) return std::nullopt;
    const auto value = base_value(key, target);
    if (!value) return std::nullopt;
    const bool low = key.lowest && (key.lowest_excluded ? *value <= *key.lowest : *value < *key.lowest);
    const bool high = key.highest && *value > *key.highest;
    if (!low && !high) return std::nullopt;
    return fmt::format("{} is out of range; it must be {}", text, range_text(key));
}

std::string_view plural_of(Refers what) {
    switch (what) {
        case Refers::nothing: return "texts";
        case Refers::site: return "sites";
        case Refers::outside_site: return "outside sites";
        case Refers::link: return "links";
        case Refers::tier: return "tiers";
        case Refers::partition: return "partitions";
        case Refers::tier_place: return "places of tiers";
        case Refers::tenant_class: return "tenant classes";
        case Refers::sender: return "senders";
        case Refers::client: return "clients";
        case Refers::flaw: return "flaws";
        case Refers::fault_target: return "targets";
        case Refers::mitigation: return "mitigations";
    }
    return {};
}

std::string_view plural_of(ScalarKind kind) {
    switch (kind) {
        case ScalarKind::duration: return "durations";
        case ScalarKind::instant: return "instants";
        case ScalarKind::ratio: return "ratios";
        case ScalarKind::rate: return "rates";
        case ScalarKind::bandwidth: return "bandwidths";
        case ScalarKind::bytes: return "sizes";
        case ScalarKind::factor: return "factors";
        case ScalarKind::integer: return "integers";
        case ScalarKind::number: return "numbers";
        case ScalarKind::boolean: return "booleans";
        case ScalarKind::text: return "texts";
        case ScalarKind::choice: return "choices";
    }
    return {};
}

std::string scalar_text(const KeyType& key) {
    switch (key.scalar) {
        case ScalarKind::duration: return "duration";
        case ScalarKind::instant: return "offset or instant";
        case ScalarKind::ratio: return "ratio in %";
        case ScalarKind::rate: return "rate";
        case ScalarKind::bandwidth: return "bandwidth";
        case ScalarKind::bytes: return "size";
        case ScalarKind::factor: return "factor";
        case ScalarKind::integer: return "integer";
        case ScalarKind::number: return "number";
        case ScalarKind::boolean: return "true or false";
        case ScalarKind::text: return key.refers == Refers::nothing ? "text" : std::string(noun_of(key.refers));
        case ScalarKind::choice: {
            std::string result = "one of";
            for (std::size_t n = 0; n < key.texts.size(); ++n) result += fmt::format("{} {}", n == 0 ? "" : ",", key.texts[n]);
            return result;
        }
    }
    return {};
}

}  // namespace

KeyType key_type_of(const KeyText& declared) {
    KeyType key;
    key.name = declared.name;
    key.sentence = declared.sentence;
    key.tag = declared.tag;
    key.required = declared.is_required;
    key.inert = declared.is_inert;
    key.lowest = declared.lowest;
    key.highest = declared.highest;
    key.lowest_excluded = declared.lowest_excluded;
    key.refers = declared.refers;
    return key;
}

const void* KeyType::in(const void* owner) const {
    const void* at = static_cast<const std::byte*>(owner) + access.offset;
    return access.value == nullptr ? at : access.value(at);
}

const KeyType* SpecType::find(std::string_view name) const {
    for (const KeyType& key : keys)
        if (!name.empty() && same_name(key.name, name)) return &key;
    return nullptr;
}

const KeyType* SpecType::flattened() const {
    for (const KeyType& key : keys)
        if (key.flattened()) return &key;
    return nullptr;
}

std::vector<std::string> SpecType::names() const {
    std::vector<std::string> result;
    const auto add = [&](std::string_view name) {
        if (std::find(result.begin(), result.end(), name) == result.end()) result.emplace_back(name);
    };
    for (const KeyType& key : keys) {
        if (!key.flattened()) {
            add(key.name);
            continue;
        }
        add(key.tag);
        for (const Alternative& alternative : key.alternatives)
            for (const KeyType& inner : alternative.type->keys) add(inner.name);
    }
    return result;
}

const Alternative* find_alternative(const KeyType& key, std::string_view kind) {
    for (const Alternative& alternative : key.alternatives)
        if (alternative.kind == kind) return &alternative;
    return nullptr;
}

std::optional<std::string> read_scalar(const KeyType& key, std::string_view text, UtcInstant start, void* target) {
    if (auto problem = store_any(key, text, start, target)) return problem;
    return out_of_range(key, text, target);
}

std::string print_scalar(const KeyType& key, const void* source) {
    switch (key.scalar) {
        case ScalarKind::duration: return print(*static_cast<const SimDuration*>(source));
        case ScalarKind::instant: return print(*static_cast<const Instant*>(source));
        case ScalarKind::ratio: return print(*static_cast<const Ratio*>(source));
        case ScalarKind::rate: return print(*static_cast<const Rate*>(source));
        case ScalarKind::bandwidth: return print(*static_cast<const Bandwidth*>(source));
        case ScalarKind::bytes: return print(*static_cast<const Bytes*>(source));
        case ScalarKind::factor: return print(*static_cast<const Factor*>(source));
        case ScalarKind::integer: return fmt::format("{}", *static_cast<const std::int64_t*>(source));
        case ScalarKind::number: return print_number(*static_cast<const double*>(source));
        case ScalarKind::boolean: return *static_cast<const bool*>(source) ? "true" : "false";
        case ScalarKind::text: return *static_cast<const std::string*>(source);
        case ScalarKind::choice: return std::string(key.texts[key.access.get_choice(source)]);
    }
    return {};
}

std::optional<double> base_value(const KeyType& key, const void* source) {
    switch (key.scalar) {
        case ScalarKind::duration: return static_cast<double>(static_cast<const SimDuration*>(source)->ns) / 1e9;
        case ScalarKind::instant: return static_cast<double>(static_cast<const Instant*>(source)->at.ns) / 1e9;
        case ScalarKind::ratio: return static_cast<const Ratio*>(source)->value;
        case ScalarKind::rate: return static_cast<const Rate*>(source)->per_second;
        case ScalarKind::bandwidth: return static_cast<const Bandwidth*>(source)->bits_per_second;
        case ScalarKind::bytes: return static_cast<double>(static_cast<const Bytes*>(source)->count);
        case ScalarKind::factor: return static_cast<const Factor*>(source)->value;
        case ScalarKind::integer: return static_cast<double>(*static_cast<const std::int64_t*>(source));
        case ScalarKind::number: return *static_cast<const double*>(source);
        case ScalarKind::boolean:
        case ScalarKind::text:
        case ScalarKind::choice: return std::nullopt;
    }
    return std::nullopt;
}

std::string print_base(const KeyType& key, double value) {
    switch (key.scalar) {
        case ScalarKind::duration:
        case ScalarKind::instant: return print(SimDuration{std::llround(value * 1e9)});
        case ScalarKind::ratio: return print(Ratio{value});
        case ScalarKind::rate: return print(Rate{value});
        case ScalarKind::bandwidth: return print(Bandwidth{value});
        case ScalarKind::bytes: return print(Bytes{std::llround(value)});
        case ScalarKind::factor: return print(Factor{value});
        case ScalarKind::integer: return fmt::format("{}", std::llround(value));
        case ScalarKind::number: return print_number(value);
        case ScalarKind::boolean:
        case ScalarKind::text:
        case ScalarKind::choice: break;
    }
    return {};
}

std::string type_text(const KeyType& key) {
    switch (key.form) {
        case KeyForm::scalar: return scalar_text(key);
        case KeyForm::list: return fmt::format("list of {}", key.scalar == ScalarKind::text ? plural_of(key.refers) : plural_of(key.scalar));
        case KeyForm::map: return "map";
        case KeyForm::entries: return "named list";
        case KeyForm::one_of: return fmt::format("map with `{}`", key.tag);
    }
    return {};
}

std::string range_text(const KeyType& key) {
    std::string result;
    if (key.lowest) result += fmt::format("{} {}", key.lowest_excluded ? "over" : "at least", print_base(key, *key.lowest));
    if (key.highest) result += fmt::format("{}at most {}", result.empty() ? "" : " and ", print_base(key, *key.highest));
    return result;
}

std::string_view noun_of(Refers what) {
    switch (what) {
        case Refers::nothing: return {};
        case Refers::site: return "site";
        case Refers::outside_site: return "outside site";
        case Refers::link: return "link";
        case Refers::tier: return "tier";
        case Refers::partition: return "partition";
        case Refers::tier_place: return "tier@site";
        case Refers::tenant_class: return "tenant class";
        case Refers::sender: return "sender";
        case Refers::client: return "client";
        case Refers::flaw: return "flaw";
        case Refers::fault_target: return "fault target";
        case Refers::mitigation: return "mitigation";
    }
    return {};
}

}  // namespace mailquake
