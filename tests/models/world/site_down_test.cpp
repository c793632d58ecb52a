// A site that is down, and that comes back: all of it at once, and found by packets that are sent again.
#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Mail from outside to a site that is dead for the first ten seconds.
const std::string kDead = R"(
name: dead
duration: 20min
cooldown: 10min
network: {connect_timeout: 30s}
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}}]
senders: [{name: others, at: world, retry: {schedule: custom, waits: [2min]}}]
tenants: [{name: acme, rate: 2/s, sizes: {law: fixed, size: 1kB}, paths: {inbound: mta}}]
faults: [{name: f, kind: site-down, at: 0s, for: 10s, target: dc}]
)";

struct Copy { double accepted, delivered; };

std::vector<Copy> copies(const std::vector<std::string>& sets) {
    RunOptions options;
    for (std::uint64_t k = 0; k < 30; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
    const Outcome outcome = run(kDead, sets, options);
    std::vector<Copy> all;
    for (const std::uint64_t identity : options.follow)
        all.push_back({times_of(outcome, identity, "accepted").at(0), times_of(outcome, identity, "delivered").at(0)});
    return all;
}

}  // namespace

/// RFC 6298: first packets go out at 0, 1, 3, 7 and 15 s.
TEST_CASE("a connection to a dead site comes about if a packet that is sent again finds it back before the time-out") {
    const auto alive = copies({"faults=~"});
    const auto patient = copies({}), hasty = copies({"network.connect_timeout=2s"});
    std::size_t in_time = 0, too_late = 0;
    for (std::size_t k = 0; k < alive.size(); ++k) {
        const double accepted = alive[k].accepted, way = alive[k].delivered - accepted;
        double found = 0;
        for (const double sent : {15., 7., 3., 1., 0.})
            if (accepted + sent >= 10) found = sent;
        CHECK(patient[k].delivered == Approx(accepted + found + way).epsilon(1e-9));
        CHECK(hasty[k].delivered == Approx(accepted + (found <= 1 ? found : 122) + way).epsilon(1e-9));
        in_time += found > 0;
        too_late += found > 1;
    }
    CHECK(in_time > 10);
    CHECK(too_late > 5);
}

TEST_CASE("all of a site is back at once: no call fails in that instant") {
    const std::string calls = "calls: [{to: dir, timeout: 5s, on_failure: bounce}]";
    for (const bool is_first : {true, false}) {
        const std::string mta = "  - {name: mta, at: dc, workers: 4, service: {law: deterministic, mean: 10s}, " + calls + "}\n";
        const std::string dir = "  - {name: dir, at: dc, workers: 4, service: {law: deterministic, mean: 1s}}\n";
        const Outcome outcome = run("name: back\nduration: 20min\nsites: [{name: dc, latency: 0s}, {name: world, outside: true}]\n"
                                    "links: [{name: wire, from: world, to: dc, latency: 10ms}]\ntiers:\n" +
                                    (is_first ? mta + dir : dir + mta) +
                                    "senders: [{name: others, at: world}]\ntenants: [{name: acme, rate: 0/s, paths: {inbound: mta}}]\n"
                                    "backlog: [{name: old, at: mta@dc, class: acme, count: 40, oldest: 0s}]\n"
                                    "faults: [{name: f, kind: site-down, at: 15s, for: 1min, target: dc}]\n");
        CHECK(outcome.bounces == 0);
        CHECK(outcome.messages.delivered == 40);
    }
}
