// What must not pass in silence.
#include "tests/catch.hpp"

#include "models/report/warnings.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

RunResult result(const Outcome& o) {
    return combine(about(testing::small_scenario()), {{1, 0, "f0", "0.1.0", figures_of(o, testing::small_scenario())}});
}

}  // namespace

TEST_CASE("a run in which all touched something is silent, entries that are off as well") {
    CHECK(loud_warnings(result(testing::small_outcome())).empty());
}

TEST_CASE("a fault or flaw that touched nothing is a warning with its place and a way out") {
    Outcome o = testing::small_outcome();
    o.faults[0].touched = 0;
    o.flaws[0].touched = 0;
    o.mitigations[0].enabled = true;
    const auto warnings = loud_warnings(result(o));
    REQUIRE(warnings.size() == 3);
    CHECK(warnings[0].find("s.yaml:7:5: warning: fault 'p3-silent' touched nothing") == 0);
    CHECK(warnings[0].find("--set faults.p3-silent.enabled=false") != std::string::npos);
    CHECK(warnings[1].find("s.yaml:12:5: warning: flaw 'lookup-hang' touched nothing: nothing woke it") == 0);
    CHECK(warnings[2].find("s.yaml:20:5: warning: mitigation 'cut-off'") == 0);
}

TEST_CASE("a fault after the end says so") {
    Outcome o = testing::small_outcome();
    o.faults[0].touched = 0;
    o.end = SimTime::zero() + 1_h;
    CHECK(loud_warnings(result(o)).at(0).find("begins at +2h 00m, after the end of the run at +1h 00m") != std::string::npos);
}

TEST_CASE("more than 1 % of tenants affected before the fault is a warning") {
    Outcome o = testing::small_outcome();
    o.tenants[2].hours = {{.hour = 0, .accepted = 10, .late = 10, .bad = 0, .trouble_from = SimTime::zero() + 20_min, .trouble_to = SimTime::zero() + 40_min}};
    const auto warnings = loud_warnings(result(o));
    REQUIRE(warnings.size() == 1);
    CHECK(warnings[0].find("25.0 % of the tenants were affected before the first fault began") != std::string::npos);
}

TEST_CASE("the world's own warnings are passed on") {
    Outcome o = testing::small_outcome();
    o.warnings = {"s.yaml:3:1: warning: site east is never used", "no clients came back"};
    CHECK(loud_warnings(result(o)) ==
          std::vector<std::string>{"s.yaml:3:1: warning: site east is never used", "warning: no clients came back"});
}

}  // namespace mailquake
