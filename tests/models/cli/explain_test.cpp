// `explain` from outside: text, JSON, results files, mistakes.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::Ran;
using testing::Sandbox;

namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

struct Explained : Sandbox {
    Explained() { write("s.yaml", testing::small_scenario()); }
};

}  // namespace

TEST_CASE(
    "explain says in its first line what most of late mail waited for, then where, in which order, and who it hit") {
    const Explained box;
    const Ran ran = box.run("explain s.yaml -q");
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(ran.err.empty());
    const std::string first = ran.out.substr(0, ran.out.find('\n'));
    CHECK(has(first, "of delay of late mail"));
    CHECK(has(first, "in a queue behind workers held by flaw lookup-hang, at transport@dfw"));
    for (const char* part : {"WHERE THE TIME WENT", "ONSET, queue by queue", "CASCADE", "fault p2-silent",
                             "`- flaw lookup-hang", "COLLATERAL", "jobs for directory/p2"}) {
        INFO(part);
        CHECK(has(ran.out, part));
    }
}

TEST_CASE("explain runs what run runs, and without the flaw names it no more", "[long]") {
    const Explained box;
    const auto run = nlohmann::json::parse(box.run("run s.yaml --json -q").out);
    const auto explained = nlohmann::json::parse(box.run("explain s.yaml --json -q").out);
    CHECK(explained["fingerprint"] == run["fingerprint"]);
    CHECK(explained["mail"]["copies"] == run["messages"]["accepted"]);
    CHECK(has(box.run("explain s.yaml --json -q").out, "lookup-hang"));
    CHECK_FALSE(has(box.run("explain s.yaml --json -q --set flaws.lookup-hang.enabled=false").out, "lookup-hang"));
    CHECK(nlohmann::json::parse(box.run("explain s.yaml --json -q --seed 5 --only 2").out)["replication"] == 2);
}

TEST_CASE("a results file keeps explanations, which are not run again") {
    const Explained box;
    const Ran first = box.run("explain s.yaml --results r.db --json");
    REQUIRE(first.exit == 0);
    const Ran again = box.run("explain s.yaml --results r.db --json");
    CHECK(again.out == first.out);
    CHECK(has(again.err, "it is not run again"));
    CHECK(box.run("explain r.db --json").out == first.out);
    CHECK(box.run("explain r.db").out == box.run("explain s.yaml").out);
    CHECK(has(box.run("run s.yaml --results r.db").err, "are in the results file and are not run again"));
    const Ran other = box.run("explain r.db --seed 9");
    CHECK(other.exit == 2);
    CHECK(has(other.err, "holds no such explanation"));
    CHECK(has(box.run("explain r.db --set seed=3").err, "--set needs a scenario"));
}

TEST_CASE("explain draws clients that come back together after the cut that sent them away") {
    const Explained box;
    const Ran ran = box.run("explain lync-online-2014 --cut");
    INFO(ran.out << ran.err);
    CHECK(has(ran.out, "no mail whose delay could be explained; what filled the queues is below"));
    CHECK(has(ran.out, "fault cut-west  +0h 30m\n  `- access@na-west  +0h 35m, 5m later (clients come back together)"));
    CHECK_FALSE(has(ran.out, "nothing that the topology names"));
}

TEST_CASE("explain of what is not there says so") {
    const Explained box;
    CHECK(box.run("explain").exit == 2);
    CHECK(has(box.run("explain s.yaml --replications 3").err, "unknown option '--replications'; options are: --help"));
    CHECK(box.run("explain nowhere").exit == 3);
    CHECK(has(box.run("explain s.yaml --set flaws.lookup-hnag.enabled=false").err, "did you mean"));
}

}  // namespace mailquake
