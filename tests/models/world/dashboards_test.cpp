// Dashboards in a running world: when they notice, when they publish, what publishing depends on, and when who is told.
#include "tests/catch.hpp"

#include <algorithm>

#include "small_world.hpp"

namespace mailquake {
namespace {

/// Two data centers and the outside, 50 ms apart. A directory of two partitions, of which p1 falls silent from 1 h to 2 h: mail of
/// its tenants hangs in the tier `mta`, whose worker waits for 30 s.
const std::string kTown = R"(
name: town
duration: 5h
sites: [{name: dc}, {name: desk}, {name: world, outside: true}]
links:
  - {from: world, to: dc, latency: 50ms}
  - {from: dc, to: desk, latency: 50ms}
  - {from: world, to: desk, latency: 50ms}
tiers:
  - {name: mta, at: dc, workers: 4, service: {law: deterministic, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [5min], expire: 1d}},
     calls: [{to: directory, timeout: 30s, on_failure: defer}]}
  - {name: directory, at: dc, partitions: [p1, p2], service: {law: deterministic, mean: 1ms}}
  - {name: box, at: dc, workers: 8, service: {law: deterministic, mean: 10ms}}
senders: [{name: others, at: world}]
tenants:
  - {name: acme, count: 40, rate: 1/s, sizes: {law: fixed, size: 1KiB}, paths: {inbound: [mta, box]}}
faults:
  - {name: silent, kind: no-answer, at: 1h, for: 1h, target: directory/p1}
dashboards:
  - name: status
    at: desk
    look: 1min
    decide: 10min
    clear: 1h
    signals: [{name: old, kind: oldest, target: mta, over: 5min}]
    publish: {delay: 5min}
    channels: [{name: page, kind: portal, every: 1h}]
)";

SimTime after(SimDuration d) { return SimTime::zero() + d; }

const DashboardNotice& first_notice(const Outcome& o) {
    REQUIRE(o.dashboards.size() == 1);
    REQUIRE_FALSE(o.dashboards[0].notices.empty());
    return o.dashboards[0].notices[0];
}

std::vector<SimTime> told_times(const Outcome& o) {
    std::vector<SimTime> times;
    for (const Told& told : o.dashboards.at(0).told) times.push_back(told.at);
    std::sort(times.begin(), times.end());
    return times;
}

std::vector<std::string> by_mail(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"dashboards.status.channels=[{name: mail, kind: email, retry: {schedule: custom, waits: [1min], expire: 1d}}]", "dashboards.status.channels.page=~"});
    return more;
}

}  // namespace

TEST_CASE("a dashboard notices at a look, by a report that takes the link's latency, and publishes after its delays") {
    const DashboardNotice notice = first_notice(run(kTown));
    // Mail waits since 1 h, and the four workers go on slowly: the oldest is over 5 min old at a look some minutes later.
    CHECK(notice.detected >= after(65_min) + 50_ms);
    CHECK(notice.detected <= after(70_min) + 50_ms);
    CHECK((notice.detected - SimTime::zero()).ns % (60_s).ns == (50_ms).ns);
    REQUIRE(notice.published);
    CHECK(*notice.published == notice.detected + 15_min);
    REQUIRE(notice.withdrawn);
    CHECK(*notice.withdrawn > after(2_h));
    CHECK(first_notice(run(kTown, {"dashboards.status.signals.old.for=3min"})).detected == notice.detected + 3_min);
    CHECK(first_notice(run(kTown, {"dashboards.status.at=dc"})).detected == notice.detected - 50_ms);
}

TEST_CASE("each signal notices what it looks at, and stays silent on a healthy day") {
    const std::vector<std::string> signals{"{name: s, kind: oldest, target: mta, over: 5min}", "{name: s, kind: oldest, target: mta, queue: next-hop, over: 4min}",
                                           "{name: s, kind: queue, target: mta, over: 50}", "{name: s, kind: queue, target: mta@dc, queue: next-hop, over: 20}",
                                           "{name: s, kind: late-mail, over: 10%, window: 10min}", "{name: s, kind: failed-calls, target: mta, over: 10, window: 5min}"};
    for (const std::string& signal : signals) {
        INFO(signal);
        const Outcome o = run(kTown, {"dashboards.status.signals=[" + signal + "]", "dashboards.status.signals.old=~"});
        REQUIRE_FALSE(o.dashboards[0].notices.empty());
        CHECK(o.dashboards[0].notices[0].detected > after(1_h));
        CHECK(o.dashboards[0].notices[0].detected < after(2_h));
        CHECK(run(kTown, {"dashboards.status.signals=[" + signal + "]", "dashboards.status.signals.old=~", "faults.silent.enabled=false"}).dashboards[0].notices.empty());
    }
}

TEST_CASE("a dashboard notices that sign-ins fail, and that they succeed again") {
    const std::string yaml = R"(
name: logins
duration: 3h
sites: [{name: dc}, {name: homes, outside: true}]
links: [{name: wire, from: homes, to: dc, latency: 10ms}]
tiers: [{name: login, at: dc, workers: 8, service: {law: deterministic, mean: 5ms}}]
tenants: [{name: acme, rate: 1/h, paths: {internal: [login]}, directions: {inbound: 0%, internal: 100%}}]
clients: [{name: users, at: homes, count: 500, tier: login, site: dc, session: {law: exponential, mean: 30min}, retry: {base: 20s, factor: 1x}}]
faults: [{name: silent, kind: no-answer, at: 1h, for: 30min, target: login}]
dashboards:
  - name: status
    at: dc
    decide: 0s
    signals: [{name: failing, kind: sign-ins, clients: users, under: 50%, window: 4min}]
    publish: {delay: 0s}
    channels: [{name: page, kind: portal}]
)";
    const DashboardNotice notice = first_notice(run(yaml));
    CHECK(notice.detected > after(1_h));
    CHECK(notice.detected < after(65_min));
    REQUIRE(notice.withdrawn);
    CHECK(*notice.withdrawn >= after(2_h));   // half an hour of quiet after 1 h 30 min
    CHECK(run(yaml, {"faults.silent.enabled=false"}).dashboards[0].notices.empty());
}

TEST_CASE("publishing that needs the failed partition succeeds only when that answers again") {
    const DashboardNotice free = first_notice(run(kTown, {"dashboards.status.publish.needs=[directory/p2]"}));
    REQUIRE(free.published);
    CHECK(free.failed_tries == 0);
    CHECK(*free.published > free.detected + 15_min);                  // the answer takes its way
    CHECK(*free.published < free.detected + 15_min + 1_s);
    const DashboardNotice bound = first_notice(run(kTown, {"dashboards.status.publish.needs=[directory/p1, directory/p2]", "dashboards.status.publish.retry=10min"}));
    REQUIRE(bound.published);
    CHECK(bound.failed_tries >= 4);
    CHECK(*bound.published >= after(2_h));
    CHECK(*bound.published < after(2_h) + 11_min);
    const DashboardNotice patient = first_notice(run(kTown, {"dashboards.status.publish.needs=[directory/p1, directory/p2]", "dashboards.status.publish.retry=10min", "dashboards.status.publish.timeout=8min"}));
    REQUIRE(patient.published);
    CHECK(patient.failed_tries < bound.failed_tries);                 // each of them takes longer
}

TEST_CASE("publishing fails while it is broken, by its own chance, and while its site is down") {
    const DashboardNotice whole = first_notice(run(kTown));
    const DashboardNotice broken = first_notice(run(kTown, {"dashboards.status.publish.broken={at: 1h, for: 70min}", "dashboards.status.publish.retry=10min"}));
    REQUIRE(broken.published);
    CHECK(*broken.published >= after(130_min));
    CHECK(broken.failed_tries == static_cast<std::uint32_t>((*broken.published - *whole.published) / 10_min));
    const DashboardNotice unlucky = first_notice(run(kTown, {"dashboards.status.publish.fails=99%", "dashboards.status.publish.retry=1min"}));
    CHECK(unlucky.failed_tries > 10);
    const std::string dark = "faults=[{name: dark, kind: site-down, at: 70min, for: 50min, target: desk}]";
    const DashboardNotice down = first_notice(run(kTown, {dark}));
    REQUIRE(down.published);
    CHECK(*down.published >= after(2_h));
}

TEST_CASE("every tenant is told at its own look, and a notice that was withdrawn is on no portal any more, but in a feed") {
    const Outcome portal = run(kTown, {"tenants.acme.count=400"});
    const DashboardNotice& notice = first_notice(portal);
    const auto times = told_times(portal);
    REQUIRE(times.size() == 400);
    CHECK(times.front() >= *notice.published);
    CHECK(times.back() <= *notice.published + 1_h);
    CHECK(times[200] > *notice.published + 25_min);   // phases are uniform
    CHECK(times[200] < *notice.published + 35_min);
    const Outcome slow = run(kTown, {"tenants.acme.count=400", "dashboards.status.channels.page.every=4h"});
    const auto seen = told_times(slow);
    const DashboardNotice& gone = first_notice(slow);
    CHECK(seen.size() < 300);
    CHECK(seen.size() > 50);
    CHECK(seen.back() < *gone.withdrawn);
    const Outcome feed = run(kTown, {"tenants.acme.count=400", "dashboards.status.channels=[{name: list, kind: feed, every: 4h}]", "dashboards.status.channels.page=~"});
    CHECK(told_times(feed).size() > seen.size());
    CHECK(told_times(feed).back() > *gone.withdrawn);
    for (SimTime t : seen) CHECK(std::binary_search(times.begin(), times.end(), t) == false);   // another interval, other looks
}

TEST_CASE("who reads a page from a site that is down sees nothing until it is back") {
    const Outcome o = run(kTown, {"faults=[{name: dark, kind: site-down, at: 85min, for: 30min, target: desk}]"});
    REQUIRE(first_notice(o).published);
    CHECK(*first_notice(o).published < after(85_min));
    std::size_t later = 0;
    for (SimTime t : told_times(o)) {
        CHECK((t < after(85_min) || t >= after(115_min)));
        later += t >= after(115_min);
    }
    CHECK(later > 0);
}

TEST_CASE("an audience is what its classes, its partition and its opt-in leave, and shares nest") {
    const std::vector<std::string> big{"tenants.acme.count=400", "tenants=[{name: beta, count: 100, rate: 1/min, paths: {inbound: [mta, box]}}]"};
    const auto audience = [&](std::vector<std::string> sets) {
        sets.insert(sets.begin(), big.begin(), big.end());
        const Outcome o = run(kTown, sets);
        std::vector<std::uint32_t> who;
        for (const Told& told : o.dashboards[0].told) who.push_back(told.tenant);
        CHECK(o.dashboards[0].channels[0].audience == who.size());
        return who;
    };
    CHECK(audience({}).size() == 500);
    CHECK(audience({"dashboards.status.audience.classes=[beta]"}).size() == 100);
    const auto on_p1 = audience({"dashboards.status.audience.partition=directory/p1"});
    CHECK(on_p1.size() > 150);
    CHECK(on_p1.size() < 350);
    const auto half = audience({"dashboards.status.audience.opt_in=50%"}), most = audience({"dashboards.status.audience.opt_in=80%"});
    CHECK(half.size() > 210);
    CHECK(half.size() < 290);
    CHECK(std::includes(most.begin(), most.end(), half.begin(), half.end()));
    const auto reached = run(kTown, {"tenants.acme.count=400", "dashboards.status.channels.page.reach=25%"});
    CHECK(reached.dashboards[0].channels[0].audience == 400);
    CHECK(reached.dashboards[0].told.size() > 70);
    CHECK(reached.dashboards[0].told.size() < 130);
}

TEST_CASE("mail about trouble goes through the trouble: it is generated mail, and late when mail is") {
    const std::string noticed = "dashboards.status.signals=[{name: calls, kind: failed-calls, target: mta, over: 10}]";
    const Outcome quick = run(kTown, by_mail({"tiers.mta.workers=400", noticed, "dashboards.status.signals.old=~"}));   // hung lookups hold few of so many workers
    const Outcome slow = run(kTown, by_mail({noticed, "dashboards.status.signals.old=~"}));
    const std::uint64_t tenants = 40;
    CHECK(quick.dashboards[0].notices.size() == 1);
    CHECK(quick.messages.generated == tenants);
    CHECK(slow.messages.generated == tenants * slow.dashboards[0].notices.size());
    CHECK(slow.messages.conserved());
    // Without trouble of its own the mail takes a moment; where all workers are held, it waits as all mail does.
    const auto delay = [](const Outcome& o, std::size_t k) { return told_times(o).at(k) - *first_notice(o).published; };
    CHECK(delay(slow, 0) > 5_min);
    CHECK(delay(quick, 0) < 5_s);
    for (SimTime t : told_times(slow)) CHECK(t > *first_notice(slow).published);
}

TEST_CASE("without mail of its own a dashboard changes nothing that happens, and with it nobody's luck") {
    const std::string none = "dashboards.status.enabled=false";
    const Outcome without = run(kTown, {none}), with = run(kTown);
    CHECK(with.fingerprint.hex() == without.fingerprint.hex());
    CHECK(with.events == without.events);
    CHECK(without.dashboards[0].notices.empty());
    // Copies of another class, on tiers of its own, live as before though mail goes out to all.
    const std::vector<std::string> beside{"tiers=[{name: other, at: dc, workers: 2, service: {law: exponential, mean: 300ms}}]",
                                          "tenants=[{name: beta, count: 5, rate: 1/s, paths: {internal: [other]}, directions: {inbound: 0%, internal: 100%}}]"};
    auto mails = by_mail(beside), quiet = beside;
    quiet.push_back(none);
    RunOptions follow;
    for (std::uint64_t k = 4000; k < 4050; ++k) follow.follow.push_back(derived(hash_name("sources/internal/beta/dc"), draws::message, k));
    const Outcome a = run(kTown, quiet, follow), b = run(kTown, mails, follow);
    REQUIRE(a.story.size() > 100);
    REQUIRE(a.story.size() == b.story.size());
    for (std::size_t i = 0; i < a.story.size(); ++i) CHECK((a.story[i].at == b.story[i].at && a.story[i].text == b.story[i].text));
    CHECK(b.messages.generated > 0);
}

TEST_CASE("what dashboards notice and whom they tell is the same on 1, 2 and 8 threads", "[threads]") {
    const auto text = [](unsigned threads) {
        RunOptions options;
        options.threads = threads;
        options.executor = threads == 1 ? ExecutorKind::serial : ExecutorKind::threads;
        const Outcome o = run(kTown, {"dashboards.status.channels=[{name: mail, kind: email}]", "dashboards.status.publish.needs=[directory/p1]", "dashboards.status.publish.fails=40%"}, options);
        std::string all = o.fingerprint.hex();
        for (const DashboardNotice& n : o.dashboards[0].notices)
            all += " " + std::to_string(n.detected.ns) + " " + std::to_string(n.published.value_or(SimTime::zero()).ns) + " " + std::to_string(n.withdrawn.value_or(SimTime::zero()).ns) + " " + std::to_string(n.failed_tries);
        for (const Told& t : o.dashboards[0].told) all += " " + std::to_string(t.channel) + " " + std::to_string(t.tenant) + " " + std::to_string(t.at.ns);
        return all;
    };
    const std::string once = text(1);
    CHECK(once.size() > 600);
    CHECK(text(2) == once);
    CHECK(text(8) == once);
}

TEST_CASE("a report that the network loses leaves the desk with what it heard before") {
    const DashboardNotice whole = first_notice(run(kTown));
    const std::string cut = "faults=[{name: cut, kind: link-black-hole, at: 1h, for: 40min, target: dc--desk, group: [world--desk]}]";
    const DashboardNotice late = first_notice(run(kTown, {cut}));
    CHECK(whole.detected < after(70_min));
    CHECK(late.detected >= after(100_min));
}

}  // namespace mailquake
