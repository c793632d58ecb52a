#include "tests/oracle/expected_differences.hpp"

#include <algorithm>

namespace mailquake::oracle {
namespace {

/// One site and an outside one, with so many seconds between copies; `rest` is laid behind it.
std::string one_way_in(const std::string& duration, const std::string& rate, const std::string& retry, const std::string& rest) {
    return "name: expected\nduration: " + duration +
           "\nsites: [dc, {name: out, outside: true}]\n"
           "links: [{from: out, to: dc, latency: 10ms, name: wire}]\n"
           "tiers: [{name: mta, at: dc, service: {law: deterministic, mean: 100us}}]\n"
           "senders: [{name: world, at: out, retry: " + retry + "}]\n"
           "tenants: [{name: all, rate: " + rate + ", paths: {inbound: mta}}]\n" + rest;
}

/// Mail of users to an outside tier that is down for a while, in so many connections as feedback says.
std::string way_out(const std::string& rate, const std::string& arrivals, const std::string& feedback, const std::string& down_for) {
    return "name: expected\nduration: 20s\nsites: [dc, {name: out, outside: true}]\n"
           "links: [{from: dc, to: out, latency: 50ms, name: wire}]\n"
           "tiers: [{name: mta, at: dc, next_hop: {retry: {schedule: custom, waits: [3s]}, concurrency: " + feedback + "}}, {name: remote, at: out}]\n"
           "tenants: [{name: all, rate: " + rate + ", arrivals: " + arrivals + ", sizes: {law: fixed, size: 1kB}, homes: dc, directions: {inbound: 0%, outbound: 100%}, "
           "paths: {inbound: mta, outbound: [mta, remote]}}]\n" +
           (down_for.empty() ? "" : "faults: [{name: down, kind: server-crash, target: remote, at: 5010ms, for: " + down_for + "}]\n");
}

}  // namespace

void engines_step(DestinationState& state, double part, bool is_success) {
    double& sum = is_success ? state.success : state.failure;
    sum += part;
    if (is_success) state.failure = 0;
    if (sum < kEnginesWhole) return;
    sum -= 1;
    if (!is_success) state.success = 0;
    state.window = std::max<std::int64_t>(1, state.window + (is_success ? 1 : -1));
}

const std::vector<ExpectedDifference>& expected_differences() {
    static const std::vector<ExpectedDifference> all = {
        // Work is slow while the fault lasts, and no longer.
        {"slowed", "delivered at / delivered at",
         one_way_in("5min", "20/s", "exchange", "faults: [{name: slow, kind: server-slow, target: mta, factor: 10000x, at: 1min, for: 10s}]\n")},
        // Postfix's concurrency feedback. A failure counts at the start of its cycle.
        {"Postfix feedback: start of the cycle", "?", way_out("30/s", "poisson", "{initial: 5, negative: inverse, failed_cohorts: 0}", "1s")},
        // A window grows while it is in use, up to what is in use and `initial`.
        {"Postfix feedback: window in use", "?", way_out("12/s", "{law: batch, mean_size: 12}", "{initial: 2}", "")},
        // The window of an empty queue is forgotten.
        {"Postfix feedback: emptied queue", "?", way_out("2/s", "{law: batch, mean_size: 4}", "{initial: 1, positive: inverse}", "")},
        // The timer of a dead destination is in whole seconds.
        {"Postfix feedback: whole seconds", "?", way_out("20/s", "poisson", "{initial: 1, dead_for: 4s}", "1s")},
        // A reply that comes while a destination is dead revives it.
        {"Postfix feedback: late success", "?", way_out("40/s", "poisson", "{initial: 20, failed_cohorts: 0.01, dead_for: 4s}", "10ms")},
        // A caller waits for its time-out, and its first packet is sent again after 1, 3, 7 and 15 s.
        {"hole", "accepted / deferred by",
         one_way_in("5min", "2/s", "exchange", "faults: [{name: hole, kind: link-black-hole, target: wire, at: 1min, for: 1min}]\n")},
    };
    return all;
}

}  // namespace mailquake::oracle
