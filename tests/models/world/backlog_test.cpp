// The start state: copies that wait already when the run begins.
#include "tests/catch.hpp"

#include <algorithm>
#include <set>

#include "small_world.hpp"

using namespace mailquake;

namespace {

const std::string kBacklog = R"(
name: backlog
duration: 2h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: mta, at: dc, service: {law: deterministic, mean: 10s}}
  - {name: box, at: dc}
senders: [{name: others, at: world}]
tenants: [{name: acme, count: 10, rate: 0/s, paths: {inbound: [mta, box]}}]
backlog: [{name: old, at: mta@dc, class: acme, count: 100, oldest: 3h}]
)";

}  // namespace

TEST_CASE("a backlog is served oldest first, and nothing of it is measured") {
    RunOptions options;
    for (std::uint64_t k = 0; k < 100; ++k) options.follow.push_back(backlog_copy("old", k));
    const Outcome outcome = run(kBacklog, {}, options);
    CHECK(outcome.messages.accepted == 100);
    CHECK(outcome.messages.delivered == 100);
    CHECK(outcome.classes[0].delay.count() == 0);
    CHECK(outcome.stations[0].queue_max == 99);
    std::size_t n = 0;
    for (const StoryLine& line : outcome.story)
        if (line.text.find("delivered") != std::string::npos) CHECK(line.at == SimTime::zero() + 10_s * static_cast<std::int64_t>(++n));
    CHECK(n == 100);
}

TEST_CASE("the qshape table of the start shows the ages as they were given") {
    RunOptions options;
    options.qshape_at = {SimTime::zero() + 1_s};
    const Outcome uniform = run(kBacklog, {}, options);
    const Qshape& start = uniform.qshapes.at(0);
    CHECK(start.at == SimTime::zero() + 1_s);
    REQUIRE(start.destinations.size() == 1);
    std::uint32_t all = 0;
    for (std::uint32_t n : start.destinations[0].by_age) all += n;
    CHECK(all == 99);                                                                    // one is in service
    CHECK(start.destinations[0].by_age[6] == Approx(100 * 20.0 / 180).margin(10));      // 160 to 320 min: the oldest 20 of 180
    CHECK(start.destinations[0].by_age[7] == 0);
    // A pasted line: T 5 10 20 40 80 160 320 640 1280 1280+
    const Outcome pasted = run(kBacklog, {"backlog=~", "backlog=[{name: line, at: mta@dc, class: acme, qshape: acme.example 60 10 20 30 0 0 0 0 0 0 0}]"}, options);
    const Qshape::Row& row = pasted.qshapes.at(0).destinations.at(0);
    CHECK(row.by_age[0] == Approx(10).margin(1));
    CHECK(row.by_age[1] == Approx(20).margin(1));
    CHECK(row.by_age[2] == Approx(29).margin(1));
    CHECK(row.by_age[3] == 0);
    CHECK(pasted.messages.accepted == 60);
}

TEST_CASE("a snapshot that is asked for at an instant that has one anyway counts each copy once") {
    RunOptions options;
    options.qshape_at = {SimTime::zero() + 10_min};
    const Outcome outcome = run(kBacklog, {}, options);
    std::uint32_t waiting = 0, tables = 0;
    for (const Qshape& shape : outcome.qshapes) {
        if (shape.at != SimTime::zero() + 10_min) continue;
        ++tables;
        for (const Qshape::Row& row : shape.classes)
            for (std::uint32_t n : row.by_age) waiting += n;
    }
    CHECK(tables == 1);
    CHECK(waiting == Approx(39).margin(1));
}

TEST_CASE("a backlog belongs to all tenants of its class, and at each site that has one") {
    const Outcome outcome = run(kBacklog, {"backlog.old.count=1000", "tiers.mta.workers=100"});
    for (const TenantOutcome& t : outcome.tenants) CHECK(t.counts.accepted == Approx(100).margin(35));
}

namespace {

/// Copies behind a tier that tries every 300 s (postfix), with nobody new.
const std::string kDeferred = R"(
name: deferred
duration: 6h
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: dc, to: world, latency: 10ms}]
tiers:
  - {name: mta, at: dc, next_hop: {retry: postfix, notice_after: 1h}}
  - {name: others, at: world}
tenants: [{name: acme, count: 10, rate: 0/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, others]}}]
backlog: [{name: old, at: mta@dc, queue: next-hop, class: acme, direction: outbound, count: 100, oldest: 2h}]
)";

std::vector<SimTime> ends_of(const Outcome& outcome, std::string_view what) {
    std::vector<SimTime> ends;
    for (const StoryLine& line : outcome.story)
        if (line.text.find(what) != std::string::npos) ends.push_back(line.at);
    return ends;
}

}  // namespace

TEST_CASE("behind a tier the start state is tried again when the schedule has it due, not all at once") {
    RunOptions options;
    for (std::uint64_t k = 0; k < 100; ++k) options.follow.push_back(backlog_copy("old", k));
    options.qshape_at = {SimTime::zero()};
    const Outcome outcome = run(kDeferred, {}, options);
    CHECK(outcome.messages.accepted == 100);
    CHECK(outcome.messages.delivered == 100);
    CHECK(outcome.messages.delivered_reports == outcome.messages.generated);   // some notices
    CHECK(outcome.stations[0].arrivals == 0);                       // its workers have nothing to do with it
    // Postfix waits for as long as a copy is old, but 4000 s at most, and looks every 300 s.
    const std::vector<SimTime> attempts = ends_of(outcome, "attempt to");
    REQUIRE(attempts.size() == 100);
    CHECK(*std::max_element(attempts.begin(), attempts.end()) <= SimTime::zero() + 4300_s);
    std::set<std::int64_t> phases, scans;
    for (const SimTime at : attempts) {
        phases.insert(at.ns % (300_s).ns);
        scans.insert(at.ns / (300_s).ns);
    }
    CHECK(phases.size() == 1);
    CHECK(scans.size() > 8);
    REQUIRE(outcome.qshapes.at(0).destinations.size() == 1);
    CHECK(outcome.qshapes[0].destinations[0].name == "mta@dc > others@world");
}

TEST_CASE("of a start state behind a tier, the senders of the older half have had their notice") {
    // Nothing gets out: whoever was younger than an hour at the start is told when his mail is an hour old.
    const Outcome outcome = run(kDeferred, {"faults=[{name: cut, kind: link-down, target: wire, at: 0s, for: 6h}]"});
    CHECK(outcome.messages.delivered == 0);
    CHECK(outcome.messages.delivered_reports == outcome.notices);
    CHECK(outcome.notices == Approx(50).margin(15));
}

TEST_CASE("a copy that the schedule would have given up by now is tried once more, then returned") {
    const std::vector<std::string> old{"backlog=~", "backlog=[{name: old, at: mta@dc, queue: next-hop, class: acme, direction: outbound, qshape: acme.example 7 0 0 0 0 0 0 0 0 0 7}]",
                                       "tiers.mta.next_hop.retry={schedule: postfix, expire: 1d}"};
    CHECK(run(kDeferred, old).messages.delivered == 7);
    std::vector<std::string> cut = old;
    cut.push_back("faults=[{name: cut, kind: link-down, target: wire, at: 0s, for: 6h}]");
    const Outcome lost = run(kDeferred, cut);
    CHECK(lost.messages.expired == 7);
    CHECK(lost.bounces == 7);
}

TEST_CASE("a whole qshape table is a start state, and its TOTAL is what counts") {
    const std::string table = "\"            T  5 10 20 40 80 160 320 640 1280 1280+\\n  TOTAL 60 10 20 30 0 0 0 0 0 0 0\\n  one.example 30 0 10 20 0 0 0 0 0 0 0\\n\"";
    const Outcome total = run(kBacklog, {"backlog=~", "backlog=[{name: all, at: mta@dc, class: acme, qshape: " + table + "}]"});
    CHECK(total.messages.accepted == 60);
    const std::string lines = "\"one.example 30 0 10 20 0 0 0 0 0 0 0\\ntwo.example 3 0 1 2 0 0 0 0 0 0 0\"";
    const Outcome sum = run(kBacklog, {"backlog=~", "backlog=[{name: all, at: mta@dc, class: acme, qshape: " + lines + "}]"});
    CHECK(sum.messages.accepted == 33);
}

TEST_CASE("a backlog at a partitioned tier waits at each tenant's own partition, and home") {
    const std::string parts = R"(
name: partitions
duration: 10min
sites: [{name: east}, {name: west}, {name: town, outside: true}]
links: [{from: east, to: town, latency: 15ms}, {from: west, to: town, latency: 15ms}]
tiers: [{name: door, at: [east, west]}, {name: box, at: [east, west], partitions: [p0, p1], service: {law: deterministic, mean: 1s}}]
senders: [{name: world, at: town}]
tenants: [{name: all, count: 40, rate: 0/s, homes: [east, west], paths: {inbound: [door, box]}}]
backlog: [{name: old, at: box@east, class: all, count: 100, oldest: 10s}]
)";
    const Outcome both = run(parts);
    CHECK(station(both, "box", "east", "p0").arrivals + station(both, "box", "east", "p1").arrivals == 100);
    CHECK(station(both, "box", "east", "p0").arrivals > 30);
    CHECK(station(both, "box", "east", "p1").arrivals > 30);
    for (const TenantOutcome& tenant : both.tenants) {
        INFO(tenant.rank);
        if (tenant.counts.accepted > 0) CHECK(both.sites.at(tenant.home) == "east");
    }
    const Outcome one = run(parts, {"backlog.old.at=box/p1@east"});
    CHECK(station(one, "box", "east", "p1").arrivals == 100);
    for (const TenantOutcome& tenant : one.tenants)
        if (tenant.counts.accepted > 0) CHECK(tenant.partitions.at(0) == 1);
}

TEST_CASE("the most that waited at a tier is exact, also within a minute and in next-hop queues") {
    // A pause of 20 s between two full minutes; what comes meanwhile waits, and is gone before the minute ends.
    const std::vector<std::string> paused{"duration=5min", "tenants.acme.rate=20/s", "faults=[{name: pause, kind: server-pause, target: box, at: 70s, for: 20s}]"};
    const Outcome short_one = run(kOneSite, paused);
    const StationOutcome& box = station(short_one, "box", "dc");
    const auto row_of = [](const Outcome& o, std::string_view tier) { return *std::find_if(o.backlogs.begin(), o.backlogs.end(), [&](const auto& b) { return b.tier == tier; }); };
    CHECK(box.queue_max == Approx(400).margin(80));
    CHECK(row_of(short_one, "box").most == box.queue_max);
    CHECK(row_of(short_one, "box").most_at == box.queue_max_at);
    for (const QueueSeries& q : short_one.queues)
        if (q.tier == "box") CHECK(*std::max_element(q.waiting.begin(), q.waiting.end()) < 50);  // what a look each minute sees

    // Nothing leaves the tier before: at the end all that was accepted waits for its next hop, or for another try.
    const Outcome stopped = run(kOneSite, {"duration=100s", "faults=[{name: down, kind: server-crash, target: box, at: 0s, for: 1h}]"});
    CHECK(stopped.messages.accepted > 50);
    CHECK(row_of(stopped, "mta").most == stopped.messages.accepted);
    CHECK(row_of(stopped, "mta").most_at > SimTime::zero() + 90_s);
    CHECK(row_of(stopped, "mta").site == "dc");
}
