// Partitioned tiers: every tenant has one partition, the same in every site, with its own servers and queue.
#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

const std::string kPartitioned = R"(
name: partitions
duration: 30min
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links:
  - {name: to-east, from: world, to: east, latency: 10ms}
  - {name: to-west, from: world, to: west, latency: 10ms}
  - {name: haul, from: east, to: west, latency: 20ms}
tiers:
  - {name: mta, at: [east, west], workers: 50, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 1s}]}
  - {name: dir, at: [east, west], partitions: [p1, p2, p3, p4], workers: 10, service: {law: deterministic, mean: 5ms}}
  - {name: box, at: [east, west], partitions: [a, b], workers: 50}
senders: [{name: others, at: world}]
tenants: [{name: acme, count: 400, rate: 10/s, homes: [east, west], paths: {inbound: [mta, box]}}]
)";

std::vector<double> shares(const Outcome& outcome, std::size_t tier, std::size_t count) {
    std::vector<double> share(count, 0);
    for (const TenantOutcome& t : outcome.tenants) share.at(t.partitions.at(tier)) += 1.0 / static_cast<double>(outcome.tenants.size());
    return share;
}

}  // namespace

TEST_CASE("each tenant's calls go to its own partition, at every site") {
    const Outcome outcome = run(kPartitioned, {"faults=[{name: silent, kind: no-answer, at: 0s, for: 30min, target: dir/p2}]"});
    REQUIRE(outcome.partitioned_tiers[0].tier == "dir");
    std::size_t stuck = 0;
    for (const TenantOutcome& t : outcome.tenants) {
        const bool on_it = outcome.partitioned_tiers[0].partitions[t.partitions[0]] == "p2";
        if (on_it) CHECK(t.counts.delivered == 0);
        else CHECK(t.counts.in_system <= 1);
        CHECK(t.own_healthy == !on_it);
        stuck += on_it;
    }
    CHECK(stuck > 60);
    CHECK(stuck < 140);
    for (const char* site : {"east", "west"}) {
        CHECK(station(outcome, "dir", site, "p2").swallowed > 500);
        CHECK(station(outcome, "dir", site, "p1").swallowed == 0);
    }
}

TEST_CASE("a fault of a partition at one site leaves it alone elsewhere") {
    const Outcome outcome = run(kPartitioned, {"faults=[{name: silent, kind: no-answer, at: 0s, for: 30min, target: dir/p2@west}]"});
    CHECK(station(outcome, "dir", "west", "p2").swallowed > 500);
    CHECK(station(outcome, "dir", "east", "p2").swallowed == 0);
    CHECK(station(outcome, "dir", "east", "p2").served > 500);
}

TEST_CASE("a partition has servers and a queue of its own") {
    const Outcome outcome = run(kPartitioned, {"faults=[{name: slow, kind: server-slow, at: 0s, for: 30min, target: dir/p2, factor: 100x}]", "tiers.dir.workers=1"});
    CHECK(station(outcome, "dir", "east", "p2").queue_max >= 2);
    CHECK(station(outcome, "dir", "east", "p1").wait.max() < (100_ms).ns);
    CHECK(station(outcome, "dir", "east", "p1").utilization < 0.05);
}

TEST_CASE("tenants are placed by the shares of their class, evenly where nothing is said") {
    const auto even = shares(run(kPartitioned, {"tenants.acme.rate=1/min"}), 0, 4);
    for (double share : even) CHECK(share == Approx(0.25).margin(0.07));
    const std::string placed = "tenants.acme.placement=[{name: dir, shares: [{name: p1, share: 5%}, {name: p2, share: 70%}]}]";
    const auto own = shares(run(kPartitioned, {"tenants.acme.rate=1/min", placed}), 0, 4);
    CHECK(own[0] == Approx(0.05).margin(0.03));
    CHECK(own[1] == Approx(0.70).margin(0.07));
    CHECK(own[2] == Approx(0.125).margin(0.05));
    CHECK(own[3] == Approx(0.125).margin(0.05));
}

TEST_CASE("a mailbox partition is passed by its own tenants alone") {
    const Outcome outcome = run(kPartitioned, {"faults=[{name: gone, kind: server-crash, at: 0s, for: 30min, target: box/b}]"});
    for (const TenantOutcome& t : outcome.tenants) {
        const bool on_it = t.partitions.at(1) == 1;
        CHECK((t.counts.delivered == 0) == on_it);
    }
}
