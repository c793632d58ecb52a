// Every value that a run rests on, with where it comes from: the listing of `check --effective`.
// Derived from the key declarations and the composed tree; the values are those of the specs, printed exactly.
#pragma once

#include <string>
#include <vector>

#include "models/scenario/load.hpp"

namespace mailquake {

/// One key of the effective scenario.
struct EffectiveValue {
    std::string path;      // as --set takes it: `tiers.transport.servers`
    std::string value;     // as a scenario writes it
    std::string origin;    // `default`, `FILE:LINE:COL`, `variant NAME (FILE:LINE:COL)`, `test (FILE:LINE:COL)` or `--set`
    bool is_default = false;
    bool is_inert = false; // names, descriptions: no effect on results
};

/// In declared order. Optional keys that are unsaid are left out.
[[nodiscard]] std::vector<EffectiveValue> effective_listing(const LoadedScenario& scenario);

}  // namespace mailquake
