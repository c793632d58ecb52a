#include "models/scenario/merge.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/base/name_index.hpp"

namespace mailquake {
namespace {

YamlNode scalar_child(std::string key, std::string text, NodePlace place) {
    YamlNode node;
    node.kind = NodeKind::scalar;
    node.key = std::move(key);
    node.key_place = place;
    node.text = std::move(text);
    node.place = place;
    return node;
}

/// Turns a scalar into a map with one key that holds it.
void wrap_in_map(YamlNode& node, std::string_view key) {
    YamlNode child = scalar_child(std::string(key), std::move(node.text), node.place);
    node.text.clear();
    node.kind = NodeKind::map;
    node.children.push_back(std::move(child));
}

/// The name that an entry gets from its other keys ("to", "from--to"), or an empty text where these are missing.
std::string default_name(const YamlNode& entry, std::string_view rule) {
    std::string result;
    while (!rule.empty()) {
        const auto end = rule.find("--");
        const YamlNode* part = entry.find(rule.substr(0, end));
        if (part == nullptr || part->kind != NodeKind::scalar) return {};
        result += (result.empty() ? "" : "--") + part->text;
        rule = end == std::string_view::npos ? std::string_view() : rule.substr(end + 2);
    }
    return result;
}

/// A name made of the words of a sentence: `p99(delay, class=gold) < 5m` is `p99-delay-class-gold-under-5m`.
std::string words_as_name(std::string_view text) {
    constexpr std::array signs{std::pair{"<=", " at most "}, std::pair{">=", " at least "}, std::pair{"==", " is "}, std::pair{"!=", " not "},
                               std::pair{"<", " under "},    std::pair{">", " over "},      std::pair{"/", " per "}, std::pair{"%", "pct "}};
    std::string result;
    while (!text.empty()) {
        const auto sign = std::find_if(signs.begin(), signs.end(), [&](const auto& s) { return text.starts_with(s.first); });
        std::string word = sign == signs.end() ? std::string(1, text.front()) : sign->second;
        text.remove_prefix(sign == signs.end() ? 1 : std::string_view(sign->first).size());
        for (char c : word) {
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
            const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (plain) result += c;
            else if (!result.empty() && result.back() != '-') result += '-';
        }
    }
    while (!result.empty() && result.back() == '-') result.pop_back();
    return result;
}

void shape_entry(YamlNode& entry, const SpecType& type, const MergeContext& context) {
    if (entry.kind == NodeKind::scalar) {
        const bool named_after_one_key = !type.name_default.empty() && type.name_default.find("--") == std::string_view::npos;
        wrap_in_map(entry, named_after_one_key ? type.name_default : "name");
    }
    if (entry.kind != NodeKind::map) return;
    if (!type.name_default.empty() && entry.find("name") == nullptr) {
        std::string name = default_name(entry, type.name_default);
        if (type.name_from_words) name = words_as_name(name);
        if (!name.empty()) entry.children.push_back(scalar_child("name", std::move(name), entry.place));
    }
    shape_map(entry, type, context);
}

void refuse_duplicates(YamlNode& list, const KeyType& key, const MergeContext& context) {
    const NameIndex names(list.children, [](const YamlNode& entry) { return entry.entry_name(); });
    std::vector<bool> again(list.children.size(), false);
    for (std::size_t i = 0; i < list.children.size(); ++i) {
        const std::string_view name = list.children[i].entry_name();
        const std::size_t first = name.empty() ? i : *names.find(name);
        if (first == i) continue;
        again[i] = true;
        context.diagnostics.error(context.sources.pos(list.children[i].find("name")->place), fmt::format("duplicate name '{}' in {}", name, key.name));
        context.diagnostics.also(context.sources.pos(list.children[first].find("name")->place), "the first one is here");
    }
    const YamlNode* begin = list.children.data();
    std::erase_if(list.children, [&](const YamlNode& entry) { return again[static_cast<std::size_t>(&entry - begin)]; });
}

/// Drops what `base` says for an alternative that `over` replaces by another.
void drop_old_alternative(YamlNode& base, const YamlNode& over, const KeyType& key, const SpecType* owner) {
    const Alternative* before = tagged_alternative(key, base);
    const Alternative* after = tagged_alternative(key, over);
    if (before == nullptr || after == nullptr || before->kind == after->kind) return;
    for (const KeyType& old : before->type->keys)
        if (after->type->find(old.name) == nullptr && (owner == nullptr || owner->find(old.name) == nullptr)) base.remove(old.name);
}

void merge_entries(YamlNode& base, YamlNode over, const SpecType& type, const MergeContext& context) {
    std::map<std::string, std::size_t, std::less<>> index;
    for (std::size_t i = 0; i < base.children.size(); ++i) index.emplace(base.children[i].entry_name(), i);
    for (YamlNode& entry : over.children) {
        const auto found = entry.entry_name().empty() ? index.end() : index.find(entry.entry_name());
        if (found == index.end()) base.children.push_back(std::move(entry));
        else merge_map(base.children[found->second], std::move(entry), type, context);
    }
}

/// Lays the value of one key over what stands there; both are shaped.
void merge_value(YamlNode& base, YamlNode over, const KeyType& key, const MergeContext& context) {
    if (key.form == KeyForm::map && base.kind == NodeKind::map && over.kind == NodeKind::map) {
        merge_map(base, std::move(over), *key.type, context);
    } else if (key.form == KeyForm::entries && base.kind == NodeKind::list && over.kind == NodeKind::list) {
        merge_entries(base, std::move(over), *key.type, context);
    } else if (key.form == KeyForm::one_of && base.kind == NodeKind::map && over.kind == NodeKind::map) {
        drop_old_alternative(base, over, key, nullptr);
        const Alternative* alternative = tagged_alternative(key, over.find(key.tag) != nullptr ? over : base);
        static const SpecType nothing{};
        merge_map(base, std::move(over), alternative == nullptr ? nothing : *alternative->type, context);
    } else {
        base = std::move(over);
    }
}

}  // namespace

const Alternative* tagged_alternative(const KeyType& key, const YamlNode& map) {
    const YamlNode* tag = map.find(key.tag);
    return tag == nullptr || tag->kind != NodeKind::scalar ? nullptr : find_alternative(key, tag->text);
}

const KeyType* find_key(const SpecType& type, const YamlNode& node, std::string_view name) {
    if (const KeyType* own = type.find(name)) return own;
    const KeyType* body = type.flattened();
    if (body == nullptr) return nullptr;
    if (const Alternative* alternative = tagged_alternative(*body, node)) return alternative->type->find(name);
    for (const Alternative& alternative : body->alternatives)
        if (const KeyType* key = alternative.type->find(name)) return key;
    return nullptr;
}

void shape(YamlNode& value, const KeyType& key, const MergeContext& context) {
    switch (key.form) {
        case KeyForm::scalar: return;
        case KeyForm::list:
        case KeyForm::entries:
            if (value.kind == NodeKind::scalar) {
                YamlNode item;
                item.kind = NodeKind::scalar;
                item.text = std::move(value.text);
                item.place = value.place;
                value.text.clear();
                value.kind = NodeKind::list;
                value.children.push_back(std::move(item));
            }
            if (key.form == KeyForm::list || value.kind != NodeKind::list) return;
            for (YamlNode& entry : value.children) shape_entry(entry, *key.type, context);
            refuse_duplicates(value, key, context);
            return;
        case KeyForm::map:
            if (value.kind == NodeKind::map) shape_map(value, *key.type, context);
            return;
        case KeyForm::one_of:
            if (value.kind == NodeKind::scalar) wrap_in_map(value, key.tag);
            if (value.kind != NodeKind::map) return;
            if (const Alternative* alternative = tagged_alternative(key, value)) shape_map(value, *alternative->type, context);
            return;
    }
}

void shape_map(YamlNode& map, const SpecType& type, const MergeContext& context) {
    if (map.kind != NodeKind::map) return;
    for (YamlNode& child : map.children)
        if (const KeyType* key = find_key(type, map, child.key)) shape(child, *key, context);
}

namespace {

/// Lays one value, with its key, over the map `base`. `is_first`: nothing stood in `base` before this layer, whose own keys are all different.
void merge_child(YamlNode& base, YamlNode child, const SpecType& type, const MergeContext& context, bool is_first) {
    YamlNode* below = is_first ? nullptr : base.find(child.key);
    if (child.kind == NodeKind::null) {
        if (below != nullptr) base.remove(child.key);
        else context.diagnostics.error(context.sources.pos(child.place), fmt::format("'{}' has no value (an empty one takes away what the layers below say, but they say no '{}')", child.key, child.key));
        return;
    }
    if (below == nullptr) {
        base.children.push_back(std::move(child));
        return;
    }
    const KeyType* key = find_key(type, base, child.key);
    if (key == nullptr) *below = std::move(child);
    else merge_value(*below, std::move(child), *key, context);
}

}  // namespace

void merge_map(YamlNode& base, YamlNode over, const SpecType& type, const MergeContext& context) {
    if (base.kind != NodeKind::map || over.kind != NodeKind::map) {
        base = std::move(over);
        return;
    }
    if (const KeyType* body = type.flattened()) drop_old_alternative(base, over, *body, &type);
    const bool is_first = base.children.empty();
    for (YamlNode& child : over.children) merge_child(base, std::move(child), type, context, is_first);
}

}  // namespace mailquake
