// `check` says what `run` does: the rows of offered load beside what a run measures in a stretch that is stationary. A fault lasts as
// long as the run; failed calls cost nothing but time (`on_failure: continue`), since retries come on top of what `check` counts.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/world/offered_load.hpp"
#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Inbound mail at 20/s; one tier calls the tenant's directory partition; all have room for what trouble makes of it.
const std::string kMtaAndDirectory = R"(
name: calling
duration: 2h
sites: [{name: dc, latency: 100us}, {name: far, latency: 100us}, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 20ms}, {from: dc, to: far, latency: 5ms}]
tiers:
  - {name: mta, at: dc, servers: 4, workers: 100, service: {law: exponential, mean: 50ms}, calls: [{to: dir, timeout: 2s, attempts: 3, on_failure: continue}]}
  - {name: dir, at: far, partitions: [p1, p2], servers: 2, workers: 20, service: {law: exponential, mean: 100ms}}
  - {name: box, at: dc, workers: 50, service: {law: exponential, mean: 200ms}}
senders: [{name: world, at: out}]
tenants: [{name: all, count: 20, rate: 20/s, paths: {inbound: [mta, box]}}]
)";

struct LoadCase {
    std::string what;
    std::string fault;                // laid behind the world; the condition is `f`; empty: normal load
    std::vector<std::string> sets = {};
    std::string still = {};           // a tier with servers that stand still: each of their workers holds a job, and is busy to a run
    double tolerance = 0.03;
};

/// Arrivals and busy workers of every row against the run's.
void compare(const std::string& world, const LoadCase& c) {
    const std::string yaml = world + c.fault;
    const ScenarioSpec spec = scenario_of(yaml, c.sets);
    const Outcome outcome = run(yaml, c.sets);
    const std::string condition = c.fault.find("faults:") == std::string::npos ? "normal" : "f";
    for (const StationOutcome& s : outcome.stations) {
        const std::string place = s.tier + (s.partition.empty() ? "" : "/" + s.partition) + "@" + s.site;
        const OfferedLoadRow* said = nullptr;
        const auto rows = offered_load(spec).tiers;
        for (const OfferedLoadRow& row : rows)
            if (row.place == place && (row.condition == condition || (row.condition == "normal" && said == nullptr))) said = &row;
        REQUIRE(said != nullptr);
        const double arrivals = static_cast<double>(s.arrivals) / spec.duration.seconds();
        const double busy = s.utilization * s.servers * s.workers;
        INFO(fmt::format("{}: {}: arrivals {:.4g}/s said, {:.4g}/s measured; busy workers {:.4g} said, {:.4g} measured", c.what, place,
                         said->arrivals_per_second, arrivals, said->work, busy));
        CHECK(said->arrivals_per_second == Approx(arrivals).epsilon(c.tolerance).margin(0.002));
        if (s.tier == c.still) {
            const double served = static_cast<double>(s.served) / spec.duration.seconds();
            CHECK(said->arrivals_per_second - said->growth_per_second == Approx(served).epsilon(c.tolerance).margin(0.002));
            continue;
        }
        CHECK(std::min(said->work, said->workers) == Approx(busy).epsilon(c.tolerance).margin(0.002));
    }
}

std::string fault(const std::string& kind_and_target) { return "faults: [{name: f, at: 0s, for: 2h, " + kind_and_target + "}]\n"; }

}  // namespace

TEST_CASE("check says what run does: faults of the one who is called", "[long]") {
    const std::vector<LoadCase> cases = {
        {"healthy", ""},
        {"no answer to each second request", fault("kind: no-answer, target: dir/p1, probability: 50%")},
        {"no answer at all", fault("kind: no-answer, target: dir/p1")},
        {"answers that come late, in time", fault("kind: late-answer, target: dir, added: 700ms, probability: 50%")},
        {"answers that come too late", fault("kind: late-answer, target: dir, added: 4s, probability: 30%")},
        {"errors as answers", fault("kind: wrong-answer, target: dir/p2, answer: error, probability: 40%")},
        {"no such recipient", fault("kind: wrong-answer, target: dir, answer: no-such-recipient, probability: 40%")},
        {"a gray failure", fault("kind: gray, target: dir, dropped: 20%, slowed: 30%, factor: 3x")},
        {"slow servers", fault("kind: server-slow, target: dir, factor: 3x")},
        {"one of two servers has crashed", fault("kind: server-crash, target: dir, share: 50%")},
        {"all have crashed", fault("kind: server-crash, target: dir")},
        {"its site is down", fault("kind: site-down, target: far")},
        {"the way to it is slow", fault("kind: link-latency, target: dc--far, added: 100ms")},
        {"the way to it is cut", fault("kind: link-down, target: dc--far")},
    };
    for (const LoadCase& c : cases) compare(kMtaAndDirectory, c);
}

TEST_CASE("check says what run does: caches, and flaws that calls wake", "[long]") {
    const std::string hang = fault("kind: no-answer, target: dir, probability: 30%");
    const auto flaw = [](const std::string& text) { return "flaws: [{name: w, in: mta, " + text + "}]\n"; };
    const std::vector<std::string> cached = {"tiers.mta.calls.dir.cached=90%"};
    const std::vector<LoadCase> cases = {
        {"cached calls", "", cached},
        {"cached calls whose callee hangs", hang, cached},
        {"caches are lost", fault("kind: cache-loss, target: mta"), cached},
        {"a worker that is held past its time-out", hang + flaw("kind: hold-worker, hold: 10s")},
        {"an answer within the hold counts", fault("kind: late-answer, target: dir, added: 4s, probability: 30%") + flaw("kind: hold-worker, hold: 10s")},
        {"in a share of the servers", hang + flaw("kind: hold-worker, hold: 10s, share: 50%")},
        {"retries in place", hang + flaw("kind: retry-in-place, attempts: 6")},
        {"retries in place without bound", hang + flaw("kind: retry-in-place")},
        {"open after the first failure", hang + flaw("kind: fail-open")},
        {"closed after the first failure", hang + flaw("kind: fail-closed, answer: bounce")},
        {"dropped after the first failure", hang + flaw("kind: drop")},
    };
    for (const LoadCase& c : cases) compare(kMtaAndDirectory, c);
}

TEST_CASE("check says what run does: flaws that no call wakes, and faults of load", "[long]") {
    const auto flaw = [](const std::string& text) { return "flaws: [{name: w, in: mta, " + text + "}]\n"; };
    const std::vector<LoadCase> cases = {
        {"held now and then", flaw("kind: hold-worker, hold: 3s, trigger: always, probability: 20%")},
        {"held by poison", fault("kind: poison, target: all, share: 20%") + flaw("kind: hold-worker, hold: 3s, trigger: poison")},
        {"held from a date on", fault("kind: date-reached, target: w") + flaw("kind: hold-worker, hold: 3s, trigger: date, probability: 20%")},
        {"dropped now and then", flaw("kind: drop, trigger: always, probability: 20%")},
        {"doubled now and then", flaw("kind: duplicate, trigger: always, probability: 20%")},
        {"passed on without work", flaw("kind: fail-open, trigger: always, probability: 20%")},
        {"a surge", fault("kind: load-surge, target: all, factor: 3x")},
        {"a campaign", fault("kind: campaign, target: all, copies: 200000, tenants: 20")},
        {"slow servers", fault("kind: server-slow, target: mta, factor: 3x, share: 50%")},
        {"half of the servers stand still", fault("kind: server-pause, target: mta, share: 50%"), {}, "mta"},
        {"all stand still, and greet nobody", fault("kind: server-pause, target: box")},
        {"gray for mail, which comes again", fault("kind: gray, target: box, dropped: 20%, slowed: 50%, factor: 2x")},
        {"no answer is no matter of mail", fault("kind: no-answer, target: box")},
    };
    for (const LoadCase& c : cases) compare(kMtaAndDirectory, c);
}

namespace {

/// Outbound mail at 20/s by way of a proxy at the receiver, whose second tier is slow.
const std::string kOutbound = R"(
name: outbound
duration: 2h
sites: [{name: dc, latency: 100us}, {name: out, outside: true, latency: 1ms}]
links: [{from: dc, to: out, latency: 20ms, bandwidth: 40Mbps}]
tiers:
  - {name: mta, at: dc, workers: 20, service: {law: exponential, mean: 20ms}, next_hop: {connections: 200, active: 1000000}}
  - {name: isp, at: out, workers: 200, service: {law: exponential, mean: 100ms}, hand_over: held}
  - {name: sink, at: out, workers: 200, service: {law: exponential, mean: 50ms}}
tenants: [{name: all, count: 20, rate: 20/s, sizes: {law: fixed, size: 50kB}, directions: {inbound: 0%, outbound: 100%}, paths: {inbound: mta, outbound: [mta, isp, sink]}}]
)";

/// What waits for a next hop when the run ends, against the growth that is said.
void compare_growth(const std::string& world, const LoadCase& c, HopLimit limit) {
    const std::string yaml = world + c.fault;
    const ScenarioSpec spec = scenario_of(yaml, c.sets);
    const Outcome outcome = run(yaml, c.sets);
    const NextHopRow* said = nullptr;
    const OfferedLoad load = offered_load(spec);
    for (const NextHopRow& row : load.next_hops)
        if (row.place == "mta@dc" && row.limit == limit && (said == nullptr || row.condition == "f")) said = &row;
    REQUIRE(said != nullptr);
    for (const QueueSeries& queue : outcome.queues) {
        if (!queue.next_hop || queue.tier != "mta") continue;
        const double grown = queue.waiting.back();
        INFO(fmt::format("{}: {} said {:.4g} of {:.4g}, growth {:.4g}/s, so {:.6g} at the end; measured {:.6g}", c.what, text_of(said->limit), said->needed,
                         said->there, said->growth_per_second, said->growth_per_second * spec.duration.seconds(), grown));
        CHECK(said->utilization > 1.05);
        CHECK(said->growth_per_second * spec.duration.seconds() == Approx(grown).epsilon(0.05));
    }
}

}  // namespace

TEST_CASE("check says what run does: hand-overs, and what the tiers behind get from a queue that is held back", "[long]") {
    const std::vector<LoadCase> cases = {
        {"healthy", ""},
        {"a chain of proxies", "", {"tiers.mta.hand_over=held", "tiers.mta.workers=100"}},
        {"a throttle", "", {"tiers.mta.next_hop.throttle.rate=11/s"}},
        {"connections", "", {"tiers.mta.next_hop.connections=3"}},
        {"processes", "", {"tiers.mta.next_hop.processes=3"}},
        {"connections of each server", "", {"tiers.mta.servers=2", "tiers.mta.spread=round-robin", "tiers.mta.next_hop.connections=2"}},
        {"processes of the place", "", {"tiers.mta.servers=2", "tiers.mta.next_hop.per=place", "tiers.mta.next_hop.processes=3"}},
        {"an overloaded tier", "", {"tiers.mta.workers=1", "tiers.mta.service.mean=100ms"}},
        {"a slow receiver", fault("kind: server-slow, target: isp, factor: 20x"), {"tiers.mta.next_hop.connections=20"}},
    };
    for (const LoadCase& c : cases) compare(kOutbound, c);
}

TEST_CASE("check says what run does: how fast a next-hop queue grows", "[long]") {
    compare_growth(kOutbound, {"a throttle", "", {"tiers.mta.next_hop.throttle.rate=11/s"}}, HopLimit::throttle);
    compare_growth(kOutbound, {"connections", "", {"tiers.mta.next_hop.connections=3"}}, HopLimit::connections);
    compare_growth(kOutbound, {"processes", "", {"tiers.mta.next_hop.processes=3"}}, HopLimit::processes);
    compare_growth(kOutbound, {"a slow receiver", fault("kind: server-slow, target: isp, factor: 20x"), {"tiers.mta.next_hop.connections=20"}}, HopLimit::connections);
}
