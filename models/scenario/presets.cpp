#include "models/scenario/presets.hpp"

#include <optional>

#include <fmt/format.h>

#include "models/scenario/scenario_type.hpp"

namespace mailquake {
namespace {

namespace fs = std::filesystem;

class Presets {
public:
    Presets(const std::vector<fs::path>& search, SourceTable& sources, const MergeContext& context, ParsedTexts* parsed)
        : search_(search), sources_(sources), context_(context), parsed_(parsed) {}

    void lay(YamlNode& tree) {
        for (YamlNode& list : tree.children) {
            const KeyType* key = scenario_type().find(list.key);
            if (key == nullptr || key->form != KeyForm::entries || list.kind != NodeKind::list || key->type->find("preset") == nullptr) continue;
            for (YamlNode& entry : list.children)
                if (const YamlNode* asked = entry.find("preset"); asked != nullptr && asked->kind == NodeKind::scalar) lay_under(entry, *asked, *key);
        }
    }

private:
    void lay_under(YamlNode& entry, const YamlNode& asked, const KeyType& list) {
        if (!read()) return;
        const YamlNode* all = file_->find(list.name);
        const YamlNode* preset = all == nullptr ? nullptr : all->find(asked.text);
        if (preset != nullptr) {
            fill_in(entry, marked(*preset, sources_.add(path_, std::string(kPresetLabel) + asked.text)), *list.type);
            return;
        }
        std::vector<std::string> names;
        if (all != nullptr)
            for (const YamlNode& known : all->children) names.push_back(known.key);
        context_.diagnostics.error(sources_.pos(asked.place), fmt::format("there is no preset '{}' of {}{}", asked.text, list.name, suggestion(asked.text, names, "presets")));
    }

    /// Takes what `entry` does not say from `preset`.
    void fill_in(YamlNode& entry, YamlNode preset, const SpecType& type) {
        for (YamlNode& value : preset.children) {
            const KeyType* key = find_key(type, preset, value.key);
            if (key != nullptr) shape(value, *key, context_);
            YamlNode* own = entry.find(value.key);
            if (own == nullptr) entry.children.push_back(std::move(value));
            else if (key != nullptr && own->kind == NodeKind::map && value.kind == NodeKind::map) fill_in_map(*own, std::move(value), *key);
        }
    }

    void fill_in_map(YamlNode& own, YamlNode preset, const KeyType& key) {
        if (key.form == KeyForm::map) {
            fill_in(own, std::move(preset), *key.type);
            return;
        }
        if (key.form != KeyForm::one_of) return;
        const Alternative* theirs = tagged_alternative(key, preset);
        const Alternative* ours = tagged_alternative(key, own);
        if (theirs != nullptr && (ours == nullptr || ours->kind == theirs->kind)) fill_in(own, std::move(preset), *theirs->type);
    }

    static YamlNode marked(YamlNode node, std::uint32_t source) {
        node.place.source = node.key_place.source = source;
        for (YamlNode& child : node.children) child = marked(std::move(child), source);
        return node;
    }

    bool read() {
        if (file_ || failed_) return file_.has_value();
        path_ = "presets.yaml";
        for (const fs::path& folder : search_) {
            std::error_code status;
            if (!fs::exists(folder / path_, status)) continue;
            path_ = (folder / path_).string();
            break;
        }
        if (auto text = read_text(path_, max_input_octets, {}, context_.diagnostics)) {
            file_ = parse_yaml(*text, sources_.add(path_, ""), sources_, context_.diagnostics, parsed_);
            context_.diagnostics.add_source(path_, std::move(*text));
        }
        failed_ = !file_;
        return !failed_;
    }

    const std::vector<fs::path>& search_;
    SourceTable& sources_;
    const MergeContext& context_;
    ParsedTexts* parsed_;
    std::string path_;
    std::optional<YamlNode> file_;
    bool failed_ = false;
};

}  // namespace

void lay_presets(YamlNode& tree, const std::vector<fs::path>& search, SourceTable& sources, const MergeContext& context, ParsedTexts* parsed) {
    Presets(search, sources, context, parsed).lay(tree);
}

}  // namespace mailquake
