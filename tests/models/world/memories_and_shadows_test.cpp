// What a tier and its senders keep in mind: tarpits, shadow copies, hosts that failed; and conditions that operators look at.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// 2 copies a second; the edge of two servers hands over to a box.
const std::string kWays = R"(
name: ways
duration: 8h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: edge, at: dc, servers: 2, workers: 10, service: {law: deterministic, mean: 100ms}, next_hop: {connections: 10, retry: {schedule: custom, waits: [1min]}}}
  - {name: box, at: dc, workers: 10, service: {law: deterministic, mean: 100ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, rate: 2/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [edge, box]}}]
)";

}  // namespace

/// Every offer waits for a second, in its connection: ten of them are ten a second (Postfix: processes / in_flow_delay).
TEST_CASE("a tarpit bounds what comes through so many connections to connections / delay", "[long]") {
    const Outcome free = run(kWays), slow = run(kWays, {"tiers.box.queue.tarpit={delay: 1s, above: 0}", "tiers.box.workers=1", "tiers.box.service.mean=400ms"});
    CHECK(free.classes[0].delay.quantile(0.5) < (1_s).ns);
    CHECK(slow.classes[0].delay.quantile(0.75) > (1_s).ns);
    const std::vector<std::string> jam{"tenants.acme.rate=30/s", "duration=1h", "tiers.edge.servers=10", "tiers.edge.next_hop.per=place", "tiers.box.service.mean=1s", "tiers.box.workers=1"};
    auto pitted = jam;
    pitted.push_back("tiers.box.queue.tarpit={delay: 1s, above: 5}");
    CHECK(station(run(kWays, pitted), "box", "dc").arrivals == Approx(10 * 3600).epsilon(0.02));
    CHECK(station(run(kWays, jam), "box", "dc").arrivals > 25 * 3600);
    CHECK(booked(run(kWays, pitted), "box@dc", "transfer, tarpit") > booked(run(kWays, jam), "box@dc", "transfer"));
}

/// The edge holds an hour's mail when one of its two servers loses its disk. Which one holds what is chance: about half.
TEST_CASE("shadow redundancy: what a lost server held comes three hours late instead of never", "[long]") {
    const std::string faults =
        "faults=[{name: gone, kind: server-crash, at: 1h, for: 1h, target: box}, {name: disk, kind: server-crash, at: 110min, for: 1min, target: edge, share: SHARE, disk: lost}]";
    const auto with = [&](const std::string& share, const std::string& more) {
        std::string text = faults;
        text.replace(text.find("SHARE"), 5, share);
        return run(kWays, {text, more});
    };
    const std::string shadow = "tiers.edge.shadow={}";
    const Outcome all = with("100%", shadow);
    CHECK(all.messages.dropped > 5000);  // both at once: there is no second server
    Outcome half = with("100%", "slo.delay=1h");
    for (const char* share : {"30%", "50%", "70%"}) {
        const Outcome plain = with(share, "slo.delay=1h"), kept = with(share, shadow);
        if (plain.messages.dropped == 0 || plain.messages.dropped > 5000) continue;  // none or both of the servers
        CHECK(kept.messages.dropped == 0);
        CHECK(kept.messages.delivered + kept.messages.in_system == kept.messages.accepted);
        CHECK(kept.classes[0].delay.max() > (3_h).ns);
        CHECK(kept.classes[0].delay.max() < (4_h).ns);
        half = plain;
    }
    REQUIRE(half.messages.dropped > 1000);
    REQUIRE(half.messages.dropped < 5000);
}

/// A destination is gone for five days. By message, Exim gives each copy up four days after its own first failure; by host, what comes
/// on the fifth day bounces at once, and what comes after it is back, at the latest six hours later, is tried.
TEST_CASE("Exim's memory of hosts: after four days a copy that has just come bounces, until the host is reached") {
    const std::vector<std::string> gone{"duration=7d", "tenants.acme.rate=20/h", "faults=[{name: cut, kind: link-down, at: 1d, for: 5d, target: wire}]"};
    const auto with = [&](const std::string& retry) {
        auto sets = gone;
        sets.push_back("senders.others.retry=" + retry);
        return run(kWays, sets);
    };
    const Outcome by_message = with("{schedule: exim}"), by_host = with("{schedule: exim, per_host: true}");
    // From message to message: those of the first of the five days, and those whose last try came before the end.
    CHECK(static_cast<double>(by_message.messages.expired) == Approx(480).margin(130));
    // By host all of the four days before the cutoff, and all of the fifth.
    CHECK(static_cast<double>(by_host.messages.expired) == Approx(5 * 480).margin(250));
    CHECK(by_host.retry_attempts < by_message.retry_attempts / 10);
    const MessageCounts& m = by_host.messages;
    CHECK(m.accepted + m.generated == m.delivered + m.delivered_reports + m.expired + m.in_system);
    CHECK(m.delivered > 480 * 3 / 2);  // the first day, and most of the last
}

TEST_CASE("operators see the oldest, the deferred and the busy, too") {
    const std::string stop = "faults=[{name: f, kind: server-slow, factor: 1000000x, at: 1h, for: 1h, target: box}]";
    const std::string gone = "faults=[{name: f, kind: server-crash, at: 1h, for: 1h, target: box}]";
    const auto acted = [](const std::string& fault, const std::string& when) {
        const Outcome outcome = run(kWays, {fault, "mitigations=[{name: m, kind: add-servers, target: box, servers: 1, when: " + when + "}]"});
        return touched(outcome.mitigations, "m") > 0;
    };
    CHECK(acted(stop, "oldest(box) > 30min"));
    CHECK_FALSE(acted(stop, "oldest(box) > 70min"));
    CHECK(acted(stop, "busy(box) > 99% for 30min"));
    CHECK_FALSE(acted(stop, "busy(edge) > 50%"));
    CHECK(acted(gone, "deferred(edge) > 5000"));
    CHECK_FALSE(acted(gone, "deferred(edge) > 9000"));
}

}  // namespace mailquake
