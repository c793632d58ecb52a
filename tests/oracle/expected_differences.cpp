#include "tests/oracle/expected_differences.hpp"

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

}  // namespace

const std::vector<ExpectedDifference>& expected_differences() {
    static const std::vector<ExpectedDifference> all = {
        // Work is slow while the fault lasts, and no longer.
        {"slowed", "",
         one_way_in("5min", "20/s", "exchange", "faults: [{name: slow, kind: server-slow, target: mta, factor: 10000x, at: 1min, for: 10s}]\n")},
        // A caller waits for its time-out, and its first packet is sent again after 1, 3, 7 and 15 s.
        {"hole", "",
         one_way_in("5min", "2/s", "exchange", "faults: [{name: hole, kind: link-black-hole, target: wire, at: 1min, for: 1min}]\n")},
        // What waits for a link that is narrow for a while goes at the rate of each moment.
        {"narrow", "", bandwidth_for_one("link-bandwidth, bandwidth: 500kbps")},
    };
    return all;
}

}  // namespace mailquake::oracle
