// `size`, `margin` and `compare` from outside, on worlds whose answers are known.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

namespace {

struct SearchSandbox : testing::SmallSandbox {
    [[nodiscard]] nlohmann::json json(const std::string& words) const {
        const Ran ran = run(words + " --json --quiet");
        INFO(ran.err);
        REQUIRE(!ran.out.empty());
        return nlohmann::json::parse(ran.out);
    }
};

/// The retry example of HotOS 2021 in little: two minutes of it.
std::string little_storm(const std::string& rate) {
    return R"(name: storm
duration: 4min
slo: {delay: 1500ms}
sites: [dc, {name: internet, outside: true}]
links: [{from: internet, to: dc, latency: 5ms}]
tiers:
  - {name: web, at: dc, workers: 4000, service: {law: deterministic, mean: 1ms}, calls: [{to: db, timeout: 1s, attempts: 2, on_failure: bounce}]}
  - {name: db, at: dc, workers: 30, service: {law: deterministic, mean: 100ms}}
senders: [{name: users, at: internet}]
tenants: [{name: queries, rate: )" + rate + R"(, paths: {inbound: web}}]
faults: [{name: outage, kind: server-pause, target: db, at: 30s, for: 5s}]
)";
}

}  // namespace

TEST_CASE("size finds the fewest workers that keep others out of it, and says what it looked at", "[long]") {
    const SearchSandbox box;
    const std::string words = "size s.yaml --vary tiers.transport.workers=9..21 --expect 'collateral() < 5%'";
    const auto found = box.json(words);
    const int answer = std::stoi(found["answer"].get<std::string>());
    CHECK(answer > 10);
    CHECK(answer < 20);
    CHECK(found["monotone"] == true);
    CHECK(found["looked_at"].size() < 15);
    for (const auto& one : found["looked_at"]) {
        const int workers = std::stoi(one["point"]["tiers.transport.workers"].get<std::string>());
        CHECK((one["verdict"] == "pass") == (workers >= answer));
    }
    const Ran told = box.run(words + " --threads 1");
    CHECK(contains(told.out, "tiers.transport.workers=" + std::to_string(answer) + " is the smallest that passes 1 expectation"));
    CHECK(contains(told.out, "today: tiers.transport.workers=6"));
    const Ran none = box.run("size s.yaml --vary tiers.transport.workers=2..4 --expect 'collateral() < 5%'");
    CHECK(none.exit == 99);
    CHECK(contains(none.out, "no value of tiers.transport.workers = 2 .. 4"));
}

TEST_CASE("size --largest finds how much load is borne", "[long]") {
    const SearchSandbox box;
    const auto found = box.json("size s.yaml --vary faults.p2-silent.for=2min..14min:4min --largest --expect 'affected() == 0'");
    REQUIRE(found["answer"].is_string());
    CHECK(found["goal"] == "largest");
    CHECK(found["answer"] != "14min");
}

TEST_CASE("a storm of retries never ends above half the capacity, and dies down below it", "[long]") {
    const Sandbox box;
    box.write("storm.yaml", little_storm("280/s"));
    const Ran ran = box.run("margin storm.yaml --vary tenants.queries.rate=110/s..200/s:10/s --expect 'bounced() / accepted() < 50%' -n 6 --json --quiet");
    INFO(ran.err);
    const auto found = nlohmann::json::parse(ran.out);
    CHECK(found["claim"] == "bounced() / accepted() < 50%");
    CHECK(found["today"] == "280/s");
    const auto& row = found["rows"][0];
    CHECK(row["replications"] == 6);
    for (const auto& point : row["curve"]) {
        const double rate = std::stod(point["value"].get<std::string>());
        INFO(rate);
        if (rate <= 130) CHECK(point["holds_in"] == 1);
        if (rate >= 160) CHECK(point["holds_in"] == 0);
    }
    // Asked from the other end it is the same answer.
    const Ran told = box.run("margin storm.yaml --vary tenants.queries.rate=200/s..110/s:-10/s --expect 'bounced() / accepted() < 50%' -n 6");
    CHECK(contains(told.err, "it holds at the far end of --vary"));
    CHECK(contains(told.out, "half of the runs tip between"));
    CHECK(contains(told.out, "is past it by a factor of"));
}

TEST_CASE("a map has a row for each value of the second parameter", "[long]") {
    const Sandbox box;
    box.write("storm.yaml", little_storm("280/s"));
    const Ran ran = box.run("margin storm.yaml --vary faults.outage.for=100ms,500ms,2s,5s --map tenants.queries.rate=120/s,280/s "
                            "--expect 'bounced() / accepted() < 50%' -n 3 --quiet");
    INFO(ran.out << ran.err);
    CHECK(contains(ran.out, "tenants.queries.rate=120/s  ####         beyond 5s"));
    CHECK(contains(ran.out, "tenants.queries.rate=280/s  ##..         between 500ms and 2s"));
}

TEST_CASE("searches refuse what they cannot mean") {
    const SearchSandbox box;
    const auto wrong = [&](const std::string& words, const std::string& says) {
        const Ran ran = box.run(words);
        INFO(words << "\n" << ran.err);
        CHECK(ran.exit == 2);
        CHECK(contains(ran.err, says));
    };
    wrong("size s.yaml --vary tiers.transport.workers=2..4", "expects nothing that could pass");
    wrong("size s.yaml --vary tiers.transport.workers=9..2 --expect 'late < 5%'", "from the least value to the greatest");
    wrong("size s.yaml --expect 'late < 5%'", "one --vary PATH=LO..HI");
    wrong("size s.yaml --vary tiers.transport.wrkers=2..4 --expect 'late < 5%'", "did you mean 'tiers.transport.workers'?");
    wrong("margin s.yaml --vary faults.p2-silent.for=1min..9min --within 5min --expect 'late < 5%'", "--within is for recovery");
    wrong("margin s.yaml --vary faults.p2-silent.for=1min..9min --within 5", "has no unit");
    wrong("compare s.yaml", "two results are needed");
    wrong("compare s.yaml s.yaml --fail-on 'utilization'", "neither way is worse");
}

TEST_CASE("compare pairs results by seed, and fails on what is worse beyond chance", "[long]") {
    const SearchSandbox box;
    REQUIRE(box.run("run s.yaml -n 6 --results a.db").exit == 0);
    REQUIRE(box.run("run s.yaml -n 6 --set tiers.transport.workers=3 --results b.db").exit == 0);
    const Ran worse = box.run("compare a.db b.db --fail-on mean_delay");
    INFO(worse.out << worse.err);
    CHECK(worse.exit == 99);
    CHECK(contains(worse.err, "mean_delay() is worse in B"));
    CHECK(contains(worse.out, "A  small (a.db, 6 runs)\nB  small --set tiers.transport.workers=3 (b.db, 6 runs); 6 in common\n"));
    CHECK(box.run("compare b.db a.db --fail-on mean_delay").exit == 0);
    const auto json = box.json("compare a.db a.db --metric affected");
    CHECK(json["comparisons"][0]["metrics"][0]["difference"] == 0);
    CHECK(json["comparisons"][0]["pairs"] == 6);
    REQUIRE(box.run("run s.yaml --seed 9 --results c.db").exit == 0);
    const Ran apart = box.run("compare a.db c.db --fail-on late");
    CHECK(apart.exit == 98);
    CHECK(contains(apart.out, "no pairs"));
    box.write("t.yaml", testing::small_scenario() + "variants: {}\n");
    CHECK(contains(box.run("compare s.yaml t.yaml -n 2 --metric late").out, "same"));
}

}  // namespace mailquake
