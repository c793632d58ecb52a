#include "models/cli/starter.hpp"

#include <fmt/format.h>

namespace mailquake {

namespace {

constexpr const char* kScenario = R"(# A mail estate to start from. `mailquake schema --reference` explains every key.
name: {name}
description: two data centers; one directory partition stops answering, and a flaw holds the callers' workers
basis: choice
start: 2024-03-04T00:00:00Z
duration: 12h
warmup: 30min
cooldown: 30min

sites:
  - name: east
  - name: west
  - name: internet
    outside: true

links:
  - {{from: internet, to: east, latency: 20ms, bandwidth: 1Gbps}}
  - {{from: internet, to: west, latency: 40ms, bandwidth: 1Gbps}}
  - {{from: east, to: west, latency: 30ms, bandwidth: 10Gbps}}

tiers:
  - name: edge
    at: [east, west]
    servers: 2
    workers: 20
    service: {{law: exponential, mean: 20ms}}
    next_hop: {{per: server}}   # each server has queues and connections of its own
  - name: transport
    at: [east, west]
    servers: 2
    workers: 10
    service: {{law: exponential, mean: 50ms}}
    calls:
      - {{to: directory, timeout: 1s, attempts: 1, on_failure: defer}}
    next_hop:
      per: server
      retry: {{schedule: exchange}}
      notice_after: 4h
  - name: directory
    at: [east, west]
    servers: 1
    workers: 8
    service: {{law: exponential, mean: 5ms}}
    partitions: [p1, p2, p3, p4, p5]
  - name: mailbox
    at: [east, west]
    servers: 2
    workers: 20
    service: {{law: exponential, mean: 40ms}}

senders:
  - name: world
    at: internet
    retry: {{schedule: postfix}}

tenants:
  - name: firms
    count: 100
    rate: 10/s
    skew: {{law: zipf, exponent: 1}}
    paths: {{inbound: [edge, transport, mailbox]}}
  - name: schools
    count: 50
    rate: 5/s
    paths: {{inbound: [edge, transport, mailbox]}}

faults:
  - name: p3-silent
    kind: no-answer
    target: directory/p3
    at: 4h
    for: 2h

flaws:
  - name: lookup-hang
    kind: hold-worker
    in: transport
    call: directory
    hold: 30s

mitigations:
  - name: cut-off-p3
    enabled: false
    kind: cut-off
    target: directory/p3
    at: 4h30min
    for: 90min

variants:
  cut-off:
    mitigations.cut-off-p3.enabled: true

test:
  duration: 90min
  warmup: 5min
  cooldown: 5min
  faults:
    - {{name: p3-silent, at: 20min, for: 20min}}
  mitigations:
    - {{name: cut-off-p3, at: 30min, for: 10min}}
)";

constexpr const char* kReadme = R"(# {name}

    internet --> edge --> transport --> mailbox        (east and west alike)
                              |
                          directory p1 .. p5

One directory partition, a fifth of the tenants, stops answering for two hours. A flaw holds the worker of each call to
it for 30 s, so that the mail of all the others waits, too. All figures are choices: put your own in their place.

    mailquake check {path}
    mailquake run {path}
    mailquake run {path} --set flaws.lookup-hang.enabled=false
    mailquake run {path} --variant cut-off
)";

}  // namespace

std::string starter_scenario(const std::string& name) { return fmt::format(fmt::runtime(kScenario), fmt::arg("name", name)); }

std::string starter_readme(const std::string& name, const std::string& path) {
    return fmt::format(fmt::runtime(kReadme), fmt::arg("name", name), fmt::arg("path", path));
}

}  // namespace mailquake
