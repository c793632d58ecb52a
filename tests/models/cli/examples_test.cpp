// The worked examples under scenarios/ print what their pages say.
#include "tests/catch.hpp"

#include <fstream>
#include <sstream>

#include "tests/models/cli/program.hpp"

namespace mailquake {

namespace {

std::string expected(const std::string& example) {
    std::ifstream in(MAILQUAKE_SCENARIOS_DIR "/" + example + "/expected.txt", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the staffing sweep prints the expected table", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("sweep staffing --plot --quiet");
    INFO(ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.out == expected("staffing"));
}

TEST_CASE("of the promises one passes, one fails and one stays undecided", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("test promises -n 60 --quiet");
    INFO(ran.err);
    CHECK(ran.exit == 99);
    CHECK(ran.out == expected("promises"));
}

TEST_CASE("the retry storm tips where the paper says", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("margin retry-storm --vary tenants.queries.rate=130/s..170/s:10/s --within 13min -n 5 --quiet");
    INFO(ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.out == expected("retry-storm"));
}

}  // namespace mailquake
