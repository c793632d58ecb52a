// What keyed random streams must give in whole runs: each try of a nested call draws anew, a share of servers has the same size in
// every seed and by every name, scans have a phase that is drawn, and whoever asks twice is told by the right answer.
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "small_world.hpp"
#include "tests/catch.hpp"

namespace mailquake {
namespace {

double seconds(const Outcome& outcome, double quantile) { return static_cast<double>(outcome.classes[0].delay.quantile(quantile)) * 1e-9; }

/// Three calls deep; the last callee does not answer half of its requests. What fails is tried again after five minutes.
const std::string kNested = R"(
name: nested
duration: 6h
cooldown: 2h
sites: [{name: dc, latency: 0s}, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 20ms}]
tiers:
  - {name: front, at: dc, workers: 50, service: {law: exponential, mean: 5ms}, calls: [{to: first, timeout: 1s}],
     next_hop: {retry: {schedule: custom, waits: [5min]}}}
  - {name: first, at: dc, workers: 50, service: {law: exponential, mean: 2ms}, calls: [{to: second, timeout: 500ms}]}
  - {name: second, at: dc, workers: 50, service: {law: exponential, mean: 2ms}, calls: [{to: third, timeout: 200ms}]}
  - {name: third, at: dc, workers: 50, service: {law: exponential, mean: 2ms}}
senders: [{name: world, at: out}]
tenants: [{name: all, count: 10, rate: 2/s, paths: {inbound: front}}]
faults: [{name: half, kind: no-answer, target: third, probability: 50%, at: 0s, for: 6h}]
)";

TEST_CASE("each try of a nested call draws anew: the number of tries is geometric") {
    const Outcome outcome = run(kNested);
    // P(k deferrals or more) = 2^-k, each of 5 min and under 2 s.
    const auto deferrals = [&](double quantile) { return std::floor(seconds(outcome, quantile) / 300); };
    CHECK(deferrals(0.48) == 0);
    CHECK(deferrals(0.52) == 1);
    CHECK(deferrals(0.74) == 1);
    CHECK(deferrals(0.76) == 2);
    CHECK(deferrals(0.868) == 2);
    CHECK(deferrals(0.882) == 3);
    CHECK(deferrals(0.965) == 4);
    CHECK(deferrals(0.974) == 5);
    CHECK(seconds(outcome, 1) < 300 * 24);   // of 28,800 the last one: 15 +- 2
}

TEST_CASE("half of two servers is one of them, by every name and in every seed", "[long]") {
    for (const char* name : {"mta", "edge", "mx", "box", "filter", "relay"})
        for (std::uint64_t seed = 1; seed <= 5; ++seed) {
            RunOptions options;
            options.seed = seed;
            const Outcome outcome = run(fmt::format(R"(
name: half
duration: 10min
sites: [{{name: dc, latency: 0s}}, {{name: out, outside: true}}]
links: [{{from: out, to: dc, latency: 10ms}}]
tiers: [{{name: {0}, at: dc, servers: 2, workers: 5, service: {{law: deterministic, mean: 100ms}}}}]
senders: [{{name: world, at: out}}]
tenants: [{{name: all, rate: 60/s, sizes: {{law: fixed, size: 1KiB}}, paths: {{inbound: [{0}]}}}}]
faults: [{{name: half, kind: server-crash, target: {0}, share: 50%, at: 0s, for: 10min}}]
)", name), {}, options);
            INFO(name << ", seed " << seed);
            // Five workers serve 50/s; all ten would serve what comes, 60/s, and none nothing.
            CHECK(station(outcome, name, "dc").served == Approx(50 * 600).epsilon(0.01));
        }
}

TEST_CASE("the phase of queue scans is drawn by seed, and can be said") {
    // A link that is down for the first minute fails the first attempt; the next one is at a scan.
    const std::string scans = R"(
name: scans
duration: 40min
sites: [{name: dc, latency: 0s}, {name: out, outside: true}]
links: [{from: dc, to: out, latency: 10ms}]
tiers:
  - {name: mta, at: dc, workers: 5, next_hop: {retry: {schedule: postfix}}}
  - {name: there, at: out, workers: 50}
tenants: [{name: all, rate: 10/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, there]}}]
faults: [{name: cut, kind: link-down, target: dc--out, at: 0s, for: 10min}]
)";
    const auto longest = [&](std::uint64_t seed, const std::vector<std::string>& sets) {
        RunOptions options;
        options.seed = seed;
        return seconds(run(scans, sets, options), 1);
    };
    std::set<long> drawn;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) drawn.insert(std::lround(longest(seed, {}) / 5));
    CHECK(drawn.size() >= 4);
    std::set<long> said;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) said.insert(std::lround(longest(seed, {"tiers.mta.next_hop.retry.phase=30s"}) / 5));
    CHECK(said.size() == 1);
}

}  // namespace
}  // namespace mailquake
