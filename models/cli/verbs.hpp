// The verbs, one file each. A verb takes the words behind its name, prints data to stdout and all else to stderr, and
// gives the exit code; mistakes of usage are thrown as UsageError. A new verb is one file and one row in verbs.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/cli/exit_code.hpp"

namespace mailquake {

using Words = std::vector<std::string>;

[[nodiscard]] ExitCode check_verb(const Words& args);
[[nodiscard]] ExitCode run_verb(const Words& args);
[[nodiscard]] ExitCode sweep_verb(const Words& args);
[[nodiscard]] ExitCode size_verb(const Words& args);
[[nodiscard]] ExitCode margin_verb(const Words& args);
[[nodiscard]] ExitCode compare_verb(const Words& args);
[[nodiscard]] ExitCode explain_verb(const Words& args);
[[nodiscard]] ExitCode whatif_verb(const Words& args);
[[nodiscard]] ExitCode report_verb(const Words& args);
[[nodiscard]] ExitCode test_verb(const Words& args);
[[nodiscard]] ExitCode schema_verb(const Words& args);
[[nodiscard]] ExitCode new_verb(const Words& args);

struct Verb {
    std::string_view name;
    std::string_view sentence;
    ExitCode (*act)(const Words&);
};

[[nodiscard]] const std::vector<Verb>& verbs();

/// The whole program: argv[0] is ignored.
[[nodiscard]] ExitCode command_line(const Words& args);

}  // namespace mailquake
