// Bounds of input queues, and what a full one answers.
#include <algorithm>
#include <utility>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Two workers of 1 s get 4 copies a second.
const std::string kFull = R"(
name: full
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, servers: 2, workers: 1, service: {law: deterministic, mean: 1s}, queue: {limit: 3}}]
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, rate: 4/s, paths: {inbound: [mta]}}]
)";

}  // namespace

TEST_CASE("a limit bounds those that wait, not those in service") {
    const Outcome shared = run(kFull);
    CHECK(station(shared, "mta", "dc").queue_max == 3);
    CHECK(station(shared, "mta", "dc").utilization > 0.98);
    CHECK(station(shared, "mta", "dc").wait.max() <= (2_s).ns);
    CHECK(station(run(kFull, {"tiers.mta.queue.limit=0"}), "mta", "dc").queue_max == 0);
    CHECK(station(run(kFull, {"tiers.mta.queue=~"}), "mta", "dc").queue_max > 1000);
}

TEST_CASE("where each server has its queue, the limit is each queue's") {
    const Outcome each = run(kFull, {"tiers.mta.spread=round-robin"});
    CHECK(station(each, "mta", "dc").queue_max == 6);
}

TEST_CASE("a full queue defers, bounces or drops, and each is counted once") {
    const Outcome deferred = run(kFull);
    CHECK(deferred.messages.in_system > 1000);
    CHECK(deferred.messages.delivered + deferred.messages.in_system == deferred.messages.accepted);
    CHECK(station(deferred, "mta", "dc").refused > deferred.messages.in_system);  // time after time
    const Outcome bounced = run(kFull, {"tiers.mta.queue.on_full=bounce"});
    CHECK(bounced.messages.bounced == station(bounced, "mta", "dc").refused);
    CHECK(bounced.messages.wrongly_bounced == bounced.messages.bounced);
    CHECK(bounced.messages.generated == bounced.messages.bounced);
    CHECK(bounced.messages.in_system < 10);
    const Outcome dropped = run(kFull, {"tiers.mta.queue.on_full=drop"});
    CHECK(dropped.messages.dropped == station(dropped, "mta", "dc").refused);
    CHECK(dropped.messages.generated == 0);
    std::uint64_t bad = 0;
    for (const TenantOutcome& t : dropped.tenants)
        for (const HourTally& hour : t.hours) bad += hour.bad;
    CHECK(bad == dropped.messages.dropped);
    CHECK(dropped.classes[0].delay.count() + dropped.messages.dropped == dropped.messages.accepted);  // what is lost has no delay
}

TEST_CASE("what a tier holds already is never turned away from its own queue") {
    // Deferred by the tier itself, 50 copies come back to a queue for one.
    const Outcome outcome = run(kFull, {"tiers=[{name: dir, at: dc}, {name: mta, calls: [{to: dir, timeout: 1s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}]",
                                        "tiers.mta.queue.limit=1", "tiers.mta.workers=100", "tiers.mta.service.mean=10ms",
                                        "faults=[{name: silent, kind: no-answer, at: 0s, for: 5min, target: dir}, {name: f, kind: server-pause, at: 5min, for: 3min, target: mta}]"});
    CHECK(outcome.messages.delivered + outcome.messages.in_system == outcome.messages.accepted);
    CHECK(outcome.classes[0].delay.max() > (5 * 60_s).ns);
    CHECK(station(outcome, "mta", "dc").queue_max > 50);
}

TEST_CASE("priorities: the more urgent class is served first, in order within") {
    const std::string text = R"(
name: priorities
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, service: {law: deterministic, mean: 1s}, queue: {discipline: priority}}]
senders: [{name: others, at: world}]
tenants:
  - {name: gold, rate: 0/s, paths: {inbound: [mta]}}
  - {name: bulk, rate: 0/s, paths: {inbound: [mta]}, priority: 2}
backlog:
  - {name: b, at: mta@dc, class: bulk, count: 20, oldest: 0s}
  - {name: g, at: mta@dc, class: gold, count: 20, oldest: 0s}
)";
    RunOptions options;
    for (std::uint64_t k = 0; k < 20; ++k) options.follow.insert(options.follow.end(), {backlog_copy("b", k), backlog_copy("g", k)});
    const Outcome outcome = run(text, {}, options);
    double last_gold = 0, second_bulk = 1e9, first_bulk = 1e9;
    for (std::uint64_t k = 0; k < 20; ++k) {
        last_gold = std::max(last_gold, times_of(outcome, backlog_copy("g", k), "delivered").at(0));
        const double bulk = times_of(outcome, backlog_copy("b", k), "delivered").at(0);
        if (bulk < first_bulk) std::swap(first_bulk, second_bulk), first_bulk = bulk;
        else second_bulk = std::min(second_bulk, bulk);
    }
    CHECK(first_bulk == 1);   // had begun before gold was there
    CHECK(last_gold == 21);
    CHECK(second_bulk == 22);
    const Outcome fifo = run(text, {"tiers.mta.queue.discipline=fifo"}, options);
    for (std::uint64_t k = 0; k < 20; ++k) CHECK(times_of(fifo, backlog_copy("b", k), "delivered").at(0) <= 20);
}
