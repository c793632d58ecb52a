#include "models/scenario/compose.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "models/scenario/merge.hpp"
#include "models/scenario/path.hpp"
#include "models/scenario/presets.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/backlog_tables.hpp"
#include "models/scenario/topology_layer.hpp"

namespace mailquake {
namespace {

namespace fs = std::filesystem;

/// `PATH: value` lines under a name, gathered from all files.
struct Overlay {
    std::string description;
    NodePlace place;
    YamlNode changes;   // a map whose keys are paths
};

/// What the files say so far; a file's own layer goes over that of the files it builds on.
struct Layers {
    YamlNode tree;
    std::vector<std::string> variant_order;
    std::map<std::string, Overlay, std::less<>> variants;
    std::optional<Overlay> cut;
};

YamlNode empty_map() {
    YamlNode node;
    node.kind = NodeKind::map;
    return node;
}

class Composer {
public:
    Composer(const LoadRequest& request, SourceTable& sources, Diagnostics& diagnostics)
        : request_(request), sources_(sources), diagnostics_(diagnostics), context_{sources, diagnostics} {}

    std::optional<Composition> run() {
        const auto file = find_root();
        if (!file) return std::nullopt;
        Composition result;
        result.file = *file;
        if (*file != "-") result.folder = fs::path(*file).parent_path();
        Layers layers;
        layers.tree = empty_map();
        if (!read_over(layers, *file, {})) return std::nullopt;
        for (const std::string& name : request_.variants) lay_variant(layers, name);
        if (request_.cut) lay_cut(layers);
        for (const std::string& set : request_.sets) lay_set(layers, set);
        lay_presets(layers.tree, request_.search, sources_, context_, request_.parsed.get());
        for (const std::string& name : layers.variant_order) {
            const Overlay& variant = layers.variants.find(name)->second;
            result.variants.push_back({name, variant.description, sources_.pos(variant.place)});
        }
        result.has_cut = layers.cut.has_value();
        result.tree = std::move(layers.tree);
        return result;
    }

private:
    // ---- finding files

    [[nodiscard]] std::optional<std::string> bundled(std::string_view name) const {
        if (!is_entry_name(name)) return std::nullopt;
        for (const fs::path& folder : request_.search) {
            const fs::path file = folder / name / "scenario.yaml";
            std::error_code status;
            if (fs::is_regular_file(file, status)) return file.string();
        }
        return std::nullopt;
    }

    std::optional<std::string> find_root() {
        const std::string& asked = request_.file;
        const SourcePos nowhere{.file = asked, .line = 0, .column = 0};
        std::error_code status;
        if (asked == "-") return asked;
        if (fs::is_directory(asked, status)) {
            const fs::path file = fs::path(asked) / "scenario.yaml";
            if (fs::exists(file, status)) return file.string();
            diagnostics_.error(nowhere, "a folder without a scenario.yaml");
            return std::nullopt;
        }
        if (fs::exists(asked, status)) return asked;
        if (const auto file = bundled(asked)) return file;
        const auto names = bundled_scenarios(request_.search);
        diagnostics_.error(nowhere, fmt::format("there is no such file, folder or bundled scenario{}", suggestion(asked, names, "bundled ones")));
        return std::nullopt;
    }

    /// The file that `asked` names in `from`; a bundled scenario where there is no such file.
    [[nodiscard]] std::string find_base(const std::string& asked, const std::string& from) const {
        std::error_code status;
        const fs::path beside = (from == "-" ? fs::path() : fs::path(from).parent_path()) / asked;
        if (fs::is_directory(beside, status) && fs::exists(beside / "scenario.yaml", status)) return (beside / "scenario.yaml").string();
        if (!fs::exists(beside, status))
            if (const auto file = bundled(asked)) return *file;
        return beside.lexically_normal().string();
    }

    // ---- files

    /// Lays `file`, and what it builds on below it, over `layers`.
    bool read_over(Layers& layers, const std::string& file, const SourcePos& asked_at) {
        if (!enter(file, asked_at)) return false;
        const bool ok = read_entered(layers, file, asked_at);
        chain_.pop_back();
        return ok;
    }

    [[nodiscard]] static std::string identity(const std::string& file) {
        std::error_code status;
        const fs::path canonical = fs::weakly_canonical(file, status);
        return status ? file : canonical.string();
    }

    bool enter(const std::string& file, const SourcePos& asked_at) {
        const auto same = [&](const std::string& other) { return identity(other) == identity(file); };
        if (const auto first = std::find_if(chain_.begin(), chain_.end(), same); first != chain_.end()) {
            std::string cycle;
            for (auto step = first; step != chain_.end(); ++step) cycle += *step + " -> ";
            diagnostics_.error(asked_at, fmt::format("a cycle of files: {}{}", cycle, file));
            return false;
        }
        constexpr std::size_t most_files = 100;
        if (++files_ > most_files) {
            diagnostics_.error(asked_at, fmt::format("over {} files in one scenario", most_files));
            return false;
        }
        chain_.push_back(file);
        return true;
    }

    bool read_entered(Layers& layers, const std::string& file, const SourcePos& asked_at) {
        auto text = read_text(file, max_input_octets - octets_, asked_at, diagnostics_);
        if (!text) return false;
        octets_ += text->size();
        const std::uint32_t source = sources_.add(file, "");
        Diagnostics unread;
        auto tree = parse_yaml(with_tables_indented(*text), source, sources_, unread, request_.parsed.get());
        if (is_named_by_another(asked_at) && !says_a_scenario(tree)) return refuse_base(file, asked_at, unread);
        for (const Diagnostic& one : unread.all()) diagnostics_.repeat(one);
        diagnostics_.add_source(file, std::move(*text));
        if (!tree) return false;
        if (tree->kind != NodeKind::map) {
            diagnostics_.error(sources_.pos(tree->place), fmt::format("a scenario is a map of keys, such as `name:` and `tiers:`, but this is {}", print(tree->kind)));
            return false;
        }
        bool ok = true;
        for (const std::string_view key : {"extends", "include"}) {
            const YamlNode* bases = tree->find(key);
            if (bases != nullptr) ok = read_bases(layers, *bases, file) && ok;
        }
        if (const YamlNode* topology = tree->find("topology")) ok = lay_topology(layers, *topology, file) && ok;
        for (const std::string_view key : {"extends", "include", "topology"}) tree->remove(key);
        take_overlays(layers, *tree);
        shape_map(*tree, scenario_type(), context_);
        if (layers.tree.children.empty()) layers.tree.place = tree->place;
        merge_map(layers.tree, std::move(*tree), scenario_type(), context_);
        return ok;
    }

    [[nodiscard]] static bool is_named_by_another(const SourcePos& asked_at) { return !asked_at.file.empty(); }

    /// A file with none of a scenario's keys is none, whatever YAML makes of it.
    [[nodiscard]] static bool says_a_scenario(const std::optional<YamlNode>& tree) {
        if (!tree || tree->kind != NodeKind::map) return false;
        if (tree->children.empty()) return true;
        return std::any_of(tree->children.begin(), tree->children.end(), [](const YamlNode& child) {
            constexpr std::array<std::string_view, 5> more{"extends", "include", "topology", "variants", "test"};
            return scenario_type().find(child.key) != nullptr || std::find(more.begin(), more.end(), child.key) != more.end();
        });
    }

    /// A file that another one names, and that is no scenario: where YAML ends is said, but none of its text is shown. Who
    /// runs a scenario need not be who wrote it.
    bool refuse_base(const std::string& file, const SourcePos& asked_at, const Diagnostics& unread) {
        if (unread.all().empty()) diagnostics_.error(asked_at, fmt::format("{} is no scenario: it has none of the keys of one", file));
        else diagnostics_.error(asked_at, fmt::format("{} is no scenario: {}: {}", file, print(unread.all().front().pos), unread.all().front().message));
        return false;
    }

    /// Sites and links of a topology file, over what this file builds on and under what it says itself.
    bool lay_topology(Layers& layers, const YamlNode& asked, const std::string& file) {
        auto topology = topology_layer(asked, file, max_input_octets - octets_, octets_, sources_, diagnostics_);
        if (!topology) return false;
        shape_map(*topology, scenario_type(), context_);
        merge_map(layers.tree, std::move(*topology), scenario_type(), context_);
        return true;
    }

    bool read_bases(Layers& layers, const YamlNode& bases, const std::string& file) {
        if (bases.kind == NodeKind::scalar) return read_base(layers, bases, file);
        if (bases.kind != NodeKind::list || bases.key == "extends") {
            diagnostics_.error(sources_.pos(bases.place), fmt::format("{} names {}, but this is {}", bases.key,
                                                                     bases.key == "extends" ? "one file or bundled scenario" : "files", print(bases.kind)));
            return false;
        }
        bool ok = true;
        for (const YamlNode& base : bases.children) ok = read_base(layers, base, file) && ok;
        return ok;
    }

    bool read_base(Layers& layers, const YamlNode& base, const std::string& file) {
        const SourcePos pos = sources_.pos(base.place);
        if (base.kind != NodeKind::scalar) {
            diagnostics_.error(pos, fmt::format("the name of a file is needed here, but this is {}", print(base.kind)));
            return false;
        }
        const std::string target = find_base(base.text, file);
        std::error_code status;
        if (!fs::exists(target, status)) {
            diagnostics_.error(pos, fmt::format("there is no file {}, nor a bundled scenario of that name{}", target,
                                                suggestion(base.text, bundled_scenarios(request_.search), "bundled ones")));
            return false;
        }
        if (!fs::is_regular_file(target, status) && !fs::is_directory(target, status)) {
            diagnostics_.error(pos, fmt::format("{} is not a regular file", target));
            return false;
        }
        return read_over(layers, target, pos);
    }

    // ---- variants and the cut

    void take_overlays(Layers& layers, YamlNode& tree) {
        if (YamlNode* variants = tree.find("variants")) take_variants(layers, *variants);
        if (YamlNode* cut = tree.find("test")) {
            if (!layers.cut) layers.cut = Overlay{{}, cut->key_place, empty_map()};
            take_changes(*layers.cut, *cut, "test", "the test cut");
        }
        tree.remove("variants");
        tree.remove("test");
    }

    void take_variants(Layers& layers, YamlNode& variants) {
        if (variants.kind != NodeKind::map && variants.kind != NodeKind::list) {
            diagnostics_.error(sources_.pos(variants.place), fmt::format("variants are a list, each with a `name` and lines of `PATH: value`, but this is {}", print(variants.kind)));
            return;
        }
        std::map<std::string, NodePlace, std::less<>> seen;
        for (YamlNode& variant : variants.children) {
            const YamlNode* named = variant.find("name");
            const bool in_map = variants.kind == NodeKind::map;
            const std::string name = in_map ? variant.key : std::string(variant.entry_name());
            const NodePlace place = in_map ? variant.key_place : named != nullptr ? named->place : variant.place;
            if (!is_entry_name(name)) {
                diagnostics_.error(sources_.pos(place), name.empty() ? "a variant needs a name" : fmt::format("'{}' is not a name: use a-z, 0-9 and '-'", name));
                continue;
            }
            if (const auto [first, is_new] = seen.emplace(name, place); !is_new) {
                diagnostics_.error(sources_.pos(place), fmt::format("duplicate name '{}' in variants", name));
                diagnostics_.also(sources_.pos(first->second), "the first one is here");
                continue;
            }
            if (!in_map) variant.remove("name");
            take_variant(layers, name, place, variant);
        }
    }

    void take_variant(Layers& layers, const std::string& name, NodePlace place, YamlNode& variant) {
        const bool is_new = layers.variants.find(name) == layers.variants.end();
        if (is_new) layers.variant_order.push_back(name);
        Overlay& overlay = layers.variants[name];
        if (is_new) overlay.changes = empty_map();
        overlay.place = place;
        if (const YamlNode* description = variant.find("description"); description != nullptr && description->kind == NodeKind::scalar)
            overlay.description = description->text;
        if (variant.kind == NodeKind::map) variant.remove("description");
        take_changes(overlay, variant, "variant " + name, fmt::format("variant '{}'", name));
    }

    void take_changes(Overlay& overlay, YamlNode& changes, const std::string& label, const std::string& what) {
        if (changes.kind == NodeKind::null) return;
        if (changes.kind != NodeKind::map) {
            diagnostics_.error(sources_.pos(changes.place), fmt::format("{} is lines of `PATH: value`, but this is {}", what, print(changes.kind)));
            return;
        }
        for (YamlNode& change : changes.children) {
            relabel(change, label);
            overlay.changes.remove(change.key);
            overlay.changes.children.push_back(std::move(change));
        }
    }

    /// Marks where a value comes from: the same file, but as a variant or the cut.
    void relabel(YamlNode& node, const std::string& label) {
        const std::string file = sources_.sources[node.place.source].file;
        const std::uint32_t source = sources_.add(file, label);
        const auto mark = [&](auto&& self, YamlNode& at) -> void {
            at.place.source = at.key_place.source = source;
            for (YamlNode& child : at.children) self(self, child);
        };
        mark(mark, node);
    }

    void lay(Layers& layers, const Overlay& overlay) {
        for (const YamlNode& change : overlay.changes.children) assign_path(layers.tree, change.key, change, change.key_place, context_);
    }

    void lay_variant(Layers& layers, const std::string& name) {
        const auto found = layers.variants.find(name);
        if (found != layers.variants.end()) {
            lay(layers, found->second);
            return;
        }
        const SourcePos pos{.file = "--variant:" + name, .line = 0, .column = 0};
        if (layers.variant_order.empty()) diagnostics_.error(pos, "the scenario has no variants");
        else diagnostics_.error(pos, fmt::format("no such variant{}", suggestion(name, layers.variant_order, "variants")));
    }

    void lay_cut(Layers& layers) {
        if (!layers.cut) {
            diagnostics_.error({.file = chain_.empty() ? request_.file : chain_.front(), .line = 0, .column = 0}, "the scenario has no `test:` cut");
            return;
        }
        for (const std::string& name : request_.variants) warn_of_hidden(layers, name);
        lay(layers, *layers.cut);
    }

    /// What a chosen variant says in vain, because the cut says the same path otherwise. To be shorter is what a cut is for.
    void warn_of_hidden(const Layers& layers, const std::string& variant) {
        const auto chosen = layers.variants.find(variant);
        if (chosen == layers.variants.end()) return;
        for (const YamlNode& change : chosen->second.changes.children) {
            const YamlNode* over = layers.cut->changes.find(change.key);
            if (over == nullptr || over->text == change.text || change.key == "duration" || change.key == "warmup" || change.key == "cooldown") continue;
            const auto is_set = [&](const std::string& set) { return set.starts_with(change.key + "="); };
            if (std::any_of(request_.sets.begin(), request_.sets.end(), is_set)) continue;
            diagnostics_.warning(sources_.pos(change.key_place), fmt::format("the test cut says {0} too, at {1}, and goes over variant '{2}'; --set {0}=... goes over both",
                                                                             change.key, print(sources_.pos(over->key_place)), variant));
        }
    }

    void lay_set(Layers& layers, const std::string& set) {
        const auto equals = set.find('=');
        const std::string path = set.substr(0, equals);
        const NodePlace place{sources_.add(path.empty() ? "--set" : "--set:" + path, "--set"), 0, 0};
        if (equals == std::string::npos || equals == 0) {
            diagnostics_.error(sources_.pos(place), fmt::format("'{}' is not PATH=VALUE, as tiers.edge.servers=4", set));
            return;
        }
        const auto value = set_value(set.substr(equals + 1), place);
        if (value) assign_path(layers.tree, path, *value, place, context_);
    }

    /// The value of a --set: YAML, so that lists and maps can be written; all of it stands at `place`.
    std::optional<YamlNode> set_value(const std::string& text, NodePlace place) {
        Diagnostics inner;
        YamlNode empty;
        empty.place = empty.key_place = place;
        if (text.find_first_not_of(" \t") == std::string::npos) {
            diagnostics_.error(sources_.pos(place), "there is no value after the `=`; `~` takes a value away");
            return std::nullopt;
        }
        auto value = parse_yaml(text == "~" || text == "null" ? "[]" : text, place.source, sources_, inner);
        if (!value) {
            diagnostics_.error(sources_.pos(place), fmt::format("'{}': {}", text, inner.all().front().message));
            return std::nullopt;
        }
        if (text == "~" || text == "null") return empty;
        const auto mark = [&](auto&& self, YamlNode& at) -> void {
            at.place = at.key_place = place;
            for (YamlNode& child : at.children) self(self, child);
        };
        mark(mark, *value);
        return value;
    }

    const LoadRequest& request_;
    SourceTable& sources_;
    Diagnostics& diagnostics_;
    MergeContext context_;
    std::vector<std::string> chain_;
    std::size_t files_ = 0;
    std::size_t octets_ = 0;
};

}  // namespace

std::optional<Composition> compose(const LoadRequest& request, SourceTable& sources, Diagnostics& diagnostics) {
    return Composer(request, sources, diagnostics).run();
}

std::vector<std::string> bundled_scenarios(const std::vector<fs::path>& search) {
    std::vector<std::string> names;
    for (const fs::path& folder : search) {
        std::error_code status;
        for (const auto& item : fs::directory_iterator(folder, status))
            if (fs::exists(item.path() / "scenario.yaml", status)) names.push_back(item.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace mailquake
