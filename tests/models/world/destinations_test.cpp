// What a holder does about its destinations: Postfix's concurrency feedback with dead destinations, and throttles.
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

const std::string kOutbound = R"(
name: outbound
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 10ms}]
network: {connect_timeout: 30s}
tiers:
  - {name: out, at: dc, workers: 10, service: {law: deterministic, mean: 1ms}, next_hop: {retry: postfix}}
  - {name: internet, at: world, workers: 1000, service: {law: deterministic, mean: 10ms}}
tenants:
  - {name: acme, rate: 5/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, internet]}}
)";

}  // namespace

/// Every five minutes the initial five attempts time out after 30 s; without feedback 20 slots are at it all the time.
TEST_CASE("a dead destination is left alone for five minutes, and its mail comes when it is back") {
    const std::vector<std::string> hole{"faults=[{name: hole, kind: link-black-hole, at: 0s, for: 30min, target: wire}]"};
    auto feedback = hole;
    feedback.push_back("tiers.out.next_hop.concurrency={initial: 5}");
    const Outcome without = run(kOutbound, hole), with = run(kOutbound, feedback);
    CHECK(touched(without.faults, "hole") >= 20 * 60 - 20);   // 20 slots, each in use for 30 s, over half an hour
    CHECK(touched(with.faults, "hole") <= 5 * 6 + 5);
    CHECK(touched(with.faults, "hole") >= 4 * 5);
    CHECK(with.messages.delivered + with.messages.in_system == with.messages.accepted);
    CHECK(with.messages.delivered > with.messages.accepted * 8 / 10);
}

TEST_CASE("a throttle lets through its rate, and what waits for it is booked to it") {
    const Outcome outcome = run(kOutbound, {"tiers.out.next_hop.throttle={rate: 2/s}", "tiers.out.next_hop.active=100000"});
    CHECK(outcome.messages.delivered == Approx(2 * 3600).margin(2));
    CHECK(booked(outcome, "out@dc", "throttle") > booked(outcome, "", "service"));
    const Outcome wide = run(kOutbound, {"tiers.out.next_hop.throttle={rate: 20/s, burst: 50}"});
    CHECK(wide.messages.delivered + 10 > wide.messages.accepted);
}

}  // namespace mailquake
