// What is elsewhere leaves an untouched message's every draw as it was: its arrival, size, way, services, calls, retries.
// The world below draws wherever it can, and has room enough that nobody waits for another.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

const std::string kRandom = R"(
name: random
duration: 2h
network: {reply_timeout: 5s, data_timeout: 5s, connect_timeout: 5s}
sites: [{name: dc}, {name: far}, {name: world, outside: true}]
links:
  - {name: wire, from: world, to: dc, latency: 10ms, jitter: 20ms, loss: 2%}
  - {name: haul, from: dc, to: far, latency: 30ms, jitter: 30ms, loss: 5%}
tiers:
  - {name: edge, at: dc, servers: 3, workers: 500, service: {law: exponential, mean: 200ms}, spread: random, hand_over: held}
  - name: mta
    at: dc
    servers: 4
    workers: 500
    service: {law: lognormal, mean: 300ms, cv: 2}
    calls: [{to: dir, timeout: 300ms, attempts: 2}]
    next_hop: {connections: 100000, retry: {schedule: kumomta, retry_interval: 2min, jitter: 20%}, notice_after: 10min}
  - {name: dir, at: far, partitions: [p1, p2], workers: 500, service: {law: exponential, mean: 50ms}}
  - {name: box, at: far, workers: 500, service: {law: gamma, mean: 100ms, cv: 1}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min], jitter: 50%}}]
tenants: [{name: acme, count: 5, rate: 1/min, paths: {inbound: [edge, mta, box]}}]
faults:
  - {name: silent, kind: no-answer, at: 10min, for: 80min, target: dir/p1, probability: 70%}
  - {name: cut, kind: link-flap, at: 20min, for: 60min, target: haul, down: 4s, up: 9s}
  - {name: shut, kind: link-flap, at: 15min, for: 60min, target: wire, down: 9s, up: 7s}
flaws: [{name: bug, kind: hold-worker, in: mta, hold: 3s, share: 50%}]
)";

std::vector<StoryLine> story(const std::string& yaml, const std::vector<std::string>& sets = {}) {
    RunOptions options;
    for (std::uint64_t k = 0; k < 140; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
    return run(yaml, sets, options).story;
}

bool equal(const std::vector<StoryLine>& a, const std::vector<StoryLine>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const StoryLine& x, const StoryLine& y) { return x.at == y.at && x.message == y.message && x.text == y.text; });
}

const std::string kIsland = "sites=[{name: island}]";
const std::string kBridge = "links=[{name: bridge, from: world, to: island, latency: 70ms}]";
const std::string kHut = "tiers=[{name: hut, at: island, workers: 5, service: {law: exponential, mean: 1s}}]";

}  // namespace

TEST_CASE("a class, site, tier, server, sender, fault, flaw or mitigation elsewhere changes nothing for a message") {
    const std::vector<StoryLine> alone = story(kRandom);
    REQUIRE(alone.size() > 2000);
    const auto meets = [&](std::string_view words) {
        return std::any_of(alone.begin(), alone.end(), [&](const StoryLine& line) { return line.text.find(words) != std::string::npos; });
    };
    for (const char* words : {"deferred by others", "deferred by mta", "call timed out", "time-out ignored", "delay notice", "delivered"}) {
        INFO(words);
        CHECK(meets(words));
    }
    CHECK(equal(story(kRandom), alone));
    CHECK(equal(story(kRandom, {kIsland, kBridge}), alone));
    CHECK(equal(story(kRandom, {kIsland, kBridge, kHut}), alone));
    // Another class through the same tiers, and more of a class than there was.
    const std::string other = "tenants=[{name: other, count: 50, rate: 20/min, paths: {inbound: [edge, mta, box]}, senders: [more]}]";
    const std::string more = "senders=[{name: more, at: world}]";
    const std::string only = "tenants.acme.senders=[others]";
    const std::vector<StoryLine> fixed = story(kRandom, {only});
    CHECK(equal(fixed, alone));
    CHECK(equal(story(kRandom, {only, more, other}), alone));
    // Elsewhere there are faults and what is done about them.
    const std::vector<std::string> elsewhere{kIsland, kBridge, kHut, only, more,
                                             "tenants=[{name: other, count: 50, rate: 20/min, paths: {inbound: [hut]}, senders: [more]}]",
                                             "faults=[{name: storm, kind: link-loss, at: 5min, for: 90min, target: bridge, loss: 30%}, {name: flood, kind: site-down, at: 30min, for: 20min, target: island}, {name: rush, kind: load-surge, at: 10min, for: 1h, target: other, factor: 5x}]",
                                             "mitigations=[{name: extra, kind: add-servers, at: 40min, target: hut, servers: 3}]"};
    CHECK(equal(story(kRandom, elsewhere), alone));
    CHECK(equal(story(kRandom, {"tiers.dir.servers=7"}), alone));
    CHECK(equal(story(kRandom, {"tiers.box.servers=9"}), alone));
}

TEST_CASE("what does touch a message shows in its story") {
    const std::vector<StoryLine> alone = story(kRandom);
    for (const char* set : {"faults.silent.probability=90%", "faults.cut.up=10s", "flaws.bug.hold=4s", "tiers.box.service.mean=101ms", "links.wire.jitter=21ms",
                            "tiers.mta.next_hop.retry.jitter=21%", "senders.others.retry.jitter=49%", "tiers.mta.calls.dir.attempts=3"}) {
        INFO(set);
        CHECK_FALSE(equal(story(kRandom, {set}), alone));
    }
}

TEST_CASE("a greater share or probability takes those that a smaller one takes, and more") {
    // Who is swallowed at 30 % is swallowed at 60 %, too: first calls only, later ones depend on what came before.
    const auto swallowed = [](const char* probability) {
        const std::vector<StoryLine> lines = story(kRandom, {std::string("faults.silent.probability=") + probability, "faults.cut=~", "faults.shut=~", "flaws=~", "links.*.loss=0%", "tiers.mta.calls.dir.attempts=1",
                                                              "tiers.dir.service.mean=1ms", "tiers.mta.calls.dir.timeout=1s", "tiers.mta.next_hop.retry.retry_interval=3h"});
        std::vector<std::uint64_t> all;
        for (const StoryLine& line : lines)
            if (line.text.find("call timed out") != std::string::npos) all.push_back(line.message);
        std::sort(all.begin(), all.end());
        return all;
    };
    const auto few = swallowed("30%"), many = swallowed("60%");
    CHECK(few.size() > 5);
    CHECK(few.size() < many.size());
    CHECK(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}
