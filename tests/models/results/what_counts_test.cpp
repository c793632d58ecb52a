// What becomes of mail, in figures: delivered, lost, excused, under way; each piece of mail once, whatever copies there were of it.
#include <algorithm>
#include <cmath>

#include "models/results/affected.hpp"
#include "tests/catch.hpp"

#include "tests/models/world/small_world.hpp"

using namespace mailquake;

namespace {

/// Ten tenants write to an outside receiver, a copy a second in all.
const std::string kOut = R"(
name: out
duration: 4h
cooldown: 10min
sites: [{name: dc}, {name: net, outside: true}]
links: [{name: wire, from: dc, to: net, latency: 20ms}]
tiers:
  - {name: mta, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [5min], expire: 5d}}}
  - {name: isp, at: net, workers: 100, service: {law: deterministic, mean: 10ms}}
tenants: [{name: acme, count: 10, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, isp]}}]
)";

template <class Rule>
std::size_t tenants(const Outcome& outcome, Rule&& rule) {
    return static_cast<std::size_t>(std::count_if(outcome.tenants.begin(), outcome.tenants.end(), rule));
}

std::uint64_t late(const Outcome& outcome) {
    std::uint64_t sum = 0;
    for (const TenantOutcome& t : outcome.tenants) sum += t.late;
    return sum;
}

void check_partition(const MessageCounts& m) {
    CHECK(m.conserved());
    CHECK(m.delivered + m.lost + m.returned <= m.accepted);
    CHECK(m.delivered <= m.accepted);
}

}  // namespace

TEST_CASE("bounces and notices are no mail that was delivered; lost mail is late, and slower than all other") {
    // What comes in the first two of the three hours is given up when it is an hour old.
    const Outcome outcome = run(kOut, {"tiers.mta.next_hop.retry.expire=1h", "faults=[{name: f, kind: gray, dropped: 100%, target: isp, at: 30min, for: 3h}]"});
    const MessageCounts& m = outcome.messages;
    check_partition(m);
    CHECK(m.delivered + m.lost + m.under_way() == m.accepted);
    CHECK(m.lost == m.expired);
    CHECK(m.delivered_reports > 0);
    CHECK(static_cast<double>(m.lost) == Approx(2 * 3600).margin(400));                      // of two hours nothing arrives
    CHECK(static_cast<double>(m.delivered) == Approx(static_cast<double>(m.accepted) - 2 * 3600.0).margin(400));
    CHECK(outcome.classes[0].delay.count() + outcome.classes[0].lost <= m.accepted);
    CHECK(late(outcome) == outcome.classes[0].lost);                                         // what came later is excused, what was lost is not
}

TEST_CASE("a hit receiver is the same thing, whatever of it is hit") {
    for (const char* fault : {"kind: server-crash, target: isp", "kind: site-down, target: net", "kind: link-down, target: wire", "kind: gray, dropped: 100%, target: isp",
                              "kind: server-pause, target: isp"}) {
        INFO(fault);
        const Outcome outcome = run(kOut, {std::string("faults=[{name: f, at: 1h, for: 1h, ") + fault + "}]"});
        CHECK(late(outcome) == 0);
        CHECK(tenants(outcome, is_affected) == 0);
        CHECK(static_cast<double>(outcome.classes[0].excused_destination) == Approx(3400).margin(600));   // of 60 minutes all but the last ten or less
        check_partition(outcome.messages);
    }
}

TEST_CASE("what is lost at a hit receiver is never excused, and never collateral") {
    for (const char* fault : {"kind: server-crash, target: isp", "kind: site-down, target: net", "kind: link-down, target: wire"}) {
        INFO(fault);
        const Outcome outcome = run(kOut, {"tiers.mta.next_hop.retry.expire=30min", std::string("faults=[{name: f, at: 1h, for: 1h, ") + fault + "}]"});
        CHECK(outcome.messages.lost > 500);
        CHECK(tenants(outcome, is_affected) == 10);
        CHECK(tenants(outcome, is_affected_by_destination) == 10);
        CHECK(tenants(outcome, is_collateral) == 0);
        CHECK(late(outcome) == outcome.classes[0].lost);
    }
}

TEST_CASE("what has nothing to do with the hit receiver is collateral by itself") {
    // The fault at the receiver, and meanwhile the tenants' own tier is too slow for what they write to others.
    const Outcome outcome = run(kOut, {"sites=[{name: dc}, {name: net, outside: true}, {name: rest, outside: true}]",
                                       "links=[{name: wire, from: dc, to: net, latency: 20ms}, {name: way, from: dc, to: rest, latency: 20ms}]",
                                       "tiers.isp.at=[net, rest]", "tiers.mta.workers=1", "tiers.mta.service.mean=1100ms",
                                       "faults=[{name: f, kind: link-down, target: wire, at: 1h, for: 1h}]"});
    CHECK(tenants(outcome, [](const TenantOutcome& t) { return t.own_healthy; }) == 0);   // the link stands at their home
    const Outcome far = run(kOut, {"sites=[{name: dc}, {name: net, outside: true}, {name: rest, outside: true}]",
                                   "links=[{name: wire, from: dc, to: net, latency: 20ms}, {name: way, from: dc, to: rest, latency: 20ms}]",
                                   "tiers.isp.at=[net, rest]", "tiers.mta.workers=1", "tiers.mta.service.mean=1100ms",
                                   "faults=[{name: f, kind: site-down, target: net, at: 1h, for: 1h}]"});
    CHECK(tenants(far, [](const TenantOutcome& t) { return t.own_healthy; }) == 10);
    CHECK(tenants(far, is_collateral) == 10);
    CHECK(far.classes[0].excused_destination > 0);
}

TEST_CASE("a failure notice about mail that has arrived is false: no loss, and nobody is affected by it") {
    // The proxy takes longer than the sender waits, so all mail arrives, several times, and its sender gives it up in the end.
    const Outcome outcome = run(kOneSite, {"duration=2h", "slo.delay=20min", "network={reply_timeout: 30s, data_timeout: 30s, connect_timeout: 10s}", "tiers.mta.hand_over=held",
                                           "tiers.mta.workers=100000", "tiers.mta.service.mean=40s", "senders.others.retry={schedule: custom, waits: [3min], expire: 10min}"});
    const MessageCounts& m = outcome.messages;
    check_partition(m);
    CHECK(m.expired > 6000);
    CHECK(m.false_failures == m.expired);
    CHECK(m.lost == 0);
    CHECK(m.delivered + m.under_way() == m.accepted);
    CHECK(m.delivered > 6000);
    CHECK(m.delivered_again > m.delivered);
    CHECK(tenants(outcome, is_affected) == 0);
    CHECK(outcome.classes[0].lost == 0);
}

TEST_CASE("drained says when 95 % of what waited at the end of the fault had left") {
    // An hour at half a copy a second, while the ten workers get nothing done; then one a second leaves, in order: 95 % after 1,710 s.
    const std::string slow = "faults=[{name: f, kind: server-slow, factor: 1000x, at: 1h, for: 1h, target: mta}]";
    const Outcome outcome = run(kOneSite, {"duration=5h", "tenants.acme.rate=0.5/s", "tiers.mta.workers=10", "tiers.mta.service.mean=10s", slow});
    const auto found = std::find_if(outcome.drains.begin(), outcome.drains.end(), [](const DrainOutcome& d) { return d.tier == "mta"; });
    REQUIRE(found != outcome.drains.end());
    CHECK(found->fault == "f");
    CHECK(found->from == SimTime::zero() + 2_h);
    CHECK(static_cast<double>(found->waiting) == Approx(1800).margin(140));
    const auto waiting = static_cast<double>(found->waiting);
    REQUIRE(found->drained);
    CHECK((*found->drained - found->from).seconds() == Approx(0.95 * waiting).margin(0.011 * 0.95 * waiting + 15));
    REQUIRE(found->empty);
    CHECK((*found->empty - found->from).seconds() == Approx(waiting).margin(0.011 * waiting + 15));
    CHECK(run(kOneSite, {"duration=1h"}).drains.empty());
}
