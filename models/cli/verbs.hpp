// The verbs, one file each. A verb takes the words behind its name, prints data to stdout and all else to stderr, and
// gives the exit code; mistakes of usage are thrown as UsageError. A new verb is one file, two lines here
// and a row in verbs.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/cli/exit_code.hpp"
#include "models/cli/options.hpp"

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
[[nodiscard]] ExitCode completion_verb(const Words& args);
[[nodiscard]] ExitCode new_verb(const Words& args);

// What each takes: for its parser, its --help, and the completion of shells.
[[nodiscard]] Options check_options();
[[nodiscard]] Options run_options();
[[nodiscard]] Options sweep_options();
[[nodiscard]] Options size_options();
[[nodiscard]] Options margin_options();
[[nodiscard]] Options compare_options();
[[nodiscard]] Options explain_options();
[[nodiscard]] Options whatif_options();
[[nodiscard]] Options report_options();
[[nodiscard]] Options test_options();
[[nodiscard]] Options schema_options();
[[nodiscard]] Options completion_options();
[[nodiscard]] Options new_options();

struct Verb {
    std::string_view name;
    std::string_view sentence;
    ExitCode (*act)(const Words&);
    Options (*options)();
};

[[nodiscard]] const std::vector<Verb>& verbs();

/// The whole program: argv[0] is ignored.
[[nodiscard]] ExitCode command_line(const Words& args);

}  // namespace mailquake
