// What must hold between the entries of a scenario: names that refer to something, a network that connects what works
// together, calls without cycles, shares that add up, faults that can hit what they name, settings that can have an
// effect. Errors where the run would be void or not as meant for sure; warnings where a setting does nothing.
//
// Each group is one file: sizes, references, topology, traffic, incidents, dashboards, policies, expectations, effects. Left out: load (utilization is
// `check`'s own matter) and what only a run shows (a fault that touched nothing).
#pragma once

#include <filesystem>

#include "models/scenario/path.hpp"
#include "models/scenario/scenario_spec.hpp"
#include "models/scenario/yaml_tree.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

/// A scenario that was read without errors, and where everything in it was written.
struct ReadScenario {
    const ScenarioSpec& spec;
    const YamlNode& tree;
    const SourceTable& sources;
    const PathIndex& paths;   // into the tree
    std::filesystem::path folder;
    std::optional<SimDuration> until;
    bool whole = true;   // false: errors while reading left gaps, so that only what is there can be checked

    /// Where the value at `path` was written; of a default, the nearest map or entry around it.
    [[nodiscard]] SourcePos at(std::string_view path) const;
    /// As above, but where another layer than the map's or list's own wrote something in it, there: that is what to change.
    [[nodiscard]] SourcePos latest_in(std::string_view path) const;
    /// Whether anybody has written a value at `path`; a preset is nobody.
    [[nodiscard]] bool says(std::string_view path) const;
};

/// All groups; the later ones only where the earlier ones found no error, since they rest on them.
void validate(const ReadScenario& scenario, Diagnostics& diagnostics);

/// No more of anything than can be numbered in a run.
void validate_sizes(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_references(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_topology(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_traffic(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_incidents(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_mitigations(const ReadScenario& scenario, Diagnostics& diagnostics);
/// What begins after the end never happens: an error, but only a warning when --until has cut the run.
void check_begins_in_run(const ReadScenario& scenario, bool enabled, Instant at, std::string_view what, const std::string& path, Diagnostics& diagnostics);
void validate_flaws(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_dashboards(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_policies(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_expectations(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_effects(const ReadScenario& scenario, Diagnostics& diagnostics);
void validate_next_hops(const ReadScenario& scenario, Diagnostics& diagnostics);
/// A share of servers that is none of them.
void validate_shares(const ReadScenario& scenario, Diagnostics& diagnostics);

/// The entry of that name, or null.
template <class Spec>
[[nodiscard]] const Spec* find_entry(const std::vector<Spec>& entries, std::string_view name) {
    for (const Spec& entry : entries)
        if (entry.name == name) return &entry;
    return nullptr;
}

/// For many look-ups in entries that do not change.
template <class Spec>
[[nodiscard]] NameIndex name_index(const std::vector<Spec>& entries) {
    return {entries, [](const Spec& entry) -> std::string_view { return entry.name; }};
}

template <class Spec>
[[nodiscard]] std::vector<std::string> names_of(const std::vector<Spec>& entries) {
    std::vector<std::string> names;
    for (const Spec& entry : entries) names.push_back(entry.name);
    return names;
}

[[nodiscard]] inline bool contains(const std::vector<std::string>& list, std::string_view text) {
    for (const std::string& item : list)
        if (item == text) return true;
    return false;
}

}  // namespace mailquake
