#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "models/cli/options.hpp"
#include "models/cli/starter.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/spec/entry.hpp"

namespace mailquake {

namespace {

namespace fs = std::filesystem;

void write_new(const fs::path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) throw UsageError(fmt::format("cannot write {}", path.string()));
}

}  // namespace

Options new_options() {
    Options options({"new", "new [NAME]",
                     "Writes a starter scenario: a folder NAME (my-estate) with a scenario.yaml to build upon and a README.md.\n"
                     "It never overwrites anything.",
                     {"mailquake new", "mailquake new estates/europe", "mailquake new my-estate && mailquake run my-estate"}},
                    "NAME");
    return options;
}

ExitCode new_verb(const Words& args) {
    Options options = new_options();
    if (!options.parse(args)) return ExitCode::ok;
    const fs::path folder = options.operands().empty() ? fs::path("my-estate") : fs::path(options.operand());
    const std::string name = (folder.has_filename() ? folder : folder.parent_path()).filename().string();
    if (!is_entry_name(name)) throw UsageError(fmt::format("'{}' is no name of a scenario: a-z, 0-9 and '-' are", name));
    std::error_code error;
    if (fs::exists(fs::symlink_status(folder, error))) throw UsageError(fmt::format("{} is there already; nothing was written", folder.string()));
    fs::create_directories(folder, error);
    if (error) throw UsageError(fmt::format("cannot make {}: {}", folder.string(), error.message()));
    write_new(folder / "scenario.yaml", starter_scenario(name));
    write_new(folder / "README.md", starter_readme(name, folder.string()));
    print_data(fmt::format("{}\n", (folder / "scenario.yaml").string()));
    print_note(fmt::format("Next: mailquake check {0}, then mailquake run {0}\n", folder.string()));
    return ExitCode::ok;
}

}  // namespace mailquake
