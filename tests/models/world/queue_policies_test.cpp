// Queue policies in a running tier, each beside the same run without it.
#include "tests/catch.hpp"

#include "small_world.hpp"

namespace mailquake {
namespace {

/// Four workers of 100 ms each, 40 a second, get 30 a second; a third of that comes in bursts of a thousand of one tenant.
const std::string kBursts = R"(
name: bursts
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, workers: 4, service: {law: deterministic, mean: 100ms}}]
senders: [{name: others, at: world}]
tenants:
  - {name: quiet, count: 20, rate: 20/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [mta]}}
  - {name: noisy, rate: 10/s, arrivals: {law: batch, mean_size: 1000}, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [mta]}}
)";

}  // namespace

TEST_CASE("with fair queueing a tenant's burst delays the tenant, with fifo everybody") {
    const Outcome fifo = run(kBursts);
    const Outcome fair = run(kBursts, {"tiers.mta.queue.discipline=fair"});
    CHECK(p99(fifo, 0) > 20);
    CHECK(p99(fair, 0) < 2);
    CHECK(p99(fair, 1) > p99(fifo, 1));
    CHECK(fair.messages.accepted == fifo.messages.accepted);
    CHECK(fair.messages.delivered + fair.messages.in_system == fair.messages.accepted);
}

TEST_CASE("a quantum in octets makes a tenant with large mail wait for it, not those with small") {
    // The heavy one's mail is a hundred times as large, and as slow as any other here: what differs is whose turn it is.
    const std::vector<std::string> sets{"tiers.mta.queue.discipline=fair", "tenants.noisy.sizes.size=100KiB", "tenants.quiet.arrivals={law: batch, mean_size: 200}"};
    auto octets = sets;
    octets.push_back("tiers.mta.queue.fair={quantum_bytes: 100KiB}");
    const Outcome by_number = run(kBursts, sets), by_octets = run(kBursts, octets);
    CHECK(p99(by_octets, 0) < p99(by_number, 0));
    CHECK(p99(by_octets, 1) > p99(by_number, 1));
}

TEST_CASE("preemption lets mail for one past a newsletter, which is a quarter slower at most") {
    const std::vector<std::string> newsletter{"tenants.quiet.rate=4/s"};   // of 40 services a second a fifth or a sixth are theirs
    auto preemptive = newsletter, dear = newsletter;
    preemptive.push_back("tiers.mta.queue.discipline=preemptive");
    dear.push_back("tiers.mta.queue={discipline: preemptive, preemption: {slot_cost: 200}}");
    const Outcome fifo = run(kBursts, newsletter), few_first = run(kBursts, preemptive), hardly = run(kBursts, dear);
    CHECK(p99(fifo, 0) > 20);
    CHECK(p99(few_first, 0) < 3);
    CHECK(p99(hardly, 0) > 3 * p99(few_first, 0));
    CHECK(p99(few_first, 1) > p99(fifo, 1));
    CHECK(p99(few_first, 1) < 1.25 * p99(fifo, 1));
    CHECK(few_first.messages.accepted == fifo.messages.accepted);
    CHECK(few_first.messages.delivered + few_first.messages.in_system == few_first.messages.accepted);
}

TEST_CASE("LIFO under overload keeps new mail fast and lets the oldest wait, FIFO delays all", "[long]") {
    const std::vector<std::string> overload{"tenants.noisy.rate=0/s", "tenants.quiet.rate=38/s", "slo.delay=30s",
                                            "faults=[{name: stop, kind: server-slow, factor: 1000000x, at: 10min, for: 3min, target: mta}]"};
    auto lifo = overload;
    lifo.push_back("tiers.mta.queue.discipline=lifo-under-overload");
    const Outcome in_order = run(kBursts, overload), newest_first = run(kBursts, lifo);
    CHECK(newest_first.classes[0].delay.count() == in_order.classes[0].delay.count());
    const auto late = [](const Outcome& o) {
        std::uint64_t sum = 0;
        for (const TenantOutcome& t : o.tenants) sum += t.late;
        return sum;
    };
    CHECK(late(newest_first) < late(in_order) / 3);
    CHECK(newest_first.oldest > in_order.oldest * 3);
}

TEST_CASE("ageing serves the least urgent in the end, strict priorities leave them waiting", "[long]") {
    const std::vector<std::string> busy{"tenants.noisy.arrivals.law=poisson", "tenants.noisy.rate=39/s", "tenants.quiet.rate=2/s", "tenants.quiet.priority=3",
                                        "tiers.mta.queue.discipline=priority"};
    auto aging = busy;
    aging.push_back("tiers.mta.queue.aging=5s");
    const Outcome strict = run(kBursts, busy), aged = run(kBursts, aging);
    CHECK(p99(strict, 0) > 300);
    CHECK(p99(aged, 0) < p99(strict, 0) / 2);
    CHECK(p99(aged, 1) > 10 * p99(strict, 1));   // the price
}

TEST_CASE("a queue sheds while its oldest waits for too long, and no longer", "[long]") {
    const std::vector<std::string> overload{"tenants.noisy.rate=0/s", "tenants.quiet.rate=60/s", "tiers.mta.queue.shed={older_than: 2s}"};
    const Outcome shed = run(kBursts, overload);
    // Who comes before the oldest is too old is taken in, bursts of retries as well.
    CHECK(station(shed, "mta", "dc").wait.quantile(0.9) <= (8_s).ns);
    CHECK(station(shed, "mta", "dc").wait.quantile(0.9) >= (1900_ms).ns);
    CHECK(station(run(kBursts, {overload[0], overload[1]}), "mta", "dc").wait.quantile(0.9) > (500_s).ns);
    CHECK(station(shed, "mta", "dc").refused > 20'000);
    CHECK(station(shed, "mta", "dc").utilization > 0.99);
    auto spared = overload;
    spared.back() = "tiers.mta.queue.shed={older_than: 2s, spare: 1}";
    CHECK(station(run(kBursts, spared), "mta", "dc").refused == 0);
}

namespace {

/// Mail for two tenants waits at the start; a service takes 10 s.
const std::string kBulkhead = R"(
name: bulkheads
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: mta, at: dc, workers: 4, service: {law: deterministic, mean: 10s}, bulkhead: {by: tenant, workers: 1}}
senders: [{name: others, at: world}]
tenants:
  - {name: many, rate: 0/s, paths: {inbound: [mta]}}
  - {name: few, rate: 0/s, paths: {inbound: [mta]}}
backlog:
  - {name: much, at: mta@dc, class: many, count: 40, oldest: 2min}
  - {name: little, at: mta@dc, class: few, count: 2, oldest: 0s}
)";

double last_delivery(const std::string& yaml, const std::vector<std::string>& sets, const std::string& entry, std::uint64_t count) {
    RunOptions options;
    for (std::uint64_t k = 0; k < count; ++k) options.follow.push_back(backlog_copy(entry, k));
    const Outcome outcome = run(yaml, sets, options);
    double last = 0;
    for (const StoryLine& line : outcome.story)
        if (line.text.find("delivered") != std::string::npos) last = std::max(last, static_cast<double>(line.at.ns) * 1e-9);
    return last;
}

}  // namespace

TEST_CASE("a bulkhead by tenant: one worker each, others go past, and the wait is booked to it") {
    CHECK(last_delivery(kBulkhead, {"tiers.mta.bulkhead=~"}, "much", 40) == Approx(100));
    CHECK(last_delivery(kBulkhead, {"tiers.mta.bulkhead=~"}, "little", 2) == Approx(110));
    CHECK(last_delivery(kBulkhead, {}, "much", 40) == Approx(400));
    CHECK(last_delivery(kBulkhead, {}, "little", 2) == Approx(20));
    CHECK(last_delivery(kBulkhead, {"tiers.mta.bulkhead.workers=2"}, "much", 40) == Approx(200));
    CHECK(last_delivery(kBulkhead, {"tiers.mta.bulkhead.workers=~", "tiers.mta.bulkhead.share=75%"}, "much", 40) == Approx(140));
    CHECK(last_delivery(kBulkhead, {"tiers.mta.bulkhead.workers=~", "tiers.mta.bulkhead.share=1%"}, "much", 40) == Approx(400));
    const Outcome outcome = run(kBulkhead);
    CHECK(booked(outcome, "mta@dc", "queue: bulkhead") > booked(outcome, "mta@dc", "queue: service"));
    CHECK(booked(run(kBulkhead, {"tiers.mta.bulkhead=~"}), "mta@dc", "queue: bulkhead") == 0);
}

TEST_CASE("a bulkhead counts per server where each server has its own queue") {
    CHECK(last_delivery(kBulkhead, {"tiers.mta.servers=2", "tiers.mta.workers=2", "tiers.mta.spread=round-robin"}, "much", 40) == Approx(200).margin(20));
}

TEST_CASE("a crash frees a bulkhead's places, and what was in work goes first again") {
    const std::vector<std::string> crash{"faults=[{name: f, kind: server-crash, at: 15s, for: 5s, target: mta}]"};
    CHECK(last_delivery(kBulkhead, crash, "much", 40) == Approx(410));  // one of 10 s in work at 15 s, from 20 s on again
    CHECK(last_delivery(kBulkhead, crash, "little", 2) == Approx(30));
}

TEST_CASE("a bulkhead by destination keeps workers for those that go elsewhere") {
    // To `slow` mail is handed over in connections that are held; `quick` is the other outside system.
    const std::string yaml = R"(
name: destinations
duration: 1h
sites: [{name: dc, latency: 0s}, {name: here, outside: true}, {name: there, outside: true}]
links: [{from: dc, to: here, latency: 10ms}, {from: dc, to: there, latency: 10ms}]
tiers:
  - {name: out, at: dc, workers: 10, service: {law: deterministic, mean: 10ms}, hand_over: held}
  - {name: outbox, at: dc, workers: 10, service: {law: deterministic, mean: 10ms}, next_hop: {connections: 100000}}
  - {name: internet, at: [here, there], workers: 1000, service: {law: deterministic, mean: 10ms}}
tenants:
  - {name: acme, rate: 4/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [outbox, out, internet]}}
network: {connect_timeout: 30s}
faults: [{name: dead, kind: site-down, at: 10min, for: 40min, target: there}]
slo: {delay: 2min}
)";
    const auto wait = [&](const std::vector<std::string>& sets) { return static_cast<double>(station(run(yaml, sets), "out", "dc").wait.quantile(0.5)) * 1e-9; };
    const Outcome without = run(yaml), with = run(yaml, {"tiers.out.bulkhead={by: destination, workers: 4}"});
    CHECK(wait({}) > 10);
    // Of all that leaves, the half that goes to the living one is delivered as it comes.
    CHECK(with.classes[0].delay.quantile(0.45) < (1_s).ns);
    CHECK(without.classes[0].delay.quantile(0.45) > (10_s).ns);
    CHECK(booked(with, "out@dc", "queue: bulkhead") > 0);
}

}  // namespace mailquake
