// Results that another build of the program made: a second program, the same but for its sources' hash, fills a results file; then this one
// is given the file, by every verb that takes one. It uses none of them without a word.
#include "tests/catch.hpp"

#include <string>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::SmallSandbox;

namespace {

const std::string kOther = "(sources 00000000)";

/// Runs of the small scenario by the other build in r.db.
struct FilledByOther : SmallSandbox {
    explicit FilledByOther(const std::string& words = "run s.yaml --replications 2") {
        const Ran ran = other(words + " --results r.db");
        INFO(ran.err);
        REQUIRE(ran.exit == 0);
    }
    [[nodiscard]] Ran other(const std::string& words) const { return shell("'" MAILQUAKE_OTHER_BUILD "' " + words); }
};

}  // namespace

TEST_CASE("runs of another build are kept apart: they are not used, and that is said") {
    const FilledByOther box;
    const std::string alone = box.run("run s.yaml --replications 2 --json").out;
    for (const char* words : {"run s.yaml --replications 2", "sweep s.yaml --vary tiers.edge.workers=20,30 --replications 1",
                              "test s.yaml --expect 'lost() == 0' --replications 2", "explain s.yaml",
                              "size s.yaml --vary tiers.transport.workers=6,12 --expect 'lost() == 0' --replications 2"}) {
        const Ran ran = box.run(std::string(words) + " --results r.db");
        INFO(words << "\n" << ran.err);
        CHECK(contains(ran.err, "r.db: warning: 2 runs in it were made by another build (mailquake"));
        CHECK(contains(ran.err, kOther + ") and are not used; this one is mailquake"));
        CHECK(ran.err.find("warning: 2 runs") == ran.err.rfind("warning: 2 runs"));   // once, however often the file is opened
    }
    CHECK(contains(box.run("run s.yaml --replications 2 --quiet --results r.db").err, "are not used"));
    // Figures are this build's alone; the other's are still there for the other.
    const Ran again = box.run("run s.yaml --replications 2 --json --results r.db");
    CHECK(contains(again.err, "2 of 2 replications are in the results file"));
    CHECK(again.out.substr(0, again.out.find("\"wall\"")) == alone.substr(0, alone.find("\"wall\"")));
    CHECK(contains(box.other("run s.yaml --replications 2 --results r.db").err, "2 of 2 replications are in the results file"));
}

TEST_CASE("a file of this build alone has no such warning") {
    const SmallSandbox box;
    CHECK(box.run("run s.yaml --results r.db").exit == 0);
    CHECK_FALSE(contains(box.run("run s.yaml --results r.db").err, "another build"));
    CHECK_FALSE(contains(box.run("run r.db").err, "another build"));
    CHECK_FALSE(contains(box.run("compare r.db s.yaml --replications 1").err, "build"));
}

TEST_CASE("a results file that another build filled is shown as that, until this one has runs of its own") {
    const FilledByOther box;
    const Ran shown = box.run("run r.db");
    CHECK(shown.exit == 0);
    CHECK(contains(shown.err, "r.db: warning: 'small' was run by another build, mailquake"));
    CHECK(contains(shown.err, kOther));
    CHECK(contains(shown.out, "small"));
    CHECK(box.run("run s.yaml --replications 1 --results r.db").exit == 0);
    const Ran own = box.run("run r.db --json");   // one object: the other's are left out
    CHECK(own.exit == 0);
    CHECK(contains(own.err, "r.db: warning: 2 runs of 'small' by another build, mailquake"));
    CHECK(contains(own.err, "are left out"));
    CHECK(contains(own.out, "\"replications\": 1"));
}

TEST_CASE("explanations that another build kept are shown as that") {
    const FilledByOther box("explain s.yaml");
    const Ran shown = box.run("explain r.db");
    CHECK(shown.exit == 0);
    CHECK(contains(shown.err, "explanations of runs by another build, mailquake"));
    CHECK_FALSE(contains(box.run("explain s.yaml --results r.db").err, "the explanation is in the results file"));
}

TEST_CASE("results of two builds side by side: the difference may be the program's") {
    const FilledByOther box;
    CHECK(box.run("run s.yaml --replications 2 --results own.db").exit == 0);
    const Ran both = box.run("compare r.db own.db");
    CHECK(both.exit == 0);
    CHECK(contains(both.err, "warning: 'small' was run by mailquake"));
    CHECK(contains(both.err, kOther + " in A and by this build in B: a difference may come from the program"));
    CHECK(contains(box.run("compare r.db s.yaml --replications 2").err, "in A and by this build in B"));
    CHECK(contains(box.run("compare r.db r.db").err, "was run by another build on both sides"));
    // Of a file that has both, this build's are compared.
    CHECK(box.run("run s.yaml --replications 2 --results r.db").exit == 0);
    const Ran mixed = box.run("compare r.db own.db");
    CHECK(contains(mixed.err, kOther + ", are left out, because this build has its own"));
    CHECK_FALSE(contains(mixed.err, "a difference may come from the program"));
}

TEST_CASE("a page of results that another build ran is refused in words") {
    const FilledByOther box;
    const Ran ran = box.run("report r.db -o r.html");
    CHECK(ran.exit == 2);
    if (contains(ran.err, "built without the page")) return;
    CHECK(contains(ran.err, "r.db was filled by another build of mailquake"));
    CHECK(contains(ran.err, "say `report s.yaml` to run it anew"));
}

}  // namespace mailquake
