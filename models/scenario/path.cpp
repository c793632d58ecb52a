#include "models/scenario/path.hpp"

#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "models/scenario/scenario_type.hpp"
#include "models/spec/key_suggestion.hpp"

namespace mailquake {
namespace {

std::vector<std::string> split(std::string_view path) {
    std::vector<std::string> result;
    while (true) {
        const auto dot = path.find('.');
        result.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos) return result;
        path.remove_prefix(dot + 1);
    }
}

std::vector<std::string> entry_names(const YamlNode& list) {
    std::vector<std::string> result;
    for (const YamlNode& entry : list.children) result.emplace_back(entry.entry_name());
    return result;
}

/// One assignment on its way down; says at most one error.
class Assignment {
public:
    Assignment(std::string_view path, const YamlNode& value, NodePlace path_place, const MergeContext& context)
        : path_(path), segments_(split(path)), value_(value), path_place_(path_place), context_(context) {}

    void run(YamlNode& root) {
        if (std::find(segments_.begin(), segments_.end(), "") != segments_.end()) {
            error(fmt::format("'{}' is not a path; write keys and names with dots between, as tiers.edge.servers", path_));
            return;
        }
        into_map(root, scenario_type(), 0);
        if (failed_ || assigned_ > 0) return;
        error(lacking_.empty() ? fmt::format("'{}' matches nothing", path_) : lacking_);
    }

private:
    void error(std::string message) {
        if (failed_) return;
        failed_ = true;
        context_.diagnostics.error(context_.sources.pos(path_place_), std::move(message));
    }

    [[nodiscard]] std::string upto(std::size_t depth) const {
        std::string result;
        for (std::size_t i = 0; i < depth; ++i) result += (i == 0 ? "" : ".") + segments_[i];
        return result;
    }
    [[nodiscard]] std::string within(std::size_t depth) const { return depth == 0 ? "the scenario" : "'" + upto(depth) + "'"; }
    [[nodiscard]] bool last(std::size_t depth) const { return depth + 1 == segments_.size(); }
    [[nodiscard]] bool through_star(std::size_t depth) const {
        return std::find(segments_.begin(), segments_.begin() + static_cast<std::ptrdiff_t>(depth), "*") != segments_.begin() + static_cast<std::ptrdiff_t>(depth);
    }

    /// Under `*`, entries of another kind may lack a key; anywhere else that is an error.
    void lacks(std::size_t depth, std::string message) {
        if (through_star(depth)) lacking_ = std::move(message);
        else error(std::move(message));
    }

    [[nodiscard]] YamlNode placed_value(std::string_view key) const {
        YamlNode value = value_;
        value.key = std::string(key);
        value.key_place = path_place_;
        return value;
    }

    void into_map(YamlNode& map, const SpecType& type, std::size_t depth) {
        const std::string& name = segments_[depth];
        const KeyType* body = type.flattened();
        if (body != nullptr && name == body->tag) {
            set_in_map(map, type, depth);
            return;
        }
        const KeyType* key = find_key(type, map, name);
        if (key == nullptr) {
            lacks(depth, fmt::format("unknown key '{}' in {}{}", name, within(depth), key_suggestion(name, type, type.names())));
            return;
        }
        if (last(depth)) set_in_map(map, type, depth);
        else into_key(map, *key, depth);
    }

    void set_in_map(YamlNode& map, const SpecType& type, std::size_t depth) {
        YamlNode over;
        over.kind = NodeKind::map;
        over.place = path_place_;
        over.children.push_back(placed_value(segments_[depth]));
        ++assigned_;
        if (value_.kind == NodeKind::null && map.find(segments_[depth]) == nullptr) {
            error(fmt::format("'{}' is unsaid already; there is nothing to take away", path_));
            return;
        }
        shape_key(over.children.front(), type, map);
        merge_map(map, std::move(over), type, context_);
    }

    void shape_key(YamlNode& child, const SpecType& type, const YamlNode& map) const {
        if (const KeyType* key = find_key(type, map, child.key)) shape(child, *key, context_);
    }

    void into_key(YamlNode& map, const KeyType& key, std::size_t depth) {
        switch (key.form) {
            case KeyForm::scalar:
            case KeyForm::list:
                error(fmt::format("'{}' holds one value ({}): there are no keys below it", upto(depth + 1), type_text(key)));
                return;
            case KeyForm::map:
                into_map(child_map(map, key.name), *key.type, depth + 1);
                return;
            case KeyForm::one_of:
                into_alternative(child_map(map, key.name), key, depth + 1);
                return;
            case KeyForm::entries:
                into_entries(map, key, depth + 1);
                return;
        }
    }

    /// The map under `name`, made where nothing is said yet.
    [[nodiscard]] YamlNode& child_map(YamlNode& map, std::string_view name) const {
        if (YamlNode* child = map.find(name)) return *child;
        YamlNode node;
        node.kind = NodeKind::map;
        node.key = std::string(name);
        node.key_place = node.place = path_place_;
        return map.children.emplace_back(std::move(node));
    }

    void into_alternative(YamlNode& map, const KeyType& key, std::size_t depth) {
        if (!last(depth)) {
            error(fmt::format("there are no keys below '{}'", upto(depth + 1)));
            return;
        }
        // The map of a one_of reads like one with a flattened body.
        SpecType type;
        KeyType body = key;
        body.name = {};
        type.keys.push_back(std::move(body));
        into_map(map, type, depth);
    }

    void into_entries(YamlNode& map, const KeyType& key, std::size_t depth) {
        YamlNode* list = map.find(key.name);
        const std::string& name = segments_[depth];
        if (list == nullptr || list->kind != NodeKind::list || list->children.empty()) {
            lacks(depth, fmt::format("'{}' matches nothing: there are no {}", path_, key.name));
            return;
        }
        if (name == "*") {
            if (last(depth)) error(fmt::format("'{}' names whole entries; add the key that is set, as {}.enabled", path_, path_));
            for (YamlNode& entry : list->children)
                if (!failed_) into_map(entry, *key.type, depth + 1);
            return;
        }
        YamlNode* entry = list->entry(name);
        if (entry == nullptr) {
            lacks(depth, fmt::format("no '{}' in {}{}", name, upto(depth), suggestion(name, entry_names(*list), "there")));
            return;
        }
        if (last(depth)) set_entry(*list, *entry, key);
        else into_map(*entry, *key.type, depth + 1);
    }

    void set_entry(YamlNode& list, YamlNode& entry, const KeyType& key) {
        ++assigned_;
        if (value_.kind == NodeKind::null) {
            list.children.erase(list.children.begin() + (&entry - list.children.data()));
        } else if (value_.kind == NodeKind::map) {
            YamlNode over = value_;
            shape_map(over, *key.type, context_);
            merge_map(entry, std::move(over), *key.type, context_);
        } else {
            error(fmt::format("'{}' is an entry with keys of its own; set one of these, as {}.{}", path_, path_, key.type->keys.back().flattened() ? "enabled" : key.type->keys.back().name));
        }
    }

    std::string path_;
    std::vector<std::string> segments_;
    const YamlNode& value_;
    NodePlace path_place_;
    const MergeContext& context_;
    bool failed_ = false;
    int assigned_ = 0;
    std::string lacking_;
};

/// Follows a path through types; `segments` is what is left of it.
class TypeWalk {
public:
    using Segments = std::span<const std::string>;

    static std::optional<PathType> in_map(const YamlNode* map, const SpecType& type, Segments segments) {
        const KeyType* body = type.flattened();
        if (body != nullptr && segments.front() == body->tag) return segments.size() == 1 ? std::optional(tag_of(*body)) : std::nullopt;
        static const YamlNode nothing{};
        const KeyType* key = find_key(type, map != nullptr ? *map : nothing, segments.front());
        if (key == nullptr) return std::nullopt;
        if (segments.size() == 1) return PathType{type_text(*key), key->scalar == ScalarKind::integer, key->lowest, key->highest};
        return below(map != nullptr ? map->find(key->name) : nullptr, *key, segments.subspan(1));
    }

private:
    static PathType tag_of(const KeyType& key) {
        std::string kinds;
        for (const Alternative& alternative : key.alternatives) kinds += fmt::format("{}{}", kinds.empty() ? "" : ", ", alternative.kind);
        return {"one of " + kinds, false, std::nullopt, std::nullopt};
    }

    static std::optional<PathType> below(const YamlNode* node, const KeyType& key, Segments segments) {
        switch (key.form) {
            case KeyForm::scalar:
            case KeyForm::list: return std::nullopt;
            case KeyForm::map: return in_map(node, *key.type, segments);
            case KeyForm::one_of: {
                SpecType type;   // its map reads like one with a flattened body
                KeyType body = key;
                body.name = {};
                type.keys.push_back(std::move(body));
                return in_map(node, type, segments);
            }
            case KeyForm::entries: return in_entries(node, key, segments);
        }
        return std::nullopt;
    }

    static std::optional<PathType> in_entries(const YamlNode* list, const KeyType& key, Segments segments) {
        if (list == nullptr || list->kind != NodeKind::list) return std::nullopt;
        for (const YamlNode& entry : list->children) {
            if (segments.front() != "*" && entry.entry_name() != segments.front()) continue;
            if (segments.size() == 1) return PathType{"entry", false, std::nullopt, std::nullopt};
            if (const auto found = in_map(&entry, *key.type, segments.subspan(1))) return found;
        }
        return std::nullopt;
    }
};

}  // namespace

std::optional<PathType> type_at(const YamlNode& root, std::string_view path) {
    const std::vector<std::string> segments = split(path);
    return TypeWalk::in_map(&root, scenario_type(), segments);
}

void assign_path(YamlNode& root, std::string_view path, const YamlNode& value, NodePlace path_place, const MergeContext& context) {
    Assignment(path, value, path_place, context).run(root);
}

const YamlNode* find_path(const YamlNode& root, std::string_view path) { return PathIndex(root).find(path); }

const YamlNode* PathIndex::find(std::string_view path) const {
    const YamlNode* node = &root_;
    while (node != nullptr) {
        const auto dot = path.find('.');
        const std::string_view segment = path.substr(0, dot);
        if (node->kind == NodeKind::map) node = node->find(segment);
        else if (node->kind == NodeKind::list) node = entry(*node, segment);
        else node = nullptr;
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    return node;
}

const YamlNode* PathIndex::entry(const YamlNode& list, std::string_view name) const {
    NameIndex& names = lists_[&list];
    if (names.empty()) names = {list.children, [](const YamlNode& child) { return child.entry_name(); }};
    if (const auto found = names.find(name); found && !name.empty()) return &list.children[*found];
    std::size_t index = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), index);
    const bool is_index = status == std::errc{} && end == name.data() + name.size();
    return is_index && index < list.children.size() ? &list.children[index] : nullptr;
}

}  // namespace mailquake
