// Faults on servers, sites and load, and what they leave when they are over. (Links: tests/models/net, tests/models/fault.)
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Four copies wait at `mta` (two servers of two workers, 10 s a copy) when the run starts.
const std::string kServers = R"(
name: servers
duration: 10min
sites:
  - {name: dc, latency: 0s}
  - {name: world, outside: true}
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
tiers:
  - {name: mta, at: dc, servers: 2, workers: 2, service: {law: deterministic, mean: 10s}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, rate: 0/s, paths: {inbound: [mta]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 4, oldest: 0s}]
)";

Outcome followed(const std::vector<std::string>& sets) {
    RunOptions options;
    for (std::uint64_t k = 0; k < 100; ++k) options.follow.push_back(backlog_copy("old", k));
    return run(kServers, sets, options);
}

std::vector<double> deliveries(const Outcome& outcome) {
    std::vector<double> all;
    for (const StoryLine& line : outcome.story)
        if (line.text.find("delivered") != std::string::npos) all.push_back(static_cast<double>(line.at.ns) * 1e-9);
    std::sort(all.begin(), all.end());
    return all;
}

std::string fault(const std::string& body) { return "faults=[{name: f, " + body + "}]"; }

}  // namespace

TEST_CASE("after a crash, what was in service starts anew when the server is back") {
    const Outcome outcome = followed({fault("kind: server-crash, at: 4s, for: 60s, target: mta")});
    CHECK(deliveries(outcome) == std::vector<double>(4, 74.0));
    CHECK(touched(outcome.faults, "f") == 4);
    CHECK(booked(outcome, "mta@dc", "queue: absent") == TimeArea{4} * 60'000'000'000);
}

TEST_CASE("a pause stops the service where it is, and it goes on from there") {
    const Outcome outcome = followed({fault("kind: server-pause, at: 4s, for: 60s, target: mta")});
    CHECK(deliveries(outcome) == std::vector<double>(4, 70.0));
    CHECK(booked(outcome, "mta@dc", "stalled") == TimeArea{4} * 60'000'000'000);
    // Work that comes to a server that stands still begins when it goes on.
    const Outcome all = followed({fault("kind: server-pause, at: 0s, for: 60s, target: mta"), "backlog.old.count=6"});
    CHECK(deliveries(all).back() == 80.0);
}

TEST_CASE("what slows servers, a slow fault or a gray failure, acts while it lasts, and no longer") {
    // Three times as slow from 4 s to 24 s: of the first four 6 s are left, which take 18 s; of the next 10 s, 2/3 s are done in time.
    for (const char* slows : {"kind: server-slow, factor: 3x", "kind: gray, slowed: 100%, factor: 3x"}) {
        INFO(slows);
        const Outcome outcome = followed({fault(std::string(slows) + ", at: 4s, for: 20s, target: mta"), "backlog.old.count=12"});
        REQUIRE(deliveries(outcome).size() == 12);
        for (std::size_t k = 0; k < 12; ++k) CHECK(deliveries(outcome)[k] == Approx(k < 4 ? 22.0 : k < 8 ? 33.0 + 1.0 / 3 : 43.0 + 1.0 / 3).epsilon(0).margin(1e-8));
        CHECK(touched(outcome.faults, "f") == 8);
    }
}

TEST_CASE("nothing that begins on servers slowed by 10,000 for ten seconds takes longer than ten seconds more") {
    RunOptions options;
    options.sample = 1.0;
    const Outcome outcome = run(kServers, {fault("kind: server-slow, at: 60s, for: 10s, target: mta, factor: 10000x"), "tiers.mta.workers=100", "backlog.old.count=1",
                                           "tenants.acme.rate=20/s", "tiers.mta.service={law: deterministic, mean: 100ms}"}, options);
    CHECK(outcome.classes[0].worst_delay <= SimDuration{10'300'000'000});
    CHECK(outcome.classes[0].worst_delay >= SimDuration{9'900'000'000});
}

TEST_CASE("slow faults that overlap act together, and leave nothing behind") {
    // 10 s of work: 2 s done by 2 s; 1.1 times as slow to 4.2 s (2 s of work), 1.43 times to 7.06 s (2 s), 1.3 times to 8.36 s (1 s), 3 s left.
    const Outcome outcome = followed({"faults=[{name: f, kind: server-slow, at: 2s, for: 5060ms, target: mta, factor: 1.1x}, "
                                      "{name: g, kind: server-slow, at: 4200ms, for: 4160ms, target: mta@dc, factor: 1.3x}]", "backlog.old.count=8"});
    REQUIRE(deliveries(outcome).size() == 8);
    CHECK(deliveries(outcome).front() == Approx(11.36).epsilon(0).margin(1e-7));
    CHECK(deliveries(outcome).back() == Approx(21.36).epsilon(0).margin(1e-7));
}

TEST_CASE("a service that stands still while a slow fault ends goes on at full speed") {
    // 4 s done, stalled to 64 s; slow from 10 s to 30 s, all of it in the stall.
    const Outcome outcome = followed({"faults=[{name: f, kind: server-pause, at: 4s, for: 60s, target: mta}, "
                                      "{name: g, kind: server-slow, at: 10s, for: 20s, target: mta, factor: 3x}]"});
    CHECK(deliveries(outcome) == std::vector<double>(4, 70.0));
}

TEST_CASE("servers that share a crashed server's queue take over its work") {
    // One copy at a time: the other server is idle when the crash puts the copy back into the queue.
    for (const char* share : {"20%", "40%", "60%", "80%"}) {
        const Outcome outcome = followed({fault(std::string("kind: server-crash, at: 4s, for: 300s, target: mta, share: ") + share),
                                          "tiers.mta.servers=8", "tiers.mta.workers=1", "backlog.old.count=4"});
        INFO(share);
        REQUIRE(deliveries(outcome).size() == 4);
        CHECK(deliveries(outcome).back() <= 34.0);
    }
}

TEST_CASE("all servers that a fault hits crash at once: no job goes from one to the next in that instant") {
    for (const std::size_t copies : {1U, 2U, 3U}) {
        INFO(copies);
        const Outcome outcome = followed({fault("kind: server-crash, at: 4s, for: 60s, target: mta"), "backlog.old.count=" + std::to_string(copies)});
        CHECK(touched(outcome.faults, "f") == copies);
        std::size_t crashes = 0;
        for (std::uint64_t k = 0; k < copies; ++k) crashes += times_of(outcome, backlog_copy("old", k), "its server crashes").size();
        CHECK(crashes == copies);
    }
}

TEST_CASE("what a crash gives back is served again in the order in which it came") {
    // One server of two crashes; the other one, which is always busy, takes up its eight copies one after the other.
    RunOptions options;
    options.sample = 1.0;
    const Outcome outcome = run(kServers, {fault("kind: server-crash, at: 30s, for: 400s, target: mta, share: 50%"), "tiers.mta.workers=8", "backlog.old.count=1",
                                           "tenants.acme.rate=20/s", "tiers.mta.service={law: exponential, mean: 1s}"}, options);
    struct Copy { double came, again; };
    std::vector<Copy> copies;
    for (const StoryLine& line : outcome.story) {
        if (line.what != Transition::crashed) continue;
        double came = 0, again = 0;
        for (const StoryLine& other : outcome.story) {
            const double at = static_cast<double>(other.at.ns) * 1e-9;
            if (other.message != line.message || (other.what != Transition::queued && other.what != Transition::started)) continue;
            if (came == 0) came = at;
            if (again == 0 && at > 30 && other.what == Transition::started) again = at;
        }
        copies.push_back({came, again});
    }
    REQUIRE(copies.size() == 8);
    std::sort(copies.begin(), copies.end(), [](const Copy& a, const Copy& b) { return a.came < b.came; });
    for (std::size_t k = 1; k < copies.size(); ++k) CHECK(copies[k - 1].again < copies[k].again);
}

TEST_CASE("a queue of its own waits for its server") {
    const Outcome outcome = followed({fault("kind: server-crash, at: 4s, for: 300s, target: mta, share: 50%"), "tiers.mta.servers=8",
                                      "tiers.mta.workers=1", "tiers.mta.spread=round-robin", "backlog.old.count=8"});
    CHECK(deliveries(outcome).front() == 10.0);
    CHECK(deliveries(outcome).back() == 314.0);
}

TEST_CASE("servers that are added in the middle of trouble share it until it is over") {
    const std::string more = "mitigations=[{name: more, kind: add-servers, at: 20s, target: mta, servers: 2}]";
    for (const char* body : {"kind: server-crash, at: 4s, for: 60s, target: mta", "kind: site-down, at: 4s, for: 60s, target: dc"}) {
        INFO(body);
        const Outcome outcome = followed({fault(body), more, "backlog.old.count=8"});
        CHECK(deliveries(outcome) == std::vector<double>(8, 74.0));
    }
    const Outcome paused = followed({fault("kind: server-pause, at: 4s, for: 60s, target: mta"), more, "backlog.old.count=12"});
    CHECK(deliveries(paused) == std::vector<double>{70, 70, 70, 70, 74, 74, 74, 74, 80, 80, 80, 80});
    const Outcome slow = followed({fault("kind: server-slow, at: 4s, for: 60s, target: mta, factor: 3x"), more, "backlog.old.count=12"});
    CHECK(deliveries(slow) == std::vector<double>{22, 22, 22, 22, 50, 50, 50, 50, 52, 52, 52, 52});
}

TEST_CASE("troubles that overlap end with the last one") {
    const Outcome outcome = followed({"faults=[{name: f, kind: server-crash, at: 4s, for: 60s, target: mta}, {name: g, kind: site-down, at: 30s, for: 60s, target: dc}]"});
    CHECK(deliveries(outcome) == std::vector<double>(4, 100.0));
}

TEST_CASE("the servers that a share hits are the same for every fault of that name, and shares nest") {
    const auto hit = [](const char* share) {
        const Outcome outcome = followed({fault(std::string("kind: server-slow, at: 1s, for: 600s, target: mta, factor: 3x, share: ") + share),
                                          "tiers.mta.servers=20", "tiers.mta.workers=1", "tiers.mta.spread=round-robin", "backlog.old.count=40"});
        std::vector<std::uint64_t> slow;
        for (std::uint64_t k = 0; k < 40; ++k)
            if (times_of(outcome, backlog_copy("old", k), "delivered").at(0) > 30) slow.push_back(k);
        return slow;
    };
    const auto few = hit("20%"), many = hit("60%");
    CHECK(!few.empty());
    CHECK(few.size() < many.size());
    CHECK(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST_CASE("mail to a dead site waits with its sender, mail in it waits inside, and all of it arrives") {
    const std::string text = R"(
name: two
duration: 30min
network: {connect_timeout: 5s}
sites: [{name: east, latency: 0s}, {name: west, latency: 0s}, {name: world, outside: true}]
links:
  - {name: wire, from: world, to: east, latency: 10ms}
  - {name: haul, from: east, to: west, latency: 20ms}
tiers:
  - {name: mta, at: east, workers: 10, service: {law: deterministic, mean: 1s}, next_hop: {retry: {schedule: custom, waits: [30s]}}}
  - {name: box, at: west, workers: 10, service: {law: deterministic, mean: 1s}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [30s]}}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [mta, box]}}]
faults: [{name: f, kind: site-down, at: 10min, for: 10min, target: SITE}]
cooldown: 5min
)";
    for (const char* site : {"east", "west", "world"}) {
        std::string all = text;
        all.replace(all.find("SITE"), 4, site);
        RunOptions options;
        for (std::uint64_t k = 0; k < 2000; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
        const Outcome outcome = run(all, {}, options);
        INFO(site);
        CHECK(outcome.classes[0].censored == 0);
        CHECK(outcome.messages.duplicated <= 2);
        CHECK(outcome.classes[0].delay.max() > (9 * 60_s).ns);
        if (std::string(site) != "world") CHECK(touched(outcome.faults, "f") > 300);
        for (const StoryLine& line : outcome.story) {
            const bool dead_does = line.text.find("attempt to box") != std::string::npos ? std::string(site) == "east"
                                   : line.text.find("attempt to mta") != std::string::npos ? std::string(site) == "world"
                                   : std::string(site) == "east" ? line.text.find("mta@east") != std::string::npos && line.text.find("crashes") == std::string::npos
                                                                 : line.text.find("gets a worker of box") != std::string::npos && std::string(site) == "west";
            if (dead_does && (line.at.ns >= (600_s).ns && line.at.ns < (1200_s).ns)) FAIL(line.text << " at " << static_cast<double>(line.at.ns) * 1e-9 << " s");
        }
    }
}

TEST_CASE("a tier without a server that is up sends nothing from its queues") {
    const std::string text = R"(
name: down
duration: 20min
sites: [{name: dc, latency: 0s}, {name: far, latency: 0s}, {name: world, outside: true}]
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
  - {name: haul, from: dc, to: far, latency: 20ms}
tiers:
  - {name: mta, at: dc, workers: 100, service: {law: deterministic, mean: 1s}, next_hop: {connections: 1, retry: {schedule: custom, waits: [10s]}}}
  - {name: box, at: far, workers: 1, service: {law: deterministic, mean: 1ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 0/s, paths: {inbound: [mta, box]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 100, oldest: 0s}]
faults: [{name: f, kind: server-crash, at: 5s, for: 300s, target: mta}]
)";
    RunOptions options;
    for (std::uint64_t k = 0; k < 100; ++k) options.follow.push_back(backlog_copy("old", k));
    const Outcome outcome = run(text, {}, options);
    CHECK(outcome.messages.delivered == 100);
    std::size_t before = 0, after = 0;
    for (const StoryLine& line : outcome.story) {
        if (line.text.find("attempt to box") == std::string::npos) continue;
        const double t = static_cast<double>(line.at.ns) * 1e-9;
        before += t < 5;
        after += t >= 305;
        CHECK((t < 5 || t >= 305));
    }
    CHECK(before >= 18);
    CHECK(before + after == 100);
}

TEST_CASE("an attempt that is under way when its proxy crashes is nobody's afterwards") {
    const std::string text = R"(
name: stale
duration: 20min
sites: [{name: dc, latency: 100ms}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: edge, at: dc, servers: 2, workers: 20, service: {law: deterministic, mean: 10ms}, hand_over: held}
  - {name: mta, at: dc, workers: 20, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [30s]}}]
tenants: [{name: acme, rate: 20/s, paths: {inbound: [edge, mta]}}]
faults:
  - {name: all, kind: server-crash, at: 5min, for: 1s, target: edge}
  - {name: half, kind: server-crash, at: 10min, for: 1s, target: edge, share: 50%}
cooldown: 2min
)";
    const Outcome outcome = run(text);
    CHECK(touched(outcome.faults, "all") > 10);
    CHECK(outcome.classes[0].censored == 0);
    CHECK(outcome.messages.delivered + outcome.messages.in_system == outcome.messages.accepted);
}

TEST_CASE("proxies that break while others wait for their connections take no work with them") {
    const std::string text = R"(
name: zero
duration: 20min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: hub, at: dc, workers: 20, service: {law: deterministic, mean: 10ms}, next_hop: {connections: 3, retry: {schedule: custom, waits: [30s]}}}
  - {name: edge, at: dc, workers: 20, service: {law: deterministic, mean: 1s}, hand_over: held}
  - {name: mta, at: dc, workers: 20, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 2/s, paths: {inbound: [hub, edge, mta]}}]
faults: [{name: f, kind: server-crash, at: 5min, for: 10s, target: edge}]
cooldown: 2min
)";
    const Outcome outcome = run(text);
    CHECK(outcome.classes[0].censored == 0);
    CHECK(touched(outcome.faults, "f") > 2);
}

TEST_CASE("a load surge multiplies a class's mail while it lasts") {
    const Outcome calm = run(kOneSite);
    const Outcome surge = run(kOneSite, {"faults=[{name: f, kind: load-surge, at: 20min, for: 20min, target: acme, factor: 4x}]"});
    std::uint32_t inside = 0, outside = 0, before = 0;
    for (std::size_t minute = 0; minute < 60; ++minute) {
        const std::uint32_t more = surge.minutes[minute].accepted - calm.minutes[minute].accepted;
        (minute >= 20 && minute < 40 ? inside : outside) += more;
        before += calm.minutes[minute].accepted;
    }
    CHECK(outside == 0);
    CHECK(inside == touched(surge.faults, "f"));
    CHECK(inside == Approx(3 * 1200).epsilon(0.1));
    CHECK(before == Approx(3600).epsilon(0.1));
}

TEST_CASE("requests to a silent partition are swallowed with their probability, or in stretches") {
    const std::string calls = "tiers=[{name: dir, at: dc, workers: 50}, {name: mta, calls: [{to: dir, timeout: 1s, on_failure: continue}]}]";
    const auto swallowed = [&](const std::string& more) {
        const Outcome outcome = run(kOneSite, {calls, "tiers.mta.workers=50", fault("kind: no-answer, at: 0s, for: 1h, target: dir" + more)});
        return static_cast<double>(station(outcome, "dir", "dc").swallowed) / static_cast<double>(outcome.messages.accepted);
    };
    CHECK(swallowed("") == Approx(1).margin(0.001));
    CHECK(swallowed(", probability: 30%") == Approx(0.3).margin(0.03));
    CHECK(swallowed(", on: 20s, off: 40s") == Approx(1.0 / 3).margin(0.03));
    CHECK(swallowed(", on: 20s, off: 40s, probability: 30%") == Approx(0.1).margin(0.03));
}

TEST_CASE("a disabled fault, flaw or mitigation leaves every byte as if it were absent") {
    const std::string calls = "tiers=[{name: dir, at: dc, workers: 50}, {name: mta, calls: [{to: dir, timeout: 1s}]}]";
    const Outcome without = run(kOneSite, {calls});
    for (const char* entry : {"faults=[{name: f, enabled: false, kind: no-answer, at: 0s, for: 1h, target: dir}]",
                              "faults=[{name: f, enabled: false, kind: server-crash, at: 10min, for: 10min, target: mta}]",
                              "faults=[{name: f, enabled: false, kind: link-down, at: 10min, for: 10min, target: wire}]",
                              "faults=[{name: f, enabled: false, kind: load-surge, at: 10min, for: 10min, target: acme, factor: 3x}]",
                              "faults=[{name: f, enabled: false, kind: site-down, at: 10min, for: 10min, target: dc}]",
                              "flaws=[{name: f, enabled: false, kind: hold-worker, in: mta, hold: 30s}]",
                              "mitigations=[{name: f, enabled: false, kind: cut-off, at: 0s, target: dir}]",
                              "mitigations=[{name: f, enabled: false, kind: fail-over, at: 0s, from: dc, to: world}]",
                              "mitigations=[{name: f, enabled: false, kind: add-servers, at: 0s, target: mta, servers: 3}]"}) {
        const Outcome with = run(kOneSite, {calls, entry});
        INFO(entry);
        CHECK(with.fingerprint == without.fingerprint);
        CHECK(with.events == without.events);
        CHECK(with.messages.delivered == without.messages.delivered);
        std::vector<std::string> enabled{calls, entry};
        enabled.back().replace(enabled.back().find("enabled: false"), 14, "enabled: true ");
        if (std::string(entry).find("faults") == 0 || std::string(entry).find("cut-off") != std::string::npos) CHECK(run(kOneSite, enabled).fingerprint != without.fingerprint);
    }
}
