// Reads every #include line of sim/ and models/ and finds the arrows that point up: sim never sees models, and a folder
// sees only those before it. The order here is that of CMakeLists.txt, which links the libraries by it.
#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <regex>

#include "tests/catch.hpp"

#include "tests/style/source_text.hpp"

namespace mailquake::style {
namespace {

constexpr std::array<std::string_view, 20> layers = {
    "sim/base",         "sim/stats",       "sim/kernel",   "sim/parallel",   "sim/experiment", "sim/campaign", "models/spec",
    "models/mail",      "models/net",      "models/mta",   "models/traffic", "models/fault",   "models/dashboard",
    "models/expect",    "models/scenario", "models/world", "models/results", "models/report",  "models/study",
    "models/cli"};

/// The height of the folder that a path lies in; nothing when it is none of ours.
std::optional<std::size_t> layer_of(std::string_view path) {
    for (std::size_t i = 0; i < layers.size(); ++i) {
        if (path.starts_with(layers[i]) && path.substr(layers[i].size()).starts_with("/")) return i;
    }
    return std::nullopt;
}

/// What the line includes between quotes, as written; nothing when it includes nothing of ours.
std::optional<std::string> included_by(std::string_view line) {
    static const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
    std::cmatch match;
    if (!std::regex_search(line.data(), line.data() + line.size(), match, include)) return std::nullopt;
    return match[1].str();
}

Findings arrows_that_point_up(const SourceFile& file) {
    Findings findings;
    const std::optional<std::size_t> own = layer_of(file.path);
    if (!own) return {file.path + ":1: this folder is none of the layers"};
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        const std::optional<std::string> included = included_by(line);
        if (!included) continue;
        const std::string where = file.path + ":" + std::to_string(number) + ": ";
        const std::optional<std::size_t> other = layer_of(*included);
        if (!other) {
            findings.push_back(where + "\"" + *included + "\" is not a path from the root into a layer");
        } else if (*other > *own) {
            findings.push_back(where + std::string(layers[*own]) + " must not see " + std::string(layers[*other]));
        }
    }
    return findings;
}

TEST_CASE("no include points up a layer") {
    Findings findings;
    const std::vector<SourceFile> files = read_sources({"sim", "models"}, {".hpp", ".cpp"});
    REQUIRE(files.size() > 20);
    for (const SourceFile& file : files) {
        const Findings more = arrows_that_point_up(file);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    INFO(joined(findings));
    CHECK(findings.empty());
}

TEST_CASE("an include that points up is found, one that points down is not") {
    const auto count = [](std::string path, std::string text) {
        return arrows_that_point_up({std::move(path), std::move(text)}).size();
    };
    CHECK(count("sim/kernel/a.hpp", "#include \"sim/base/time.hpp\"\n#include <vector>\n") == 0);
    CHECK(count("sim/kernel/a.hpp", "#include \"sim/kernel/b.hpp\"\n") == 0);
    CHECK(count("sim/kernel/a.hpp", "#include \"sim/parallel/b.hpp\"\n") == 1);
    CHECK(count("sim/experiment/a.cpp", "#include \"models/spec/key.hpp\"\n") == 1);
    CHECK(count("models/mail/a.hpp", "  #  include \"models/world/world.hpp\"\n#include \"models/cli/x.hpp\"\n") == 2);
    CHECK(count("models/cli/main.cpp", "#include \"sim/base/time.hpp\"\n#include \"models/report/x.hpp\"\n") == 0);
    CHECK(count("models/cli/main.cpp", "#include \"time.hpp\"\n") == 1);
    CHECK(count("models/cli/main.cpp", "#include \"tests/style/source_text.hpp\"\n") == 1);
    CHECK(count("models/extras/a.cpp", "int x;\n") == 1);
}

TEST_CASE("the order of the layers is the one that CMake links by") {
    std::ifstream in(std::string(MAILQUAKE_SOURCE_DIR) + "/CMakeLists.txt");
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    std::string sim = "set(MAILQUAKE_SIM_FOLDERS";
    std::string models = "set(MAILQUAKE_MODELS_FOLDERS";
    for (const std::string_view layer : layers) {
        const std::string folder(layer.substr(layer.find('/') + 1));
        (layer.starts_with("sim/") ? sim : models) += " " + folder;
    }
    CHECK(text.find(sim + ")") != std::string::npos);
    CHECK(text.find(models + ")") != std::string::npos);
}

}  // namespace
}  // namespace mailquake::style
