#include "tests/oracle/expected_differences.hpp"

namespace mailquake::oracle {
namespace {

/// One site and an outside one, with so many seconds between copies; `rest` is laid behind it.
std::string one_way_in(const std::string& duration, const std::string& rate, const std::string& retry, const std::string& rest,
                       const std::string& mta = "service: {law: deterministic, mean: 100us}", const std::string& more_tiers = "") {
    return "name: expected\nduration: " + duration +
           "\nsites: [dc, {name: out, outside: true}]\n"
           "links: [{from: out, to: dc, latency: 10ms, name: wire}]\n"
           "tiers: [{name: mta, at: dc, " + mta + "}" + more_tiers + "]\n"
           "senders: [{name: world, at: out, retry: " + retry + "}]\n"
           "tenants: [{name: all, rate: " + rate + ", paths: {inbound: mta}}]\n" + rest;
}

/// Mail that takes half of a link of 4 Mbps, with a fault on it for 15 s.
std::string bandwidth_for_one(const std::string& fault) {
    return "name: expected\nduration: 5min\nnetwork: {convergence: 1ms}"
           "\nsites: [dc, {name: out, outside: true}]\n"
           "links: [{from: out, to: dc, latency: 3ms, name: wire, bandwidth: 4Mbps}]\n"
           "tiers: [{name: mta, at: dc, workers: 99, service: {law: deterministic, mean: 100us}}]\n"
           "senders: [{name: world, at: out, retry: {schedule: custom, waits: [7s]}}]\n"
           "tenants: [{name: all, rate: 10/s, sizes: {law: fixed, size: 25kB}, paths: {inbound: mta}}]\n"
           "faults: [{name: f, target: wire, at: 1min, for: 15s, kind: " + fault + "}]\n";
}

/// Mail of users to an outside tier; `fault` begins after 5.01 s.
std::string way_out(const std::string& load, const std::string& next_hop, const std::string& fault) {
    return "name: expected\nduration: 20s\nsites: [dc, {name: out, outside: true}]\n"
           "links: [{from: dc, to: out, latency: 50ms, jitter: 40ms, name: wire}]\n"
           "tiers: [{name: mta, at: dc, next_hop: {retry: {schedule: custom, waits: [3s]}, " + next_hop + "}}, {name: remote, at: out}]\n"
           "tenants: [{name: all, " + load + ", sizes: {law: fixed, size: 1kB}, homes: dc, directions: {inbound: 0%, outbound: 100%}, "
           "paths: {inbound: mta, outbound: [mta, remote]}}]\n" +
           (fault.empty() ? "" : "faults: [{name: fault, at: 5010ms, " + fault + "}]\n");
}

/// Most copies find a full queue, and are dropped.
const std::string dropping = "service: {law: deterministic, mean: 1500ms}, queue: {limit: 0, on_full: drop}";

std::string one_way_out(const std::string& rest, const std::string& expire = "5d") {
    return "name: expected\nduration: 3h\n"
           "sites: [dc, edge, {name: out, outside: true}]\n"
           "links: [{from: dc, to: edge, latency: 10ms}, {from: edge, to: out, latency: 10ms, name: wire}]\n"
           "tiers: [{name: mta, at: edge, next_hop: {retry: {schedule: custom, waits: [5min], expire: " + expire + "}}}, {name: remote, at: out}, {name: box, at: dc}]\n"
           "tenants: [{name: all, rate: 0.01/s, directions: {inbound: 0%, outbound: 100%}, paths: {inbound: box, outbound: [mta, remote]}}]\n" + rest;
}

/// Mail by way of a proxy that serves for so long.
std::string held_by_a_proxy(const std::string& faults, const std::string& service, const std::string& site = "far", const std::string& store = "") {
    return "name: expected\nduration: 1min\nnetwork: {reply_timeout: 2s}\nsites: [dc, far, {name: out, outside: true}]\n"
           "links: [{from: out, to: dc, latency: 10ms}, {from: dc, to: far, latency: 5ms, name: inner}]\n"
           "tiers: [{name: filter, at: dc, hand_over: held, workers: 99, service: {law: deterministic, mean: " + service + "}}, {name: store, at: " + site + store + "}]\n"
           "senders: [{name: world, at: out, retry: {schedule: custom, waits: [5s]}}]\n"
           "tenants: [{name: all, rate: 2/s, paths: {inbound: [filter, store]}}]\nfaults: [" + faults + "]\n";
}

/// Its answers are wrong, and then late as well, while they are wrong.
std::string asks_a_directory(const std::string& answer) {
    return one_way_in("2min", "5/s", "exchange",
                      "faults: [{name: wrong, kind: wrong-answer, target: directory, at: 20s, for: 40s, probability: 50%, answer: " + answer + "}, "
                      "{name: late, kind: late-answer, target: directory, at: 30s, for: 40s, probability: 60%, added: 2s}]\n",
                      "workers: 50, service: {law: deterministic, mean: 1ms}, calls: [{to: directory}]", ", {name: directory, at: dc, workers: 50, service: {law: exponential, mean: 20ms}}");
}

}  // namespace

std::vector<ExpectedDifference> differences_of_steps() {
    return {
        // Work is slow while the fault lasts, and no longer.
        {"slowed", "",
         one_way_in("5min", "20/s", "exchange", "faults: [{name: slow, kind: server-slow, target: mta, factor: 10000x, at: 1min, for: 10s}]\n")},
        // A caller waits for its time-out, and its first packet is sent again after 1, 3, 7 and 15 s.
        {"hole", "",
         one_way_in("5min", "2/s", "exchange", "faults: [{name: hole, kind: link-black-hole, target: wire, at: 1min, for: 1min}]\n")},
        // What waits for a link that is narrow for a while goes at the rate of each moment.
        {"narrow", "", bandwidth_for_one("link-bandwidth, bandwidth: 500kbps")},
    };
}

/// What next-hop queues know of their destinations.
std::vector<ExpectedDifference> differences_of_next_hops() {
    return {
        // Postfix's concurrency feedback. A failure counts at the start of its cycle, not at its end.
        {"Postfix feedback: start of the cycle", "",
         way_out("rate: 100/s", "connections: 5, concurrency: {initial: 5, negative: inverse, failed_cohorts: 0}", "kind: server-crash, target: remote, for: 1s")},
        // A window grows only while it is less than what is in use and `initial`.
        {"Postfix feedback: window in use", "",
         way_out("rate: 8/s, arrivals: {law: weibull, shape: 3}", "concurrency: {initial: 5}", "kind: link-latency, target: wire, added: 500ms, for: 9s")},
        // The window of a queue that is empty is forgotten.
        {"Postfix feedback: emptied queue", "", way_out("rate: 2/s, arrivals: {law: batch, mean_size: 4}", "concurrency: {initial: 1}", "")},
        // The timer of a dead destination is in whole seconds.
        {"Postfix feedback: whole seconds", "", way_out("rate: 20/s", "connections: 1, concurrency: {initial: 1, dead_for: 4s}", "kind: server-crash, target: remote, for: 1s")},
        // A reply that comes while a destination is dead revives it.
        {"Postfix feedback: late success", "",
         way_out("rate: 100/s", "connections: 20, concurrency: {initial: 20, failed_cohorts: 0.01, dead_for: 4s}", "kind: server-crash, target: remote, for: 50ms")},
        // A flush revives dead destinations; the engine puts off at once what is to be tried now.
        {"a flush of mail for a dead destination", "",
         way_out("rate: 3/s", "connections: 1, concurrency: {initial: 1, dead_for: 14s}",
                 "kind: server-crash, target: remote, for: 2s}]\nmitigations: [{name: flush, at: 7500ms, kind: flush, target: mta")},
        // Mail for a relay goes on to its next site in the same attempt, as it does to the next MX host.
        {"two-filters", "",
         "name: expected\nduration: 3min\nsites: [here, one, two]\n"
         "links: [{from: here, to: one, latency: 8ms}, {from: here, to: two, latency: 9ms}]\n"
         "tiers: [{name: box, at: here, next_hop: {retry: {schedule: custom, waits: [20s]}}}, {name: filter, at: [one, two]}, {name: store, at: here}]\n"
         "tenants: [{name: all, rate: 2/s, homes: here, directions: {inbound: 0%, internal: 100%}, paths: {internal: [box, filter, store]}}]\n"
         "faults: [{name: gone, kind: site-down, target: one, at: 1min, for: 1min}]\n"},
        // Connections are each server's own, and so is what it knows of a destination.
        {"perserver", "", way_out("rate: 20/s", "connections: 1}, servers: 2, spread: round-robin, queue: {limit: 999", "")},
        {"perserver, dead for one", "",
         way_out("rate: 100/s", "connections: 20, concurrency: {initial: 5, dead_for: 4s}}, servers: 3, spread: round-robin, queue: {limit: 999", "kind: server-crash, target: remote, for: 50ms")},
        {"perserver, one throttle", "", way_out("rate: 20/s", "throttle: {rate: 3/s, burst: 2}}, servers: 3, spread: round-robin, queue: {limit: 999", "")},
        // The 41st copy came 1 ns early, since its turn was counted in double.
        {"held, and let in one by one", "", one_way_in("3min", "20/s", "exchange", "mitigations: [{name: stop, kind: hold, target: mta, at: 10s, for: 20s, release: 10/s}]\n")},
        // A tier that is down puts nothing off; when it is back, it does. What was put off untried is no retry then.
        {"suspended while down", "",
         way_out("rate: 20/s", "connections: 5", "kind: server-crash, target: mta, for: 4s}]\nmitigations: [{name: stop, kind: suspend, target: mta, at: 3s, for: 9s")},
    };
}

/// What hits a part of the work, or a whole site.
std::vector<ExpectedDifference> differences_of_parts() {
    return {
        // What a gray failure turns away gets 4yz, also where a full queue would bounce it.
        {"gray, bounced", "",
         one_way_in("1min", "5/s", "exchange", "faults: [{name: gray, kind: gray, target: mta, dropped: 30%, at: 20s, for: 10s}]\n",
                    "service: {law: deterministic, mean: 100us}, queue: {limit: 1000, on_full: bounce}")},
        // Or lose it.
        {"gray, dropped", "",
         one_way_in("1min", "5/s", "exchange", "faults: [{name: gray, kind: gray, target: mta, dropped: 30%, at: 20s, for: 10s}]\n",
                    "service: {law: deterministic, mean: 100us}, queue: {limit: 1000, on_full: drop}")},
        // The first packet to a site that is down is sent again after 1, 3, 7 and 15 s, as into a black hole.
        {"a site is down", "", one_way_in("1min", "2/s", "exchange", "faults: [{name: gone, kind: site-down, target: dc, at: 20s, for: 10s}]\n")},
        // A server that stands still greets nobody: its callers hang up after 10 s, and those of the last 10 s are taken when it goes on.
        {"standing still", "",
         "network: {greeting_timeout: 10s}\n" + one_way_in("2min", "5/s", "{schedule: custom, waits: [7s]}", "faults: [{name: still, kind: server-pause, target: mta, at: 20s, for: 35s}]\n")},
        // Where each server has a queue of its own, callers wait for theirs; one that crashes refuses them.
        {"standing still, one by one", "",
         "network: {greeting_timeout: 10s}\n" + one_way_in("2min", "5/s", "{schedule: custom, waits: [7s]}",
                                                         "faults: [{name: still, kind: server-pause, target: mta, at: 20s, for: 35s, share: 67%}, "
                                                         "{name: down, kind: server-crash, target: mta, at: 30s, for: 5s, share: 34%}]\n",
                                                         "servers: 3, spread: round-robin, service: {law: exponential, mean: 300ms}")},
        // Who refuses the mail of its site's users does not have it, and tells nobody of a delay.
        {"a notice of refused mail", "",
         "name: expected\nduration: 5min\nsites: [dc]\n"
         "tiers: [{name: mta, at: dc, service: {law: deterministic, mean: 1s}, queue: {limit: 0}, next_hop: {notice_after: 30s}}]\n"
         "tenants: [{name: all, rate: 2/s, homes: dc, directions: {inbound: 0%, internal: 100%}, paths: {internal: mta}}]\n"},
    };
}

/// In which order things go on when a site, or a tier, is back.
std::vector<ExpectedDifference> differences_of_returns() {
    return {
        // A site is back with all its tiers at once: none of them finds another one still down.
        {"a site is back", "",
         one_way_in("1min", "0.3/s", "exchange", "faults: [{name: gone, kind: site-down, target: dc, at: 20s, for: 10s}]\n",
                    "service: {law: deterministic, mean: 15s}, workers: 20, calls: [{to: directory}]", ", {name: directory, at: dc, workers: 20}")},
        // What its users have written meanwhile goes out in the scenario's order of places, not in that in which the first mail for each came.
        {"a site is back: its users", "",
         "name: expected\nduration: 1min\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 10ms}]\n"
         "tiers: [{name: store, at: dc, calls: [{to: directory}]}, {name: relay, at: dc, calls: [{to: directory}]}, {name: directory, at: dc}, {name: remote, at: out}]\n"
         "tenants: [{name: all, rate: 1/s, homes: dc, directions: {inbound: 0%, outbound: 50%, internal: 50%}, "
         "paths: {outbound: [relay, remote], internal: store}}]\n"
         "faults: [{name: gone, kind: site-down, target: dc, at: 0s, for: 10s}]\n"},
        // So does what a tier sends on.
        {"a tier is back", "",
         "name: expected\nduration: 1min\nsites: [dc, {name: one, outside: true}, {name: two, outside: true}]\n"
         "links: [{from: dc, to: one, latency: 10ms, bandwidth: 1Mbps}, {from: one, to: two, latency: 10ms}]\n"
         "tiers: [{name: relay, at: dc, next_hop: {retry: {schedule: custom, waits: [12s]}}}, {name: remote, at: [one, two]}]\n"
         "tenants: [{name: all, rate: 5/s, homes: dc, sizes: {law: fixed, size: 9kB}, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [relay, remote]}}]\n"
         "faults: [{name: far, kind: server-crash, target: remote, at: 5s, for: 3s}, {name: down, kind: server-crash, target: relay, at: 15s, for: 10s}]\n"},
        // For an instant, what still waits there and what is asked again wait together.
        {"a site is back: longest queue", "",
         one_way_in("1min", "3/s", "exchange", "faults: [{name: gone, kind: site-down, target: dc, at: 20s, for: 10s}]\n",
                    "workers: 5, calls: [{to: directory}]", ", {name: directory, at: dc, service: {law: deterministic, mean: 1s}}")},
    };
}

std::vector<ExpectedDifference> differences_of_figures() {
    return {
        // What expires was late from when it was older than the objective, not only from when it was given up.
        {"trouble", "",
         one_way_in("4h", "0.01/s", "{schedule: custom, waits: [5min], expire: 2h}",
                    "faults: [{name: down, kind: server-crash, target: mta, at: 10min, for: 3h}]\n")},
        // Lost mail is late, however early it was lost.
        {"gone", "", one_way_in("30min", "2/s", "exchange", "", dropping)},
        // Of mail most of which is lost, the median is never.
        {"gone, quantiles", "", one_way_in("30min", "2/s", "exchange", "slo: {delay: 1us}\n", dropping)},
        // What was served for a caller that had given up was served in vain, also with an error as the answer; so it is inside a site.
        {"wasted", "",
         one_way_in("5min", "2/s", "exchange", "faults: [{name: wrong, kind: wrong-answer, answer: error, target: directory, at: 1min, for: 1min}]\n",
                    "calls: [{to: directory, timeout: 5ms, attempts: 1, on_failure: continue}]", ", {name: directory, at: out}")},
        // An outside destination that is hit excuses what is late for it, also where its tier is the fault's target.
        {"coll", "", one_way_out("faults: [{name: down, kind: server-crash, target: remote, at: 10min, for: 1h}]\n")},
        // What expires at an outside destination that was hit had to do with it.
        {"coll, lost", "",
         one_way_out("faults: [{name: down, kind: link-down, target: wire, at: 10min, for: 1h}]\n", "30min")},
        // What the next hop of a proxy has dropped as the run ends is no loss, if the sender has given up waiting and has its copy.
        {"gone, by way of a proxy", "",
         "name: expected\nduration: 30s\nnetwork: {reply_timeout: 2s}\nsites: [dc, far, {name: out, outside: true}]\n"
         "links: [{from: out, to: dc, latency: 10ms}, {from: dc, to: far, latency: 500ms}]\n"
         "tiers: [{name: filter, at: dc, hand_over: held, workers: 99, service: {law: deterministic, mean: 3s}}, {name: store, at: far, " + dropping + "}]\n"
         "senders: [{name: world, at: out, retry: {schedule: custom, waits: [5s]}}]\n"
         "tenants: [{name: all, rate: 2/s, paths: {inbound: [filter, store]}}]\n"},
        // A link that is down when the run ends is not down for good: its replies wait, and no duplicate comes of them.
        {"end", "",
         "name: expected\nduration: 5min\n"
         "sites: [dc, {name: out, outside: true}]\n"
         "links: [{from: out, to: dc, latency: 200ms, name: wire}]\n"
         "tiers: [{name: mta, at: dc, service: {law: deterministic, mean: 100us}}]\n"
         "senders: [{name: world, at: out, retry: exchange}]\n"
         "tenants: [{name: all, rate: 20/s, paths: {inbound: mta}}]\n"
         "faults: [{name: down, kind: link-down, target: wire, at: 295s, for: 10s}]\n"},
    };
}

std::vector<ExpectedDifference> differences_of_causes() {
    return {
        // Nobody waits while a worker is idle. The engine looks at workers each 64th of the oldest wait, which it knows to a second: that made
        // idle workers the cause of waits of some milliseconds.
        {"short-waits", "", one_way_in("10s", "100/s", "exchange", "", "service: {law: deterministic, mean: 2ms}"), Rules::of_design},
        // A proxy fails when its sender waits no longer: what it did was booked, and so was the sender's attempt in all its length.
        {"a proxy that nobody waits for", "", held_by_a_proxy("{name: down, kind: server-crash, target: store, at: 20s, for: 20s}", "3s")},
        // It succeeds, but one proxy before it has given up as well: what that one did is the past of the duplicate.
        {"a chain of proxies", "",
         "name: expected\nduration: 1min\nnetwork: {reply_timeout: 2s}\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 10ms}]\n"
         "tiers: [{name: edge, at: dc, hand_over: held, workers: 99, service: {law: deterministic, mean: 1s}}, "
         "{name: filter, at: dc, hand_over: held, workers: 99, service: {law: exponential, mean: 3s}}, {name: store, at: dc}]\n"
         "senders: [{name: world, at: out, retry: {schedule: custom, waits: [5s]}}]\n"
         "tenants: [{name: all, rate: 2/s, paths: {inbound: [edge, filter, store]}}]\n"},
        // A proxy that crashes while it hands over has failed in an attempt, as one whose attempt fails otherwise.
        {"a proxy crashes", "", held_by_a_proxy("{name: down, kind: server-crash, target: filter, at: 20s, for: 1s}, {name: slow, kind: link-latency, target: inner, added: 800ms, at: 15s, for: 10s}", "100ms")},
        // A proxy's attempt that waits for a server and is then turned away has failed in all its length.
        {"standing still, and full", "",
         held_by_a_proxy("{name: still, kind: server-pause, target: store, at: 20s, for: 6s}", "100ms", "dc", ", queue: {limit: 1}, service: {law: deterministic, mean: 300ms}")},
        // A wrong answer is late, too, where answers are late.
        {"late and wrong", "", asks_a_directory("error")},
        {"late and wrong: no such recipient", "", asks_a_directory("no-such-recipient")},
    };
}

const std::vector<ExpectedDifference>& expected_differences() {
    static const std::vector<ExpectedDifference> all = [] {
        std::vector<ExpectedDifference> both = differences_of_steps();
        for (const auto& more : {differences_of_next_hops(), differences_of_parts(), differences_of_returns(), differences_of_figures(), differences_of_causes()})
            both.insert(both.end(), more.begin(), more.end());
        return both;
    }();
    return all;
}

}  // namespace mailquake::oracle
