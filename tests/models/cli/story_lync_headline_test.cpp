// The first lines that `mailquake run lync-online-2014` prints are those in the story's folder.
// MAILQUAKE_UPDATE_GOLDEN=1 writes them anew.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/models/cli/program.hpp"

namespace mailquake {

TEST_CASE("Lync 2014: the headline is the expected one, without a warning", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("run lync-online-2014 --quiet");
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    const std::string headline = ran.out.substr(0, ran.out.find("\n\n") + 1);
    const std::string golden = MAILQUAKE_SCENARIOS_DIR "/lync-online-2014/expected.txt";
    if (std::getenv("MAILQUAKE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << headline;
    std::stringstream expected;
    expected << std::ifstream(golden).rdbuf();
    CHECK(headline == expected.str());
}

}  // namespace mailquake
