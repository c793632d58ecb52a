// Ways to spread work over the servers of a tier, told apart by who gets which of a few copies.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Copies wait at the start of the run at `mta`, whose workers take 10 s for each.
const std::string kSpread = R"(
name: spread
duration: 2h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, servers: 4, service: {law: deterministic, mean: 10s}, spread: round-robin}]
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 0/s, paths: {inbound: [mta]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 40, oldest: 0s}]
)";

std::vector<double> deliveries(const std::string& spread, const std::vector<std::string>& more = {}, std::uint64_t seed = 1) {
    RunOptions options;
    options.seed = seed;
    for (std::uint64_t k = 0; k < 1000; ++k) options.follow.push_back(backlog_copy("old", k));
    std::vector<std::string> sets{"tiers.mta.spread=" + spread};
    sets.insert(sets.end(), more.begin(), more.end());
    std::vector<double> all;
    for (const StoryLine& line : run(kSpread, sets, options).story)
        if (line.text.find("delivered") != std::string::npos) all.push_back(static_cast<double>(line.at.ns) * 1e-9);
    std::sort(all.begin(), all.end());
    return all;
}

}  // namespace

TEST_CASE("round robin gives each server the same number") {
    const std::vector<double> times = deliveries("round-robin");
    for (std::size_t k = 0; k < 40; ++k) CHECK(times[k] == Approx(10.0 * static_cast<double>(k / 4 + 1)));
}

TEST_CASE("least loaded counts those in service and those waiting") {
    CHECK(deliveries("least-loaded") == deliveries("round-robin"));  // all equal: one after the other, too
    // Two workers a server: eight start at once, the ninth waits where one waits, not where two are busy and one waits.
    CHECK(deliveries("least-loaded", {"tiers.mta.workers=2", "backlog.old.count=12"}).back() == 20);
}

TEST_CASE("random servers are not equal, two choices are nearly, a shared queue is") {
    const auto last = [](const char* spread) { return deliveries(spread, {"backlog.old.count=400"}).back(); };
    CHECK(last("shared") == Approx(1000));
    CHECK(last("two-choices") > 1000);
    CHECK(last("two-choices") <= 1030);
    // 100 +- 8.7 copies a server, and 1.03 standard deviations more at the fullest of four.
    double fullest = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) fullest += deliveries("random", {"backlog.old.count=400"}, seed).back() / 8;
    CHECK(fullest > 1050);
    CHECK(fullest < 1130);
}

TEST_CASE("what comes after a crash goes to servers that are up, in every way to spread") {
    for (const char* spread : {"shared", "random", "round-robin", "least-loaded", "two-choices"}) {
        const Outcome outcome = run(kSpread, {std::string("tiers.mta.spread=") + spread, "tiers.mta.servers=8", "backlog=~", "tenants.acme.rate=10/min",
                                              "tiers.mta.service.mean=1s",
                                              "faults=[{name: f, kind: server-crash, at: 1s, for: 119min, target: mta, share: 50%}]"});
        INFO(spread);
        CHECK(outcome.messages.in_system <= 2);
        CHECK(outcome.classes[0].delay.max() < (30_s).ns);
        CHECK(booked(outcome, "mta@dc", "queue: absent") < TimeArea{1'000'000'000} * 1000);
    }
}

TEST_CASE("a copy that a full server turned away chooses its server anew at each try", "[long]") {
    // One of two servers is as good as at rest, with a worker and a place taken. Who chooses it is turned away, and tries again each minute: half
    // of those who are left get in each time.
    const Outcome outcome = run(kSpread, {"tiers.mta={servers: 2, spread: random, service: {law: deterministic, mean: 10ms}, queue: {limit: 1, on_full: defer}}",
                                          "senders.others.retry={schedule: custom, waits: [1min]}", "backlog.old.count=1", "tenants.acme.rate=2/s",
                                          "tenants.acme.diurnal=[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
                                          "faults=[{name: still, kind: server-slow, factor: 1000000x, at: 0s, for: 2h, target: mta, share: 50%}]"});
    const MessageCounts& m = outcome.messages;
    CHECK(m.accepted > 6000);
    CHECK(m.in_system <= 4);
    CHECK(m.delivered + m.in_system == m.accepted);
    CHECK(outcome.classes[0].delay.quantile(0.4) < (1_s).ns);
    CHECK(outcome.classes[0].delay.quantile(0.7) > (59_s).ns);
}
