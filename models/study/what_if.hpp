// What a change of a scenario would have made: its alternatives, each run beside the scenario as written with the same luck
// (common random numbers), and ranked by what they save.
//
// An alternative is a scenario of its own: the request with more settings. Faults, flaws and mitigations are switched by
// `enabled`; variants are taken whole; a component is failed by one more fault while the scenario's own are off (the N-1 table).
// Shapley's split needs all subsets of the faults and flaws that are on, so there may be six of them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/report/page_data.hpp"
#include "models/scenario/load.hpp"
#include "models/study/compare.hpp"

namespace mailquake {

struct ChangedScenario {
    std::string name;      // `without lookup-hang`, `variant short-time-out`, `site dfw down`
    LoadRequest request;
};

/// What the whole run's damage is read from: the minutes for which tenants had late mail, summed over tenants.
inline constexpr const char* kDamage = "late_minutes()";
inline constexpr std::size_t kMostShared = 6;

/// Paths of `enabled` of what is on (or off) in these lists, in the scenario's order.
struct Switch {
    std::string name, list;   // `lookup-hang`, `flaws`
    bool on = true;
    [[nodiscard]] std::string setting(bool enabled) const { return list + "." + name + ".enabled=" + (enabled ? "true" : "false"); }
};
[[nodiscard]] std::vector<Switch> faults_and_flaws(const ScenarioSpec& scenario);
[[nodiscard]] std::vector<Switch> all_switches(const ScenarioSpec& scenario);

/// The switch of that name, or an error that says what there is.
[[nodiscard]] std::optional<Switch> find_switch(const ScenarioSpec& scenario, const std::string& name, std::vector<std::string>& errors);

/// One per fault and flaw that is on, without it.
[[nodiscard]] std::vector<ChangedScenario> leave_one_out(const LoadedScenario& scenario, const LoadRequest& base);
/// One per variant, per mitigation that is off, and all of these mitigations together.
[[nodiscard]] std::vector<ChangedScenario> cures(const LoadedScenario& scenario, const LoadRequest& base);
/// All 2^n subsets of the faults and flaws that are on; subset s has those whose bit in s is set. Empty if there are too many, or one.
[[nodiscard]] std::vector<ChangedScenario> subsets(const LoadedScenario& scenario, const LoadRequest& base);

/// Which components fail, one at a time.
struct EachFailure {
    std::string components;            // sites, links, tiers or partitions
    std::string kind;                  // of the fault; empty: what takes such a component down
    std::string at, length;            // as written in a scenario
};
/// The kind of fault that is meant, such as `site-down`.
[[nodiscard]] std::string kind_of(const EachFailure& failure);
[[nodiscard]] std::vector<ChangedScenario> each_failed(const LoadedScenario& scenario, const LoadRequest& base, const EachFailure& failure,
                                                   std::vector<std::string>& errors);
/// The request with all faults off that are on.
[[nodiscard]] LoadRequest without_faults(const LoadedScenario& scenario, LoadRequest base);

/// An alternative beside the scenario as written.
struct WhatIfRow {
    std::string name;
    SideBySide  both;
    std::optional<PageValue> shapley;   // its share of the damage, with the interval that the seeds give
};
/// Greatest saving of damage first; those that make it worse last.
void rank(std::vector<WhatIfRow>& rows);

/// `verb_title`: what the table is of.
[[nodiscard]] std::string what_if_table(std::span<const WhatIfRow> rows, const std::string& first_column, bool worst_first);
[[nodiscard]] std::string what_if_json(const std::string& scenario, std::uint64_t seed, std::span<const WhatIfRow> rows);
/// "Without lookup-hang 6.5 % of the tenants would have been affected and the longest delay 40m; as it was, 100.0 % and 7h 09m."
[[nodiscard]] std::string what_if_sentence(const WhatIfRow& row);

}  // namespace mailquake
