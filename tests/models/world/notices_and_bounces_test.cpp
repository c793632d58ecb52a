// What senders are told: delay notices, and bounces of what was refused for good or given up.
#include "tests/catch.hpp"

#include "models/mail/message.hpp"
#include "small_world.hpp"

using namespace mailquake;

namespace {

/// `mta` accepts and cannot go on: the mailbox's site is dead for the first 20 h.
const std::string kStuck = R"(
name: stuck
duration: 30h
network: {connect_timeout: 1s}
sites: [{name: dc, latency: 0s}, {name: far, latency: 0s}, {name: world, outside: true}]
links:
  - {name: wire, from: world, to: dc, latency: 10ms}
  - {name: haul, from: dc, to: far, latency: 20ms}
tiers:
  - {name: mta, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}, next_hop: {connections: 1000, retry: {schedule: custom, waits: [10min], expire: EXPIRE}, notice_after: 4h}}
  - {name: box, at: far, workers: 50, service: {law: deterministic, mean: 10ms}}
  - {name: out, at: dc, workers: 50, service: {law: deterministic, mean: 10ms}}
  - {name: internet, at: world, workers: 50}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 4/h, directions: {inbound: 50%, outbound: 50%}, paths: {inbound: [mta, box], outbound: [out, internet]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 1, oldest: 0s}]
faults: [{name: dead, kind: site-down, at: 0s, for: 20h, target: far}]
)";

Outcome stuck(const char* expire, std::vector<std::string> sets = {}) {
    std::string text = kStuck;
    text.replace(text.find("EXPIRE"), 6, expire);
    RunOptions options;
    const std::uint64_t old = backlog_copy("old", 0);
    options.follow = {old, report_identity(old, MailKind::bounce, 0), report_identity(old, MailKind::notice, 1)};
    return run(text, sets, options);
}

const std::uint64_t kOld = backlog_copy("old", 0);
const std::uint64_t kNotice = report_identity(kOld, MailKind::notice, 1);
const std::uint64_t kBounce = report_identity(kOld, MailKind::bounce, 0);

}  // namespace

TEST_CASE("a party tells the sender once that a copy has been with it for too long") {
    const Outcome outcome = stuck("5d");
    CHECK(times_of(outcome, kOld, "delay notice") == std::vector<double>{4 * 3600.0});
    // The notice is mail of its own, on the tenant's other path, to the world outside.
    CHECK(times_of(outcome, kNotice, "accepted").at(0) == 4 * 3600.0);
    CHECK(times_of(outcome, kNotice, "served by out").size() == 1);
    CHECK(times_of(outcome, kNotice, "delivered at internet").size() == 1);
    CHECK(outcome.first_notice == SimTime::zero() + 4_h);
    CHECK(outcome.notices > 25);                              // accepted in the first 16 h
    CHECK(outcome.notices == outcome.messages.generated);
    CHECK(outcome.bounces == 0);
    CHECK(outcome.messages.in_system == 0);
}

TEST_CASE("what is delivered in time needs no notice") {
    CHECK(stuck("5d", {"faults.dead.for=3h"}).notices == 0);
    CHECK(stuck("5d", {"faults=~"}).notices == 0);
}

/// The site's own users offer their mail in the instant in which they accept it; so do tiers of a site without latency.
TEST_CASE("a tier says nothing about mail that it has turned away") {
    const std::string text = R"(
name: full
duration: 30h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 10ms}]
tiers:
  - {name: first, at: dc, hand_over: HAND_OVER, workers: 50, next_hop: {retry: {schedule: custom, waits: [10min]}}}
  - {name: full, at: dc, service: {law: deterministic, mean: 100h}, queue: {limit: 0}, next_hop: {notice_after: 4h}}
  - {name: internet, at: world}
tenants: [{name: acme, rate: 4/h, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: PATH}}]
)";
    for (const auto& [hand_over, path] : {std::pair{"queued", "[full, internet]"}, {"queued", "[first, full, internet]"}, {"direct", "[first, full, internet]"}}) {
        std::string all = text;
        all.replace(all.find("HAND_OVER"), 9, hand_over);
        all.replace(all.find("PATH"), 4, path);
        INFO(hand_over << " " << path);
        CHECK(run(all).notices == 1);  // about the one copy that it is busy with
    }
}

TEST_CASE("a copy that is given up is bounced to its sender") {
    const Outcome outcome = stuck("6h");
    const double given_up = times_of(outcome, kOld, "given up").at(0);
    CHECK(given_up >= 6 * 3600.0);
    CHECK(given_up < 6 * 3600.0 + 602);  // by the first failure at that age
    CHECK(times_of(outcome, kBounce, "accepted").at(0) == given_up);
    CHECK(times_of(outcome, kBounce, "delivered at internet").size() == 1);
    CHECK(outcome.messages.expired > 20);
    CHECK(outcome.messages.bounced == 0);
    CHECK(outcome.bounces == outcome.messages.expired);
    CHECK(outcome.messages.generated == outcome.notices + outcome.bounces);
    CHECK(outcome.first_bounce == SimTime::zero() + SimDuration{static_cast<std::int64_t>(given_up * 1e9 + 0.5)});
    std::uint64_t bad = 0;
    for (const TenantOutcome& t : outcome.tenants)
        for (const HourTally& hour : t.hours) bad += hour.bad;
    CHECK(bad + 1 == outcome.messages.expired);  // the backlog is not measured
}

TEST_CASE("a bounce that bounces is discarded, and nobody is told") {
    // The way back is shut, too: whoever leaves is refused for good.
    const Outcome outcome = stuck("6h", {"tiers.out.queue={limit: 0, on_full: bounce}", "tiers.out.workers=1", "tiers.out.service.mean=30h",
                                         "tenants.acme.directions={inbound: 99%, outbound: 1%}"});
    CHECK(outcome.messages.discarded > 10);
    CHECK(outcome.messages.generated == outcome.notices + outcome.bounces);
    CHECK(outcome.messages.accepted + outcome.messages.generated ==
          outcome.messages.delivered + outcome.messages.delivered_again + outcome.messages.delivered_reports + outcome.messages.bounced + outcome.messages.expired + outcome.messages.discarded + outcome.messages.in_system);
}

TEST_CASE("without a path back, the report is with its sender at once") {
    const std::string text = R"(
name: oneway
duration: 1h
sites: [{name: dc}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers: [{name: mta, at: dc, queue: {limit: 0, on_full: bounce}, service: {law: deterministic, mean: 1min}}]
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 10/min, paths: {inbound: [mta]}}]
)";
    const Outcome outcome = run(text);
    CHECK(outcome.messages.bounced > 400);
    CHECK(outcome.messages.generated == outcome.messages.bounced);
    CHECK(outcome.messages.in_system <= 1);
}
