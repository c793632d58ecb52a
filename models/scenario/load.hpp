// From a scenario's name to a validated ScenarioSpec: find the file, read it, compose what it builds on, lay variants and
// single values over it, read it into the specs, check what holds between entries.
//
// Layers, the later over the earlier: defaults < presets < `extends` < `include` < `topology` < file < variants (as named) < the `test:` cut <
// --set. All mistakes are collected in Diagnostics; there is a scenario only if none of them is an error.
// Left out: --vary (sweeps set paths through `sets`).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/scenario/scenario_spec.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

class YamlNode;
struct SourceTable;
using ParsedTexts = std::map<std::pair<std::uint32_t, std::string>, YamlNode>;

struct LoadRequest {
    std::string file;                            // a file, a folder with scenario.yaml, a bundled scenario's name, or `-`: stdin
    std::vector<std::string> sets{};             // PATH=VALUE, in order
    std::vector<std::string> variants{};         // names, in order
    bool cut = false;                            // lay the `test:` cut over it
    std::vector<std::filesystem::path> search{}; // folders that hold bundled scenarios, one folder each
    std::shared_ptr<ParsedTexts> parsed{};       // files that need not be parsed again (yaml_tree.hpp); null: none
    std::string until{};                         // --until, an offset or an ISO instant: faults after it are warnings then
    bool identity = true;                        // put the canonical text together; who only checks leaves it out
};

/// A variant that the scenario offers.
struct VariantInfo {
    std::string name;
    std::string description;
    SourcePos   pos;
};

struct LoadedScenario {
    ScenarioSpec spec;
    std::string file;                            // as positions name it
    std::filesystem::path folder;                // of the scenario file; empty for stdin
    std::string canonical_text;                  // all that has an effect, defaults included, in declared order: its identity
    std::vector<VariantInfo> variants;
    bool has_cut = false;                        // the scenario has a `test:`
    std::optional<SimDuration> until;            // where the request cuts the run
    std::shared_ptr<const YamlNode> tree;        // what was written, composed; for effective_listing and perturbations
    std::shared_ptr<const SourceTable> sources;
};

/// Loads, composes and validates. Nothing, and errors in `diagnostics`, when the scenario cannot run.
[[nodiscard]] std::optional<LoadedScenario> load_scenario(const LoadRequest& request, Diagnostics& diagnostics);

/// Names of the scenarios in the folders of `search`, sorted.
[[nodiscard]] std::vector<std::string> bundled_scenarios(const std::vector<std::filesystem::path>& search);

}  // namespace mailquake
