// Mitigations: what operators do, and from when it works.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// A copy a second in each of two data centers; `mta` calls the directory, whose partition p1 is silent all the time.
const std::string kEstate = R"(
name: estate
duration: 30min
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

}  // namespace

TEST_CASE("calls to a partition that is cut off fail at once and do not reach it") {
    const Outcome outcome = run(kEstate, {"mitigations=[{name: m, kind: cut-off, at: 0s, target: dir/p1}]"});
    CHECK(station(outcome, "dir", "east", "p1").swallowed == 0);
    CHECK(station(outcome, "dir", "west", "p1").swallowed == 0);
    CHECK(station(outcome, "mta", "east").timed_out == 0);
    CHECK(touched(outcome.mitigations, "m") > 500);
    CHECK(touched(outcome.faults, "silent") == 0);
    const Outcome one_site = run(kEstate, {"mitigations=[{name: m, kind: cut-off, at: 0s, target: dir/p1@east}]"});
    CHECK(station(one_site, "dir", "east", "p1").swallowed == 0);
    CHECK(station(one_site, "dir", "west", "p1").swallowed > 200);
}

TEST_CASE("a cut-off ends when it says, and what was deferred is delivered") {
    const std::string repaired = "faults.silent.for=10min";
    const Outcome outcome = run(kEstate, {repaired, "cooldown=5min", "mitigations=[{name: m, kind: cut-off, at: 5min, for: 15min, target: dir/p1}]"});
    CHECK(outcome.classes[0].censored == 0);
    CHECK(outcome.classes[0].delay.max() > (17 * 60_s).ns);
    CHECK(outcome.classes[0].delay.max() < (21 * 60_s).ns);
}

TEST_CASE("a cut-off does not wake a flaw") {
    const std::string bug = "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 30s, trigger: call-hangs-or-fails}]";
    CHECK(touched(run(kEstate, {bug}).flaws, "bug") > 500);
    CHECK(touched(run(kEstate, {bug, "mitigations=[{name: m, kind: cut-off, at: 0s, target: dir/p1}]"}).flaws, "bug") == 0);
}

TEST_CASE("a flaw is removed from all servers at once, or from one after the other") {
    const std::string bug = "flaws=[{name: bug, kind: hold-worker, in: mta, hold: 10s}]";
    const auto held_after = [&](const std::vector<std::string>& sets, double from) {
        RunOptions options;
        for (std::uint64_t k = 0; k < 4000; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
        const Outcome outcome = run(kEstate, sets, options);
        std::size_t held = 0;
        for (const StoryLine& line : outcome.story)
            held += line.text.find("time-out ignored") != std::string::npos && static_cast<double>(line.at.ns) * 1e-9 >= from;
        return held;
    };
    CHECK(held_after({bug}, 600) > 300);
    CHECK(held_after({bug, "mitigations=[{name: m, kind: remove-flaw, at: 10min, flaw: bug}]"}, 600) == 0);
    // Eight servers, one a minute: the last one is fixed at 17 min.
    const std::string rolled = "mitigations=[{name: m, kind: remove-flaw, at: 10min, flaw: bug, rate: 1/min}]";
    CHECK(held_after({bug, rolled}, 600) > 100);
    CHECK(held_after({bug, rolled}, 16 * 60) > 0);
    CHECK(held_after({bug, rolled}, 17 * 60) == 0);
}

TEST_CASE("added servers take work from the moment they are there") {
    const std::string text = R"(
name: more
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, service: {law: deterministic, mean: 10s}, spread: SPREAD}]
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 0/s, paths: {inbound: [mta]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 20, oldest: 0s}]
mitigations: [{name: m, kind: add-servers, at: 100s, target: mta, servers: 4}]
)";
    std::string shared = text;
    shared.replace(shared.find("SPREAD"), 6, "shared");
    // 10 by one server in 100 s, 10 by five in 20 s.
    RunOptions options;
    for (std::uint64_t k = 0; k < 20; ++k) options.follow.push_back(backlog_copy("old", k));
    const Outcome outcome = run(shared, {}, options);
    double last = 0;
    for (const StoryLine& line : outcome.story) last = std::max(last, static_cast<double>(line.at.ns) * 1e-9);
    CHECK(last == Approx(120).margin(1e-9));
    CHECK(touched(outcome.mitigations, "m") == 1);
    for (const char* spread : {"random", "round-robin", "least-loaded", "two-choices"}) {
        std::string own = text;
        own.replace(own.find("SPREAD"), 6, spread);
        const Outcome each = run(own, {"tenants.acme.rate=4/min"});
        INFO(spread);
        CHECK(each.messages.delivered > 40);
        CHECK(station(each, "mta", "dc").served > 45);  // one server alone gets 60 at most, and has 20 to begin with
    }
}

TEST_CASE("a fail-over moves a share of the entering mail, and shares nest") {
    const auto at_east = [](const std::string& share) {
        const Outcome outcome = run(kEstate, {"faults=~", "mitigations=[{name: m, kind: fail-over, at: 0s, from: east, to: west, share: " + share + "}]"});
        CHECK(touched(outcome.mitigations, "m") + station(outcome, "mta", "east").arrivals + 5 >=
              run(kEstate, {"faults=~"}).stations[0].arrivals);
        return station(outcome, "mta", "east").arrivals;
    };
    const std::uint64_t whole = station(run(kEstate, {"faults=~"}), "mta", "east").arrivals;
    CHECK(at_east("100%") == 0);
    const std::uint64_t half = at_east("50%"), most = at_east("90%");
    CHECK(static_cast<double>(half) == Approx(0.5 * static_cast<double>(whole)).epsilon(0.1));
    CHECK(static_cast<double>(most) == Approx(0.1 * static_cast<double>(whole)).epsilon(0.3));
}

namespace {

/// A copy a second through three tiers; the one in the middle is lost after ten minutes.
const std::string kLost = R"(
name: lost
duration: 1h
sites: [{name: dc, latency: 0s}, {name: west, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}, {name: haul, from: dc, to: west, latency: 10ms}]
tiers:
  - {name: edge, at: dc, workers: 10, service: {law: deterministic, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: scan, at: dc, workers: 10, service: {law: deterministic, mean: 10ms}}
  - {name: box, at: dc, workers: 10, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [edge, scan, box]}}]
faults: [{name: gone, kind: tier-lost, target: scan, at: 10min}]
)";

}  // namespace

TEST_CASE("a lost tier is passed by: its mail goes to the one behind it, in its own site or another") {
    CHECK(run(kLost).messages.delivered == Approx(600).margin(80));
    for (const char* box : {"dc", "west"}) {
        const Outcome outcome = run(kLost, {std::string("tiers.box.at=") + box, "mitigations=[{name: m, kind: bypass, target: scan, at: 20min}]"});
        CHECK(outcome.messages.delivered + 3 >= outcome.messages.accepted);
        CHECK(touched(outcome.mitigations, "m") == Approx(3000).margin(200));
        CHECK(station(outcome, "scan", "dc").served == Approx(600).margin(80));
        CHECK(outcome.classes[0].delay.max() < (12 * 60_s).ns);  // what waited in the edge for ten minutes, at its next try
        CHECK(outcome.classes[0].delay.max() > (9 * 60_s).ns);
    }
}

TEST_CASE("the last tier of a path is lost: passed by, it is as if its mail were taken elsewhere") {
    const std::vector<std::string> box{"faults.gone.target=box", "tiers.edge.next_hop.retry.expire=30min", "tiers.scan.next_hop.retry={schedule: custom, waits: [1min], expire: 15min}"};
    auto forwarded = box;
    forwarded.push_back("mitigations=[{name: m, kind: bypass, target: box, at: 20min}]");
    const Outcome lost = run(kLost, box), kept = run(kLost, forwarded);
    CHECK(lost.messages.expired > 1500);
    CHECK(kept.messages.expired == 0);
    CHECK(kept.messages.delivered + 3 >= kept.messages.accepted);
    CHECK(station(kept, "box", "dc").served == Approx(600).margin(80));
    // Of another tier's bypass it has nothing.
    CHECK(run(kLost, {"faults.gone.target=box", "mitigations=[{name: m, kind: bypass, target: scan, at: 20min}]"}).messages.delivered == Approx(600).margin(80));
}

/// From 0.1 to 1 a second within half an hour, then as it is: 990 of 1800, then a copy a second.
TEST_CASE("a throttle that admits slowly lets in more and more") {
    const Outcome outcome = run(kLost, {"faults=~", "senders.others.retry={schedule: custom, waits: [2h]}",
                                        "mitigations=[{name: m, kind: throttle, target: edge, at: 0s, rate: 0.1/s, up_to: 1/s, over: 30min, burst: 10}]"});
    const double most = 990 + 1800 + 10;
    CHECK(static_cast<double>(outcome.messages.delivered) < most + 5);
    CHECK(static_cast<double>(outcome.messages.delivered) > most * 0.85);
    const Outcome same = run(kLost, {"faults=~", "senders.others.retry={schedule: custom, waits: [2h]}", "mitigations=[{name: m, kind: throttle, target: edge, at: 0s, rate: 0.1/s}]"});
    CHECK(same.messages.delivered <= 361);
    CHECK(same.messages.delivered > 300);
}
