// Rows of the table that last for a while only, and those that `check` leaves out in words.
#include "tests/models/world/check_rows.hpp"

namespace mailquake::check_rows {

std::vector<Transient> transients() {
    const std::string calls = kMtaAndDirectory, hops = kOutbound;
    const std::vector<std::string> cached = {"tiers.mta.calls.dir.cached=90%", "tiers.dir.workers=1", "tiers.dir.servers=1", "tiers.dir.service.mean=150ms", "tiers.mta.calls.dir.timeout=1h"};
    return {
        {"a surge", calls + passing_fault("kind: load-surge, target: all, factor: 3x"), {"tiers.box.workers=8"}},
        {"a campaign", calls + passing_fault("kind: campaign, target: all, copies: 100000, tenants: 20"), {"tiers.box.workers=6"}},
        {"slow servers", calls + passing_fault("kind: server-slow, target: box, factor: 20x"), {}},
        {"poison", calls + passing_fault("kind: poison, target: all, share: 20%") + flaw("kind: hold-worker, hold: 30s, trigger: poison"), {"tiers.mta.workers=20"}},
        {"a date", calls + passing_fault("kind: date-reached, target: w") + flaw("kind: hold-worker, hold: 30s, trigger: date, probability: 20%"), {"tiers.mta.workers=20"}},
        {"held workers", calls + passing_fault("kind: no-answer, target: dir/p1") + flaw("kind: hold-worker, hold: 30s"), {"tiers.mta.workers=40"}},
        {"caches are lost", calls + passing_fault("kind: cache-loss, target: mta"), cached},
        {"an outage of the next hop", hops + passing_fault("kind: server-crash, target: isp"), {}},
        {"an outage of its link", hops + passing_fault("kind: link-down, target: dc--out"), {}},
        {"a black hole", hops + passing_fault("kind: link-black-hole, target: dc--out"), {}},
        {"a receiver that stands still", hops + passing_fault("kind: server-pause, target: isp"), {}},
        {"a receiver that is slow", hops + passing_fault("kind: server-slow, target: isp, factor: 40x"), {"tiers.mta.next_hop.connections=20"}},
        {"a link too narrow", hops + passing_fault("kind: link-bandwidth, target: dc--out, bandwidth: 4Mbps"), {}},
        {"a flapping link", hops + passing_fault("kind: link-flap, target: dc--out, down: 10s, up: 50s"), {"tiers.mta.next_hop.retry.schedule=custom", "tiers.mta.next_hop.retry.waits=[30s]"}},
    };
}

namespace {

std::string mitigation(const std::string& text) { return "mitigations: [{name: m, at: 10min, " + text + "}]\n"; }

Gap done(const std::string& kind, const std::string& text, const std::string& says, const std::string& more = {}, std::vector<std::string> sets = {}) {
    return {"mitigations.kind=" + kind, kMtaAndDirectory + mitigation("kind: " + kind + ", " + text) + more, std::move(sets), "m: what operators do: " + says};
}
Gap of(const std::string& element, std::vector<std::string> sets, const std::string& says, const std::string& more = {}) { return {element, kMtaAndDirectory + more, std::move(sets), says}; }

const std::string kGuards = "mta: what guards its calls";
const std::string kTurnsAway = "box: what its queue turns away";

}  // namespace

std::vector<Gap> gaps() {
    const std::string hangs = fault("kind: no-answer, target: dir, probability: 30%");
    return {
        done("cut-off", "target: dir/p1", "calls that are no longer made", hangs),
        done("remove-flaw", "flaw: w", "servers without the flaw", hangs + flaw("kind: hold-worker, hold: 10s")),
        done("add-servers", "target: mta, servers: 2", "more servers"),
        done("fail-over", "from: dc, to: far", "mail and clients that go to another site", "", {"tiers.mta.at=[dc,far]", "tiers.box.at=[dc,far]", "tenants.all.homes=[dc,far]"}),
        done("hold", "target: box, for: 10min", "mail that is held"),
        done("bypass", "target: mta", "mail that passes the tier by"),
        done("throttle", "target: mta, rate: 10/s", "what is turned away, and comes again"),
        done("flush", "target: mta", "deferred mail that is tried at once", fault("kind: server-crash, target: box")),
        done("drain-aside", "target: box, rate: 1/s", "waiting mail that is put aside"),
        done("replay", "target: mta", "mail that is sent again", "", {"tiers.mta.safety_net.keep=1h"}),
        done("route-around", "tier: mta, site: dc", "mail and calls that go to another site", "", {"tiers.mta.at=[dc,far]"}),
        done("suspend", "target: mta", "mail that waits while its queue is suspended"),
        of("tiers.calls.retry_budget", {"tiers.mta.calls.dir.retry_budget.ratio=10%"}, kGuards, hangs),
        of("tiers.calls.breaker", {"tiers.mta.calls.dir.breaker.volume=20"}, kGuards, hangs),
        of("tiers.calls.throttle", {"tiers.mta.calls.dir.throttle.k=2"}, kGuards, hangs),
        of("tiers.calls.deadline", {"tiers.mta.calls.dir.deadline.margin=100ms"}, kGuards, hangs),
        of("tiers.calls.hedge", {"tiers.mta.calls.dir.hedge.after=500ms"}, kGuards, hangs),
        of("tiers.calls.on_failure=defer", {"tiers.mta.calls.dir.on_failure=defer"}, "retries: what a fault puts off comes again", hangs),
        of("tiers.calls.on_failure=refuse", {"tiers.mta.calls.dir.on_failure=refuse", "tiers.mta.hand_over=held"}, "mta: bounces and delay notices", hangs),
        of("tiers.calls.on_failure=bounce", {"tiers.mta.calls.dir.on_failure=bounce"}, "mta: bounces and delay notices", hangs),
        of("tiers.queue.limit", {"tiers.box.queue.limit=10"}, kTurnsAway),
        of("tiers.queue.on_full=bounce", {"tiers.box.queue.limit=10", "tiers.box.queue.on_full=bounce"}, "box: bounces and delay notices"),
        of("tiers.queue.on_full=drop", {"tiers.box.queue.limit=10", "tiers.box.queue.on_full=drop"}, kTurnsAway),
        of("tiers.queue.codel", {"tiers.dir.queue.codel.target=50ms"}, "dir: what its queue turns away"),
        of("tiers.queue.shed", {"tiers.box.queue.shed.older_than=1min"}, kTurnsAway),
        of("tiers.queue.back_pressure", {"tiers.box.queue.back_pressure.poll=2s"}, kTurnsAway),
        of("tiers.queue.tarpit", {"tiers.box.queue.tarpit.above=100"}, kTurnsAway),
        of("tiers.bulkhead", {"tiers.mta.bulkhead.by=partition", "tiers.mta.bulkhead.share=50%"}, "mta: what its queue turns away"),
        of("tiers.autoscale", {"tiers.box.autoscale.most=4"}, "box: servers that come with load"),
        of("tiers.slope", {"tiers.box.slope=1ms"}, "box: services that slow down with load"),
        of("tiers.greylist", {"tiers.mta.greylist.first_contacts=10%"}, "mta: first contacts that are put off"),
        of("tiers.shadow", {"tiers.mta.shadow.resubmit_after=3h"}, "mta: copies for redundancy", fault("kind: server-crash, target: mta, share: 25%, disk: lost")),
        of("tiers.safety_net", {"tiers.mta.safety_net.keep=1h"}, "mta: copies for redundancy", mitigation("kind: replay, target: mta")),
        of("tiers.next_hop.concurrency", {"tiers.mta.next_hop.concurrency.initial=5"}, "mta: a window that is smaller than its connections"),
        of("tiers.next_hop.notice_after", {"tiers.mta.next_hop.notice_after=10min"}, "mta: bounces and delay notices"),
        {"clients", kMtaAndDirectory + "clients: [{name: phones, at: out, count: 100, tier: dir, site: far}]\n", {}, "phones: sign-ins that come again when they fail, or all at once"},
        {"backlog", kMtaAndDirectory + "backlog: [{name: old, at: box@dc, class: all, count: 1000}]\n", {}, "old: mail that waits when the run starts"},
        {"faults.mtbf", kMtaAndDirectory + "faults: [{name: f, kind: server-crash, target: box, mtbf: {law: exponential, mean: 10min}, mttr: {law: exponential, mean: 1min}}]\n", {}, "f: when it comes: shown as if it acted all the time"},
        {"faults.kind=link-loss", kOutbound + fault("kind: link-loss, target: dc--out, loss: 5%"), {}, "f: how much longer a transfer takes"},
        {"faults", kMtaAndDirectory + "faults: [{name: f, at: 0s, for: 1h, kind: load-surge, target: all, factor: 2x}, {name: g, at: 10min, for: 1h, kind: server-slow, target: box, factor: 2x}]\n", {},
         "f, g: what they do together"},
        {"flaws.kind=refuse-all", kMtaAndDirectory + flaw("kind: refuse-all, trigger: queue, queue_over: 10"), {}, "w: when and where this flaw is awake"},
        {"flaws.trigger=queue", kMtaAndDirectory + flaw("kind: hold-worker, hold: 1s, trigger: queue, queue_over: 10"), {}, "w: when and where this flaw is awake"},
        {"flaws.built_in", kMtaAndDirectory + flaw("kind: drop, trigger: always, built_in: 10min"), {}, "w: when and where this flaw is awake"},
        {"flaws.kind=misread-reply", kMtaAndDirectory + flaw("kind: misread-reply, trigger: always"), {}, "w: what becomes of an attempt that failed"},
        {"flaws.kind=discard-backoff", kMtaAndDirectory + flaw("kind: discard-backoff, trigger: always"), {}, "w: what becomes of an attempt that failed"},
        {"flaws.kind=reset-timers", kMtaAndDirectory + flaw("kind: reset-timers, trigger: always"), {}, "w: what becomes of an attempt that failed"},
        {"flaws.kind=synchronise", kMtaAndDirectory + flaw("kind: synchronise, trigger: always"), {}, "w: what becomes of an attempt that failed"},
        {"dashboards", kMtaAndDirectory + "dashboards: [{name: d, at: dc, look: 1min, decide: 10min, clear: 1h, signals: [{name: old, kind: oldest, target: box, over: 5min}], publish: {delay: 5min}, channels: [{name: page, kind: portal, every: 1h}]}]\n", {}, "d: mail of the dashboard"},
    };
}

}  // namespace mailquake::check_rows
