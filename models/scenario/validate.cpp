#include "models/scenario/validate.hpp"

#include "models/scenario/presets.hpp"

#include "models/scenario/path.hpp"

namespace mailquake {

SourcePos ReadScenario::at(std::string_view path) const {
    while (true) {
        if (const YamlNode* node = paths.find(path)) return sources.pos(node->place);
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return sources.pos(tree.place);
        path = path.substr(0, dot);
    }
}

SourcePos ReadScenario::latest_in(std::string_view path) const {
    const YamlNode* node = paths.find(path);
    if (node == nullptr) return at(path);
    const YamlNode* latest = node;
    const auto search = [&](auto&& self, const YamlNode& around) -> void {
        for (const YamlNode& child : around.children) {
            if (child.kind == NodeKind::scalar && child.place.source != node->place.source) latest = &child;
            self(self, child);
        }
    };
    search(search, *node);
    return sources.pos(latest->place);
}

bool ReadScenario::says(std::string_view path) const {
    const YamlNode* node = paths.find(path);
    return node != nullptr && !sources.sources.at(node->place.source).label.starts_with(kPresetLabel);
}

void validate(const ReadScenario& scenario, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errors();
    validate_sizes(scenario, diagnostics);
    if (diagnostics.errors() > before) return;
    validate_references(scenario, diagnostics);
    validate_expectations(scenario, diagnostics);
    if (diagnostics.errors() > before) return;
    validate_topology(scenario, diagnostics);
    validate_traffic(scenario, diagnostics);
    validate_incidents(scenario, diagnostics);
    validate_dashboards(scenario, diagnostics);
    validate_policies(scenario, diagnostics);
    if (diagnostics.errors() == before) validate_effects(scenario, diagnostics);
    if (diagnostics.errors() == before) validate_shares(scenario, diagnostics);
    if (diagnostics.errors() == before) validate_next_hops(scenario, diagnostics);
}

}  // namespace mailquake
