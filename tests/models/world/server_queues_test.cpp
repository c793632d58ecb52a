// Limits of next-hop queues are each server's (`next_hop.per: server`), or a place's; a throttle is always the place's.
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// More mail than goes out; each delivery takes a second, so a connection delivers one a second.
const std::string kBusy = R"(
name: busy
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 1us}]
tiers:
  - {name: out, at: dc, servers: 1, spread: round-robin, service: {law: deterministic, mean: 1ms}, next_hop: {connections: 3}}
  - {name: slow, at: world, workers: 1000, hand_over: held, service: {law: deterministic, mean: 1s}}
  - {name: sink, at: world, workers: 1000, service: {law: deterministic, mean: 1ms}}
tenants:
  - {name: acme, rate: 30/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, slow, sink]}}
)";

double delivered_a_second(const std::vector<std::string>& sets) {
    return static_cast<double>(run(kBusy, sets).messages.delivered) / 600;
}

/// Mail is put off until the destination is back, after 5 min, and tried every minute; half of the servers are down from 2 min on.
const std::string kDeferred = R"(
name: deferred
duration: 40min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 1ms}]
tiers:
  - {name: out, at: dc, servers: 2, spread: round-robin, service: {law: deterministic, mean: 1ms}, next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: internet, at: world, workers: 1000, service: {law: deterministic, mean: 1ms}}
tenants:
  - {name: acme, rate: 10/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, internet]}}
faults:
  - {name: away, kind: link-down, target: wire, at: 0s, for: 5min}
  - {name: half, kind: server-crash, target: out, share: 50%, at: 2min, for: 30min}
)";

std::uint64_t later_than(const Outcome& outcome, SimDuration delay) { return outcome.classes[0].delay.count_above(delay.ns); }

}  // namespace

TEST_CASE("connections hold for each server, or for all at the place") {
    for (const int servers : {1, 2, 4}) {
        const std::vector<std::string> sets{"tiers.out.servers=" + std::to_string(servers)};
        CHECK(delivered_a_second(sets) == Approx(3 * servers).epsilon(0.01));
        CHECK(delivered_a_second({sets[0], "tiers.out.next_hop.per=server"}) == Approx(3 * servers).epsilon(0.01));
        CHECK(delivered_a_second({sets[0], "tiers.out.next_hop.per=place"}) == Approx(3).epsilon(0.01));
    }
    CHECK(delivered_a_second({"tiers.out.servers=20"}) == Approx(30).epsilon(0.02));   // all that comes
}

TEST_CASE("servers that are added have connections of their own") {
    const std::string more = "mitigations=[{name: more, kind: add-servers, target: out, servers: 2, at: 5min}]";
    CHECK(delivered_a_second({more}) == Approx((3 * 300 + 9 * 300) / 600.0).epsilon(0.02));
    CHECK(delivered_a_second({more, "tiers.out.next_hop.per=place"}) == Approx(3).epsilon(0.01));
}

TEST_CASE("processes hold for each server") {
    const std::vector<std::string> two{"tiers.out.servers=2", "tiers.out.next_hop.connections=20", "tiers.out.next_hop.processes=4"};
    CHECK(delivered_a_second(two) == Approx(8).epsilon(0.01));
    std::vector<std::string> shared = two;
    shared.emplace_back("tiers.out.next_hop.per=place");
    CHECK(delivered_a_second(shared) == Approx(4).epsilon(0.01));
}

TEST_CASE("a throttle is the place's, and its servers take turns") {
    for (const char* per : {"server", "place"}) {
        const Outcome outcome = run(kBusy, {"tiers.out.servers=4", "tiers.out.next_hop.connections=1000", "tiers.out.next_hop.throttle={rate: 2/s}",
                                            std::string("tiers.out.next_hop.per=") + per});
        CHECK(outcome.messages.delivered == Approx(1200).margin(4));
    }
    // Where one server always went first, half of the early mail would wait for good.
    const Outcome fair = run(kBusy, {"tiers.out.servers=2", "tenants.acme.rate=2.2/s", "tiers.out.next_hop.connections=1000", "tiers.out.next_hop.throttle={rate: 2/s}"});
    CHECK(static_cast<double>(fair.classes[0].delay.max()) / 1e9 < 120);
}

TEST_CASE("a destination is dead for each server by its own failures") {
    const auto attempts = [](const std::vector<std::string>& sets) {
        std::vector<std::string> all{"tiers.out.next_hop.connections=20", "tiers.out.next_hop.concurrency={initial: 5}", "network.connect_timeout=30s", "duration=4min",
                                     "faults=[{name: hole, kind: link-black-hole, target: wire, at: 0s, for: 3min}]"};
        all.insert(all.end(), sets.begin(), sets.end());
        return touched(run(kBusy, all).faults, "hole");
    };
    CHECK(attempts({}) == 5);                          // five at once, of which three make it dead
    CHECK(attempts({"tiers.out.servers=4"}) == 20);
    CHECK(attempts({"tiers.out.servers=4", "tiers.out.next_hop.per=place"}) == 5);
}

TEST_CASE("what a server has put off waits there while that server is down") {
    const Outcome own = run(kDeferred), shared = run(kDeferred, {"tiers.out.next_hop.per=place"});
    CHECK(shared.classes[0].delay.max() < (7_min).ns);
    CHECK(own.classes[0].delay.max() > (30_min).ns);
    CHECK(own.classes[0].delay.max() < (34_min).ns);
    // Until it crashes, one server gets half of the mail: 600 copies.
    CHECK(later_than(own, 10_min) == Approx(600).margin(40));
    CHECK(later_than(shared, 10_min) == 0);
}

TEST_CASE("a lost disk loses the queues of its server, and no others") {
    const std::string lost = "faults.half.disk=lost";
    const Outcome own = run(kDeferred, {lost});
    CHECK(own.messages.dropped == Approx(600).margin(40));
}

}  // namespace mailquake
