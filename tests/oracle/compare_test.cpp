#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/catch.hpp"
#include "tests/oracle/compare.hpp"
#include "tests/oracle/expected_differences.hpp"
#include "tests/oracle/generator.hpp"

namespace mailquake::oracle {
namespace {

/// Compares drawn scenarios; of the first one that differs, says how, and shows it as small as it can be made.
std::string first_difference(std::uint64_t from, std::uint64_t count) {
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        const Draft drawn = draft(seed, 1 + static_cast<int>(seed % kStage));
        const Difference found = difference(scenario_from(drawn.yaml()), 1);
        if (found.text.empty()) continue;
        const Draft small = shrunk(drawn, [&](const Draft& d) {
            try {
                return difference(scenario_from(d.yaml()), 1).kind == found.kind;
            } catch (const std::runtime_error&) {
                return false;  // no scenario any more
            }
        });
        return "scenario " + std::to_string(seed) + "\n" + small.yaml() + difference(scenario_from(small.yaml()), 1).text;
    }
    return "";
}

TEST_CASE("100 drawn scenarios go the same way in both worlds") { CHECK(first_difference(0, 100) == ""); }

TEST_CASE("1,000 drawn scenarios go the same way in both worlds", "[.all]") { CHECK(first_difference(100, 1000) == ""); }

TEST_CASE("20,000 drawn scenarios go the same way in both worlds", "[.campaign]") {
    const char* from = std::getenv("MAILQUAKE_ORACLE_FROM");
    const char* count = std::getenv("MAILQUAKE_ORACLE_COUNT");
    CHECK(first_difference(from == nullptr ? 0 : std::stoull(from), count == nullptr ? 20'000 : std::stoull(count)) == "");
}

TEST_CASE("what differs as expected still does, and in the same step") {
    for (const ExpectedDifference& expected : expected_differences()) {
        const Difference found = difference(scenario_from(expected.yaml), 1);
        INFO(expected.row << "\n" << found.text);
        CHECK(found.kind == expected.kind);
    }
}

TEST_CASE("the scenario file that MAILQUAKE_ORACLE_FILE names goes the same way in both worlds", "[.campaign]") {
    const char* name = std::getenv("MAILQUAKE_ORACLE_FILE");
    if (name == nullptr) return;
    std::ifstream file(name);
    const ScenarioSpec scenario = scenario_from({std::istreambuf_iterator<char>(file), {}});
    CHECK(difference(scenario, 1).text == "");
}

}  // namespace
}  // namespace mailquake::oracle
