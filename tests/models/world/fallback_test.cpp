// An attempt that goes on at its destination's next site (models/mta/fallback_spec.hpp): after which failures, in which order, how
// often, and what its slot and the destination's queue notice of it.
#include <fmt/format.h>

#include "tests/catch.hpp"

#include "models/world/offered_load.hpp"
#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Mail of users at `dc` goes by way of `out` to `relay`, which stands at three sites 10, 20 and 30 ms away, and is dead at some of
/// them: `FAULTS` says where. A copy a minute.
const std::string kThree = R"(
name: three
duration: 3h
cooldown: 1h
network: {connect_timeout: 5s, round_trips: 4}
sites: [{name: dc, latency: 0s}, {name: near, latency: 0s}, {name: middle, latency: 0s}, {name: far, latency: 0s}, {name: world, outside: true}]
links:
  - {from: dc, to: far, latency: 30ms}
  - {from: dc, to: near, latency: 10ms}
  - {from: dc, to: middle, latency: 20ms}
  - {from: near, to: world, latency: 10ms}
  - {from: middle, to: world, latency: 10ms}
  - {from: far, to: world, latency: 10ms}
tiers:
  - {name: out, at: dc, next_hop: {retry: {schedule: custom, waits: [10min]}}}
  - {name: relay, at: [far, near, middle], workers: 50}
  - {name: internet, at: world, workers: 50}
tenants: [{name: acme, rate: 1/min, sizes: {law: fixed, size: 1kB}, homes: dc, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, relay, internet]}}]
)";

/// A fault on each of these for the whole run.
std::string all_day(const std::string& kind, const std::vector<std::string>& targets) {
    std::string list;
    for (const std::string& target : targets) list += fmt::format("{}{{name: {}, kind: {}, target: {}, at: 0s, for: 3h}}", list.empty() ? "" : ", ", "f" + std::to_string(list.size()), kind, target);
    return "faults=[" + list + "]";
}

std::uint64_t served(const Outcome& outcome, const char* site) { return station(outcome, "relay", site).served; }
double greatest(const Outcome& outcome) { return static_cast<double>(outcome.classes.at(0).delay.max()) * 1e-9; }

const std::string kNone = "tiers.out.next_hop.fallback_on=[none]";
const std::string kAll = "tiers.out.next_hop.fallback_on=[connect, greeting, 4yz]";
const std::string kFull = "tiers.relay.sites=[{name: near, service: {law: deterministic, mean: 9h}, workers: 1}, {name: middle, service: {law: deterministic, mean: 9h}, workers: 1}]";

}  // namespace

TEST_CASE("mail for a relay tier goes on at its next site, the nearest first, within the same attempt") {
    const Outcome sound = run(kThree);
    CHECK(served(sound, "near") == sound.messages.accepted);
    const Outcome one = run(kThree, {all_day("site-down", {"near"})});
    CHECK(served(one, "middle") == one.messages.accepted);
    CHECK(one.retry_attempts == one.messages.accepted);  // each is tried twice
    CHECK(greatest(one) == Approx(5 + 9 * 0.020 + 9 * 0.010).margin(0.01));  // a time-out, then 4 round trips and a flight, twice
    const Outcome two = run(kThree, {all_day("site-down", {"near", "middle"})});
    CHECK(served(two, "far") == two.messages.accepted);
    CHECK(greatest(two) == Approx(10 + 9 * 0.030 + 9 * 0.010).margin(0.01));
    // Servers that crashed refuse at once.
    CHECK(greatest(run(kThree, {all_day("server-crash", {"relay@near", "relay@middle"})})) < 1);
}

TEST_CASE("no more addresses are tried than the holder says, and none with fallback_on: none") {
    const std::string dead = all_day("site-down", {"near", "middle"});
    for (const std::string& bound : {kNone, std::string("tiers.out.next_hop.addresses=2"), std::string("tiers.out.next_hop.fallback_on=[4yz]")}) {
        INFO(bound);
        const Outcome outcome = run(kThree, {dead, bound});
        CHECK(outcome.messages.delivered == 0);
        CHECK(outcome.retry_attempts > 1000);
    }
}

TEST_CASE("the order is by distance from the holder, whatever health checks say; they choose the first") {
    const std::string health = "tiers.relay.health={interval: 1s, failures: 2, timeout: 1s}";
    const Outcome known = run(kThree, {all_day("site-down", {"near"}), health});
    CHECK(served(known, "middle") == known.messages.accepted);
    CHECK(p99(known, 0) < 1);
    // What is the first choice by its health checks, and crashes a moment later, is left for the nearest.
    const Outcome late = run(kThree, {"faults=[{name: a, kind: site-down, target: near, at: 0s, for: 1h}, {name: b, kind: server-crash, target: relay@middle, at: 1h, for: 1h}]", health});
    CHECK(late.messages.delivered == late.messages.accepted);
    CHECK(served(late, "far") == 0);
}

TEST_CASE("a 4yz ends the attempt unless fallback_on says otherwise; then so many sessions are tried") {
    const std::vector<std::string> full{kFull, "tiers.relay.queue={limit: 0}"};
    const auto with = [&](const std::string& more) { return run(kThree, {full[0], full[1], more}); };
    const Outcome usual = with("seed=1");
    CHECK(served(usual, "far") == 0);
    const Outcome two = with(kAll);
    CHECK(served(two, "far") == 0);                     // near and middle say 4yz: two sessions
    CHECK(two.retry_attempts > 1000);
    const Outcome three = run(kThree, {full[0], full[1], kAll, "tiers.out.next_hop.sessions=3"});
    CHECK(served(three, "far") == three.messages.accepted - 2);  // near and middle are busy with one each
    CHECK(p99(three, 0) < 1);
    // What gets no session does not count.
    const Outcome dead = run(kThree, {full[0], full[1], kAll, all_day("site-down", {"near"})});
    CHECK(served(dead, "far") == dead.messages.accepted - 1);
}

TEST_CASE("a 421 is a failure of the greeting, and of the destination") {
    const std::vector<std::string> shut{"flaws=[{name: shut, in: relay, kind: refuse-all, trigger: queue, queue_over: 0}]", "tiers.relay.at=[near]",
                                        "tiers.relay.workers=1", "tiers.relay.service={law: deterministic, mean: 9h}",
                                        "tiers.out.next_hop.concurrency={initial: 1, failed_cohorts: 1, dead_for: 1h}"};
    const Outcome dead = run(kThree, shut);
    CHECK(dead.messages.delivered == 0);
    CHECK(station(dead, "relay", "near").refused <= 6);  // the destination is dead after the first, and each hour again
}

TEST_CASE("the slot is held through all of an attempt, and the last failure alone counts for the destination") {
    // One connection and 5 s of time-out for each copy.
    const Outcome slow = run(kThree, {all_day("site-down", {"near"}), "tenants.acme.rate=1/s", "tiers.out.next_hop.connections=1", "cooldown=0s"});
    CHECK(static_cast<double>(served(slow, "middle")) == Approx(3 * 3600 / 5.18).epsilon(0.01));
    const std::string feedback = "tiers.out.next_hop.concurrency={initial: 1, failed_cohorts: 1, dead_for: 30min}";
    CHECK(greatest(run(kThree, {all_day("site-down", {"near"}), feedback})) < 10);
    const Outcome dead = run(kThree, {all_day("site-down", {"near", "middle", "far"}), feedback});
    CHECK(dead.messages.delivered == 0);
    CHECK(touched(dead.faults, "f0") < 10);
}

TEST_CASE("a proxy passes its copy on to one place; mailboxes and partitions have one") {
    const Outcome held = run(kThree, {all_day("site-down", {"near"}), "tiers.out.hand_over=held"});
    CHECK(held.messages.delivered == 0);
    // As a mailbox: the tenant's home has it.
    const std::string home = "tenants.acme={homes: near, directions: {inbound: 100%, outbound: 0%}, mx: [{name: dc}], paths: {inbound: [out, relay]}}";
    const Outcome box = run(kThree, {all_day("site-down", {"near"}), home, "links=[{from: world, to: dc, latency: 10ms}, {from: dc, to: near, latency: 10ms}, {from: dc, to: middle, latency: 10ms}, {from: dc, to: far, latency: 10ms}]", "senders=[{name: others, at: world}]"});
    CHECK(box.messages.accepted > 100);
    CHECK(box.messages.delivered == 0);
    const Outcome parts = run(kThree, {all_day("site-down", {"near"}), "tiers.relay.partitions=[a, b]"});
    CHECK(parts.messages.delivered == 0);
}

TEST_CASE("copies that come by way of two proxies to one tier are drawn anew each time") {
    const Outcome outcome = run(kThree, {"tiers.relay.hand_over=held", kAll, "tiers.out.next_hop.sessions=3",
                                         "tiers.internet={servers: 3, workers: 1, spread: random, queue: {limit: 0}, service: {law: exponential, mean: 2min}}"});
    CHECK(outcome.messages.delivered > 100);
    CHECK(station(outcome, "internet", "world").refused > 50);
}

TEST_CASE("check moves the load of a dead site to the next one where mail finds it, and else says that it does not") {
    const auto row = [&](const std::vector<std::string>& more, const std::string& place) {
        std::vector<std::string> sets{all_day("site-down", {"near"})};
        sets.insert(sets.end(), more.begin(), more.end());
        for (const OfferedLoadRow& r : offered_load(scenario_of(kThree, sets)).tiers)
            if (r.condition == "f0" && r.place == place) return r;
        return OfferedLoadRow{};
    };
    const std::string health = "tiers.relay.health={interval: 10s}";
    CHECK(row({}, "relay@middle").arrivals_per_second == Approx(1. / 60));
    CHECK_FALSE(row({}, "relay@near").is_missed);
    CHECK(row({kNone, health}, "relay@middle").arrivals_per_second == Approx(1. / 60));
    CHECK(row({kNone}, "relay@middle").place.empty());  // as at normal load
    CHECK(row({kNone}, "relay@near").is_missed);
    CHECK(row({"tiers.out.next_hop.addresses=1"}, "relay@near").is_missed);
}
