// Destinations with several MX hosts: which one is tried when, what a dead one costs, and processes that destinations share.
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// 10 copies a second for a destination with two hosts of equal preference; a has no site within the first half hour of some runs.
const std::string kTwoHosts = R"(
name: two-hosts
duration: 1h
sites: [{name: dc, latency: 0s}, {name: a, outside: true}, {name: b, outside: true}, {name: else, outside: true}]
links:
  - {name: to-a, from: dc, to: a, latency: 10ms}
  - {name: to-b, from: dc, to: b, latency: 10ms}
  - {name: to-else, from: dc, to: else, latency: 10ms}
network: {connect_timeout: 30s}
tiers:
  - {name: out, at: dc, workers: 100, service: {law: deterministic, mean: 1ms}, next_hop: {connections: 100, retry: {schedule: custom, waits: [1h]}}}
  - {name: big, at: [a, b], mx: [a, b], workers: 1000, service: {law: deterministic, mean: 10ms}}
  - {name: other, at: else, workers: 1000, service: {law: deterministic, mean: 10ms}}
tenants:
  - {name: to-big, rate: 10/s, sizes: {law: fixed, size: 1KiB}, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, big]}}
  - {name: to-other, rate: 1/s, sizes: {law: fixed, size: 1KiB}, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, other]}}
)";

const std::string kDead = "faults=[{name: dead, kind: site-down, at: 0s, for: 1h, target: a}]";

}  // namespace

TEST_CASE("equal MX hosts share the mail; of unequal ones the first has it all, until it is dead") {
    const Outcome equal = run(kTwoHosts);
    const auto a = static_cast<double>(station(equal, "big", "a").served), b = static_cast<double>(station(equal, "big", "b").served);
    CHECK(a / (a + b) == Approx(0.5).margin(0.01));
    const std::string backup = "tiers.big.mx=[{name: a, preference: 10}, {name: b, preference: 20}]";
    CHECK(station(run(kTwoHosts, {backup}), "big", "b").served == 0);
    const Outcome dead = run(kTwoHosts, {backup, kDead, "tenants.to-big.rate=1/s"});
    CHECK(station(dead, "big", "a").served == 0);
    CHECK(dead.messages.delivered + 200 > dead.messages.accepted);  // some 30 are under way at a time
    CHECK(p99(dead, 0) > 30);
    CHECK(p99(dead, 0) < 31);
}

/// Postfix QSHAPE_README: concurrency x hosts / time-out = 100 x 2 / 30 s = 6.67 a second, and in the mean half a time-out.
TEST_CASE("one dead host of two bounds a destination to concurrency x hosts / time-out") {
    const Outcome outcome = run(kTwoHosts, {kDead});
    const auto delivered = static_cast<double>(station(outcome, "big", "b").served);
    CHECK(delivered / 3600 == Approx(100 * 2 / 30.0).epsilon(0.03));
    CHECK(touched(outcome.faults, "dead") == Approx(delivered / 2).epsilon(0.04));  // half of them try it first
    CHECK(run(kTwoHosts, {kDead, "network.connect_timeout=5s"}).messages.in_system < 500);  // 40 a second
    CHECK(outcome.messages.accepted == outcome.messages.delivered + outcome.messages.in_system);
}

TEST_CASE("an attempt tries so many addresses, then the copy waits for its next try") {
    const Outcome outcome = run(kTwoHosts, {kDead, "tiers.out.next_hop.addresses=1", "tenants.to-big.rate=1/s"});
    // Half of the copies find the dead host alone, and wait for an hour.
    CHECK(static_cast<double>(outcome.messages.in_system) == Approx(0.5 * 3600).epsilon(0.06));
    CHECK(outcome.retry_attempts == 0);
}

/// With 100 processes for all, those that wait for the dead host are missed by the others, in the order of arrival; a bound for each
/// destination keeps the rest free.
TEST_CASE("destinations that share processes wait for each other, unless each has a bound of its own") {
    const std::string shared = "tiers.out.next_hop.processes=100";
    const Outcome alone = run(kTwoHosts, {kDead}), crowded = run(kTwoHosts, {kDead, shared});
    const Outcome bounded = run(kTwoHosts, {kDead, shared, "tiers.out.next_hop.connections=90"});
    CHECK(p99(alone, 1) < 1);
    CHECK(p99(crowded, 1) > 10 * 60);
    CHECK(p99(bounded, 1) < 1);
    const auto served = [](const Outcome& o) { return static_cast<double>(station(o, "big", "b").served + station(o, "other", "else").served); };
    // Shared, no more than the 100 are at work: 11 a second are offered, 5/11 of them hold a process for 30 s.
    CHECK(served(crowded) / 3600 == Approx(100 / (30 * 5 / 11.0)).epsilon(0.05));
    CHECK(crowded.messages.accepted == crowded.messages.delivered + crowded.messages.in_system);
    CHECK(run(kTwoHosts, {shared}).fingerprint == run(kTwoHosts).fingerprint);  // as long as there are enough
}

}  // namespace mailquake
