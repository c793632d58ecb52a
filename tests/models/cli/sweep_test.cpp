// `sweep` from outside: grids, tables, what is missing alone, errors before anything runs, and the choices that matter.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>
#include <utility>

#include "tests/models/cli/program.hpp"
#include "tests/sim/experiment/temp_file.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

namespace {

std::string sorted(const std::string& table) {
    std::vector<std::string> lines;
    std::string line;
    for (const char c : table) {
        if (c != '\n') line += c;
        else lines.push_back(std::exchange(line, {}));
    }
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const std::string& one : lines) out += one + "\n";
    return out;
}

}  // namespace

TEST_CASE("a grid is run with the same luck at all points, and read as a table, JSON or CSV", "[long]") {
    const testing::SmallSandbox box;
    const std::string words = "sweep s.yaml --vary tiers.transport.workers=6..24:x2 --vary faults.p2-silent.for=10min,20min -n 3 ";
    const Ran table = box.run(words + "--metric 'affected()' --plot");
    INFO(table.out << table.err);
    CHECK(table.exit == 0);
    CHECK(contains(table.out, "tiers.transport.workers  faults.p2-silent.for  n"));
    CHECK(contains(table.out, "'@' is 100.0 %"));
    const auto json = nlohmann::json::parse(box.run(words + "--json").out);
    REQUIRE(json["points"].size() == 6);
    CHECK(json["points"][0]["point"]["tiers.transport.workers"] == "6");
    CHECK(json["points"][0]["metrics"]["p99(delay)"]["value"] > json["points"][0]["metrics"]["p50(delay)"]["value"]);
    CHECK(json["points"][0]["metrics"]["p99(delay)"]["unit"] == "s");
    // The base point's figures are those of run.
    const auto run = nlohmann::json::parse(box.run("run s.yaml -n 3 --json").out);
    CHECK(json["points"][1]["metrics"]["affected()"]["value"] == run["affected"]["tenants"].get<double>() / 20);
    const std::string csv = box.run(words + "--csv --metric late --metric 'late(class=firms)'").out;
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 1 + 6 * 3 * 2);
    CHECK(contains(csv, ",0,firms,late(class=firms),"));
    CHECK(contains(csv, "point,tiers.transport.workers,faults.p2-silent.for,replication,tenant,metric,value,at_least,unit\n"));
}

TEST_CASE("only what is missing is run, and run finds the base point") {
    const testing::SmallSandbox box;
    const std::string words = "sweep s.yaml --vary tiers.transport.workers=6,12 --csv --results r.db ";
    const Ran first = box.run(words + "-n 2");
    CHECK(contains(box.run(words + "-n 2 --dry-run").out, "4 runs, 4 of them in the results file\nnothing is left to run"));
    CHECK(contains(box.run("sweep s.yaml --vary tiers.transport.workers=6,12,24 -n 3 --dry-run --results r.db").out, "9 runs, 4 of them in the results file"));
    CHECK(box.run(words + "-n 2").out == first.out);
    CHECK(contains(box.run("run s.yaml --results r.db -n 2").err, "2 of 2 replications are in the results file"));
    CHECK(box.run("sweep s.yaml --vary tiers.transport.workers=6,12 --csv -n 2 --threads 3").out == first.out);
}

TEST_CASE("the block in the scenario is what is swept, unless the command line says otherwise") {
    const Sandbox box;
    box.write("s.yaml", testing::small_scenario() +
                            "sweep:\n  vary: \"tiers.transport.workers=6,12,24\"\n  where: tiers.transport.workers != 12\n  metrics: [late()]\n  replications: 2\n");
    const auto json = nlohmann::json::parse(box.run("sweep s.yaml --json").out);
    REQUIRE(json["points"].size() == 2);
    CHECK(json["points"][1]["point"]["tiers.transport.workers"] == "24");
    CHECK(json["points"][1]["replications"] == 2);
    CHECK(json["points"][1]["metrics"].size() == 1);
    CHECK(nlohmann::json::parse(box.run("sweep s.yaml --json --vary slo.delay=5min -n 1").out)["points"].size() == 1);
}

TEST_CASE("mistakes are told before anything runs") {
    const testing::SmallSandbox box;
    const auto wrong = [&](const std::string& words, const std::string& says) {
        const Ran ran = box.run("sweep s.yaml " + words);
        INFO(words << "\n" << ran.err);
        CHECK(ran.exit == 2);
        CHECK(ran.out.empty());
        CHECK(contains(ran.err, says));
    };
    wrong("", "what is to be varied?");
    wrong("--vary tiers.transport.wokers=1,2", "did you mean 'tiers.transport.workers'?");
    wrong("--vary tiers.transport.workers=1,0", "0 is out of range; it must be at least 1");
    wrong("--vary tiers.transport.workers=1..4", "does not say by which steps");
    wrong("--vary tiers.transport.workers=1,2 --where 'a < 3'", "neither 'a' nor '3' is varied");
    wrong("--vary seed=1,2", "seed is no axis");
    wrong("--vary slo.delay=5min --metric 'p99(dely)'", "did you mean 'delay'?");
    wrong("--vary slo.delay=5min --precision 5", "--precision needs a share");
    wrong("--vary slo.delay=5min --csv --json", "one of the two");
    wrong("--one-at-a-time 1x", "factors other than 1");
    wrong("--one-at-a-time 2x", "is marked `basis: choice`");
}

TEST_CASE("a precision that is met is said, and one that is not", "[long]") {
    const testing::SmallSandbox box;
    const Ran met = box.run("sweep s.yaml --vary slo.delay=10min --precision 10% --metric mean_delay");
    INFO(met.out << met.err);
    CHECK(contains(met.out, "1 of 1 points are precise to +- 10.0 %\n"));
    CHECK(contains(box.run("sweep s.yaml --precision 10% --metric mean_delay").out, "\n  base   "));   // as it is
    const Ran missed = box.run("sweep s.yaml --vary slo.delay=10min --precision 0.1% -n 11 --metric mean_delay");
    CHECK(contains(missed.out, "0 of 1 points are precise"));
    CHECK(contains(missed.out, "not after 11 replications"));
}

TEST_CASE("choices are varied one at a time, and ranked by their effect", "[long]") {
    const Sandbox box;
    std::string text = testing::small_scenario();
    const std::string transport = "  - name: transport\n";
    text.replace(text.find(transport), transport.size(), transport + "    basis: choice\n");
    box.write("s.yaml", text);
    const auto json = nlohmann::json::parse(box.run("sweep s.yaml --one-at-a-time 0.5x,2x --metric 'mean_delay' -n 3 --json").out);
    std::vector<std::string> paths;
    for (const auto& choice : json["choices"]) paths.push_back(choice["path"]);
    CHECK(paths.front() == "tiers.transport.workers");
    CHECK(std::find(paths.begin(), paths.end(), "tiers.transport.service.mean") != paths.end());
    CHECK(std::find(paths.begin(), paths.end(), "tiers.edge.workers") == paths.end());
    CHECK(json["choices"][0]["effects"][0]["difference"] > 0);   // fewer workers, longer delays
    const Ran told = box.run("sweep s.yaml --one-at-a-time 0.5x,2x --metric 'mean_delay' -n 3");
    CHECK(contains(told.out, "The answer hinges most on tiers.transport.workers."));
}

namespace {

/// Starts the program in the box; what it prints is dropped.
pid_t start(const Sandbox& box, const std::string& words) {
    const std::string command = "cd '" + box.path("").string() + "' && exec '" MAILQUAKE_PROGRAM "' " + words + " > /dev/null 2>&1";
    const pid_t child = fork();
    if (child == 0) {
        execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
        _exit(127);
    }
    return child;
}

/// Units in the results file; none while it is being made, or is busy.
std::optional<int> units_in(const Sandbox& box) {
    std::optional<int> units;
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_open_v2(box.path("r.db").c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(db, "SELECT count(*) FROM unit", -1, &statement, nullptr) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
        units = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return units;
}

}  // namespace

TEST_CASE("a point that fails is told at once and by exit code 4, and the others go on", "[long]") {
    const Sandbox box;   // a hundred million copies do not fit into the memory that the shell allows
    box.write("s.yaml", "name: full\nduration: 5s\nsites: [dc]\ntiers: [{name: mta, at: dc, workers: 10, service: {law: deterministic, mean: 1ms}}]\n"
                        "tenants: [{name: all, count: 10, rate: 0/s, directions: {inbound: 0%, internal: 100%}, paths: {internal: [mta]}}]\n"
                        "backlog: [{name: old, at: mta@dc, direction: internal, class: all, count: 10, oldest: 1h}]\n");
    const Ran ran = box.shell("ulimit -v 1500000; $MQ sweep s.yaml --vary backlog.old.count=10,100000000,20 -n 2 --threads 1 --metric 'delivered()' --csv --results r.db");
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 4);
    CHECK(contains(ran.err, "backlog.old.count=100000000, replication 1 failed: it ran out of memory"));
    CHECK(std::count(ran.out.begin(), ran.out.end(), '\n') == 1 + 2 * 2);
    CHECK(contains(ran.out, "20,1,,delivered(),20,"));
    CHECK(contains(box.run("sweep s.yaml --vary backlog.old.count=10,20 -n 2 --dry-run --results r.db").out, "nothing is left to run"));
}

TEST_CASE("a fault that no point lets touch anything is a loud warning of a sweep") {
    const testing::SmallSandbox box;
    const std::string quiet_hour = "sweep s.yaml -n 1 --quiet --set tenants.firms.rate=1/d --set duration=70min --set cooldown=5min --vary tiers.transport.workers=6,12";
    CHECK(contains(box.run(quiet_hour).err, "warning: fault 'p2-silent' touched nothing in 2 runs"));
    CHECK_FALSE(contains(box.run("sweep s.yaml -n 1 --vary tiers.transport.workers=6,12").err, "touched nothing"));
}

TEST_CASE("an axis along which nothing changes is a loud warning of a sweep, and the others are not") {
    const testing::SmallSandbox box;
    const Ran ran = box.run("sweep s.yaml --vary tiers.mailbox.workers=400,500 --vary tiers.transport.workers=6,12 -n 2 -q");
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK(contains(ran.err, "warning: tiers.mailbox.workers made no difference"));
    CHECK_FALSE(contains(ran.err, "tiers.transport.workers made"));
    CHECK(box.run("sweep s.yaml --vary tiers.transport.workers=6,12 -n 2 -q").err.empty());
}

TEST_CASE("a sweep that is killed 50 times ends with the table of the undisturbed one, from outside", "[.all]") {
    const testing::SmallSandbox box;
    const std::string words = "sweep s.yaml --vary tiers.transport.workers=4..13:1 -n 40 --threads 1 --csv --quiet --metric late --metric oldest ";
    const std::string undisturbed = sorted(box.run(words).out);
    REQUIRE(contains(undisturbed, "tiers.transport.workers=13"));
    for (int kills = 0; kills < 50; ++kills) {   // each as soon as the file holds more than before
        const int before = units_in(box).value_or(0);
        const pid_t child = start(box, words + "--results r.db");
        REQUIRE(child > 0);
        int status = 0;
        while (units_in(box).value_or(0) <= before && waitpid(child, &status, WNOHANG) == 0) usleep(4000);
        kill(child, SIGKILL);
        REQUIRE(waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));   // it had not ended by itself
    }
    CHECK(units_in(box).value_or(0) >= 50);
    CHECK(sorted(box.run(words + "--results r.db").out) == undisturbed);
    CHECK(units_in(box) == 400);
    CHECK(testing::ask(box.path("r.db").string(), "PRAGMA integrity_check") == "ok");
}

}  // namespace mailquake
