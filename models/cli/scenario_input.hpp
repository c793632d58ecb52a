// What every verb that reads a scenario shares: its options (--set, --variant, --cut), where bundled scenarios stand, and
// how mistakes are shown.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "models/cli/options.hpp"
#include "models/scenario/load.hpp"

namespace mailquake {

void add_scenario_options(Options& options);

/// Folders of bundled scenarios: the source tree's that this program was built from, then ../share/mailquake/scenarios
/// beside the program. Only those that exist.
[[nodiscard]] std::vector<std::filesystem::path> bundled_folders();

/// From the shared options, for one file.
[[nodiscard]] LoadRequest load_request(const Options& options, const std::string& file);

/// Loads, and shows on stderr what there is to say; `quiet` leaves notices out. Nothing: exit with invalid_scenario.
[[nodiscard]] std::optional<LoadedScenario> load_or_say(const LoadRequest& request, bool quiet);

}  // namespace mailquake
