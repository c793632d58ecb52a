// What becomes of each copy in a scenario: for tests/postfix/compare.py, which has the same of a real Postfix.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"
#include "tests/catch.hpp"

namespace mailquake {
namespace {

struct Fate {
    SimTime accepted;
    std::uint32_t deferrals = 0;
};

/// A line a copy that was delivered: replication, where, delay [s], how often it was deferred.
void write_fates(std::ofstream& to, std::uint32_t replication, const Outcome& outcome) {
    std::map<std::uint64_t, Fate> fates;
    for (const StoryLine& line : outcome.story) {
        if (line.what == Transition::accepted) fates.try_emplace(line.message, Fate{line.at});
        if (line.what == Transition::deferred) ++fates.at(line.message).deferrals;
        if (line.what != Transition::delivered) continue;
        const Fate& fate = fates.at(line.message);
        to << replication << ' ' << line.place << ' ' << (line.at - fate.accepted).seconds() << ' ' << fate.deferrals << '\n';
    }
}

TEST_CASE("the fates of all copies of the scenario that MAILQUAKE_FATES_OF names are written", "[.campaign]") {
    const char* name = std::getenv("MAILQUAKE_FATES_OF");
    if (name == nullptr) return;
    const char* file = std::getenv("MAILQUAKE_FATES_TO");
    const char* replications = std::getenv("MAILQUAKE_REPLICATIONS");
    REQUIRE(file != nullptr);
    REQUIRE(replications != nullptr);
    LoadRequest request;
    request.file = name;
    request.search = {MAILQUAKE_SCENARIOS_DIR};  // that of presets, too
    if (const char* variant = std::getenv("MAILQUAKE_VARIANT")) request.variants = {variant};
    Diagnostics problems;
    const auto scenario = load_scenario(request, problems);
    INFO(problems.render());
    REQUIRE(scenario.has_value());
    std::ofstream to(file);
    RunOptions options;
    options.sample = 1;
    for (; options.replication < std::stoul(replications); ++options.replication)
        write_fates(to, options.replication, simulate(scenario->spec, options));
    CHECK(to.good());
}

}  // namespace
}  // namespace mailquake
