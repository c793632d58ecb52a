#include "models/cli/scenario_input.hpp"

#include <system_error>

#include "models/cli/terminal.hpp"

namespace mailquake {

namespace fs = std::filesystem;

void add_scenario_options(Options& options) {
    options.add()
        ("set", one_text("PATH=VALUE"), "lay one value over the scenario, e.g. flaws.NAME.enabled=false; repeatable")
        ("variant", one_text("NAME"), "lay a variant of the scenario over it; repeatable")
        ("cut", "lay the scenario's `test:` cut over it: shorter and lighter");
}

std::vector<fs::path> bundled_folders() {
    std::vector<fs::path> folders;
    const auto add = [&](const fs::path& folder) {
        std::error_code none;
        if (fs::is_directory(folder, none)) folders.push_back(folder);
    };
    add(MAILQUAKE_SCENARIOS_DIR);
    std::error_code none;
    const fs::path program = fs::read_symlink("/proc/self/exe", none);
    if (!none) add(program.parent_path().parent_path() / "share" / "mailquake" / "scenarios");
    return folders;
}

LoadRequest load_request(const Options& options, const std::string& file) {
    LoadRequest request;
    request.file = file;
    request.sets = options.texts("set");
    request.variants = options.texts("variant");
    request.cut = options.has("cut");
    request.search = bundled_folders();
    return request;
}

std::optional<LoadedScenario> load_or_say(const LoadRequest& request, bool quiet) {
    Diagnostics diagnostics;
    auto loaded = load_scenario(request, diagnostics);
    print_note(diagnostics.render(100, !quiet) + diagnostics.total());
    return diagnostics.has_errors() ? std::nullopt : std::move(loaded);
}

}  // namespace mailquake
