// Results that another build of the program left in a results file: units whose sources are not this build's (sim/experiment/sources.hpp).
// They are never pooled with this build's, and whoever shows them, or leaves them out, says so in words.
//
// Where this build has results of the same scenario, parameters and seed, it shows its own and leaves the others out. Left out: which of
// two other builds is the newer one; both are shown, each by itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/results/store.hpp"

namespace mailquake {

[[nodiscard]] bool is_this_build(std::string_view sources);

/// "mailquake 1.0 (sources 0123abcd)".
[[nodiscard]] std::string build_text(std::string_view version, std::string_view sources);

/// Warning for a file that runs are kept in: what of it another build ran, which is not used. Empty: there is none.
[[nodiscard]] std::string unused_of_other_builds(const Ledger& ledger, const std::string& path);

/// Takes away what another build ran and this one has, too. Warnings, a line each: what was left out, and what is of another build.
[[nodiscard]] std::vector<std::string> prefer_this_build(std::vector<Campaign>& campaigns, const std::string& path);

}  // namespace mailquake
