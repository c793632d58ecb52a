// `run` from outside, on a scenario of a few thousand messages: figures, determinism, results files, interrupts, stories.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;

namespace {

struct RunSandbox : testing::SmallSandbox {
    /// The JSON object without its wall-clock time.
    [[nodiscard]] nlohmann::json json(const std::string& words) const {
        const Ran ran = run("run s.yaml --json --quiet " + words);
        INFO(ran.err);
        REQUIRE(ran.exit == 0);
        auto object = nlohmann::json::parse(ran.out);
        object.erase("wall");
        return object;
    }
};

}  // namespace

TEST_CASE("the summary is data, and its cascade shows the fault's effect") {
    const RunSandbox box;
    const Ran ran = box.run("run s.yaml");
    INFO(ran.err);
    CHECK(ran.exit == 0);
    CHECK(contains(ran.out, "small: "));
    CHECK(contains(ran.out, "CASCADE, in order of onset"));
    CHECK(contains(ran.out, "mailquake run s.yaml --seed 1"));
    CHECK_FALSE(contains(ran.out, "\033["));
    CHECK_FALSE(contains(ran.err, "touched nothing"));
}

TEST_CASE("the flaw makes collateral tenants, and without it there are none") {
    const RunSandbox box;
    CHECK(box.json("")["collateral"] > 0);
    CHECK(box.json("--set flaws.lookup-hang.enabled=false")["collateral"] == 0);
}

TEST_CASE("the same bytes on any number of threads, others for another seed") {
    const RunSandbox box;
    const auto one = box.json("--threads 1 --replications 2");
    CHECK(box.json("--threads 4 --replications 2") == one);
    CHECK(one["intervals"]["delay.mean"]["n"] == 2);
    CHECK(box.json("--seed 2 --replications 2")["fingerprint"] != one["fingerprint"]);
    CHECK(box.json("")["fingerprint"] == one["fingerprints"][0]);
}

TEST_CASE("conservation holds in the figures") {
    const auto m = RunSandbox().json("")["messages"];
    const auto n = [&](const char* key) { return m[key].get<double>(); };
    CHECK(n("accepted") > 10'000);
    CHECK(n("accepted") + n("generated") + n("duplicated") ==
          n("delivered") + n("delivered_again") + n("delivered_reports") + n("bounced") + n("expired") + n("dropped") + n("filtered") + n("discarded") + n("in_system"));
}

TEST_CASE("what a results file holds is not run again, and more replications keep the old ones") {
    const RunSandbox box;
    const auto first = box.json("--results r.db --replications 2");
    const Ran again = box.run("run s.yaml --json --results r.db --replications 2");
    CHECK(contains(again.err, "2 of 2 replications are in the results file"));
    auto printed = nlohmann::json::parse(again.out);
    printed.erase("wall");
    CHECK(printed == first);
    CHECK(contains(box.run("run s.yaml --results r.db --replications 3").err, "2 of 3 replications are in the results file"));
    CHECK(box.json("--replications 3") == box.json("--replications 3 --results r.db"));
    const Ran other = box.run("run s.yaml --results r.db --until 2h");
    CHECK(other.exit == 0);
    CHECK_FALSE(contains(other.err, "in the results file"));
}

TEST_CASE("a results file in place of the scenario is printed") {
    const RunSandbox box;
    const Ran ran = box.run("run s.yaml --results r.db");
    const Ran from_file = box.run("run r.db");
    CHECK(from_file.exit == 0);
    CHECK(from_file.out == ran.out);
    CHECK(box.run("run r.db --set slo.delay=1min").exit == 2);
}

TEST_CASE("a story is told of the worst message, of a class's, and of one by its identity", "[long]") {
    const RunSandbox box;
    const Ran worst = box.run("run s.yaml --follow worst");
    INFO(worst.err);
    CHECK(worst.exit == 0);
    REQUIRE(contains(worst.out, "THE STORY OF ONE MESSAGE"));
    const auto figures = box.json("--follow firms:worst");
    const std::string id = figures["tenants"][0]["worst"];
    REQUIRE(figures.contains("story"));
    CHECK(figures["story"][0]["message"] == id);
    CHECK(box.json("--follow " + id)["story"] == figures["story"]);
    const Ran wrong = box.run("run s.yaml --follow firm:worst");
    CHECK(wrong.exit == 2);
    CHECK(contains(wrong.err, "firms:worst"));
}

TEST_CASE("the queues are shown at the times that are asked for", "[long]") {
    const RunSandbox box;
    const auto j = box.json("--qshape-at 1h10min,2014-06-24T11:05:00Z");
    REQUIRE(j["qshapes"].size() == 2);
    CHECK(j["qshapes"][0]["at"] == 3900);
    CHECK(contains(box.run("run s.yaml --qshape-at 70min").out, "QUEUES AT 24 Jun 11:10 (+1h 10m)"));
}

TEST_CASE("the table of the worst moment is of the moment at which most copies waited at a place", "[long]") {
    // A pause of two minutes, begun and over between two of the tables that are made every ten minutes.
    const testing::Sandbox box;
    box.write("pause.yaml", R"(name: pause
duration: 40min
sites: [home, {name: far, outside: true}]
links: [{from: far, to: home, latency: 10ms}]
tiers:
  - {name: relay, at: home, workers: 20, service: {law: exponential, mean: 10ms}, calls: [{to: dir}]}
  - {name: box, at: home, workers: 20, service: {law: exponential, mean: 10ms}}
  - {name: dir, at: home, workers: 20, service: {law: exponential, mean: 5ms}}
senders: [{name: others, at: far}]
tenants: [{name: firm, count: 5, rate: 2/s, paths: {inbound: [relay, box]}}]
faults: [{name: pause, kind: server-pause, target: box, at: 12min, for: 2min}]
)");
    const auto json = [&](const std::string& options) { return nlohmann::json::parse(box.run("run pause.yaml --json --quiet " + options).out); };
    const auto j = json("");
    const auto& table = j["qshape"];
    CHECK(table["place"] == "relay@home");
    CHECK(table["at"] > 13 * 60);
    CHECK(table["at"] < 14 * 60 + 1);
    double most = 0, shown = 0;
    for (const auto& b : j["backlogs"])
        if (b["tier"] == "relay") most = b["max"];
    for (const auto& row : table["destinations"]) shown += row["total"].get<double>();
    CHECK(most > 200);
    CHECK(shown >= most);
    CHECK(shown < most + 5);   // in service, or under way
    CHECK(contains(box.run("run pause.yaml --quiet").out, "when the queue at relay@home was longest"));

    // The same whoever ran it first, also when it is read.
    CHECK(json("--results a.db")["qshape"] == table);
    CHECK(json("--results a.db")["qshape"] == table);
    CHECK(nlohmann::json::parse(box.run("run a.db --json").out)["qshape"] == table);
    CHECK(box.run("sweep pause.yaml --vary tenants.firm.rate=2/s -n 1 --quiet --results b.db").exit == 0);
    CHECK(json("--results b.db")["qshape"] == table);
    CHECK(json("-n 3")["qshape"] == table);
}

TEST_CASE("an entry that touches nothing is a loud warning with its place") {
    const RunSandbox box;
    const Ran ran = box.run("run s.yaml --quiet --set flaws.lookup-hang.trigger=call-fails");
    CHECK(ran.exit == 0);
    CHECK(contains(ran.err, "flaw 'lookup-hang' touched nothing"));
    CHECK(contains(ran.err, "s.yaml:"));
    CHECK_FALSE(contains(ran.out, "touched nothing"));
}

TEST_CASE("Ctrl-C once saves what is in flight and starts nothing, with exit code 130") {
    const RunSandbox box;
    const Ran ran = box.shell(
        "\"$MQ\" run s.yaml --replications 100000 --threads 2 --results r.db --quiet & pid=$!\n"
        // Until a first replication can be read, however slow the machine or the build; then on into the next ones.
        "for i in $(seq 400); do sleep 0.05; \"$MQ\" run r.db --json >/dev/null 2>&1 && break; done; sleep 0.2\n"
        "kill -INT $pid; wait $pid");
    INFO(ran.err);
    CHECK(ran.exit == 130);
    CHECK(contains(ran.err, "finishing the replications in flight"));
    CHECK(contains(ran.out, "of 100000 replications have run"));
    const Ran held = box.run("run r.db --json");
    REQUIRE(held.exit == 0);
    CHECK(nlohmann::json::parse(held.out)["replications"] >= 1);
}

TEST_CASE("kill -9 loses no replication that was saved") {
    const RunSandbox box;
    const Ran ran = box.shell(
        "\"$MQ\" run s.yaml --replications 100000 --threads 2 --results r.db --quiet & pid=$!\n"
        // Until a first replication can be read, however slow the machine or the build; then on into the next ones.
        "for i in $(seq 400); do sleep 0.05; \"$MQ\" run r.db --json >/dev/null 2>&1 && break; done; sleep 0.2\n"
        "kill -KILL $pid; wait $pid");
    CHECK(ran.exit == 137);
    const Ran held = box.run("run r.db --json");
    INFO(held.err);
    REQUIRE(held.exit == 0);
    const auto n = nlohmann::json::parse(held.out)["replications"].get<int>();
    CHECK(n >= 1);
    // Two were in flight, so all that were saved are among these.
    const std::string again = fmt::format("run s.yaml --results r.db --replications {}", n + 2);
    CHECK(contains(box.run(again).err, fmt::format("{} of {} replications are in the results file", n, n + 2)));
}

}  // namespace mailquake
