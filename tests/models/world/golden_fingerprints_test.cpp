// Fingerprints of every bundled scenario's cut, as committed: whoever changes what happens in a run, and not only how fast
// it is computed, has to say so. After a stated change of a model: MAILQUAKE_UPDATE_GOLDEN=1 rewrites the file.

#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "small_world.hpp"

namespace mailquake {
namespace {

const std::string kFile = "tests/models/world/golden_fingerprints.txt";

std::string fingerprint_line(const std::string& name, const std::string& file) {
    Diagnostics said;
    const auto scenario = load_scenario(LoadRequest{.file = file, .cut = true, .search = {"scenarios"}}, said);
    INFO(said.render());
    REQUIRE(scenario);
    const Outcome o = simulate(scenario->spec, {});
    return fmt::format("{} {} {} events\n", o.fingerprint.hex(), name, o.events);
}

std::string fingerprints_now() {
    std::vector<std::string> stories;
    for (const auto& entry : std::filesystem::directory_iterator("scenarios"))
        if (std::filesystem::exists(entry.path() / "scenario.yaml")) stories.push_back(entry.path().filename().string());
    std::sort(stories.begin(), stories.end());
    std::string lines = fingerprint_line("estate", "tests/models/scenario/good/estate.yaml");
    for (const std::string& story : stories) lines += fingerprint_line(story, "scenarios/" + story);
    return lines;
}

}  // namespace

TEST_CASE("what happens in the bundled scenarios is what happened when their fingerprints were committed") {
    const std::string now = fingerprints_now();
    if (std::getenv("MAILQUAKE_UPDATE_GOLDEN") != nullptr) std::ofstream(kFile) << now;
    std::stringstream committed;
    committed << std::ifstream(kFile).rdbuf();
    CHECK(committed.str() == now);
}

}  // namespace mailquake
