// The bench scenarios as the general path ran them, before there were fast ones: users who hand over without a slot, workers
// that go on without being free, attempts that start at once, stations that are known beforehand must not be told apart from
// what they stand for. (The bundled stories are in golden_fingerprints_test.cpp.)
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {

TEST_CASE("fast paths leave the bench scenarios as the general path ran them") {
    struct Run { std::string name; SimDuration until; std::string fingerprint; std::uint64_t events; };
    const auto run = GENERATE(Run{"mm1", 50_s, "43c184ce96de130c5a88005c9496c1a2", 99'238},
                              Run{"tandem", 20_s, "64b9cd2f429312f50efed78697217112", 119'450},
                              Run{"five-hop", 5_s, "091602395b1c6dd5c84197c6c781c0ea", 424'082},
                              Run{"two-sites", 5_s, "53f783224e87a4bb1170e8136a047ed9", 532'309});
    Diagnostics said;
    const auto scenario = load_scenario({.file = "bench/scenarios/" + run.name + ".yaml"}, said);
    INFO(run.name << said.render());
    REQUIRE(scenario);
    RunOptions options;
    options.until = SimTime::zero() + run.until;
    const Outcome outcome = simulate(scenario->spec, options);
    CHECK(outcome.fingerprint.hex() == run.fingerprint);
    CHECK(outcome.events == run.events);
}

}  // namespace mailquake
