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

}  // namespace

const std::vector<ExpectedDifference>& expected_differences() {
    static const std::vector<ExpectedDifference> all = {
        // Work is slow while the fault lasts, and no longer.
        {"slowed", "",
         one_way_in("5min", "20/s", "exchange", "faults: [{name: slow, kind: server-slow, target: mta, factor: 10000x, at: 1min, for: 10s}]\n")},
        // A caller waits for its time-out, and its first packet is sent again after 1, 3, 7 and 15 s.
        {"hole", "",
         one_way_in("5min", "2/s", "exchange", "faults: [{name: hole, kind: link-black-hole, target: wire, at: 1min, for: 1min}]\n")},
    };
    return all;
}

}  // namespace mailquake::oracle
