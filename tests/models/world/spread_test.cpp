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

std::vector<double> deliveries(const std::string& spread, const std::vector<std::string>& more = {}) {
    RunOptions options;
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
    CHECK(last("random") > 1050);  // 100 +- 9 copies a server
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
