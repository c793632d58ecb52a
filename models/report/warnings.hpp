// What must not pass in silence: a fault, flaw or mitigation that is on and touched nothing, and a system that is in
// trouble before its first fault. Each text starts with file:line:column where there is one, and says a way out.
#pragma once

#include <string>
#include <vector>

#include "models/results/run_result.hpp"

namespace mailquake {

inline constexpr double kHealthyShare = 0.01;   // of tenants that may be affected before the first fault

[[nodiscard]] std::vector<std::string> loud_warnings(const RunResult& result);

}  // namespace mailquake
