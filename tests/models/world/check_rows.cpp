#include "tests/models/world/check_rows.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mailquake::check_rows {

const std::string kMtaAndDirectory = R"(
name: calling
duration: 30min
sites: [{name: dc, latency: 100us}, {name: far, latency: 100us}, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 20ms}, {from: dc, to: far, latency: 5ms}]
tiers:
  - {name: mta, at: dc, servers: 4, workers: 100, service: {law: exponential, mean: 50ms}, calls: [{to: dir, timeout: 2s, attempts: 3, on_failure: continue}]}
  - {name: dir, at: far, partitions: [p1, p2], servers: 2, workers: 20, service: {law: exponential, mean: 100ms}}
  - {name: box, at: dc, workers: 50, service: {law: exponential, mean: 200ms}}
senders: [{name: world, at: out}]
tenants: [{name: all, count: 20, rate: 20/s, paths: {inbound: [mta, box]}}]
)";

const std::string kOutbound = R"(
name: outbound
duration: 30min
sites: [{name: dc, latency: 100us}, {name: out, outside: true, latency: 1ms}]
links: [{from: dc, to: out, latency: 20ms, bandwidth: 40Mbps}]
tiers:
  - {name: mta, at: dc, workers: 20, service: {law: exponential, mean: 20ms}, next_hop: {connections: 200, active: 1000000}}
  - {name: isp, at: out, workers: 200, service: {law: exponential, mean: 100ms}, hand_over: held}
  - {name: sink, at: out, workers: 200, service: {law: exponential, mean: 50ms}}
tenants: [{name: all, count: 20, rate: 20/s, sizes: {law: fixed, size: 50kB}, directions: {inbound: 0%, outbound: 100%}, paths: {inbound: mta, outbound: [mta, isp, sink]}}]
)";

const std::string kTwoSites = R"(
name: two-sites
duration: 30min
sites: [{name: out, outside: true}, {name: west}, {name: east}]
links: [{from: out, to: west, latency: 10ms}, {from: out, to: east, latency: 20ms}, {from: west, to: east, latency: 15ms}]
tiers:
  - {name: edge, at: [west, east], workers: 40, service: {law: exponential, mean: 50ms}}
  - {name: filter, at: [west, east], workers: 40, service: {law: exponential, mean: 100ms}}
  - {name: box, at: [west, east], workers: 60, service: {law: exponential, mean: 100ms}}
senders: [{name: world, at: out}]
tenants: [{name: all, count: 20, rate: 20/s, homes: [west], mx: [{name: west, preference: 10}, {name: east, preference: 20}], paths: {inbound: [edge, filter, box]}}]
)";

std::string fault(const std::string& kind_and_target) { return "faults: [{name: f, at: 0s, for: 3h, " + kind_and_target + "}]\n"; }
std::string passing_fault(const std::string& kind_and_target) { return "faults: [{name: f, at: 30min, for: 1h, " + kind_and_target + "}]\n"; }
std::string flaw(const std::string& text) { return "flaws: [{name: w, in: mta, " + text + "}]\n"; }

std::string with(std::string yaml, const std::string& part, const std::string& instead) { return yaml.replace(yaml.find(part), part.size(), instead); }

std::string with_replay(const std::string& yaml) {
    const std::string name = "mailquake-replay-" + std::to_string(getpid()) + ".txt";
    std::ofstream out(std::filesystem::temp_directory_path() / name);   // beside the scenario
    for (int i = 0; i < 36'000; ++i) out << i * 0.05 << '\n';
    return with(yaml, "rate: 20/s", "arrivals: {law: replay, file: " + name + "}");
}

namespace {

const std::string kHang = fault("kind: no-answer, target: dir, probability: 30%");

Row calling(const std::string& what, const std::string& more, std::vector<std::string> sets = {}, const std::string& still = {}) {
    return {what, kMtaAndDirectory + more, std::move(sets), still};
}
Row outbound(const std::string& what, const std::string& more, std::vector<std::string> sets = {}) { return {what, kOutbound + more, std::move(sets)}; }
/// The receiver's proxy stands at two sites, of which one is preferred.
std::string mx_hosts() {
    const std::string sites = with(kOutbound, "latency: 1ms}]", "latency: 1ms}, {name: more, outside: true, latency: 1ms}]");
    const std::string links = with(sites, "bandwidth: 40Mbps}]", "bandwidth: 40Mbps}, {from: dc, to: more, latency: 30ms}, {from: more, to: out, latency: 5ms}]");
    return with(links, "name: isp, at: out", "name: isp, at: [out, more], mx: [{name: out, preference: 10}, {name: more, preference: 20}]");
}
/// Mail for two receivers alike; their proxies end the path.
std::string two_receivers() {
    const std::string sites = with(kOutbound, "latency: 1ms}]", "latency: 1ms}, {name: slow, outside: true, latency: 1ms}]");
    const std::string links = with(sites, "bandwidth: 40Mbps}]", "bandwidth: 40Mbps}, {from: dc, to: slow, latency: 30ms, bandwidth: 40Mbps}]");
    return with(with(links, "name: isp, at: out", "name: isp, at: [out, slow]"), "name: sink, at: out", "name: sink, at: [out, slow]");
}
Row two_sites(const std::string& what, const std::string& more, std::vector<std::string> sets = {}) { return {what, kTwoSites + more, std::move(sets)}; }

}  // namespace

std::vector<Row> of_calls() {
    return {
        calling("healthy", ""),
        calling("no answer to each second request", fault("kind: no-answer, target: dir/p1, probability: 50%")),
        calling("no answer at all", fault("kind: no-answer, target: dir/p1")),
        calling("no answer in turns", fault("kind: no-answer, target: dir, on: 10s, off: 30s")),
        calling("answers that come late, in time", fault("kind: late-answer, target: dir, added: 700ms, probability: 50%")),
        calling("answers that come too late", fault("kind: late-answer, target: dir, added: 4s, probability: 30%")),
        calling("errors as answers", fault("kind: wrong-answer, target: dir/p2, answer: error, probability: 40%")),
        calling("no such recipient", fault("kind: wrong-answer, target: dir, answer: no-such-recipient, probability: 40%")),
        calling("a gray failure", fault("kind: gray, target: dir, dropped: 20%, slowed: 30%, factor: 3x")),
        calling("slow servers", fault("kind: server-slow, target: dir, factor: 3x")),
        calling("one of two servers has crashed", fault("kind: server-crash, target: dir, share: 50%")),
        calling("all have crashed", fault("kind: server-crash, target: dir")),
        {"it is lost", kMtaAndDirectory + "faults: [{name: f, at: 0s, kind: tier-lost, target: dir}]\n"},
        calling("a group of them is silent", fault("kind: no-answer, target: dir/p1, group: [dir/p2], probability: 50%")),
        calling("its site is down", fault("kind: site-down, target: far")),
        calling("the way to it is slow", fault("kind: link-latency, target: dc--far, added: 100ms")),
        calling("the way to it is cut", fault("kind: link-down, target: dc--far")),
        calling("the way to it is a black hole", fault("kind: link-black-hole, target: dc--far")),
        calling("the way to it comes and goes", fault("kind: link-flap, target: dc--far, down: 20s, up: 40s")),
        calling("a caller that is overloaded", "", {"tiers.mta.servers=1", "tiers.mta.workers=2"}),
        calling("a callee that is overloaded", "", {"tiers.dir.servers=1", "tiers.dir.workers=1", "tiers.dir.service.mean=150ms", "tiers.mta.calls.dir.timeout=1h"}),
        calling("cached calls", "", {"tiers.mta.calls.dir.cached=90%"}),
        calling("cached calls whose callee hangs", kHang, {"tiers.mta.calls.dir.cached=90%"}),
        calling("caches are lost", fault("kind: cache-loss, target: mta"), {"tiers.mta.calls.dir.cached=90%"}),
    };
}

std::vector<Row> of_flaws() {
    return {
        calling("a worker that is held past its time-out", kHang + flaw("kind: hold-worker, hold: 10s")),
        calling("an answer within the hold counts", fault("kind: late-answer, target: dir, added: 4s, probability: 30%") + flaw("kind: hold-worker, hold: 10s")),
        calling("in a share of the servers", kHang + flaw("kind: hold-worker, hold: 10s, share: 50%")),
        calling("of one call", kHang + flaw("kind: hold-worker, hold: 10s, call: dir")),
        calling("of calls that fail", fault("kind: wrong-answer, target: dir, answer: error, probability: 40%") + flaw("kind: retry-in-place, attempts: 6, trigger: call-fails")),
        calling("of calls that hang or fail", kHang + flaw("kind: drop, trigger: call-hangs-or-fails")),
        calling("retries in place", kHang + flaw("kind: retry-in-place, attempts: 6")),
        calling("retries in place without bound", kHang + flaw("kind: retry-in-place")),
        calling("retries without bound, of a callee that is silent in turns", fault("kind: no-answer, target: dir, on: 10s, off: 30s") + flaw("kind: retry-in-place")),
        calling("back at the head of the queue", kHang + flaw("kind: requeue-at-head")),
        calling("open after the first failure", kHang + flaw("kind: fail-open")),
        calling("closed after the first failure", kHang + flaw("kind: fail-closed, answer: bounce")),
        calling("dropped after the first failure", kHang + flaw("kind: drop")),
        calling("held now and then", flaw("kind: hold-worker, hold: 3s, trigger: always, probability: 20%")),
        calling("held by poison", fault("kind: poison, target: all, share: 20%") + flaw("kind: hold-worker, hold: 3s, trigger: poison")),
        calling("held from a date on", fault("kind: date-reached, target: w") + flaw("kind: hold-worker, hold: 3s, trigger: date, probability: 20%")),
        calling("dropped now and then", flaw("kind: drop, trigger: always, probability: 20%")),
        calling("doubled now and then", flaw("kind: duplicate, trigger: always, probability: 20%")),
        calling("crashes now and then", flaw("kind: crash, restart: 10s, trigger: always, probability: 0.1%"), {}, "mta"),
        {"leaked", kMtaAndDirectory + flaw("kind: leak-worker, trigger: always, probability: 50%"), {"tiers.mta.workers=2"}, "", 0.06},   // until none is left
        calling("passed on without work", flaw("kind: fail-open, trigger: always, probability: 20%")),
    };
}

std::vector<Row> of_places() {
    return {
        calling("a surge", fault("kind: load-surge, target: all, factor: 3x")),
        calling("a campaign", fault("kind: campaign, target: all, copies: 300000, tenants: 20")),
        calling("slow servers", fault("kind: server-slow, target: mta, factor: 3x, share: 50%")),
        calling("half of the servers stand still", fault("kind: server-pause, target: mta, share: 50%"), {}, "mta"),
        calling("all stand still, and greet nobody", fault("kind: server-pause, target: box")),
        calling("gray for mail, which comes again", fault("kind: gray, target: box, dropped: 20%, slowed: 50%, factor: 2x"), {"duration=2h"}),
        calling("no answer is no matter of mail", fault("kind: no-answer, target: box")),
        two_sites("two sites", ""),
        two_sites("the first site is down", fault("kind: site-down, target: west"), {"tenants.all.homes=[east]"}),
        two_sites("one tier has crashed at the first site", fault("kind: server-crash, target: filter@west")),
        two_sites("the same, found by health checks", fault("kind: server-crash, target: filter@west"), {"tiers.filter.health.interval=1s"}),
        two_sites("nobody goes on to the next site", fault("kind: server-crash, target: filter@west"), {"tiers.edge.next_hop.fallback_on=[none]"}),
        two_sites("goes on after any failure", fault("kind: server-crash, target: filter@west"), {"tiers.edge.next_hop.fallback_on=[connect,greeting,4yz]"}),
        two_sites("or may try one only", fault("kind: server-crash, target: filter@west"), {"tiers.edge.next_hop.addresses=1"}),
        {"one link is down", kTwoSites + fault("kind: link-down, target: out--west"), {}, "", 0.06},   // until routes have followed
        {"figures of its own at a site", with(kTwoSites, "name: filter, ", "name: filter, sites: [{name: west, servers: 2, workers: 30, service: {law: deterministic, mean: 50ms}}], ")},
    };
}

std::vector<Row> of_arrivals() {
    return {
        calling("batches", "", {"tenants.all.arrivals.law=batch", "tenants.all.arrivals.mean_size=4"}),
        calling("bursts", "", {"tenants.all.arrivals.law=mmpp", "tenants.all.arrivals.factor=3x", "tenants.all.arrivals.burst=2s", "tenants.all.arrivals.quiet=6s"}),
        calling("clusters", "", {"tenants.all.arrivals.law=weibull", "tenants.all.arrivals.shape=0.7"}),
        {"from a file", with_replay(kMtaAndDirectory)},
        {"tenants of very different volume", with(kMtaAndDirectory, "count: 20, ", "count: 20, skew: {law: zipf}, placement: [{name: dir, shares: [{name: p1, share: 30%}]}], ")},
        {"few tenants at two homes", with(kTwoSites, "count: 20, rate: 20/s, homes: [west]", "count: 3, rate: 20/s, homes: [west, east]")},
        calling("hours of the day", "", {"duration=24h", "tenants.all.rate=2/s", "tenants.all.diurnal=[2,2,2,2,2,2,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]"}),
        calling("mail that stays inside", "", {"tenants.all.directions.inbound=0%", "tenants.all.directions.internal=100%", "tenants.all.paths.internal=[mta,box]"}),
        calling("clients, too", "clients: [{name: phones, at: out, count: 3600, tier: dir, site: far, session: {law: exponential, mean: 15min}}]\n"),
        outbound("sizes by a table", "", {"tenants.all.sizes.law=table"}),
        outbound("sizes by a law", "", {"tenants.all.sizes.law=lognormal", "tenants.all.sizes.mean=50kB", "tenants.all.sizes.cv=1"}),
        {"two populations of senders", with(with(kTwoSites, "{name: world, at: out}", "{name: world, at: out}, {name: others, at: out, share: 40%}"), "homes: [west]", "homes: [west], senders: [{name: world, share: 70%}, {name: others, share: 30%}]")},
    };
}

std::vector<Row> of_tiers() {
    std::vector<Row> rows;
    for (const char* discipline : {"priority", "fair", "lifo-under-overload", "preemptive"})
        rows.push_back(calling(discipline, "", {std::string("tiers.box.queue.discipline=") + discipline, "tiers.box.workers=5"}));
    rows.back().sets.push_back("tenants.all.priority=1");
    rows.push_back(calling("the least urgent are moved up", "", {"tiers.box.queue.discipline=priority", "tiers.box.queue.aging=1min", "tiers.box.workers=5"}));
    for (const char* spread : {"random", "round-robin", "least-loaded", "two-choices", "shuffle-shard"})
        rows.push_back(calling(spread, "", {std::string("tiers.mta.spread=") + spread}));
    rows.back().sets.push_back("tiers.mta.shard=3");
    for (const char* law : {"deterministic", "lognormal", "gamma", "weibull", "pareto", "hyperexponential"})
        rows.push_back(calling(law, "", {std::string("tiers.box.service.law=") + law}));
    rows.push_back({"empirical", with(kMtaAndDirectory, "workers: 50, service: {law: exponential, mean: 200ms}", "workers: 50, service: {law: empirical, values: [100ms, 300ms]}")});
    rows.push_back(calling("a hand-over in no time", "", {"tiers.mta.hand_over=direct"}));
    rows.push_back(calling("a partition for each tenant", "", {"tiers.box.own=true", "tiers.box.workers=10", "tenants.all.count=5"}));
    return rows;
}

std::vector<Row> of_hand_overs() {
    return {
        outbound("healthy", ""),
        outbound("a chain of proxies", "", {"tiers.mta.hand_over=held", "tiers.mta.workers=100"}),
        outbound("a throttle", "", {"tiers.mta.next_hop.throttle.rate=11/s"}),
        outbound("connections", "", {"tiers.mta.next_hop.connections=3"}),
        outbound("processes", "", {"tiers.mta.next_hop.processes=3"}),
        outbound("connections of each server", "", {"tiers.mta.servers=2", "tiers.mta.spread=round-robin", "tiers.mta.next_hop.per=server", "tiers.mta.next_hop.connections=2"}),
        outbound("processes of the place", "", {"tiers.mta.servers=2", "tiers.mta.next_hop.per=place", "tiers.mta.next_hop.processes=3"}),
        outbound("an overloaded tier", "", {"tiers.mta.workers=1", "tiers.mta.service.mean=100ms"}),
        outbound("a slow receiver", fault("kind: server-slow, target: isp, factor: 20x"), {"tiers.mta.next_hop.connections=20"}),
        outbound("a narrow link", fault("kind: link-bandwidth, target: dc--out, bandwidth: 20Mbps")),
        outbound("a throttle in front of a narrow link", fault("kind: link-bandwidth, target: dc--out, bandwidth: 4Mbps"), {"tiers.mta.next_hop.throttle.rate=11/s"}),
        outbound("a link too narrow", fault("kind: link-bandwidth, target: dc--out, bandwidth: 4Mbps")),
        outbound("a ready queue that overflows", "", {"tiers.mta.next_hop.throttle.rate=11/s", "tiers.mta.next_hop.ready.max=100"}),
        {"a destination that may not have all processes", two_receivers() + fault("kind: server-slow, target: isp@slow, factor: 20x"),
         {"tiers.mta.next_hop.connections=10", "tiers.mta.next_hop.processes=30"}},
        {"the same, with too few processes", two_receivers() + fault("kind: server-slow, target: isp@slow, factor: 20x"),
         {"tiers.mta.next_hop.connections=10", "tiers.mta.next_hop.processes=10"}},
        {"the first MX host of a receiver is dead", mx_hosts() + fault("kind: server-crash, target: isp@out")},
        outbound("a receiver that is dead", fault("kind: server-crash, target: isp")),
    };
}

}  // namespace mailquake::check_rows
