#include "models/scenario/validate.hpp"

#include "models/scenario/path.hpp"

namespace mailquake {

SourcePos ReadScenario::at(std::string_view path) const {
    while (true) {
        if (const YamlNode* node = find_path(tree, path)) return sources.pos(node->place);
        const auto dot = path.rfind('.');
        if (dot == std::string_view::npos) return sources.pos(tree.place);
        path = path.substr(0, dot);
    }
}

bool ReadScenario::says(std::string_view path) const { return find_path(tree, path) != nullptr; }

void validate(const ReadScenario& scenario, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.errors();
    validate_references(scenario, diagnostics);
    if (diagnostics.errors() > before) return;
    validate_topology(scenario, diagnostics);
    validate_traffic(scenario, diagnostics);
    validate_incidents(scenario, diagnostics);
    if (diagnostics.errors() == before) validate_effects(scenario, diagnostics);
}

}  // namespace mailquake
