// Who offers mail to a server that stands still waits for its greeting (models/world/listen_backlog.hpp).
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// A copy a second to a tier that has room for all. A transfer takes 90 ms: four round trips, and a flight.
const std::string kReceiver = R"(
name: receiver
duration: 1h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, servers: 2, workers: 1000}]
senders: [{name: others, at: world, retry: {schedule: custom, waits: [5min]}}]
tenants: [{name: acme, rate: 1/s, sizes: {law: fixed, size: 1B}, paths: {inbound: [mta]}}]
)";
constexpr double kTransfer = 0.09, kFlight = 0.01;

std::string pause(const std::string& body) { return "faults=[{name: still, kind: server-pause, target: mta, " + body + "}]"; }

RunOptions all_followed() {
    RunOptions options;
    options.sample = 1.0;
    return options;
}

struct Copy { double accepted = -1, attempts = 0, taken = -1, served = -1; };
/// When each copy was written, taken in and served, in the order of writing.
std::vector<Copy> copies_of(const Outcome& outcome) {
    std::map<std::uint64_t, Copy> by_identity;
    for (const StoryLine& line : outcome.story) {
        Copy& copy = by_identity[line.message];
        const double at = static_cast<double>(line.at.ns) * 1e-9;
        if (line.what == Transition::accepted) copy.accepted = at;
        if (line.what == Transition::attempt) ++copy.attempts;
        if (line.what == Transition::started && copy.taken < 0) copy.taken = at;
        if (line.what == Transition::served && copy.served < 0) copy.served = at;
    }
    std::vector<Copy> copies;
    for (const auto& [identity, copy] : by_identity) copies.push_back(copy);
    std::sort(copies.begin(), copies.end(), [](const Copy& a, const Copy& b) { return a.accepted < b.accepted; });
    return copies;
}

}  // namespace

TEST_CASE("a receiver that stands still for 20 min takes nothing, and its callers hang up after 5 min and come again") {
    const Outcome outcome = run(kReceiver, {pause("at: 20min, for: 20min")}, all_followed());
    std::size_t hung_up = 0, waited = 0;
    for (const Copy& copy : copies_of(outcome)) {
        // A greeting that is sent later than a flight before the time-out comes too late; 5 min after it the sender tries again.
        double offered = copy.accepted + kTransfer, attempts = 1;
        while (offered >= 1200 && offered < 2400 && offered + 300 - kFlight < 2400) {
            offered += 300 + 300 + kTransfer;
            ++attempts;
        }
        const bool waits = offered >= 1200 && offered < 2400;
        if (offered >= 3599.5) continue;
        CHECK(copy.taken == Approx(waits ? 2400 : offered).epsilon(0).margin(1e-6));
        CHECK(copy.attempts == attempts);
        hung_up += attempts > 1 ? 1 : 0;
        waited += waits ? 1 : 0;
    }
    CHECK(hung_up > 700);
    CHECK(waited > 400);
    CHECK(outcome.messages.duplicated == 0);
    CHECK(touched(outcome.faults, "still") > hung_up);
}

TEST_CASE("who waits for a greeting is taken up when the server goes on, in the order in which it came, and the wait is the fault's") {
    for (const char* hand_over : {"queued", "held"}) {
        INFO(hand_over);
        const Outcome outcome = run(kReceiver, {pause("at: 20min, for: 10s"), std::string("tiers.mta.hand_over=") + hand_over, "tenants.acme.rate=10/s", "duration=30min"},
                                    all_followed());
        CHECK(outcome.retry_attempts == 0);
        TimeArea waits = 0;
        std::size_t waited = 0;
        for (const Copy& copy : copies_of(outcome)) {
            const double offered = copy.accepted + kTransfer;
            if (offered < 1200 || offered >= 1210) continue;
            ++waited;
            CHECK(copy.taken == Approx(1210).epsilon(0).margin(1e-6));
            waits += static_cast<TimeArea>((1210 - offered) * 1e9 + 0.5);
        }
        CHECK(waited > 60);
        const TimeArea stalled = booked(outcome, "mta@dc", "queue: stalled");
        CHECK(static_cast<double>(stalled - waits) == Approx(0).margin(1e3 * static_cast<double>(waited)));
    }
}

TEST_CASE("a pause that is within the caller's time-out costs nothing but its length; one that is just past it costs a retry") {
    const auto attempts = [](const std::string& length) {
        const Outcome outcome = run(kReceiver, {pause("at: 20min, for: " + length), "network.greeting_timeout=60s"}, all_followed());
        return outcome.retry_attempts;
    };
    CHECK(attempts("59s") == 0);
    CHECK(attempts("61s") > 0);
    CHECK(attempts("61s") < 6);
}

TEST_CASE("where servers share a queue, one that goes on greets all; where each has its own, callers wait for theirs") {
    const auto with = [](const std::string& spread) {
        return run(kReceiver, {pause("at: 20min, for: 20min, share: 50%"), "tiers.mta.spread=" + spread}, all_followed());
    };
    const Outcome shared = with("shared"), turns = with("round-robin");
    CHECK(shared.retry_attempts == 0);
    for (const Copy& copy : copies_of(shared))
        if (copy.taken >= 0) CHECK(copy.taken == Approx(copy.accepted + kTransfer).epsilon(0).margin(1e-6));
    // Every second of 1,200 connections gets the server that stands still; so do those that come again after 10 min, in turn.
    std::size_t at_once = 0, later = 0;
    for (const Copy& copy : copies_of(turns)) {
        if (copy.accepted < 1200 || copy.accepted > 2390) continue;
        ++(copy.taken < copy.accepted + kTransfer + 1e-6 ? at_once : later);
    }
    CHECK(static_cast<double>(at_once) == Approx(595).margin(60));
    CHECK(static_cast<double>(later) == Approx(595).margin(60));
    CHECK(turns.retry_attempts > 500);
    CHECK(turns.messages.duplicated == 0);
}

TEST_CASE("health checks that are not answered keep connections away from a server that stands still") {
    // Three checks, 10 s apart, of 1 s: known after 21 s.
    const Outcome outcome = run(kReceiver, {pause("at: 20min, for: 20min, share: 50%"), "tiers.mta.spread=random", "tiers.mta.health={}", "tenants.acme.rate=20/s", "duration=50min"},
                                all_followed());
    std::size_t before = 0, after = 0;
    for (const Copy& copy : copies_of(outcome)) {
        const double offered = copy.accepted + kTransfer;
        if (offered < 1200 || offered > 2390 || copy.attempts <= 1) continue;
        ++(offered < 1221 ? before : after);
    }
    CHECK(static_cast<double>(before) == Approx(210).margin(60));
    CHECK(after == 0);
}

TEST_CASE("a caller that is not greeted goes on at the next site, if its own party does so") {
    const std::string two = R"(
name: two
duration: 40min
sites: [{name: dc, latency: 0s}, {name: far, latency: 0s}]
links: [{name: wire, from: dc, to: far, latency: 10ms}]
tiers:
  - {name: out, at: dc, next_hop: {connections: 1000, retry: {schedule: custom, waits: [7min]}}}
  - {name: mta, at: [dc, far], workers: 1000}
  - {name: box, at: far, workers: 1000}
tenants: [{name: acme, rate: 1/s, homes: far, sizes: {law: fixed, size: 1B}, directions: {inbound: 0%, internal: 100%}, paths: {internal: [out, mta, box]}}]
)";
    const auto with = [&](const std::string& after) {
        return run(two, {"faults=[{name: still, kind: server-pause, target: mta@dc, at: 0s, for: 40min}]", "tiers.out.at=[dc]", "tenants.acme.homes=[dc]", "tiers.box.at=[dc, far]",
                         "tiers.out.next_hop.fallback_on=" + after});
    };
    const Outcome on = with("[greeting]"), off = with("[connect]");
    CHECK(on.messages.delivered > 2000);
    CHECK(on.classes[0].delay.quantile(0.5) >= (297_s).ns);
    CHECK(on.classes[0].delay.quantile(0.99) < (302_s).ns * 101 / 100);
    CHECK(off.messages.delivered == 0);
}

TEST_CASE("callers of a server that crashes while they wait are refused at once") {
    const Outcome outcome = run(kReceiver, {"faults=[{name: still, kind: server-pause, target: mta, at: 20min, for: 20min}, {name: down, kind: server-crash, target: mta, at: 21min, for: 1min}]",
                                            "senders.others.retry={schedule: custom, waits: [30s]}", "tenants.acme.rate=10/s"},
                                all_followed());
    std::size_t refused = 0;
    for (const StoryLine& line : outcome.story)
        if (line.what == Transition::deferred && line.at >= SimTime::zero() + 21_min && line.at < SimTime::zero() + 21_min + 1_s) ++refused;
    CHECK(static_cast<double>(refused) == Approx(600 + 10).margin(80));   // those of the last minute, and those of that second
}

TEST_CASE("the wait for a reply begins with the greeting, and a site that is gone meanwhile tells nobody") {
    // 6 s for the greeting and 8 s for the reply are within 10 s each.
    const std::vector<std::string> slow{"network.reply_timeout=10s", "tiers=[{name: mta, at: dc, servers: 2, workers: 1000, hand_over: held, service: {law: deterministic, mean: 8s}}, {name: box, at: dc, workers: 1000}]",
                                        "tenants.acme.paths.inbound=[mta, box]", pause("at: 20min, for: 6s")};
    std::size_t greeted_late = 0;
    for (const Copy& copy : copies_of(run(kReceiver, slow, all_followed()))) {
        if (copy.accepted + kTransfer < 1200 || copy.accepted + kTransfer >= 1206) continue;
        CHECK(copy.attempts == 2);   // one to each tier
        ++greeted_late;
    }
    CHECK(greeted_late > 1);
    const Outcome gone = run(kReceiver, {"faults=[{name: still, kind: server-pause, target: mta, at: 20min, for: 90s}, {name: down, kind: site-down, target: dc, at: 21min, for: 10s}]",
                                         "tenants.acme.rate=10/s"}, all_followed());
    // Who waited hears nothing until the time-out, five minutes after it came.
    std::size_t late = 0;
    for (const StoryLine& line : gone.story)
        if (line.what == Transition::deferred && line.at >= SimTime::zero() + 25_min && line.at < SimTime::zero() + 26_min) ++late;
    CHECK(static_cast<double>(late) == Approx(600).margin(80));
    CHECK(gone.messages.delivered + gone.messages.in_system == gone.messages.accepted);
}

TEST_CASE("users of the site wait as others do, requests and mail that is handed over directly wait in the queue") {
    const std::string inside = R"(
name: inside
duration: 30min
sites: [{name: dc, latency: 0s}]
tiers:
  - {name: front, at: dc, workers: 1000}
  - {name: box, at: dc, workers: 1000}
tenants: [{name: acme, rate: 10/s, homes: dc, sizes: {law: fixed, size: 1B}, directions: {inbound: 0%, internal: 100%}, paths: {internal: [front, box]}}]
)";
    const Outcome users = run(inside, {"faults=[{name: still, kind: server-pause, target: front, at: 10min, for: 2min}]"});
    CHECK(static_cast<double>(users.classes[0].delay.max()) == Approx(120e9).epsilon(0.01));
    CHECK(station(users, "front", "dc").wait.max() == 0);      // nothing was taken in
    CHECK(touched(users.faults, "still") > 1000);
    const Outcome direct = run(inside, {"tiers.front.hand_over=direct", "tiers.box.workers=1", "faults=[{name: still, kind: server-pause, target: box, at: 10min, for: 2min}]"});
    CHECK(static_cast<double>(station(direct, "box", "dc").queue_max) == Approx(1200).margin(150));
}
