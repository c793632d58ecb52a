// From one tier to the next: how long it takes, what is held meanwhile, and who keeps the copy.
#include <algorithm>

#include "tests/catch.hpp"


#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Ten copies wait at `mta` when the run starts; the next tier is 30 ms away. An attempt takes 4 round trips, a flight
/// and the reply's: 300 ms.
const std::string kTwoSites = R"(
name: two-sites
duration: 10min
sites:
  - {name: dc, latency: 0s}
  - {name: far, latency: 0s}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 10ms, bandwidth: 1000Gbps}
  - {name: haul, from: dc, to: far, latency: 30ms, bandwidth: 1000Gbps}
tiers:
  - {name: mta, at: dc, workers: 1000, service: {law: deterministic, mean: 1s}, next_hop: {connections: 1, retry: {schedule: custom, waits: [1min]}}}
  - {name: box, at: far, workers: 1000, service: {law: deterministic, mean: 10ms}}
senders:
  - {name: others, at: world, retry: {schedule: custom, waits: [1min]}}
tenants:
  - {name: acme, rate: 0/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [mta, box]}}
backlog:
  - {name: old, at: mta@dc, class: acme, count: 10, oldest: 0s}
)";

RunOptions following_backlog(std::uint64_t count) {
    RunOptions options;
    for (std::uint64_t k = 0; k < count; ++k) options.follow.push_back(backlog_copy("old", k));
    return options;
}

std::vector<double> sorted_times(const Outcome& outcome, std::string_view words) {
    std::vector<double> all;
    for (const StoryLine& line : outcome.story)
        if (line.text.find(words) != std::string::npos) all.push_back(static_cast<double>(line.at.ns) * 1e-9);
    std::sort(all.begin(), all.end());
    return all;
}

/// Two sites that mail from outside may enter.
const std::string kTwoWaysIn = R"(
name: two-ways-in
duration: 10min
network: {connect_timeout: 30s}
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links:
  - {name: to-east, from: world, to: east, latency: 10ms}
  - {name: to-west, from: world, to: west, latency: 20ms}
)";

}  // namespace

TEST_CASE("a connection slot is held from the connection to the reply") {
    const Outcome one = run(kTwoSites, {}, following_backlog(10));
    const std::vector<double> attempts = sorted_times(one, "attempt to box@far");
    REQUIRE(attempts.size() == 10);
    for (std::size_t k = 0; k < 10; ++k) CHECK(attempts[k] == Approx(1 + 0.3 * static_cast<double>(k)).margin(1e-6));
    CHECK(one.messages.delivered == 10);
    CHECK(booked(one, "mta@dc", "connection slot") / 1'000'000 == (1 + 9) * 9 / 2 * 300);

    const Outcome five = run(kTwoSites, {"tiers.mta.next_hop.connections=5"}, following_backlog(10));
    CHECK(sorted_times(five, "attempt to box@far").back() == Approx(1.3).margin(1e-6));
}

TEST_CASE("the active window bounds how many wait for a slot, not how many are served") {
    const Outcome narrow = run(kTwoSites, {"tiers.mta.next_hop.active=1", "tiers.mta.next_hop.connections=5"}, following_backlog(10));
    CHECK(sorted_times(narrow, "attempt to box@far").back() == Approx(1 + 0.3 * 9).margin(1e-6));
    CHECK(narrow.messages.delivered == 10);
}

TEST_CASE("a proxy's worker is held until the tier behind has accepted") {
    // 10 ms of service and an attempt of 300 ms: one worker passes a copy each 310 ms.
    const Outcome held = run(kTwoSites, {"tiers.mta.hand_over=held", "tiers.mta.workers=1", "tiers.mta.service.mean=10ms", "backlog=~",
                                         "tenants.acme.rate=30/min"});
    const StationOutcome& mta = station(held, "mta", "dc");
    CHECK(mta.utilization == Approx(static_cast<double>(mta.served) * 0.310 / 600).epsilon(0.01));
    CHECK(held.messages.delivered + held.messages.in_system == held.messages.accepted);
    const Outcome queued = run(kTwoSites, {"tiers.mta.workers=1", "tiers.mta.service.mean=10ms", "backlog=~", "tenants.acme.rate=30/min"});
    CHECK(station(queued, "mta", "dc").utilization == Approx(static_cast<double>(mta.served) * 0.010 / 600).epsilon(0.02));
}

TEST_CASE("a direct hand-over takes no time and no slot") {
    const std::vector<std::string> here{"tiers.box.at=dc", "tiers.mta.hand_over=direct"};
    const Outcome direct = run(kTwoSites, here, following_backlog(10));
    for (double t : sorted_times(direct, "delivered")) CHECK(t == Approx(1.010).margin(1e-9));
    CHECK(sorted_times(direct, "attempt").empty());
    CHECK(booked(direct, "", "connection slot") == 0);
}

TEST_CASE("a refused copy stays with its sender, who tries again by its schedule") {
    const Outcome outcome = run(kTwoSites, {"tiers.box.queue.limit=0", "tiers.box.workers=1", "tiers.box.service.mean=100s",
                                            "tiers.mta.next_hop.connections=10", "backlog.old.count=2"},
                                following_backlog(2));
    const std::vector<double> attempts = sorted_times(outcome, "attempt to box@far");
    REQUIRE(attempts.size() >= 4);
    CHECK(attempts[1] == Approx(1.0).margin(1e-6));
    CHECK(attempts[2] == Approx(1 + 0.3 + 60).margin(1e-6));        // the reply, then a minute
    CHECK(attempts[3] == Approx(1 + 2 * (0.3 + 60)).margin(1e-6));  // refused again at 61 s, accepted at 122 s
    CHECK(station(outcome, "box", "far").refused == 2);
}

TEST_CASE("a copy that a proxy passed on and the next tier refused is still its sender's alone") {
    const std::string chain = R"(
name: chain
duration: 30min
sites: [{name: dc, latency: LATENCY}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: edge, at: dc, workers: 20, service: {law: deterministic, mean: 10ms}, hand_over: held}
  - {name: scan, at: dc, workers: 20, service: {law: deterministic, mean: 10ms}, hand_over: held}
  - {name: mta, at: dc, service: {law: deterministic, mean: 2s}, queue: {limit: 0, on_full: ANSWER}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, rate: 30/min, paths: {inbound: [edge, scan, mta]}}]
)";
    for (const char* latency : {"0s", "250us"})
        for (const char* answer : {"defer", "bounce", "drop"}) {
            std::string text = chain;
            text.replace(text.find("LATENCY"), 7, latency);
            text.replace(text.find("ANSWER"), 6, answer);
            const Outcome outcome = run(text);
            INFO(latency << " " << answer);
            const MessageCounts& m = outcome.messages;
            CHECK(m.duplicated == 0);
            CHECK(m.delivered > 300);
            CHECK(station(outcome, "mta", "dc").refused > 100);
            CHECK((m.bounced > 100) == (std::string(answer) == "bounce"));
            CHECK((m.dropped > 100) == (std::string(answer) == "drop"));
            if (std::string(answer) != "defer") CHECK(m.in_system <= 2);
        }
}

TEST_CASE("each try through a proxy has luck of its own") {
    const std::string text = R"(
name: luck
duration: 1h
cooldown: 10min
sites: [{name: dc}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: edge, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}, hand_over: held, calls: [{to: dir, timeout: 1s}]}
  - {name: dir, at: dc}
  - {name: mta, at: dc}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [10s]}}]
tenants: [{name: acme, rate: 30/min, paths: {inbound: [edge, mta]}}]
faults: [{name: silent, kind: no-answer, at: 0s, for: 1h, target: dir, probability: 50%}]
)";
    const Outcome outcome = run(text);
    REQUIRE(touched(outcome.faults, "silent") > 500);
    CHECK(outcome.classes[0].censored == 0);  // after ten minutes and fifty tries, everybody has met an answer
    CHECK(outcome.classes[0].delay.quantile(0.5) < (25_s).ns);
}

TEST_CASE("the next MX host is tried at once when the first is not there") {
    const std::string text = kTwoWaysIn + R"(
tiers: [{name: mta, at: [east, west], workers: 10, service: {law: deterministic, mean: 10ms}}]
senders: [{name: others, at: world}]
tenants:
  - name: acme
    rate: 1/s
    homes: [west]
    paths: {inbound: [mta]}
    mx: [{name: east, preference: 10}, {name: west, preference: 20}]
faults: [{name: gone, kind: KIND, at: 0s, for: 10min, target: TARGET}]
)";
    const auto with = [&](const char* kind, const char* target) {
        std::string all = text;
        all.replace(all.find("KIND"), 4, kind);
        all.replace(all.find("TARGET"), 6, target);
        return run(all);
    };
    const Outcome refused = with("link-down", "to-east");
    CHECK(station(refused, "mta", "east").arrivals == 0);
    CHECK(refused.classes[0].delay.quantile(0.99) < (1_s).ns);
    const Outcome dead = with("site-down", "east");
    CHECK(station(dead, "mta", "east").arrivals == 0);
    CHECK(dead.classes[0].delay.quantile(0.5) > (30_s).ns);  // the connection's time-out first
    CHECK(dead.classes[0].delay.quantile(0.5) < (31_s).ns);
    const Outcome crashed = with("server-crash", "mta@east");
    CHECK(crashed.messages.delivered > 500);
    CHECK(crashed.classes[0].delay.quantile(0.99) < (1_s).ns);
}

TEST_CASE("a proxy that reaches nobody answers 4yz, and its sender does not go on to the next MX host") {
    const Outcome outcome = run(kTwoWaysIn + R"(
tiers:
  - {name: edge, at: [east, west], workers: 10, service: {law: deterministic, mean: 10ms}, hand_over: held}
  - {name: box, at: west, workers: 10, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [20s]}}]
tenants:
  - {name: acme, rate: 1/s, homes: [west], paths: {inbound: [edge, box]}, mx: [{name: east, preference: 10}, {name: west, preference: 20}]}
faults: [{name: gone, kind: server-crash, at: 0s, for: 5min, target: box}]
)");
    CHECK(station(outcome, "edge", "west").arrivals == 0);
    CHECK(station(outcome, "edge", "east").arrivals > 2000);  // each copy again and again
    CHECK(outcome.messages.delivered > 500);
}

TEST_CASE("a black hole keeps connections busy as long as it lasts, each for its time-out") {
    // 20 connections for 30 minutes, 30 s each: 1,200 attempts, all in vain. The rest of the mail waits, and goes when the hole is gone.
    const std::string hole = R"(
name: outward-hole
duration: 1h
network: {connect_timeout: 30s}
sites: [{name: dc, latency: 0s}, {name: abroad, outside: true}]
links: [{name: cable, from: dc, to: abroad, latency: 5ms}]
tiers:
  - {name: relay, at: dc, workers: 8, service: {law: deterministic, mean: 2ms}, next_hop: {retry: {schedule: custom, waits: [6h]}}}
  - {name: others, at: abroad, workers: 500, service: {law: deterministic, mean: 20ms}}
tenants: [{name: firm, rate: 6/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [relay, others]}}]
faults: [{name: hole, kind: link-black-hole, at: 10min, for: 30min, target: cable}]
)";
    const Outcome outcome = run(hole);
    CHECK(static_cast<double>(touched(outcome.faults, "hole")) == Approx(1200).margin(25));
    const double failed = static_cast<double>(outcome.messages.accepted - outcome.messages.delivered);
    CHECK(failed == Approx(1200).margin(60));  // with what is under way at the end
}

TEST_CASE("each of two outages of a link, one after the other, counts what it touches") {
    const auto counts = [](const char* second) {
        const Outcome outcome = run(kTwoWaysIn + R"(
tiers: [{name: mta, at: east, workers: 100, service: {law: deterministic, mean: 10ms}}]
senders: [{name: others, at: world, retry: {schedule: custom, waits: [10s]}}]
tenants: [{name: acme, rate: 5/s, paths: {inbound: [mta]}}]
faults:
  - {name: a, kind: link-down, target: to-east, at: 1min, for: 2min}
)" + second);
        return std::pair{touched(outcome.faults, "a"), touched(outcome.faults, "b")};
    };
    const auto [a, b] = counts("  - {name: b, kind: link-down, target: to-east, at: 3min, for: 1min}\n");
    CHECK(a > 500);
    CHECK(b > 250);
}
