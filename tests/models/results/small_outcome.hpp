// An outcome built by hand for tests of figures, reports and stores: two classes on two partitions, one fault from 2 h
// to 3 h, one flaw, queues that suffer after it. Real in shape, small enough to be counted with the fingers.
#pragma once

#include "models/scenario/scenario_spec.hpp"
#include "models/world/outcome.hpp"

namespace mailquake::testing {

inline constexpr std::size_t kMinutes = 6 * 60;

inline TenantOutcome tenant(std::uint32_t tenant_class, std::uint32_t rank, bool own_healthy, std::uint16_t partition,
                            std::vector<HourTally> hours) {
    TenantOutcome t;
    t.tenant_class = tenant_class;
    t.rank = rank;
    t.own_healthy = own_healthy;
    t.partitions = {partition};
    t.hours = std::move(hours);
    for (const HourTally& h : t.hours) {
        t.counts.accepted += h.accepted;
        t.counts.delivered += h.accepted;
        t.measured += h.accepted;
        t.late += h.late;
    }
    return t;
}

inline QueueSeries queue(const std::string& tier, const std::string& site, std::size_t onset, float oldest, std::uint32_t waiting) {
    QueueSeries q;
    q.name = tier + "@" + site;
    q.tier = tier;
    q.site = site;
    q.waiting.assign(kMinutes, 1);
    q.oldest.assign(kMinutes, 1.0F);
    for (std::size_t m = onset; m < 200 && m < kMinutes; ++m) {
        q.oldest[m] = oldest;
        q.waiting[m] = waiting;
    }
    return q;
}

inline ClassOutcome gold_class() {
    ClassOutcome c;
    c.name = "gold";
    c.tenants = 2;
    c.delay.add(2_s, 990);
    c.delay.add(2_h, 10);
    c.worst = 4242;
    c.worst_delay = 2_h;
    return c;
}

inline StationOutcome station(const std::string& tier, const std::string& partition, double utilization) {
    StationOutcome s;
    s.tier = tier;
    s.site = "dfw";
    s.partition = partition;
    s.servers = 2;
    s.workers = 10;
    s.utilization = utilization;
    s.arrivals = 1000;
    s.served = 990;
    s.wait.add(1_s, 1000);
    s.queue_mean = 1.5;
    s.queue_max = 400;
    s.queue_max_at = SimTime::zero() + 150_min;
    return s;
}

inline Qshape snapshot(SimDuration at, std::uint32_t young, std::uint32_t old) {
    Qshape q;
    q.at = SimTime::zero() + at;
    q.destinations = {{"mailbox", {young, 0, 0, old}}};
    q.classes = {{"gold", {young, 0, 0, old}}};
    return q;
}

/// Four tenants: gold-0 hit and on the failed partition, gold-1 hit though healthy, free-0 unhurt, free-1 lost a copy.
inline void add_tenants(Outcome& o) {
    ClassOutcome free_class;
    free_class.name = "free";
    free_class.tenants = 2;
    free_class.delay.add(1_s, 100);
    o.classes = {gold_class(), free_class};
    o.partitioned_tiers = {{"directory", {"p1", "p3"}}};
    o.tenants = {tenant(0, 0, false, 1, {{0, 100, 0, 0}, {2, 100, 60, 0}}), tenant(0, 1, true, 0, {{2, 100, 6, 0}}),
                 tenant(1, 0, true, 0, {{2, 50, 2, 0}}), tenant(1, 1, true, 0, {{3, 10, 0, 1}})};
    o.messages.accepted = 360;
    o.messages.delivered = 355;
    o.messages.in_system = 4;
    o.messages.dropped = o.messages.lost = 1;
}

/// The minutes: bad from 2 h to 3 h 20 min, 10 accepted in each.
inline void add_minutes(Outcome& o) {
    o.minutes.assign(kMinutes, {10, 0, 2, 0});
    for (std::size_t m = 120; m < 200; ++m) o.minutes[m] = {10, 5, 40, 30};
    o.minutes[130].retries = 120;
}

inline Outcome small_outcome() {
    Outcome o;
    o.fingerprint.note(SimTime{1}, 2, 3, 4);
    o.events = 5000;
    o.end = SimTime::zero() + 6_h;
    o.wall = 0.25;
    o.sites = {"dfw"};
    add_tenants(o);
    add_minutes(o);
    o.stations = {station("transport", "", 0.9), station("directory", "p1", 0.2), station("directory", "p3", 0.4)};
    o.queues = {queue("directory", "dfw", 125, 60, 20), queue("transport", "dfw", 121, 7200, 400)};
    o.backlogs = {{"directory", "dfw", 20, SimTime::zero() + 7_h}, {"transport", "dfw", 400, SimTime::zero() + 3_h + 20_min}};
    o.faults = {{"p3-silent", "no-answer", "directory/p3", {"s.yaml", 7, 5}, true, SimTime::zero() + 2_h, SimTime::zero() + 3_h, 33, std::nullopt, std::nullopt}};
    o.flaws = {{"lookup-hang", "hold-worker", "transport", {"s.yaml", 12, 5}, true, SimTime::zero(), std::nullopt, 31, std::nullopt, std::nullopt}};
    o.mitigations = {{"cut-off", "cut-off", "directory/p3", {"s.yaml", 20, 5}, false, SimTime::zero() + 150_min, std::nullopt, 0, std::nullopt, std::nullopt}};
    o.ledger = {{0, "transport@dfw", "flaw lookup-hang", TimeArea{3'600'000'000'000}}};
    o.qshapes = {snapshot(1_h, 3, 0), snapshot(3_h, 5, 9), snapshot(5_h, 20, 0)};
    o.fault_window = {SimTime::zero() + 2_h, SimTime::zero() + 3_h};
    o.oldest = 2_h;
    o.retry_attempts = 2490;
    o.notices = 7;
    o.first_notice = SimTime::zero() + 350_min;
    return o;
}

inline ScenarioSpec small_scenario() {
    ScenarioSpec s;
    s.name = "small";
    s.start = "2014-06-24T10:00:00Z";
    s.duration = 6_h;
    TenantClassSpec gold;
    gold.name = "gold";
    gold.skew = ZipfSkewSpec{1.2};
    s.tenants = {gold};
    FaultSpec fault;
    fault.name = "p3-silent";
    fault.basis = Basis::inference;
    fault.source = "post-incident report";
    s.faults = {fault};
    return s;
}

}  // namespace mailquake::testing
