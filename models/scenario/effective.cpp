#include "models/scenario/effective.hpp"

#include <fmt/format.h>

#include "models/scenario/canonical.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/yaml_tree.hpp"

namespace mailquake {
namespace {

class Lister {
public:
    explicit Lister(const SourceTable& sources) : sources_(sources) {}

    /// `written` is the map that the spec was read from, or null where nobody wrote one.
    void list_map(const SpecType& type, const void* spec, const YamlNode* written, const std::string& path) {
        for (const KeyType& key : type.keys) {
            const void* value = key.in(spec);
            if (value == nullptr) continue;
            if (key.flattened()) list_alternative(key, value, written, path);
            else list_key(key, value, written == nullptr ? nullptr : written->find(key.name), path.empty() ? std::string(key.name) : fmt::format("{}.{}", path, key.name));
        }
    }

    std::vector<EffectiveValue> values;

private:
    void add(const std::string& path, std::string value, const YamlNode* written, bool inert) {
        if (written == nullptr && inert) return;  // nobody says it and nothing rests on it
        values.push_back({.path = path,
                          .value = std::move(value),
                          .origin = written == nullptr ? "default" : sources_.origin(written->place),
                          .is_default = written == nullptr,
                          .is_inert = inert});
    }

    void list_key(const KeyType& key, const void* value, const YamlNode* written, const std::string& path) {
        switch (key.form) {
            case KeyForm::scalar:
                if (written != nullptr || key.scalar != ScalarKind::text || !static_cast<const std::string*>(value)->empty())
                    add(path, print_scalar(key, value), written, key.inert);
                return;
            case KeyForm::list: {
                std::string items;
                for (std::size_t i = 0; i < key.access.size(value); ++i) items += (i == 0 ? "" : ", ") + yaml_scalar(print_scalar(key, key.access.item(value, i)));
                add(path, "[" + items + "]", written, key.inert);
                return;
            }
            case KeyForm::map: list_map(*key.type, value, written, path); return;
            case KeyForm::entries:
                for (std::size_t i = 0; i < key.access.size(value); ++i) {
                    // Entries are read in the order in which they stand in the tree.
                    const YamlNode* entry = written != nullptr && i < written->children.size() ? &written->children[i] : nullptr;
                    list_map(*key.type, key.access.item(value, i), entry, fmt::format("{}.{}", path, entry == nullptr ? "" : entry->entry_name()));
                }
                return;
            case KeyForm::one_of: list_alternative(key, value, written, path); return;
        }
    }

    void list_alternative(const KeyType& key, const void* value, const YamlNode* written, const std::string& path) {
        const Alternative& alternative = key.alternatives[key.access.chosen(value)];
        add(fmt::format("{}.{}", path, key.tag), std::string(alternative.kind), written == nullptr ? nullptr : written->find(key.tag), false);
        list_map(*alternative.type, key.access.body(value), written, path);
    }

    const SourceTable& sources_;
};

}  // namespace

std::vector<EffectiveValue> effective_listing(const LoadedScenario& scenario) {
    Lister lister(*scenario.sources);
    lister.list_map(scenario_type(), &scenario.spec, scenario.tree.get(), "");
    return std::move(lister.values);
}

}  // namespace mailquake
