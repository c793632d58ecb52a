#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/catch.hpp"
#include "tests/oracle/compare.hpp"

namespace mailquake::oracle {
namespace {

TEST_CASE("the scenario file that MAILQUAKE_ORACLE_FILE names goes the same way in both worlds", "[.campaign]") {
    const char* name = std::getenv("MAILQUAKE_ORACLE_FILE");
    if (name == nullptr) return;
    std::ifstream file(name);
    const ScenarioSpec scenario = scenario_from({std::istreambuf_iterator<char>(file), {}});
    CHECK(difference(scenario, 1) == "");
}

}  // namespace
}  // namespace mailquake::oracle
