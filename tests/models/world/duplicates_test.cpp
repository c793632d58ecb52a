// A receiver that has accepted, and a sender that never learns of it: a copy too many, which is counted.
#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

const std::string kLossy = R"(
name: lossy
duration: 1h
cooldown: 20min
network: {reply_timeout: 30s, data_timeout: 30s, connect_timeout: 10s, convergence: 0s}
sites: [{name: dc}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 200ms}]
tiers:
  - {name: edge, at: dc, workers: 200, service: {law: deterministic, mean: 10ms}, hand_over: queued}
  - {name: mta, at: dc, workers: 200, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, count: 10, rate: 20/s, paths: {inbound: [edge, mta]}}]
)";

}  // namespace

TEST_CASE("when the reply does not come back, the sender sends again and the copy is delivered twice") {
    const Outcome outcome = run(kLossy, {"faults=[{name: f, kind: link-down, at: 10min, for: 5min, target: wire}]"});
    // The way back takes 200 ms at 20 copies a second: about four had been accepted and not yet said so.
    CHECK(outcome.messages.duplicated >= 1);
    CHECK(outcome.messages.duplicated <= 12);
    CHECK(outcome.messages.delivered + outcome.messages.under_way() == outcome.messages.accepted);
    CHECK(outcome.messages.delivered_again == outcome.messages.duplicated);
    CHECK(outcome.classes[0].censored == 0);
    CHECK(outcome.classes[0].delay.count() > 0);
}

TEST_CASE("a proxy whose client has gone away delivers, and the client delivers again") {
    // The proxy takes 40 s, its client waits 30 s.
    const Outcome outcome = run(kLossy, {"tiers.edge.hand_over=held", "tiers.edge.workers=100000", "tiers.edge.service.mean=40s", "tenants.acme.rate=10/min", "duration=2h"});
    const MessageCounts& m = outcome.messages;
    CHECK(m.duplicated > 3 * m.accepted / 2);
    CHECK(m.delivered + m.delivered_again + m.in_system == m.accepted + m.duplicated);
    CHECK(m.delivered <= m.accepted);
    CHECK(m.delivered + m.under_way() == m.accepted);
    std::uint64_t sum = 0;
    for (const TenantOutcome& t : outcome.tenants) {
        CHECK(t.counts.conserved());
        sum += t.counts.duplicated;
    }
    CHECK(sum == m.duplicated);
}

TEST_CASE("a story says where a duplicate stays") {
    RunOptions options;
    for (std::uint64_t k = 0; k < 20; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
    const Outcome outcome = run(kLossy, {"tiers.edge.hand_over=held", "tiers.edge.workers=100000", "tiers.edge.service.mean=40s", "tenants.acme.rate=10/min"}, options);
    const auto times = times_of(outcome, inbound_copy("acme", "others", 3), "a duplicate stays at edge@dc");
    CHECK(times.size() >= 3);
}

TEST_CASE("nothing is lost or doubled while nothing breaks") {
    const Outcome outcome = run(kLossy);
    CHECK(outcome.messages.duplicated == 0);
    CHECK(outcome.messages.delivered + outcome.messages.in_system == outcome.messages.accepted);
    // Loss slows mail and loses none.
    const Outcome lossy = run(kLossy, {"links.wire.loss=5%"});
    CHECK(lossy.messages.duplicated == 0);
    CHECK(lossy.classes[0].censored == 0);
    CHECK(lossy.classes[0].delay.quantile(0.5) > outcome.classes[0].delay.quantile(0.5));
}

TEST_CASE("all duplicates are found again when everything has been delivered", "[long]") {
    // Load for the first half of the day only: at its end nobody is under way.
    const std::string noon = "tenants.acme.diurnal=[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]";
    for (const char* kind : {"link-down", "link-black-hole", "link-flap", "site-down", "server-crash", "server-pause", "link-loss"})
        for (const char* hand_over : {"queued", "held"}) {
            const std::string body = std::string(kind) == "link-flap"   ? ", target: wire, down: 7s, up: 11s}]"
                                     : std::string(kind) == "link-loss" ? ", target: wire, loss: 60%}]"
                                     : std::string(kind) == "site-down" ? ", target: dc}]"
                                     : kind[0] == 's'                   ? ", target: edge}]"
                                                                        : ", target: wire}]";
            const Outcome outcome = run(kLossy, {noon, "duration=4h", "tenants.acme.rate=20/min", "tiers.edge.servers=4", std::string("tiers.edge.hand_over=") + hand_over,
                                                 std::string("faults=[{name: f, at: 30min, for: 40min, kind: ") + kind + body});
            INFO(kind << " " << hand_over);
            CHECK(outcome.messages.in_system == 0);
            CHECK(outcome.messages.delivered == outcome.messages.accepted);
            CHECK(outcome.messages.delivered_again == outcome.messages.duplicated);
            CHECK(touched(outcome.faults, "f") > 0);
        }
}

TEST_CASE("a copy that is accepted once more after a time-out has luck of its own, and the story goes on") {
    // Replies are lost while the cut is being noticed: who sent then sends again, and both copies are served.
    const std::vector<std::string> settings{"faults=[{name: f, kind: link-down, at: 10min, for: 5min, target: wire}]", "tiers.edge.service={law: exponential, mean: 1s}",
                                            "tiers.mta.service={law: exponential, mean: 1s}"};
    RunOptions options;
    options.follow = {0};  // nobody; but somebody is followed, so that repeats are told
    const std::vector<Repeated> repeated = run(kLossy, settings, options).repeated;
    REQUIRE(repeated.size() >= 4);
    for (const Repeated& r : repeated) options.follow.insert(options.follow.end(), {r.before, r.after});
    const Outcome outcome = run(kLossy, settings, options);
    std::size_t twins = 0;
    for (const Repeated& r : repeated) {
        INFO(r.before << " " << r.after);
        CHECK(times_of(outcome, r.before, "accepted after a time-out by edge").size() == 1);
        for (const char* tier : {"edge", "mta"}) {
            const auto service = [&](std::uint64_t copy) -> std::optional<double> {
                const auto begin = times_of(outcome, copy, std::string("gets a worker of ") + tier), end = times_of(outcome, copy, std::string("served by ") + tier);
                if (begin.size() != 1 || end.size() != 1) return std::nullopt;
                return end[0] - begin[0];
            };
            const auto first = service(r.before), second = service(r.after);
            REQUIRE(second);
            if (!first) continue;  // the first offer was lost on its way, not its reply
            ++twins;
            CHECK(std::abs(*first - *second) > 1e-6);
        }
    }
    CHECK(twins >= 4);
}

TEST_CASE("a copy that is accepted once more is poison if the first was, and goes to the same place outside") {
    // Half of the mail is poison, and the recipients are at three places: all copies of one message agree in both.
    const std::string yaml = R"(
name: both-ways
duration: 1h
network: {reply_timeout: 30s, data_timeout: 30s, connect_timeout: 10s, convergence: 0s}
sites: [{name: dc}, {name: user, outside: true}, {name: x, outside: true}, {name: y, outside: true}, {name: z, outside: true}]
links: [{name: w, from: user, to: dc, latency: 200ms}, {from: dc, to: x, latency: 5ms}, {from: dc, to: y, latency: 5ms}, {from: dc, to: z, latency: 5ms}]
tiers:
  - {name: edge, at: dc, workers: 200, service: {law: deterministic, mean: 10ms}}
  - {name: there, at: [x, y, z], workers: 200, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: user, retry: {schedule: custom, waits: [1min]}}]
tenants: [{name: acme, count: 10, rate: 20/s, paths: {inbound: [edge, there]}}]
faults:
  - {name: f, kind: link-down, at: 10min, for: 5min, target: w}
  - {name: bad, kind: poison, target: acme, at: 0s, for: 1h, share: 50%}
flaws: [{name: lose, in: edge, trigger: poison, kind: drop}]
)";
    RunOptions options;
    options.follow = {0};
    const std::vector<Repeated> repeated = run(yaml, {}, options).repeated;
    REQUIRE(repeated.size() >= 4);
    for (const Repeated& r : repeated) options.follow.insert(options.follow.end(), {r.before, r.after});
    const Outcome outcome = run(yaml, {}, options);
    std::size_t both = 0;
    for (const Repeated& r : repeated) {
        if (times_of(outcome, r.before, "served by edge").empty()) continue;
        ++both;
        for (const char* what : {"dropped by edge", "delivered at there@x", "delivered at there@y", "delivered at there@z"}) {
            INFO(r.before << " " << what);
            CHECK(times_of(outcome, r.before, what).size() == times_of(outcome, r.after, what).size());
        }
    }
    CHECK(both >= 2);
}

TEST_CASE("a late copy is excused by the trouble of the place that it goes to, and of no other") {
    // One of three places outside is down for an hour; its mail is late, and all of it is excused. Nobody else's is late.
    const std::string yaml = R"(
name: one-place-down
duration: 3h
sites: [{name: dc}, {name: x, outside: true}, {name: y, outside: true}, {name: z, outside: true}]
links: [{from: dc, to: x, latency: 5ms}, {from: dc, to: y, latency: 5ms}, {from: dc, to: z, latency: 5ms}]
tiers:
  - {name: mta, at: dc, workers: 200, service: {law: deterministic, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: there, at: [x, y, z], workers: 200, service: {law: deterministic, mean: 10ms}}
tenants: [{name: acme, count: 10, rate: 2/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, there]}}]
faults: [{name: dead, kind: site-down, target: x, at: 30min, for: 1h}]
)";
    const Outcome outcome = run(yaml);
    CHECK(outcome.classes[0].delay.max() > (50_min).ns);
    std::uint64_t late = 0;
    for (const TenantOutcome& t : outcome.tenants) late += t.late;
    CHECK(late == 0);
}
