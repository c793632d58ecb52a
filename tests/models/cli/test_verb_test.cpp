// `test` from outside: verdicts, exit codes, what it writes for machines, and that `run` and `test` share their runs.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

namespace {

std::string expecting(const std::string& lines) { return testing::small_scenario() + "expect:\n" + lines; }

struct Expecting : Sandbox {
    Expecting() {
        write("good.yaml", expecting("  - lost() == 0\n  - mean(late) < 50%\n"));
        write("bad.yaml", expecting("  - affected(partition!=p2) < 1%\n  - lost() == 0\n"));
    }
};

}  // namespace

TEST_CASE("what holds passes, what does not fails, and too few runs decide nothing", "[long]") {
    const Expecting box;
    const Ran good = box.run("test good.yaml");
    INFO(good.out << good.err);
    CHECK(good.exit == 0);
    CHECK(contains(good.out, "good.yaml: pass (2 expectations"));
    const Ran bad = box.run("test bad.yaml");
    INFO(bad.out << bad.err);
    CHECK(bad.exit == 99);
    CHECK(contains(bad.out, "was first broken in replication 0"));
    CHECK(contains(bad.out, "mailquake run bad.yaml --seed 1\n"));
    const Ran one = box.run("test good.yaml --replications 1");
    CHECK(one.exit == 98);
    CHECK(contains(one.out, "is not decided by 1 replication; --replications 200 may do"));
    CHECK(box.run("test good.yaml bad.yaml").exit == 99);
    CHECK(box.run("test good.yaml bad.yaml no-such-file").exit == 3);
}

TEST_CASE("verdicts are the same on any number of threads, fresh or from a results file", "[long]") {
    const Expecting box;
    const Ran fresh = box.run("test good.yaml bad.yaml --json --threads 1");
    CHECK(box.run("test good.yaml bad.yaml --json --threads 3 --results r.db").out == fresh.out);
    const Ran again = box.run("test good.yaml bad.yaml --json --results r.db");
    CHECK(again.out == fresh.out);
    const auto json = nlohmann::json::parse(fresh.out);
    CHECK(json["schema"] == 1);
    CHECK(json["files"][0]["verdict"] == "pass");
    const auto& row = json["files"][1]["expectations"][0];
    CHECK(row["verdict"] == "fail");
    CHECK(row["first_broken"] == 0);
    CHECK(row["value"] == 1);
    CHECK(row["where"] == "bad.yaml:31:5");
}

TEST_CASE("run and test find each other's runs") {
    const Expecting box;
    REQUIRE(box.run("run good.yaml --replications 4 --results r.db").exit == 0);
    REQUIRE(box.run("test good.yaml --replications 6 --results r.db").exit == 98);
    CHECK(contains(box.run("run good.yaml --replications 6 --results r.db").err, "6 of 6 replications are in the results file"));
    // What is expected is no part of what is run.
    CHECK(contains(box.run("run bad.yaml --replications 6 --results r.db").err, "6 of 6 replications are in the results file"));
}

TEST_CASE("run prints what its replications say of the expectations") {
    const Expecting box;
    const Ran ran = box.run("run bad.yaml --replications 3");
    CHECK(contains(ran.out, "EXPECTATIONS, by 3 replications"));
    CHECK(contains(ran.out, "0 of 3"));
    const auto json = nlohmann::json::parse(box.run("run bad.yaml --replications 3 --json").out);
    REQUIRE(json["expectations"].size() == 2);
    CHECK(json["expectations"][0]["text"] == "affected(partition!=p2) < 1%");
    CHECK(json["expectations"][0]["verdict"] == "fail");
    CHECK(json["expectations"][1]["verdict"] == "undecided");
    CHECK(json["expectations"][1]["value"] == 0);
}

TEST_CASE("the first broken replication can be run alone") {
    const Expecting box;
    const auto all = nlohmann::json::parse(box.run("run bad.yaml --replications 3 --json").out);
    const auto third = nlohmann::json::parse(box.run("run bad.yaml --only 2 --json").out);
    CHECK(third["fingerprint"] == all["fingerprints"][2]);
    CHECK(contains(box.run("run bad.yaml --only 2").out, "mailquake run bad.yaml --seed 1 --only 2"));
    CHECK(box.run("run bad.yaml --only 2 --replications 3").exit == 2);
}

TEST_CASE("JUnit has a case per expectation, GitHub an annotation for what did not pass", "[long]") {
    const Expecting box;
    const Ran ran = box.shell("GITHUB_ACTIONS=true \"$MQ\" test good.yaml bad.yaml --junit j.xml");
    CHECK(ran.exit == 99);
    CHECK(contains(ran.err, "::error file=bad.yaml,line=31,col=5::fail: affected(partition!=p2) < 1%25: 0 of 2 runs, 90.0 %25 wanted"));
    const std::string xml = box.read("j.xml");
    CHECK(contains(xml, "<testsuite name=\"bad.yaml\" tests=\"2\" failures=\"1\" errors=\"0\">"));
    CHECK(contains(xml, "name=\"affected(partition!=p2) &lt; 1%\""));
    CHECK(contains(xml, "again: mailquake run bad.yaml --seed 1"));
    CHECK(contains(box.run("test good.yaml --junit - --replications 2").out, "<error type=\"undecided\""));
}

TEST_CASE("an expectation without samples is an error") {
    const Expecting box;
    box.write("none.yaml", expecting("  - p99(delay) < 5m\n") + "variants: {silent: {tenants.firms.rate: 1/d, duration: 1h10min}}\n");
    const Ran ran = box.run("test none.yaml --variant silent -n 2 --set cooldown=65min");
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 3);
    CHECK(contains(ran.out, "none.yaml:31:5: error: no run has samples for 'p99(delay) < 5m'"));
}

TEST_CASE("a file that expects nothing, and an expectation that means nothing, are refused") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario());
    const Ran none = box.run("test s.yaml");
    CHECK(none.exit == 3);
    CHECK(contains(none.err, "s.yaml: error: it expects nothing"));
    CHECK(box.run("test s.yaml --expect 'lost() == 0' -n 2").exit == 98);
    const Ran wrong = box.run("test s.yaml --expect 'lots() == 0'");
    CHECK(wrong.exit == 2);
    CHECK(contains(wrong.err, "did you mean 'lost'?"));
    CHECK(box.run("test").exit == 2);
}

TEST_CASE("a fault that touches nothing in any run is a loud warning") {
    const Expecting box;
    const Ran quiet = box.run("test good.yaml -n 2 --quiet");
    CHECK_FALSE(contains(quiet.err, "touched nothing"));
    const Ran loud = box.run("test good.yaml -n 2 --quiet --set tenants.firms.rate=1/d --set duration=70min --set cooldown=5min --expect 'lost() < 5'");
    INFO(loud.err);
    CHECK(contains(loud.err, "warning: fault 'p2-silent' touched nothing in 2 runs"));
}

TEST_CASE("a sweep's points are judged each") {
    const Sandbox box;
    box.write("s.yaml", expecting("  - affected() < 10%\n") + "sweep: {vary: [\"flaws.lookup-hang.enabled=true,false\"]}\n");
    const Ran ran = box.run("test s.yaml");
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 99);
    CHECK(contains(ran.out, "at 2 points"));
    const auto rows = nlohmann::json::parse(box.run("test s.yaml --json").out)["files"][0]["expectations"];
    REQUIRE(rows.size() == 2);
    CHECK(rows[0]["verdict"] == "fail");
    CHECK(rows[1]["point"]["flaws.lookup-hang.enabled"] == "false");
    CHECK(contains(box.run("run s.yaml").err, "this runs its base point"));
}

}  // namespace mailquake
