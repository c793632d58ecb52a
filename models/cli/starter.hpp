// The starter scenario that `new` writes: two data centers, a path of four tiers, a directory that one partition of
// stops answering for two hours, and a flaw that turns this into trouble for all. Small enough to be read in a minute
// and run in seconds; its figures are choices, and it says so. A test checks and runs it.
#pragma once

#include <string>

namespace mailquake {

[[nodiscard]] std::string starter_scenario(const std::string& name);
/// `path`: as the user will name it on the command line.
[[nodiscard]] std::string starter_readme(const std::string& name, const std::string& path);

}  // namespace mailquake
