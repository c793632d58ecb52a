// Calls to other tiers: a worker is held from the request to the answer or the time-out.
#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// A copy a second for 10 minutes; `mta` calls `dir`, which answers within 20 ms unless something is wrong.
const std::string kCalling = R"(
name: calling
duration: 10min
sites:
  - {name: dc, latency: 1ms}
  - {name: far, latency: 1ms}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
  - {name: haul, from: dc, to: far, latency: 30ms}
tiers:
  - {name: mta, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 1s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: dir, at: dc, workers: 50, service: {law: deterministic, mean: 20ms}}
  - {name: box, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [mta, box]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 1, oldest: 0s}]
)";

const std::string kSilent = "faults=[{name: silent, kind: no-answer, at: 0s, for: 10min, target: dir}]";

RunOptions following() {
    RunOptions options;
    options.follow = {backlog_copy("old", 0)};
    return options;
}

}  // namespace

TEST_CASE("a call takes the way there and back and the callee's service, and holds the worker") {
    const Outcome near = run(kCalling, {}, following());
    CHECK(times_of(near, backlog_copy("old", 0), "its worker calls dir@dc") == std::vector<double>{0.0});
    CHECK(times_of(near, backlog_copy("old", 0), "answered").at(0) == Approx(0.022).margin(1e-9));
    CHECK(times_of(near, backlog_copy("old", 0), "served by mta").at(0) == Approx(0.032).margin(1e-9));
    const Outcome far = run(kCalling, {"tiers.dir.at=far"}, following());
    CHECK(times_of(far, backlog_copy("old", 0), "answered").at(0) == Approx(0.080).margin(1e-9));
    CHECK(station(far, "mta", "dc").utilization == Approx(static_cast<double>(far.messages.accepted) * 0.090 / 600 / 50).epsilon(0.02));
}

TEST_CASE("a call that is not answered ends at its time-out, once per attempt") {
    const Outcome once = run(kCalling, {kSilent}, following());
    const std::uint64_t old = backlog_copy("old", 0);
    CHECK(times_of(once, old, "call timed out").at(0) == Approx(1.0).margin(1e-9));
    CHECK(times_of(once, old, "deferred").at(0) == Approx(1.0).margin(1e-9));
    CHECK(times_of(once, old, "call timed out").at(1) == Approx(62.0).margin(1e-9));
    const Outcome thrice = run(kCalling, {kSilent, "tiers.mta.calls.dir.attempts=3"}, following());
    CHECK(times_of(thrice, old, "call timed out").at(2) == Approx(3.0).margin(1e-9));
    CHECK(times_of(thrice, old, "deferred").at(0) == Approx(3.0).margin(1e-9));
    CHECK(once.messages.delivered == 0);
    CHECK(touched(once.faults, "silent") == station(once, "dir", "dc").swallowed);
    CHECK(station(once, "mta", "dc").timed_out + 50 >= station(once, "dir", "dc").swallowed);
}

TEST_CASE("what becomes of the copy when a call has failed is what the tier says") {
    const Outcome deferred = run(kCalling, {kSilent});
    CHECK(deferred.messages.in_system == deferred.messages.accepted);
    const Outcome bounced = run(kCalling, {kSilent, "tiers.mta.calls.dir.on_failure=bounce"});
    CHECK(bounced.messages.bounced == bounced.bounces);
    CHECK(bounced.messages.bounced > 550);
    CHECK(bounced.messages.wrongly_bounced == bounced.messages.bounced);
    const Outcome without = run(kCalling, {kSilent, "tiers.mta.calls.dir.on_failure=continue"});
    CHECK(without.messages.delivered > 550);
    CHECK(without.classes[0].delay.quantile(0.5) > (1_s).ns);
    const Outcome refused = run(kCalling, {kSilent, "tiers.mta.hand_over=held", "tiers.mta.calls.dir.on_failure=refuse", "backlog=~"});
    CHECK(refused.messages.in_system == refused.messages.accepted);
    CHECK(booked(refused, "others", "sender's retry") > 0);
}

TEST_CASE("a caller that gives up does not free the callee: it serves in vain") {
    // 50 ms of time-out against 200 ms of service: nobody ever waits for an answer.
    const Outcome outcome = run(kCalling, {"tiers.dir.service.mean=200ms", "tiers.mta.calls.dir.timeout=50ms"});
    const StationOutcome& dir = station(outcome, "dir", "dc");
    CHECK(outcome.messages.delivered == 0);
    CHECK(dir.served > 550);
    CHECK(dir.wasted == dir.served);
    const Outcome far = run(kCalling, {"tiers.dir.at=far", "tiers.dir.service.mean=200ms", "tiers.mta.calls.dir.timeout=50ms"});
    CHECK(station(far, "dir", "far").wasted + 1 >= station(far, "dir", "far").served);
    // The answer comes a moment after the time-out: late by the way back alone.
    const Outcome just = run(kCalling, {"tiers.dir.service.mean=20ms", "tiers.mta.calls.dir.timeout=21ms"});
    CHECK(just.messages.delivered == 0);
    CHECK(station(just, "dir", "dc").wasted == station(just, "dir", "dc").served);
    const Outcome fine = run(kCalling);
    CHECK(station(fine, "dir", "dc").wasted == 0);
}

TEST_CASE("a call to crashed servers fails fast, to a dead site by time-out") {
    const std::uint64_t old = backlog_copy("old", 0);
    const Outcome crashed = run(kCalling, {"faults=[{name: f, kind: server-crash, at: 0s, for: 5min, target: dir}]"}, following());
    CHECK(times_of(crashed, old, "deferred").at(0) < 0.010);
    CHECK(crashed.messages.delivered > 550);
    const Outcome dead = run(kCalling, {"tiers.dir.at=far", "faults=[{name: f, kind: site-down, at: 0s, for: 5min, target: far}]"}, following());
    CHECK(times_of(dead, old, "deferred").at(0) == Approx(1.0).margin(1e-9));
    CHECK(dead.messages.delivered > 550);
}

TEST_CASE("a crash in the middle of a call: nearby callers learn of it, a dead site is silent") {
    const std::uint64_t old = backlog_copy("old", 0);
    const std::vector<std::string> slow{"tiers.dir.at=far", "tiers.dir.service.mean=500ms"};
    std::vector<std::string> sets = slow;
    sets.push_back("faults=[{name: f, kind: server-crash, at: 100ms, for: 5min, target: dir}]");
    CHECK(times_of(run(kCalling, sets, following()), old, "deferred").at(0) == Approx(0.130).margin(1e-6));
    sets.back() = "faults=[{name: f, kind: site-down, at: 100ms, for: 5min, target: far}]";
    CHECK(times_of(run(kCalling, sets, following()), old, "deferred").at(0) == Approx(1.0).margin(1e-9));
}

TEST_CASE("a full callee refuses the request at once, and the call fails") {
    const Outcome outcome = run(kCalling, {"tiers.dir.workers=1", "tiers.dir.service.mean=2s", "tiers.dir.queue={limit: 1}", "tiers.mta.calls.dir.timeout=30s"});
    const StationOutcome& dir = station(outcome, "dir", "dc");
    CHECK(dir.refused > 100);
    CHECK(dir.queue_max == 1);
    CHECK(outcome.messages.delivered > 200);
    CHECK(station(outcome, "mta", "dc").timed_out == 0);
}

TEST_CASE("a link that refuses ends a call fast, a black hole at its time-out") {
    const std::uint64_t old = backlog_copy("old", 0);
    const auto with = [&](const char* kind) {
        return run(kCalling, {"tiers.dir.at=far", std::string("faults=[{name: f, kind: ") + kind + ", at: 0s, for: 5min, target: haul}]"}, following());
    };
    const Outcome down = with("link-down");
    CHECK(times_of(down, old, "call failed").at(0) < 0.010);
    CHECK(touched(down.faults, "f") > 250);
    const Outcome hole = with("link-black-hole");
    CHECK(times_of(hole, old, "call timed out").at(0) == Approx(1.0).margin(1e-9));
    CHECK(hole.messages.delivered > 550);
}
