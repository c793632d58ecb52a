// Mitigations on conditions: who looks, who decides for whom, and when it is done elsewhere.
#include <algorithm>
#include <optional>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Two copies a second enter at both data centers alike; `mta` calls the directory, whose partition p1 is silent all the time, so that
/// a quarter of the mail waits at each site for its next try. Three processes, 20 ms apart.
const std::string kTwoCenters = R"(
name: two-centers
duration: 20min
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links:
  - {name: to-east, from: world, to: east, latency: 10ms}
  - {name: to-west, from: world, to: west, latency: 10ms}
  - {name: haul, from: east, to: west, latency: 20ms}
tiers:
  - {name: mta, at: [east, west], servers: 4, workers: 25, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 1s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: dir, at: [east, west], partitions: [p1, p2], workers: 50}
  - {name: box, at: [east, west], workers: 50}
senders: [{name: others, at: world}]
tenants: [{name: acme, count: 100, rate: 2/s, homes: [east, west], paths: {inbound: [mta, box]}}]
faults: [{name: silent, kind: no-answer, at: 0s, for: 30min, target: dir/p1}]
)";

std::string cut_when(const std::string& when, const std::string& more = "") {
    return "mitigations=[{name: m, kind: cut-off, target: dir/p1, when: " + when + more + "}]";
}

std::optional<SimTime> acted(const Outcome& outcome) { return outcome.mitigations.at(0).start; }

std::uint64_t swallowed(const Outcome& outcome, const char* at) { return station(outcome, "dir", at, "p1").swallowed; }

}  // namespace

TEST_CASE("a cut-off on a condition is of the callers at the sites where it holds") {
    const Outcome never = run(kTwoCenters, {cut_when("deferred(mta) > 100000")});
    CHECK_FALSE(acted(never));
    CHECK(touched(never.mitigations, "m") == 0);
    // The east alone has a partition that is silent: the west has no reason, and goes on to call.
    const Outcome east = run(kTwoCenters, {"faults.silent.target=dir/p1@east", cut_when("deferred(mta) > 20")});
    REQUIRE(acted(east));
    CHECK(swallowed(east, "east") < 200);
    CHECK(station(east, "dir", "west", "p1").served == station(run(kTwoCenters, {"faults.silent.target=dir/p1@east"}), "dir", "west", "p1").served);
}

TEST_CASE("what holds at a named site is done everywhere, and elsewhere once the word has come") {
    const std::vector<std::string> silent_east{"faults.silent.target=dir/p1@east"};
    const auto with = [&](const std::string& when) { return run(kTwoCenters, {silent_east[0], cut_when(when)}); };
    const Outcome named = with("deferred(mta@east) > 20");
    REQUIRE(acted(named));
    CHECK(*acted(named) == *acted(with("deferred(mta) > 20")));
    const std::uint64_t before = station(named, "dir", "west", "p1").served;
    CHECK(before > 0);
    CHECK(before < station(with("deferred(mta) > 20"), "dir", "west", "p1").served / 2);
    CHECK_FALSE(acted(with("deferred(mta@west) > 20")));
}

TEST_CASE("sites together reach what none of them has alone") {
    const auto together = run(kTwoCenters, {cut_when("deferred(mta@*) > 45")}), each = run(kTwoCenters, {cut_when("deferred(mta) > 45")});
    REQUIRE(acted(together));
    CHECK((!acted(each) || *acted(together) < *acted(each)));
    CHECK(swallowed(together, "west") < 100);
}

TEST_CASE("what is done on a condition ends after its length, and its times are told") {
    const Outcome outcome = run(kTwoCenters, {cut_when("deferred(mta@east) > 20", ", for: 5min")});
    REQUIRE(acted(outcome));
    REQUIRE(outcome.mitigations[0].end);
    const SimDuration length = *outcome.mitigations[0].end - *acted(outcome);
    CHECK(length >= 5_min);
    CHECK(length <= 5_min + 30_ms);   // the last site to be told
    CHECK(swallowed(outcome, "east") > swallowed(run(kTwoCenters, {cut_when("deferred(mta@east) > 20")}), "east") + 100);
}

TEST_CASE("a fail-over on a condition moves mail from when its senders know of it") {
    const std::string move = "mitigations=[{name: m, kind: fail-over, from: east, to: west, when: WHEN}]";
    const auto with = [&](const std::string& when) {
        std::string text = move;
        text.replace(text.find("WHEN"), 4, when);
        return run(kTwoCenters, {text});
    };
    const Outcome moved = with("deferred(mta) > 20"), stays = with("deferred(mta) > 100000");
    REQUIRE(acted(moved));
    CHECK(touched(moved.mitigations, "m") > 500);
    CHECK(touched(stays.mitigations, "m") == 0);
    CHECK(station(moved, "mta", "east").arrivals * 2 < station(stays, "mta", "east").arrivals);
    CHECK(station(moved, "mta", "west").arrivals > station(stays, "mta", "west").arrivals);
    CHECK(moved.messages.accepted == stays.messages.accepted);
    CHECK(acted(with("deferred(mta@west) > 20")));   // whose queue it is may be said
}

TEST_CASE("a flaw is removed on a condition, where it holds or everywhere, at a rate from then on") {
    const std::string bug = "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 10s}]";
    const auto fixed = [&](const std::string& when, const std::string& rate) {
        const Outcome outcome = run(kTwoCenters, {"faults.silent.target=dir/p1@east", bug, "mitigations=[{name: m, kind: remove-flaw, flaw: bug, when: " + when + rate + "}]"});
        return std::pair{touched(outcome.mitigations, "m"), touched(outcome.flaws, "bug")};
    };
    const auto never = fixed("busy(mta) > 99%", ""), here = fixed("deferred(mta) > 20", ""), all = fixed("deferred(mta@east) > 20", "");
    CHECK(never.first == 0);
    CHECK(here.first == 4);   // the servers of the east
    CHECK(all.first == 8);
    CHECK(here.second * 2 < never.second);
    CHECK(here.second == all.second);
    const auto rolled = fixed("deferred(mta) > 20", ", rate: 1/min");
    CHECK(rolled.first == 4);
    CHECK(rolled.second > here.second);
    CHECK(rolled.second < never.second);
}

TEST_CASE("orders and findings give the same bytes on 1, 2 and 8 threads", "[threads]") {
    const std::vector<std::string> sets{
        "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 10s}]",
        "mitigations=[{name: a, kind: remove-flaw, flaw: bug, rate: 2/min, when: busy(mta@*) > 2%}, {name: b, kind: cut-off, target: dir/p1, for: 3min, when: deferred(mta@west) > 20},"
        "{name: c, kind: fail-over, from: east, to: west, when: deferred(mta@*) > 80}]"};
    const Outcome one = run(kTwoCenters, sets);
    for (const DisturbanceOutcome& m : one.mitigations) CHECK(m.touched > 0);
    for (const unsigned threads : {2U, 8U}) {
        RunOptions options;
        options.threads = threads;
        options.executor = ExecutorKind::threads;
        const Outcome other = run(kTwoCenters, sets, options);
        CHECK(other.fingerprint.hex() == one.fingerprint.hex());
        for (std::size_t m = 0; m < one.mitigations.size(); ++m) {
            CHECK(other.mitigations[m].touched == one.mitigations[m].touched);
            CHECK(other.mitigations[m].start == one.mitigations[m].start);
        }
    }
}
