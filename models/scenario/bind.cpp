#include "models/scenario/bind.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "models/scenario/merge.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/spec/key_suggestion.hpp"

namespace mailquake {
namespace {

std::string short_text(const YamlNode& node) {
    if (node.kind != NodeKind::scalar) return std::string(print(node.kind));
    constexpr std::size_t most = 40;
    return node.text.size() <= most ? fmt::format("'{}'", node.text) : fmt::format("'{}...'", node.text.substr(0, most));
}

/// `links[nam-emea].latency`: where a key is, in words of the file; put together only when there is something to say.
class Where {
public:
    Where() = default;
    Where(const Where& around, std::string_view key) : around_(&around), key_(key) {}
    Where(const Where& around, std::string_view list, std::string_view entry)
        : around_(&around), key_(list), entry_(entry.empty() ? "?" : entry) {}

    [[nodiscard]] std::string text() const {
        if (around_ == nullptr) return {};
        std::string result = around_->text();
        if (!result.empty()) result += '.';
        result += key_;
        if (!entry_.empty()) result.append("[").append(entry_).append("]");
        return result;
    }
    [[nodiscard]] bool is_root() const { return around_ == nullptr; }

private:
    const Where* around_ = nullptr;     // the scenario itself is in nothing
    std::string_view key_;
    std::string_view entry_;            // of a list of entries: its name
};

std::string in_phrase(const Where& where) { return where.is_root() ? "the scenario" : where.text(); }

std::string kinds_of(const KeyType& key) {
    std::string result;
    for (const Alternative& alternative : key.alternatives) result += (result.empty() ? "" : ", ") + std::string(alternative.kind);
    return result;
}

class Binder {
public:
    Binder(const SourceTable& sources, Diagnostics& diagnostics, UtcInstant start)
        : sources_(sources), diagnostics_(diagnostics), start_(start) {}

    /// Reads a map into the spec at `owner`.
    void read_map(const YamlNode& node, const SpecType& type, void* owner, const Where& where) {
        const std::vector<const YamlNode*> values = values_by_key(node, type, where);
        for (const KeyType& key : type.keys) {
            if (key.flattened()) {
                read_alternative(node, key, key.member(owner), where, true);
                continue;
            }
            const YamlNode* value = values[static_cast<std::size_t>(&key - type.keys.data())];
            if (value == nullptr) {
                if (key.required) error(node.place, fmt::format("{} is missing in {}: {}", key.name, in_phrase(where), key.sentence));
                continue;
            }
            read_key(*value, key, owner, where);
        }
    }

private:
    void error(NodePlace place, std::string message) { diagnostics_.error(sources_.pos(place), std::move(message)); }

    /// The map's values in the order of the type's keys, null where none is written; refuses what is no key.
    std::vector<const YamlNode*> values_by_key(const YamlNode& node, const SpecType& type, const Where& where) {
        std::vector<const YamlNode*> values(type.keys.size(), nullptr);
        const KeyType* body = type.flattened();
        const Alternative* alternative = body == nullptr ? nullptr : tagged_alternative(*body, node);
        for (const YamlNode& child : node.children) {
            if (const KeyType* key = type.find(child.key)) {
                values[static_cast<std::size_t>(key - type.keys.data())] = &child;
                continue;
            }
            if (body != nullptr && child.key == body->tag) continue;
            if (alternative != nullptr && alternative->type->find(child.key) != nullptr) continue;
            refuse_key(child, type, body, alternative, where);
        }
        return values;
    }

    void refuse_key(const YamlNode& child, const SpecType& type, const KeyType* body, const Alternative* alternative, const Where& where) {
        std::string owners;
        if (body != nullptr)
            for (const Alternative& other : body->alternatives)
                if (other.type->find(child.key) != nullptr) owners += (owners.empty() ? "" : ", ") + std::string(other.kind);
        if (!owners.empty() && alternative == nullptr) return;  // the tag is missing or unknown: said once, there
        if (!owners.empty()) {
            error(child.key_place, fmt::format("'{}' belongs to {} {}, but {} is of {} {}", child.key, body->tag, owners, in_phrase(where), body->tag, alternative->kind));
            return;
        }
        std::vector<std::string> known;
        for (const bool inert : {false, true})
            for (const KeyType& key : type.keys)
                if (!key.flattened() && key.inert == inert) known.emplace_back(key.name);
        if (body != nullptr) known.emplace_back(body->tag);
        if (alternative != nullptr)
            for (const KeyType& key : alternative->type->keys) known.emplace_back(key.name);
        if (where.is_root()) known.insert(known.end(), {"extends", "include", "topology", "variants", "test"});
        error(child.key_place, fmt::format("unknown key '{}' in {}{}", child.key, in_phrase(where), key_suggestion(child.key, type, known)));
    }

    void read_key(const YamlNode& value, const KeyType& key, void* owner, const Where& where) {
        if (value.kind == NodeKind::null) {
            error(value.place, fmt::format("{} has no value: {}", Where(where, key.name).text(), key.sentence));
            return;
        }
        void* member = key.member(owner);
        if (key.optional) member = key.access.engage(member);
        const Where here(where, key.name);
        switch (key.form) {
            case KeyForm::scalar: read_value(value, key, member, here); return;
            case KeyForm::list: read_list(value, key, member, here); return;
            case KeyForm::map:
                if (value.kind == NodeKind::map) read_map(value, *key.type, member, here);
                else error(value.place, fmt::format("{} is a map of keys, but this is {}", here.text(), short_text(value)));
                return;
            case KeyForm::entries: read_entries(value, key, member, where); return;
            case KeyForm::one_of: read_alternative(value, key, member, here, false); return;
        }
    }

    void read_value(const YamlNode& value, const KeyType& key, void* target, const Where& here) {
        if (value.kind != NodeKind::scalar) {
            error(value.place, fmt::format("{} is one value ({}), but this is {}", here.text(), type_text(key), short_text(value)));
            return;
        }
        if (key.name == "name" && !is_entry_name(value.text)) {
            error(value.place, fmt::format("'{}' is not a name: use a-z, 0-9 and '-'", value.text));
            return;
        }
        if (const auto problem = read_scalar(key, value.text, start_, target)) error(value.place, fmt::format("{}: {}", here.text(), *problem));
    }

    void read_list(const YamlNode& list, const KeyType& key, void* target, const Where& here) {
        if (list.kind != NodeKind::list) {
            error(list.place, fmt::format("{} is a {}, but this is {}", here.text(), type_text(key), short_text(list)));
            return;
        }
        key.access.clear(target, list.children.size());
        for (const YamlNode& item : list.children) read_value(item, key, key.access.append(target), here);
        if (list.children.empty() && key.required) error(list.place, fmt::format("{} is empty: {}", here.text(), key.sentence));
    }

    void read_entries(const YamlNode& list, const KeyType& key, void* target, const Where& where) {
        const Where here(where, key.name);
        if (list.kind != NodeKind::list) {
            error(list.place, fmt::format("{} is a list of entries, each beginning `- name:`, but this is {}", here.text(), short_text(list)));
            return;
        }
        if (list.children.empty() && key.required) error(list.place, fmt::format("{} is empty: {}", here.text(), key.sentence));
        key.access.clear(target, list.children.size());
        for (const YamlNode& item : list.children) {
            if (item.kind != NodeKind::map) {
                error(item.place, fmt::format("an entry of {} is a map of keys with a `name`, but this is {}", here.text(), short_text(item)));
                continue;
            }
            void* spec = key.access.append(target);
            const auto name = item.entry_name();
            read_map(item, *key.type, spec, Where(where, key.name, name));
            if (key.type->entry != nullptr) key.type->entry(spec)->pos = sources_.pos(item.place);
        }
    }

    /// Reads the alternative that the tag names; `beside` says that its keys stand among the owner's own.
    void read_alternative(const YamlNode& node, const KeyType& key, void* target, const Where& where, bool beside) {
        if (node.kind != NodeKind::map) {
            error(node.place, fmt::format("{} is a map with `{}`, one of: {}; but this is {}", where.text(), key.tag, kinds_of(key), short_text(node)));
            return;
        }
        const YamlNode* tag = node.find(key.tag);
        if (tag == nullptr || tag->kind != NodeKind::scalar) {
            error(tag == nullptr ? node.place : tag->place, fmt::format("{} is missing in {}; it is one of: {}", key.tag, in_phrase(where), kinds_of(key)));
            return;
        }
        for (std::size_t n = 0; n < key.alternatives.size(); ++n) {
            if (key.alternatives[n].kind != tag->text) continue;
            read_body(node, key, n, key.access.choose(target, n), where, beside);
            return;
        }
        std::vector<std::string> kinds;
        for (const Alternative& alternative : key.alternatives) kinds.emplace_back(alternative.kind);
        error(tag->place, fmt::format("unknown {} '{}' in {}{}", key.tag, tag->text, in_phrase(where), suggestion(tag->text, kinds, "known ones")));
    }

    void read_body(const YamlNode& node, const KeyType& key, std::size_t n, void* body, const Where& where, bool beside) {
        const SpecType& type = *key.alternatives[n].type;
        if (!beside) refuse_foreign(node, key, n, where);
        for (const KeyType& inner : type.keys) {
            const YamlNode* value = node.find(inner.name);
            if (value != nullptr) read_key(*value, inner, body, where);
            else if (inner.required)
                error(node.place, fmt::format("{} is missing in {}, which is of {} {}: {}", inner.name, in_phrase(where), key.tag, key.alternatives[n].kind, inner.sentence));
        }
    }

    /// Refuses what is neither the tag nor a key of the alternative.
    void refuse_foreign(const YamlNode& node, const KeyType& key, std::size_t n, const Where& where) {
        SpecType map;
        KeyType body = key;
        body.name = {};
        map.keys.push_back(std::move(body));
        for (const YamlNode& child : node.children)
            if (child.key != key.tag && key.alternatives[n].type->find(child.key) == nullptr)
                refuse_key(child, map, &map.keys.front(), &key.alternatives[n], where);
    }

    const SourceTable& sources_;
    Diagnostics& diagnostics_;
    UtcInstant start_;
};

/// The start of the run: instants are read against it. Its own mistakes are said here.
UtcInstant read_start(const YamlNode& tree, const SourceTable& sources, Diagnostics& diagnostics) {
    const YamlNode* written = tree.find("start");
    const auto fallback = std::get<UtcInstant>(parse_utc(ScenarioSpec{}.start));
    if (written == nullptr || written->kind != NodeKind::scalar) return fallback;
    const auto parsed = parse_utc(written->text);
    if (const auto* instant = std::get_if<UtcInstant>(&parsed)) return *instant;
    diagnostics.error(sources.pos(written->place), fmt::format("start: {}", std::get<TextError>(parsed).message));
    return fallback;
}

}  // namespace

void bind(const YamlNode& tree, const SourceTable& sources, ScenarioSpec& spec, Diagnostics& diagnostics) {
    Binder binder(sources, diagnostics, read_start(tree, sources, diagnostics));
    spec.pos = sources.pos(tree.place);
    binder.read_map(tree, scenario_type(), &spec, Where());
}

}  // namespace mailquake
