// The program from outside: what goes to stdout and what to stderr, exit codes, and help.
#include <sys/resource.h>

#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

TEST_CASE("help is data, with examples, for the program and each verb") {
    const Sandbox box;
    for (const char* words : {"--help", "check --help", "run --help", "sweep --help", "test --help", "size --help", "margin --help", "compare --help", "schema --help", "new -h"}) {
        INFO(words);
        const Ran ran = box.run(words);
        CHECK(ran.exit == 0);
        CHECK(ran.err.empty());
        CHECK(contains(ran.out, "Usage: mailquake"));
        CHECK(contains(ran.out, "Examples:"));
    }
}

TEST_CASE("the version is one line") { CHECK(Sandbox().run("--version").out == "mailquake " MAILQUAKE_VERSION "\n"); }

TEST_CASE("usage mistakes go to stderr alone, say what was meant, and exit with 2") {
    const Sandbox box;
    const auto wrong = [&](const std::string& words, const std::string& says) {
        INFO(words);
        const Ran ran = box.run(words);
        CHECK(ran.exit == 2);
        CHECK(ran.out.empty());
        INFO(ran.err);
        CHECK(contains(ran.err, says));
    };
    wrong("", "Usage: mailquake VERB");
    wrong("rum small", "unknown verb 'rum'; did you mean 'run'?");
    wrong("run", "FILE is missing");
    wrong("run a b", "one FILE is needed, here are 2");
    wrong("run x --replication 3", "did you mean '--replications'?");
    wrong("check", "FILE is missing");
    wrong("schema x", "no FILE is needed");
    box.write("s.yaml", testing::small_scenario());
    wrong("run s.yaml --seed -1", "--seed needs a whole number");
    wrong("run s.yaml --replications 0", "--replications needs a whole number from 1");
    wrong("run s.yaml --threads two", "--threads needs a whole number");
    wrong("run s.yaml --qshape-at 14:00", "--qshape-at '14:00'");
    wrong("run s.yaml --qshape-at 9h", "after the end of the run");
    wrong("run s.yaml --results s.yaml", "file is not a database");
    wrong("new Big", "is no name of a scenario");
}

TEST_CASE("a scenario with mistakes exits with 3, all of them on stderr") {
    const Sandbox box;
    std::string text = testing::small_scenario();
    text.replace(text.find("latency"), 7, "latncy");
    text.replace(text.find("at: 1h"), 6, "at: 14:00");
    box.write("s.yaml", text);
    for (const char* verb : {"check", "run"}) {
        const Ran ran = box.run(std::string(verb) + " s.yaml");
        CHECK(ran.exit == 3);
        CHECK(ran.out.empty());
        CHECK(contains(ran.err, "did you mean 'latency'"));
        CHECK(contains(ran.err, "14:00"));
    }
    CHECK(box.run("run no-such-story").exit == 3);
}

TEST_CASE("an end that --until cannot mean is refused, and an ISO instant means the same as its offset") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario());
    const auto wrong = [&](const std::string& until, const std::string& says) {
        const Ran ran = box.run("run s.yaml --until " + until);
        INFO(until << "\n" << ran.err);
        CHECK(ran.exit == 3);
        CHECK(ran.out.empty());
        CHECK(contains(ran.err, "--until: error: "));
        CHECK(contains(ran.err, says));
    };
    wrong("5", "has no unit");
    wrong("9h", "--set duration=9h runs longer");
    wrong("14:00", "write 14h for an offset from the start, or the instant 2014-06-24T14:00:00Z");
    wrong("0s", "leaves nothing to run");
    wrong("2013-01-01", "before the start of the run");
    const Ran offset = box.run("run s.yaml --json --quiet --until 90min");
    const Ran instant = box.run("run s.yaml --json --quiet --until 2014-06-24T11:30:00Z");
    CHECK(offset.exit == 0);
    auto a = nlohmann::json::parse(offset.out), b = nlohmann::json::parse(instant.out);
    for (auto* result : {&a, &b}) result->erase("wall");
    CHECK(a == b);
    CHECK(a["simulated"] == 5400);
}

TEST_CASE("check prints what each tier is offered, for several files, and the worst exit code") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario());
    const Ran ran = box.run("check s.yaml");
    INFO(ran.err);
    CHECK(ran.exit == 0);
    CHECK(contains(ran.out, "OFFERED LOAD, normal"));
    CHECK(contains(ran.out, "while fault p2-silent acts"));
    CHECK(contains(ran.out, "<- overload"));
    CHECK(contains(ran.out, "transport@dfw"));
    box.write("bad.yaml", "name: bad\n");
    CHECK(box.run("check bad.yaml s.yaml").exit == 3);
    const Ran over = box.run("check s.yaml --set tenants.firms.rate=2000/s");
    CHECK(over.exit == 0);
    CHECK(contains(over.err, "warning: transport@dfw is offered"));
    CHECK(contains(box.run("check s.yaml --effective --set slo.delay=5min").out, "slo.delay = 5min"));
}

TEST_CASE("check tells many partitions by the busiest of each site, and those that are overloaded") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario());
    CHECK(contains(box.run("check s.yaml").out, "directory/p1@dfw"));
    const Ran many = box.run("check s.yaml --set 'tiers.directory.partitions=[p1, p2, p3, p4, p5]'");
    INFO(many.err);
    CHECK(many.exit == 0);
    CHECK(contains(many.out, "the busiest of 5 partitions"));
    const auto lines = [](const std::string& text) {
        std::size_t found = 0;
        for (auto at = text.find("directory/"); at != std::string::npos; at = text.find("directory/", at + 1)) ++found;
        return found;
    };
    const auto normal = many.out.substr(0, many.out.find("while fault"));
    CHECK(lines(normal) == 1);
    const Ran over = box.run("check s.yaml --set 'tiers.directory.partitions=[p1, p2, p3, p4, p5]' --set tiers.directory.service.mean=100s --set flaws.lookup-hang.enabled=false");
    CHECK(lines(over.out.substr(0, over.out.find("while fault"))) == 5);
}

TEST_CASE("check --json is one object, with what is valid and what each place is offered under each condition") {
    const Sandbox box;
    box.write("good.yaml", testing::small_scenario());
    box.write("bad.yaml", "name: bad\n");
    const Ran ran = box.run("check good.yaml bad.yaml --json");
    CHECK(ran.exit == 3);
    const auto all = nlohmann::json::parse(ran.out);
    REQUIRE(all["files"].size() == 2);
    CHECK(all["files"][0]["ok"] == true);
    CHECK(all["files"][1] == nlohmann::json{{"file", "bad.yaml"}, {"ok", false}});
    double normal = 0, silent = 0;
    for (const auto& row : all["files"][0]["offered_load"])
        if (row["place"] == "transport@dfw") (row["condition"] == "normal" ? normal : silent) = row["workers_needed"];
    CHECK(normal == Approx(2 * (0.050 + 0.005 + 0.0005)).epsilon(0.01));
    CHECK(silent > 2 * 0.4 * 30);  // about half of the tenants, 30 s each
    const auto values = nlohmann::json::parse(box.run("check good.yaml --effective --json").out)["files"][0]["effective"];
    CHECK(std::any_of(values.begin(), values.end(), [](const auto& v) { return v["path"] == "tiers.transport.workers" && v["value"] == "6"; }));
}

TEST_CASE("check reads every variant, and is not ok where one of them cannot run") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario() +
                            "variants:\n  - {name: more, tiers.transport.servers: 3}\n  - {name: typo, tiers.transport.serves: 3}\n"
                            "  - {name: huge, tenants.firms.rate: 1000000/s}\n");
    const Ran ran = box.run("check s.yaml");
    INFO(ran.out + ran.err);
    CHECK(ran.exit == 3);
    CHECK(contains(ran.out, "1 of 3 variants cannot run: typo"));
    CHECK(contains(ran.err, "error: variant 'typo': "));
    CHECK(contains(ran.err, "did you mean 'servers'?"));
    CHECK(contains(ran.err, "warning: variant 'huge': a run makes about "));
    const auto json = nlohmann::json::parse(box.run("check s.yaml --json").out);
    CHECK(json["files"][0]["ok"] == false);
    CHECK(json["files"][0]["variants"][0] == nlohmann::json{{"name", "more"}, {"ok", true}});
    CHECK(box.run("check s.yaml --variant more").exit == 0);   // somebody has chosen
}

TEST_CASE("a run that will be too large is refused by every verb that runs, unless it is asked for twice") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario());
    const std::string large = "s.yaml --set tenants.firms.rate=1000000/s";
    CHECK(contains(box.run("check " + large).err, "`run` wants --yes for it"));
    for (const std::string verb : {"run", "explain", "report", "sweep --vary seed=1,2", "test", "margin --vary faults.p2-silent.for=1min..2min", "size --vary tiers.transport.servers=1..2",
                                   "whatif --without p2-silent"}) {
        const Ran ran = box.run(verb + " " + large + (verb == "report" ? " -o page.html" : ""));
        if (contains(ran.err, "built without the page")) continue;
        INFO(verb + ": " + ran.err);
        CHECK(ran.exit == 3);
        CHECK(contains(ran.err, "tenants.firms.rate makes most of it; --yes runs it all the same"));
    }
    const Ran point = box.run("sweep s.yaml --vary tenants.firms.rate=1/s,1000000/s");
    CHECK(contains(point.err, "tenants.firms.rate=1000000/s: a run makes about "));
    CHECK(box.run("run " + large + " --yes --until 10ms").exit == 0);
}

TEST_CASE("schema prints JSON, and the reference") {
    const Sandbox box;
    CHECK(contains(box.run("schema").out, "draft-07"));
    CHECK(contains(box.run("schema --reference").out, "|"));
}

TEST_CASE("new writes a scenario that checks and runs, and never overwrites") {
    const Sandbox box;
    const Ran made = box.run("new estates/europe");
    INFO(made.err);
    CHECK(made.exit == 0);
    CHECK(made.out == "estates/europe/scenario.yaml\n");
    CHECK(contains(box.read("estates/europe/scenario.yaml"), "name: europe"));
    CHECK(contains(box.read("estates/europe/README.md"), "mailquake run estates/europe"));
    const Ran checked = box.run("check estates/europe");
    INFO(checked.err);
    CHECK(checked.exit == 0);
    CHECK(checked.err.empty());
    const Ran again = box.run("new estates/europe");
    CHECK(again.exit == 2);
    CHECK(contains(again.err, "is there already"));
    const Ran ran = box.run("run estates/europe --cut --quiet");
    INFO(ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    CHECK(contains(ran.out, "CASCADE"));
    CHECK(contains(ran.out, "flaws.lookup-hang.enabled=false"));
}

TEST_CASE("a reader that goes away is no error") {
    const Sandbox box;
    const Ran ran = box.shell("set -o pipefail; \"$MQ\" schema | head -c 10");
    CHECK(ran.exit == 0);
    CHECK(ran.out.size() == 10);
    CHECK(ran.err.empty());
}

TEST_CASE("help answers at once") {
    const Sandbox box;
    const Ran ran = box.shell("for i in 1 2 3 4 5 6 7 8 9 10; do \"$MQ\" run --help > /dev/null || exit 1; done; \"$MQ\" --version");
    CHECK(ran.exit == 0);
    const auto processor_seconds = [] {  // of all children so far: the clock on the wall would count what else the machine does
        rusage used{};
        REQUIRE(getrusage(RUSAGE_CHILDREN, &used) == 0);
        return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
    };
    const double before = processor_seconds();
    for (int i = 0; i < 10; ++i) REQUIRE(box.run("run --help").exit == 0);
    CHECK((processor_seconds() - before) / 10 < 0.2);   // shell and all; the aim of 10 ms is measured in bench/
}

}  // namespace mailquake
