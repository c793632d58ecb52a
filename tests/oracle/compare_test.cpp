#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/catch.hpp"
#include "tests/oracle/compare.hpp"
#include "tests/oracle/expected_differences.hpp"
#include "tests/oracle/generator.hpp"

namespace mailquake::oracle {
namespace {

int stage_of(std::uint64_t seed) { return 1 + static_cast<int>(seed % kStage); }

/// As small as the scenario can be made so that it still differs, and in the same kind of step.
Draft small_one(const Draft& drawn, const std::string& kind) {
    return shrunk(drawn, [&](const Draft& d) {
        try {
            return difference(scenario_from(d.yaml()), 1).kind == kind;
        } catch (const std::exception&) {
            return false;  // no scenario any more, or one that a world refuses to run
        }
    });
}

/// Compares drawn scenarios; of the first one that differs, says how, and shows it as small as it can be made.
std::string first_difference(std::uint64_t from, std::uint64_t count, bool ties = false, bool slow = false) {
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        const Draft drawn = measured(draft(seed, stage_of(seed), ties), seed, slow);
        const Difference found = difference(scenario_from(drawn.yaml()), 1);
        if (found.text.empty()) continue;
        const Draft small = small_one(drawn, found.kind);
        return "scenario " + std::to_string(seed) + "\n" + small.yaml() + difference(scenario_from(small.yaml()), 1).text;
    }
    return "";
}

TEST_CASE("100 drawn scenarios go the same way in both worlds") { CHECK(first_difference(0, 100) == ""); }

TEST_CASE("50 drawn scenarios that are all ties go the same way in both worlds") { CHECK(first_difference(0, 50, true) == ""); }

TEST_CASE("20 drawn scenarios that take hours go the same way in both worlds") { CHECK(first_difference(0, 20, false, true) == ""); }

TEST_CASE("1,000 drawn scenarios go the same way in both worlds", "[.all]") { CHECK(first_difference(100, 1000) == ""); }

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::stoull(text);
}

/// A difference as a file to run, with the stories as comments.
void write_down(const Draft& small, const std::string& file) {
    std::istringstream lines(difference(scenario_from(small.yaml()), 1).text);
    std::ofstream out(file);
    out << small.yaml();
    for (std::string line; std::getline(lines, line);) out << "# " << line << "\n";
}

TEST_CASE("20,000 drawn scenarios go the same way in both worlds", "[.campaign]") {
    const std::uint64_t from = number_of("MAILQUAKE_ORACLE_FROM", 0), count = number_of("MAILQUAKE_ORACLE_COUNT", 20'000);
    const std::uint64_t stage = number_of("MAILQUAKE_ORACLE_STAGE", 0);
    const bool ties = number_of("MAILQUAKE_ORACLE_TIES", 0) != 0;
    const bool slow = number_of("MAILQUAKE_ORACLE_SLOW", 0) != 0;
    const char* folder = std::getenv("MAILQUAKE_ORACLE_FOLDER");  // for what differs, made small
    for (std::uint64_t seed = from; seed < from + count; ++seed) {
        const Draft drawn = measured(draft(seed, stage == 0 ? stage_of(seed) : static_cast<int>(stage), ties), seed, slow);
        const Difference found = difference(scenario_from(drawn.yaml()), 1);
        INFO("scenario " << seed << "\n" << (found.text.empty() ? "" : drawn.yaml()) << found.text.substr(0, 4000));
        CHECK(found.kind == "");
        if (folder != nullptr && !found.text.empty())
            write_down(small_one(drawn, found.kind), std::string(folder) + "/" + std::to_string(seed) + ".yaml");
    }
}

TEST_CASE("what differs as expected still does, and in the same step") {
    for (const ExpectedDifference& expected : expected_differences()) {
        const Difference found = difference(scenario_from(expected.yaml), 1, expected.rules);
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
    if (const char* folder = std::getenv("MAILQUAKE_ORACLE_FOLDER")) {
        std::ofstream(std::string(folder) + "/second.txt") << all_steps(WhichWorld::second, scenario, 1);
        std::ofstream(std::string(folder) + "/engine.txt") << all_steps(WhichWorld::engine, scenario, 1);
    }
}

}  // namespace
}  // namespace mailquake::oracle
