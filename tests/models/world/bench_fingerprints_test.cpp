// The bench scenarios as the general path ran them, before there were fast ones: users who hand over without a slot, workers
// that go on without being free, attempts that start at once, stations that are known beforehand must not be told apart from
// what they stand for. (Written anew when the random streams changed: that the fast ways do as the general one is held by the
// second world since, tests/oracle. The bundled stories are in golden_fingerprints_test.cpp.)
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {

TEST_CASE("fast paths leave the bench scenarios as the general path ran them") {
    struct Run { std::string name; SimDuration until; std::string fingerprint; std::uint64_t events; };
    const auto run = GENERATE(Run{"mm1", 50_s, "c91d9f3284953061099fbdf8fed89836", 99'232},
                              Run{"tandem", 20_s, "a2baf8be65ca6a63b201d06e8d5bed3f", 119'449},
                              Run{"five-hop", 5_s, "58b85667cde99f4bbbe56a659eb1036b", 424'249},
                              Run{"two-sites", 5_s, "6cd082342943fac17f3823452e13379c", 532'431});
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
