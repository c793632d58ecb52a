// Flaws that a poison message, a date, a long queue or nothing in particular wakes; and measures against them.
#include <algorithm>

#include "tests/catch.hpp"

#include "small_world.hpp"

using namespace mailquake;

namespace {

/// filter -> box; 1 copy a second for 20 minutes, a tenth of it poison between the 5th and the 10th minute.
const std::string kMail = R"(
name: mail
duration: 20min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{name: wire, from: world, to: dc, latency: 10ms}]
tiers:
  - {name: filter, at: dc, workers: 4, service: {law: deterministic, mean: 50ms}, next_hop: {retry: {schedule: custom, waits: [5min]}}}
  - {name: box, at: dc, workers: 4, service: {law: deterministic, mean: 5ms}}
senders: [{name: others, at: world, retry: {schedule: custom, waits: [30s]}}]
tenants: [{name: acme, rate: 1/s, paths: {inbound: [filter, box]}}]
faults: [{name: bad-mail, kind: poison, at: 5min, for: 5min, target: acme, share: 10%}]
)";

Outcome with(const std::string& flaw, std::vector<std::string> more = {}) {
    more.insert(more.begin(), "flaws=[" + flaw + "]");
    return run(kMail, more);
}

}  // namespace

TEST_CASE("poison is harmless where no code minds it, and is counted") {
    const Outcome calm = run(kMail, {"faults=~"}), poison = run(kMail);
    CHECK(calm.fingerprint.hex() == poison.fingerprint.hex());
    CHECK(touched(poison.faults, "bad-mail") == Approx(30).margin(20));
}

TEST_CASE("a crash loop on a poison message stops a server until a poison queue takes the message away") {
    const Outcome loop = with("{name: bug, kind: crash, in: filter, trigger: poison, restart: 10s}");
    CHECK(loop.messages.delivered < 500);   // the first poison message never leaves
    CHECK(touched(loop.flaws, "bug") > 50);
    const Outcome queue = with("{name: bug, kind: crash, in: filter, trigger: poison, restart: 10s, poison_queue: 3}");
    CHECK(queue.messages.in_system >= 10);  // put aside for good
    CHECK(static_cast<double>(queue.messages.delivered) > 1.5 * static_cast<double>(loop.messages.delivered));
    CHECK(queue.messages.delivered + queue.messages.in_system == queue.messages.accepted);
}

TEST_CASE("a quarantine in time keeps a server from the poison") {
    const std::string bug = "{name: bug, kind: crash, in: filter, trigger: poison, restart: 10s}";
    const Outcome held = with(bug, {"mitigations=[{name: quarantine, kind: hold, mail: poison, at: 5min, target: filter}]"});
    CHECK(touched(held.flaws, "bug") == 0);
    CHECK(touched(held.mitigations, "quarantine") == touched(held.faults, "bad-mail"));
    CHECK(held.messages.in_system >= touched(held.mitigations, "quarantine"));
    CHECK(booked(held, "filter@dc", "held back") > 0);
}

TEST_CASE("leak-worker: workers go one by one, until the tier stands still; a restart frees them") {
    const Outcome leak = with("{name: bug, kind: leak-worker, in: filter, trigger: poison}");
    CHECK(touched(leak.flaws, "bug") == 4);  // as many as there are workers
    CHECK(leak.messages.delivered < 650);
    CHECK(booked(leak, "filter@dc", "queue: flaw bug") > 0);
    // The fix alone frees nobody; a restart then does, and the messages start anew.
    const std::string fix = "mitigations=[{name: fix, kind: remove-flaw, at: 12min, flaw: bug}]";
    const std::string reboot = "faults=[{name: bad-mail, kind: poison, at: 5min, for: 5min, target: acme, share: 10%}, {name: reboot, kind: server-crash, at: 13min, for: 10s, target: filter}]";
    const Outcome fixed = with("{name: bug, kind: leak-worker, in: filter, trigger: poison}", {fix});
    const Outcome restarted = with("{name: bug, kind: leak-worker, in: filter, trigger: poison}", {fix, reboot});
    CHECK(fixed.messages.delivered == leak.messages.delivered);
    CHECK(restarted.messages.delivered > 1100);
}

TEST_CASE("drop, duplicate: lost mail and second copies are counted, and conserved") {
    const Outcome drop = with("{name: bug, kind: drop, in: filter, trigger: always, probability: 10%}");
    CHECK(drop.messages.dropped == touched(drop.flaws, "bug"));
    CHECK(static_cast<double>(drop.messages.dropped) / static_cast<double>(drop.messages.accepted) == Approx(0.1).margin(0.04));
    const Outcome twice = with("{name: bug, kind: duplicate, in: filter, trigger: always, probability: 10%}");
    CHECK(twice.messages.duplicated == touched(twice.flaws, "bug"));
    CHECK(twice.messages.duplicated > 60);
    CHECK(twice.messages.conserved());
    const Outcome last = with("{name: bug, kind: duplicate, in: box, trigger: always}");
    CHECK(last.messages.delivered + last.messages.delivered_again + last.messages.in_system == last.messages.accepted + last.messages.duplicated);
}

TEST_CASE("a date is reached: what fails closed keeps all mail back, what fails open lets it through") {
    const std::string date = "faults=[{name: new-year, kind: date-reached, at: 5min, for: 5min, target: bug}]";
    const Outcome closed = with("{name: bug, kind: fail-closed, in: filter, trigger: date}", {date});
    CHECK(touched(closed.faults, "new-year") == touched(closed.flaws, "bug"));
    CHECK(touched(closed.flaws, "bug") >= 250);
    CHECK(closed.messages.bounced == 0);
    CHECK(closed.classes.at(0).delay.max() > (4_min).ns);
    const Outcome bounces = with("{name: bug, kind: fail-closed, in: filter, trigger: date, answer: bounce}", {date});
    CHECK(bounces.messages.wrongly_bounced == touched(bounces.flaws, "bug"));
    const Outcome open = with("{name: bug, kind: fail-open, in: filter, trigger: date}", {date});
    CHECK(open.classes.at(0).delay.max() < (1_s).ns);
    CHECK(touched(open.flaws, "bug") == Approx(300).margin(60));
    CHECK(booked(open, "filter@dc", "service") < booked(run(kMail), "filter@dc", "service"));
}

TEST_CASE("misread-reply: temporary as permanent bounces what should have waited; the reverse waits in vain") {
    const std::string down = "faults=[{name: gone, kind: server-crash, at: 5min, for: 5min, target: box}]";
    const Outcome sound = run(kMail, {down});
    CHECK(sound.messages.bounced == 0);
    const Outcome bounced = with("{name: bug, kind: misread-reply, in: filter, trigger: always, reading: temporary-as-permanent}", {down});
    CHECK(bounced.messages.wrongly_bounced == touched(bounced.flaws, "bug"));
    CHECK(bounced.messages.wrongly_bounced >= 250);
    const std::vector<std::string> full{"tiers.box.queue={limit: 0, on_full: bounce}", "tiers.box.workers=1", "tiers.box.service.mean=500ms"};
    std::vector<std::string> sets = full;
    const Outcome refused = run(kMail, sets);
    const Outcome again = with("{name: bug, kind: misread-reply, in: filter, trigger: always, reading: permanent-as-temporary}", full);
    CHECK(refused.messages.bounced > 100);
    CHECK(again.messages.bounced == 0);
    CHECK(touched(again.flaws, "bug") > 100);
}

TEST_CASE("discard-backoff tries again and again; synchronise does so in waves; reset-timers floods after a restart") {
    const std::string down = "faults=[{name: gone, kind: server-crash, at: 5min, for: 4min, target: box}]";
    const Outcome sound = run(kMail, {down});
    const Outcome eager = with("{name: bug, kind: discard-backoff, in: filter, trigger: always}", {down});
    // Waits of 30 s in the mean instead of 5 min, over at most 4 min.
    CHECK(eager.retry_attempts > 3 * sound.retry_attempts);
    CHECK(eager.classes.at(0).delay.max() < sound.classes.at(0).delay.max());
    const Outcome waves = with("{name: bug, kind: synchronise, in: filter, trigger: always, every: 7min}", {down});
    std::uint32_t peak = 0, sound_peak = 0;
    for (const MinuteTally& m : waves.minutes) peak = std::max(peak, m.retries);
    for (const MinuteTally& m : sound.minutes) sound_peak = std::max(sound_peak, m.retries);
    CHECK(peak > 2 * sound_peak);
    const std::string reboot = "faults=[{name: gone, kind: server-crash, at: 5min, for: 4min, target: box}, {name: reboot, kind: server-crash, at: 9min30s, for: 1s, target: filter}]";
    const Outcome forgotten = with("{name: bug, kind: reset-timers, in: filter, trigger: always}", {reboot});
    CHECK(touched(forgotten.flaws, "bug") == 1);
    CHECK(forgotten.classes.at(0).delay.max() < run(kMail, {reboot}).classes.at(0).delay.max());
}

TEST_CASE("refuse-all: overloaded once, a tier refuses until its queue is short") {
    const std::vector<std::string> slow{"tiers.filter.service.mean=3s", "faults=[{name: surge, kind: load-surge, at: 5min, for: 2min, target: acme, factor: 5x}]"};
    const Outcome refuses = with("{name: bug, kind: refuse-all, in: filter, trigger: queue, queue_over: 50, resume: 5}", slow);
    CHECK(station(refuses, "filter", "dc").queue_max == 51);
    CHECK(station(refuses, "filter", "dc").refused == touched(refuses.flaws, "bug"));
    CHECK(touched(refuses.flaws, "bug") > 100);
}

/// Ten servers with a queue each get as much as nine can do. One is taken away: a server that refuses, and stays away for a minute,
/// leaves its load to the others, one after the other; without the flaw queues grow by a tenth of the load.
TEST_CASE("refuse-all: servers with queues of their own refuse one after the other, until none is left") {
    const std::vector<std::string> pool{"tiers.filter.servers=10", "tiers.filter.workers=1", "tiers.filter.spread=least-loaded", "tiers.filter.service={law: exponential, mean: 9s}", "tenants.acme.rate=1/s",
                                        "senders.others.retry={schedule: custom, waits: [1min]}",
                                        "faults=[{name: f, kind: server-crash, at: 5min, for: 5min, target: filter, share: 25%}]"};
    const Outcome sound = run(kMail, pool), cascade = with("{name: bug, kind: refuse-all, in: filter, trigger: queue, queue_over: 3, resume: 0, at_least: 1min}", pool);
    REQUIRE(touched(sound.faults, "f") > 0);
    CHECK(station(sound, "filter", "dc").refused == 0);
    CHECK(station(cascade, "filter", "dc").refused > 100);
    CHECK(station(cascade, "filter", "dc").served < station(sound, "filter", "dc").served * 9 / 10);
    CHECK(touched(cascade.flaws, "bug") > 10);
}

TEST_CASE("a build reaches servers ring by ring, and its flaw with it") {
    const std::string bug = "{name: bug, kind: drop, in: filter, trigger: always, built_in: 5min, rings: [10%, 100%], bake: 10min}";
    const Outcome rings = with(bug, {"tiers.filter.servers=40", "tiers.filter.spread=random", "faults=~"});
    // 10 % of the servers from 5 to 15 min, all from then on: 60 + 300 of 1200 copies.
    CHECK(static_cast<double>(rings.messages.dropped) == Approx(360).margin(110));
    const Outcome at_once = with("{name: bug, kind: drop, in: filter, trigger: always, built_in: 5min}", {"faults=~"});
    CHECK(static_cast<double>(at_once.messages.dropped) == Approx(900).margin(100));
}

TEST_CASE("bypass, throttle, hold, route-around: mail passes by, waits outside, waits inside") {
    const std::vector<std::string> quiet{"faults=~"};
    const auto measured = [&](const std::string& mitigation, std::vector<std::string> more = {}) {
        more.insert(more.end(), {"faults=~", "mitigations=[" + mitigation + "]"});
        return run(kMail, more);
    };
    const Outcome bypass = measured("{name: m, kind: bypass, at: 10min, target: filter}");
    CHECK(station(bypass, "filter", "dc").served == Approx(600).margin(80));
    CHECK(bypass.messages.delivered + bypass.messages.in_system == bypass.messages.accepted);
    const Outcome throttle = measured("{name: m, kind: throttle, at: 5min, for: 5min, target: filter, rate: 30/min}");
    CHECK(touched(throttle.mitigations, "m") == station(throttle, "filter", "dc").refused);
    CHECK(touched(throttle.mitigations, "m") > 100);
    const Outcome hold = measured("{name: m, kind: hold, at: 5min, for: 5min, target: filter, release: 2/s}");
    CHECK(touched(hold.mitigations, "m") == Approx(300).margin(60));
    CHECK(hold.messages.delivered + hold.messages.in_system == hold.messages.accepted);
    CHECK(hold.classes.at(0).delay.max() > (4_min).ns);
    const Outcome sideline = measured("{name: m, kind: hold, class: acme, at: 5min, for: 5min, target: filter}");
    CHECK(touched(sideline.mitigations, "m") == touched(hold.mitigations, "m"));
}

TEST_CASE("flush tries what is deferred now; drain-aside serves new mail first") {
    const std::string down = "faults=[{name: gone, kind: server-crash, at: 5min, for: 4min, target: box}]";
    const Outcome waits = run(kMail, {down});
    const Outcome flushed = run(kMail, {down, "mitigations=[{name: m, kind: flush, at: 9min, target: filter}]"});
    CHECK(touched(flushed.mitigations, "m") > 100);
    CHECK(flushed.classes.at(0).delay.max() < waits.classes.at(0).delay.max());
    const std::vector<std::string> jam{"faults=~", "backlog=[{name: old, at: filter@dc, class: acme, count: 3000, oldest: 1h}]", "tiers.filter.workers=1", "tiers.filter.service.mean=400ms"};
    std::vector<std::string> aside = jam;
    aside.emplace_back("mitigations=[{name: m, kind: drain-aside, at: 1min, target: filter, rate: 1/s}]");
    const Outcome fifo = run(kMail, jam), drained = run(kMail, aside);
    const auto late = [](const Outcome& outcome) {
        std::uint32_t n = 0;
        for (const MinuteTally& m : outcome.minutes) n += m.late;
        return n;
    };
    CHECK(late(drained) < late(fifo) / 2);
    CHECK(drained.messages.conserved());
    CHECK(booked(drained, "filter@dc", "held back") > 0);
}

TEST_CASE("on a condition: servers are added once the queue has been long for long enough, and not before") {
    const std::vector<std::string> surge{"tiers.filter.service.mean=3s", "faults=[{name: surge, kind: load-surge, at: 5min, for: 5min, target: acme, factor: 3x}]"};
    const auto on = [&](const std::string& when) {
        std::vector<std::string> sets = surge;
        sets.push_back("mitigations=[{name: m, kind: add-servers, when: " + when + ", target: filter, servers: 3}]");
        return run(kMail, sets);
    };
    const Outcome none = run(kMail, surge), soon = on("queue(filter) > 50 for 1min"), never = on("queue(filter) > 100000");
    CHECK(touched(soon.mitigations, "m") == 1);
    CHECK(touched(never.mitigations, "m") == 0);
    CHECK(station(soon, "filter", "dc").queue_max < station(none, "filter", "dc").queue_max);
    CHECK(station(never, "filter", "dc").queue_max == station(none, "filter", "dc").queue_max);
}

TEST_CASE("a poison message that waited on a paused server crashes it when it goes on, and all that waited there start anew") {
    const Outcome outcome = with("{name: bug, kind: crash, in: filter, trigger: poison, restart: 1s, poison_queue: 1}",
                                 {"faults=[{name: bad-mail, kind: poison, at: 5min, for: 5min, target: acme, share: 50%}, {name: still, kind: server-pause, at: 6min, for: 30s, target: filter}]"});
    CHECK(touched(outcome.flaws, "bug") > 100);
    CHECK(outcome.messages.delivered + outcome.messages.in_system == outcome.messages.accepted);
}
