// The first lines that `mailquake run NAME` prints of an incident are those in its folder's expected.txt, and nothing is warned of.
// MAILQUAKE_UPDATE_GOLDEN=1 writes them anew.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/models/cli/program.hpp"

namespace mailquake {

namespace {

void check_headline(const std::string& story) {
    const testing::Ran ran = testing::Sandbox().run("run " + story + " --quiet");
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    const std::string headline = ran.out.substr(0, ran.out.find("\n\n") + 1);
    const std::string golden = MAILQUAKE_SCENARIOS_DIR "/" + story + "/expected.txt";
    if (std::getenv("MAILQUAKE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << headline;
    std::stringstream expected;
    expected << std::ifstream(golden).rdbuf();
    CHECK(headline == expected.str());
}

}  // namespace

TEST_CASE("Lync 2014: the headline is the expected one, without a warning", "[long]") { check_headline("lync-online-2014"); }

TEST_CASE("BPOS 2011: the headline is the expected one, without a warning", "[long]") { check_headline("bpos-2011-drain"); }

TEST_CASE("BPOS 2011: 90 % of a million and a half are gone after 4 h 08", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("run bpos-2011-drain --quiet --qshape-at 4h8min");
    const std::size_t at = ran.out.find("(+4h 08m)"), total = ran.out.find("TOTAL", at);
    REQUIRE(total != std::string::npos);
    const double left = std::stod(ran.out.substr(total + 5));
    CHECK(left > 0.08 * 1.5e6);
    CHECK(left < 0.12 * 1.5e6);
}

}  // namespace mailquake
