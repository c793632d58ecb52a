// Safety Net: what was handed on is sent again. It brings back what was lost, costs the work once more, and is seen twice outside.
#include <string>
#include <vector>

#include "tests/catch.hpp"

#include "models/mta/safety_net.hpp"
#include "small_world.hpp"

namespace mailquake {
namespace {

/// Mail to and from users at two data centers, 2 copies a second each way. Mail to them waits at a box whose disks are lost.
const std::string kHub = R"(
name: hub
duration: 6h
sites: [{name: east, latency: 0s}, {name: west, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: east, latency: 10ms}, {from: world, to: west, latency: 20ms}, {from: east, to: west, latency: 15ms}]
tiers:
  - {name: hub, at: [east, west], workers: 10, service: {law: deterministic, mean: 50ms}, safety_net: {}, next_hop: {connections: 20, retry: {schedule: custom, waits: [1min]}}}
  - {name: box, at: [east, west], workers: 10, service: {law: deterministic, mean: 100ms}}
  - {name: internet, at: world, workers: 10, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants:
  - {name: acme, count: 4, homes: [east, west], rate: 4/s, directions: {inbound: 50%, outbound: 50%}, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [hub, box], outbound: [hub, internet]}}
faults:
  - {name: stop, kind: server-slow, factor: 1000000x, at: 90min, for: 10min, target: box@east}
  - {name: disk, kind: server-crash, at: 99min, for: 3min, target: box@east, disk: lost}
)";

const std::string kReplay = "mitigations=[{name: again, kind: replay, at: 2h, target: hub}]";

Outcome with(std::vector<std::string> sets, unsigned threads = 1, bool explain = false) {
    RunOptions options;
    options.threads = threads;
    options.executor = threads == 1 ? ExecutorKind::serial : ExecutorKind::threads;
    options.lives = explain;
    return run(kHub, sets, options);
}

/// Copies per hour in one direction, about.
constexpr double kPerHour = 2 * 3600;

void check_conserved(const Outcome& o) {
    const MessageCounts& m = o.messages;
    CHECK(m.accepted + m.generated + m.duplicated == m.ended() + m.in_system);
}

}  // namespace

TEST_CASE("a net forgets after the time that it keeps, and no sooner") {
    SafetyNet net({.keep = 10_min});
    Message copy{};
    for (std::uint64_t minute = 0; minute <= 30; ++minute) {
        copy.identity = minute;
        net.add(copy, SimTime::zero() + 1_min * static_cast<std::int64_t>(minute));
    }
    CHECK(net.size() == 11);
    std::vector<std::uint64_t> seen;
    net.for_each_since(SimTime::zero() + 28_min, SimTime::zero() + 33_min, [&](const Message& kept) { seen.push_back(kept.identity); });
    CHECK(seen == std::vector<std::uint64_t>{28, 29, 30});
    CHECK(net.size() == 8);
}

TEST_CASE("what a disk has lost is delivered when the net behind it is replayed, as late as that is") {
    const Outcome plain = with({}), again = with({kReplay});
    CHECK(plain.messages.dropped > 500);
    CHECK(plain.messages.dropped < 1000);
    CHECK(again.messages.dropped == 0);
    CHECK(again.messages.delivered == plain.messages.delivered + plain.messages.dropped);
    CHECK(plain.classes[0].delay.max() < (20_min).ns);
    CHECK(again.classes[0].delay.max() > (20_min).ns);
    CHECK(again.classes[0].delay.max() < (33_min).ns);
    CHECK(again.classes[0].delay.count() == plain.classes[0].delay.count() + plain.messages.dropped);
    check_conserved(again);
}

TEST_CASE("what was lost and is not replayed is lost") {
    const Outcome plain = with({});
    const Outcome too_early = with({"mitigations=[{name: again, kind: replay, at: 80min, target: hub}]"});
    CHECK(too_early.messages.dropped == plain.messages.dropped);
    const Outcome elsewhere = with({"mitigations=[{name: again, kind: replay, at: 2h, target: hub@east, of: 1min}]"});
    CHECK(elsewhere.messages.dropped == plain.messages.dropped);
    const Outcome forgotten = with({kReplay, "tiers.hub.safety_net.keep=10min"});
    CHECK(forgotten.messages.dropped == plain.messages.dropped);
    check_conserved(elsewhere);
}

TEST_CASE("inside a replay is known and thrown away, outside it is a duplicate; both cost the work") {
    const Outcome plain = with({}), hour = with({"mitigations=[{name: again, kind: replay, at: 4h, target: hub, of: 1h}]"});
    CHECK(static_cast<double>(hour.messages.duplicated) == Approx(kPerHour).epsilon(0.03));
    const std::uint64_t inside = touched(hour.mitigations, "again") - hour.messages.duplicated;
    CHECK(static_cast<double>(inside) == Approx(kPerHour).epsilon(0.03));
    CHECK(hour.messages.discarded + hour.messages.dropped == plain.messages.dropped);   // no mail is lost by it
    CHECK(hour.messages.generated == 0);
    CHECK(hour.messages.delivered == plain.messages.delivered);
    CHECK(hour.messages.delivered_again == hour.messages.duplicated);
    const auto arrivals = [](const Outcome& o, const char* tier) { return station(o, tier, "east").arrivals + station(o, tier, "west").arrivals; };
    CHECK(arrivals(hour, "hub") == arrivals(plain, "hub") + touched(hour.mitigations, "again"));
    CHECK(arrivals(hour, "box") == arrivals(plain, "box") + inside);
    CHECK(hour.classes[0].delay.count() == plain.classes[0].delay.count());
    check_conserved(hour);
}

TEST_CASE("a replay brings back what a flaw or a full queue dropped, too", "[long]") {
    const std::string flaw = "flaws=[{name: loses, kind: drop, in: box, trigger: always, probability: 1%}]";
    const Outcome plain = with({flaw}), again = with({flaw, "mitigations=[{name: again, kind: replay, at: 5h30min, target: hub}, {name: fix, kind: remove-flaw, at: 5h, flaw: loses}]"});
    CHECK(plain.messages.dropped > 1000);
    CHECK(again.messages.dropped == 0);
    const std::vector<std::string> full{"faults.disk.enabled=false", "tiers.box.queue={limit: 100, on_full: drop}"};
    auto replayed = full;
    replayed.push_back(kReplay);
    const Outcome first = with(full), second = with(replayed);
    CHECK(first.messages.dropped > 500);
    CHECK(second.messages.dropped < first.messages.dropped);
    check_conserved(second);
}

TEST_CASE("replays are the same on 1, 2 and 8 threads, and every life of theirs sums to its delay", "[threads]") {
    const Outcome one = with({kReplay}), explained = with({kReplay}, 1, true);
    CHECK(explained.fingerprint.hex() == one.fingerprint.hex());
    for (const unsigned threads : {2U, 8U}) CHECK(with({kReplay}, threads).fingerprint.hex() == one.fingerprint.hex());
    TimeArea booked_in_all = 0;
    for (const LedgerRow& row : one.ledger) booked_in_all += row.time;
    TimeArea lives = 0;
    for (const BookedRow& row : explained.lives->rows) lives += row.all;
    CHECK(booked_in_all == lives);
}

TEST_CASE("a replay that bounces or expires is nobody's loss, and nobody is told") {
    const std::vector<std::string> refusing{"faults.stop.enabled=false", "faults.disk.enabled=false", "tiers.box.queue={limit: 20, on_full: bounce}"};
    auto replayed = refusing;
    replayed.push_back(kReplay);
    const Outcome calm = with(refusing), flooded = with(replayed);
    CHECK(calm.messages.bounced == 0);
    CHECK(flooded.messages.bounced < 100);   // of what came meanwhile; thousands of replays were refused, too
    CHECK(flooded.messages.discarded == 0);
    CHECK(station(flooded, "box", "east").refused > 1000);
    check_conserved(flooded);
}

TEST_CASE("a replay on a condition replays once") {
    const Outcome o = with({"mitigations=[{name: again, kind: replay, when: queue(box@east) > 100, target: hub, of: 5min}]"});
    CHECK(touched(o.mitigations, "again") > 500);
    CHECK(touched(o.mitigations, "again") < 3000);
}

TEST_CASE("a net that nobody replays changes nothing") {
    CHECK(with({}).fingerprint.hex() == with({"tiers.hub.safety_net=~"}).fingerprint.hex());
}

}  // namespace mailquake
