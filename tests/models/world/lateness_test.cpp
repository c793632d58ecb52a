// Who counts as late, and whose own places were healthy.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// Outbound mail, a copy a second; the internet cannot be reached for 20 min of the first hour.
const std::string kOutbound = R"(
name: outbound
duration: 3h
sites: [{name: dc}, {name: internet, outside: true}, {name: else, outside: true}]
links:
  - {name: wire, from: dc, to: internet, latency: 10ms}
  - {name: other, from: dc, to: else, latency: 10ms}
tiers:
  - {name: out, at: dc, workers: 100, service: {law: deterministic, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: receivers, at: internet, workers: 100}
tenants: [{name: acme, count: 3, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [out, receivers]}}]
faults: [{name: far, kind: link-down, at: 20min, for: 20min, target: wire}]
)";

std::uint64_t late(const Outcome& outcome) {
    std::uint64_t sum = 0;
    for (const TenantOutcome& t : outcome.tenants) sum += t.late;
    return sum;
}

bool all_healthy(const Outcome& outcome) {
    return std::all_of(outcome.tenants.begin(), outcome.tenants.end(), [](const TenantOutcome& t) { return t.own_healthy; });
}

}  // namespace

TEST_CASE("mail that its own outside destination holds up is not late") {
    const Outcome outcome = run(kOutbound);
    CHECK(outcome.classes[0].delay.max() > (18 * 60_s).ns);
    CHECK(late(outcome) == 0);
}

TEST_CASE("the destination's trouble excuses nothing before or after it") {
    const std::string pause = "faults=[{name: near, kind: server-pause, at: 2h, for: 20min, target: out}]";
    const Outcome outcome = run(kOutbound, {pause});
    CHECK(late(outcome) == Approx(600).margin(90));  // those that came in the first ten minutes of the pause
    CHECK(late(run(kOutbound, {pause, "faults.far.target=other"})) == late(outcome));
}

/// 30 % of a copy a second are first contacts, refused for 20 min; the sender tries every 7, so they come in after 21.
TEST_CASE("mail that greylisting alone holds up is not late; what else holds it up is, for as long as that does") {
    const std::vector<std::string> put_off{"tiers.mta.greylist={delay: 20min, first_contacts: 30%}", "senders.others.retry={schedule: custom, waits: [7min]}", "duration=3h", "network.greeting_timeout=1h"};
    const auto with = [&](const std::string& more) {
        auto sets = put_off;
        sets.push_back(more);
        return run(kOneSite, sets);
    };
    const Outcome alone = run(kOneSite, put_off);
    CHECK(alone.classes[0].delay.max() > (20 * 60_s).ns);
    CHECK(alone.classes[0].delay.quantile(0.75) > (20 * 60_s).ns);
    CHECK(late(alone) == 0);
    // Behind it the box is paused for 15 min: who is in there for over 10 is late, first contact or not.
    CHECK(late(with("faults=[{name: f, kind: server-pause, at: 1h, for: 15min, target: box}]")) == Approx(300).margin(60));
    // The tier itself is gone for an hour: whose first tries found nobody was held up by more than greylisting.
    const Outcome gone = with("faults=[{name: f, kind: server-crash, at: 1h, for: 1h, target: mta}]");
    CHECK(static_cast<double>(late(gone)) > 3000 * 0.9);
    // Who was greylisted before it, and then found nobody: excused until then, so that the hour before has no trouble of its own.
    const HourTally& before = gone.tenants[0].hours[0];
    CHECK(before.hour == 0);
    CHECK(before.late > 50);
    CHECK(before.trouble_from >= SimTime::zero() + 1_h + 10_min);
}

TEST_CASE("what greylisting had held up is known at the site of the mailbox, too") {
    const std::string two = R"(
name: two
duration: 2h
sites: [{name: front, latency: 0s}, {name: back, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: front, latency: 10ms}, {name: haul, from: front, to: back, latency: 10ms}]
tiers:
  - {name: mta, at: front, workers: 4, service: {law: deterministic, mean: 10ms}, hand_over: HAND, greylist: {delay: 20min, first_contacts: 50%}}
  - {name: box, at: back, workers: 4, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [7min]}}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [mta, box]}}]
)";
    for (const char* hand_over : {"queued", "held"}) {
        std::string text = two;
        text.replace(text.find("HAND"), 4, hand_over);
        const Outcome outcome = run(text);
        CHECK(outcome.classes[0].delay.quantile(0.8) > (20 * 60_s).ns);
        CHECK(late(outcome) == 0);
        CHECK(late(run(text, {"network.greeting_timeout=1h", "network.reply_timeout=1h", "faults=[{name: f, kind: server-pause, at: 1h, for: 15min, target: box}]"})) == Approx(300).margin(60));
    }
}

TEST_CASE("inbound and internal mail is late whoever holds it up") {
    const Outcome outcome = run(kOneSite, {"faults=[{name: far, kind: link-down, at: 20min, for: 20min, target: wire}]", "senders.others.retry={schedule: custom, waits: [1min]}"});
    CHECK(late(outcome) == Approx(600).margin(90));
}

TEST_CASE("a fault that the run does not reach makes nobody's places unhealthy") {
    const std::vector<std::string> faults{"tiers.mta.calls=[{to: box, timeout: 1s}]"};
    for (const char* fault : {"kind: server-pause, at: 40min, for: 1min, target: box", "kind: no-answer, at: 40min, for: 1min, target: box",
                              "kind: site-down, at: 40min, for: 1min, target: dc", "kind: link-down, at: 40min, for: 1min, target: wire"}) {
        INFO(fault);
        const ScenarioSpec scenario = scenario_of(kOneSite, {faults[0], std::string("faults=[{name: f, ") + fault + "}]"});
        CHECK_FALSE(all_healthy(simulate(scenario, {})));
        RunOptions shorter;
        shorter.until = SimTime::zero() + 30_min;
        CHECK(all_healthy(simulate(scenario, shorter)));
    }
}

TEST_CASE("a slow fault touches each job that it slows, once") {
    const Outcome outcome = run(kOneSite, {"faults=[{name: slow, kind: server-slow, at: 0s, for: 1h, target: mta, factor: 2x}]"});
    CHECK(touched(outcome.faults, "slow") == station(outcome, "mta", "dc").arrivals);
    const Outcome half = run(kOneSite, {"tiers.mta.servers=20", "tiers.mta.workers=1", "faults=[{name: slow, kind: server-slow, at: 0s, for: 1h, target: mta, factor: 2x, share: 50%}]"});
    CHECK(touched(half.faults, "slow") > 0);
    CHECK(touched(half.faults, "slow") < station(half, "mta", "dc").arrivals);
}
