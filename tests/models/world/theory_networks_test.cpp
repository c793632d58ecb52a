// Several queues, classes or servers, and what outages leave: Jackson's tandem, Cobham's priorities, the order of the ways
// to spread work, Little's law in every tier, the drain law.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/base/hash.hpp"
#include "small_world.hpp"
#include "theory_runs.hpp"

using namespace mailquake;
using namespace mailquake::theory;

namespace {

constexpr std::uint32_t kReplications = 64;

const std::string kTandem = R"(
name: tandem
duration: 132s
warmup: 2s
sites:
  - {name: here, latency: 0s}
tiers:
  - {name: one,   at: here, hand_over: direct, service: {law: exponential, mean: 500us}}
  - {name: two,   at: here, hand_over: direct, service: {law: exponential, mean: 550us}}
  - {name: three, at: here, hand_over: direct, service: {law: exponential, mean: 600us}}
  - {name: four,  at: here, hand_over: direct, service: {law: exponential, mean: 550us}}
  - {name: five,  at: here, service: {law: exponential, mean: 500us}}
tenants:
  - name: all
    rate: 1000/s
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [one, two, three, four, five]}
)";

const std::string kTwoClasses = R"(
name: two-classes
duration: 190s
warmup: 4s
sites:
  - {name: here, latency: 0s}
tiers:
  - {name: queue, at: here, queue: {discipline: priority}, service: {law: exponential, mean: 700us}}
tenants:
  - name: urgent
    rate: 400/s
    priority: 0
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [queue]}
  - name: patient
    rate: 600/s
    priority: 1
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [queue]}
)";

const std::string kTenServers = R"(
name: ten-servers
duration: 100s
warmup: 4s
sites:
  - {name: here, latency: 0s}
tiers:
  - {name: queue, at: here, servers: 10, service: {law: exponential, mean: 8ms}}
tenants:
  - name: all
    rate: 1000/s
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [queue]}
)";

const std::string kOutage = R"(
name: outage
duration: 90min
sites:
  - {name: here, latency: 0s}
tiers:
  - {name: queue, at: here, service: {law: exponential, mean: 11666667ns}}
tenants:
  - name: all
    rate: 60/s
    directions: {inbound: 0%, internal: 100%}
    sizes: {law: fixed, size: 4KiB}
    paths: {internal: [queue]}
faults:
  - {name: outage, kind: server-crash, target: queue, at: 10min, for: 20min}
)";

/// A tier that calls another, two more behind it, faults and a full queue: whatever can happen to those who wait.
const std::string kBusyPlace = R"(
name: busy-place
duration: 6h
sites:
  - {name: here, latency: 1ms}
tiers:
  - name: front
    at: here
    servers: 2
    workers: 2
    service: {law: exponential, mean: 30ms}
    calls:
      - {to: names, timeout: 400ms, attempts: 2, on_failure: defer}
    next_hop: {retry: {schedule: custom, waits: [20s, 1min], expire: 5d}}
  - {name: names, at: here, partitions: [p1, p2], service: {law: lognormal, mean: 60ms, cv: 2}}
  - {name: middle, at: here, servers: 3, spread: least-loaded, service: {law: exponential, mean: 120ms}, queue: {limit: 6}}
  - {name: last, at: here, queue: {discipline: priority}, service: {law: exponential, mean: 40ms}}
tenants:
  - name: some
    count: 10
    rate: 12/s
    directions: {inbound: 0%, internal: 100%}
    paths: {internal: [front, middle, last]}
  - name: others
    count: 3
    rate: 6/s
    priority: 1
    directions: {inbound: 0%, internal: 100%}
    paths: {internal: [front, last]}
faults:
  - {name: crash, kind: server-crash, target: middle, at: 2min, for: 1min, share: 50%}
  - {name: pause, kind: server-pause, target: last, at: 4min, for: 30s}
  - {name: silence, kind: no-answer, target: names/p1, at: 6min, for: 1min, probability: 50%}
)";

/// The sum of waits that Little's law sees: mean queue x time. Exact when nobody waits at the start or at the end.
bool little_holds(const StationOutcome& queue, const StationOutcome& waits, SimTime end) {
    return queue.queue_mean == static_cast<double>(waits.wait.sum()) / static_cast<double>(end.ns);
}

/// From the restart until the queue is empty [s]: the straight line through two points of its decline, half way and at a
/// twentieth, meets zero there. (A queue that is nearly empty is empty now and then; the line is not.)
double drain_time(const Outcome& o, double restart) {
    const auto& waiting = o.queues.front().waiting;
    const auto peak = std::max_element(waiting.begin(), waiting.end());
    const auto half = std::find_if(peak, waiting.end(), [&](std::uint32_t n) { return n <= *peak / 2; });
    const auto low = std::find_if(half, waiting.end(), [&](std::uint32_t n) { return n <= *peak / 20; });
    if (low == half || low == waiting.end()) throw std::logic_error("the queue does not drain");
    const double slope = (static_cast<double>(*half) - static_cast<double>(*low)) / static_cast<double>(low - half);
    return (static_cast<double>(low - waiting.begin()) + 1 + static_cast<double>(*low) / slope) * 60 - restart;
}

}  // namespace

TEST_CASE("every station of a Jackson tandem behaves as if it were alone", "[theory][long]") {
    const std::vector<double> services{500e-6, 550e-6, 600e-6, 550e-6, 500e-6};
    const Measure measure = [](const Outcome& o) {
        Figures figures{o.classes.front().delay.mean() * 1e-9};
        for (const StationOutcome& s : o.stations) figures.push_back(s.wait.mean() * 1e-9);
        return figures;
    };
    double sojourn = 0;
    for (double service : services) sojourn += service / (1 - 1000 * service);
    std::vector<Formula> formulas{{"mean sojourn, sum of 1/(mu-lambda)", sojourn, 0.01}};
    for (std::size_t k = 0; k < services.size(); ++k) {
        const double rho = 1000 * services[k];
        formulas.push_back({fmt::format("mean wait at station {}", k + 1), services[k] * rho / (1 - rho), 0.01});
    }
    hold(formulas, intervals(scenario_of(kTandem), kReplications, measure),
         intervals(scenario_of(kTandem, {"tenants.all.rate=1030/s", "duration=40s"}), kReplications, measure));
}

TEST_CASE("a hand-over through a next-hop queue that never waits changes nothing", "[theory]") {
    const ScenarioSpec direct = scenario_of(kTandem, {"duration=20s"});
    const ScenarioSpec queued = scenario_of(kTandem, {"duration=20s", "tiers.*.hand_over=queued"});
    const Outcome a = simulate(direct, {}), b = simulate(queued, {});
    CHECK(a.classes.front().delay == b.classes.front().delay);
    // An event is an arrival, an attempt, the end of a transfer or of a service: five stations make 6 a message. Those
    // still on their way are few.
    CHECK(static_cast<double>(a.events) == Approx(6.0 * static_cast<double>(a.messages.accepted)).epsilon(0.001));
    CHECK(static_cast<double>(b.events) == Approx((6.0 + 4 * 2) * static_cast<double>(b.messages.accepted)).epsilon(0.001));
}

TEST_CASE("two priorities wait as Cobham says", "[theory][long]") {
    // Non-preemptive: W1 = W0 / (1 - rho1), W2 = W0 / ((1 - rho1)(1 - rho)), W0 = lambda E[S^2] / 2 (Cobham 1954).
    const double service = 700e-6, rho1 = 0.28, rho = 0.7, left = rho * service;
    const Measure measure = [](const Outcome& o) {
        const double urgent = o.classes[0].delay.mean() * 1e-9, patient = o.classes[1].delay.mean() * 1e-9;
        return Figures{urgent, patient, patient - urgent};
    };
    const double w1 = left / (1 - rho1), w2 = w1 / (1 - rho);
    hold({{"sojourn of the urgent", w1 + service, 0.01}, {"sojourn of the patient", w2 + service, 0.01}, {"what urgency is worth", w2 - w1, 0.015}},
         intervals(scenario_of(kTwoClasses), kReplications, measure),
         intervals(scenario_of(kTwoClasses, {"duration=60s", "tiers.queue.service.mean=679us"}), kReplications, measure));
    // Without priorities both wait alike: the same work, a conservation law (Kleinrock 1965).
    const auto fifo = intervals(scenario_of(kTwoClasses, {"duration=60s", "tiers.queue.queue.discipline=fifo"}), kReplications / 2, measure);
    CHECK(agrees(fifo[0], left / (1 - rho) + service));
    CHECK(agrees(fifo[1], left / (1 - rho) + service));
    CHECK(agrees(fifo[2], 0));
}

TEST_CASE("the better the view of the servers, the shorter the wait", "[theory][long]") {
    const std::vector<std::string> ways{"shared", "least-loaded", "two-choices", "round-robin", "random"};
    std::vector<ScenarioSpec> scenarios;
    for (const std::string& way : ways) scenarios.push_back(scenario_of(kTenServers, {"tiers.queue.spread=" + way}));
    // The same messages with the same service times under each: differences are paired.
    const auto paired = intervals(scenarios.front(), 36, [&](const Outcome& shared) {
        RunOptions options;
        options.replication = shared.replication;
        Figures figures{shared.stations.front().wait.mean() * 1e-9};
        for (std::size_t k = 1; k < scenarios.size(); ++k) figures.push_back(simulate(scenarios[k], options).stations.front().wait.mean() * 1e-9);
        for (std::size_t k = 1; k < scenarios.size(); ++k) figures.push_back(figures[k] - figures[k - 1]);
        return figures;
    });
    for (std::size_t k = 1; k < ways.size(); ++k) {
        INFO(ways[k - 1] << " waits less than " << ways[k]);
        CHECK(paired[ways.size() + k - 1].low > 0);
    }
    // Shared: M/M/10. Random: ten times M/M/1. Round robin: ten times E10/M/1, whose sigma solves sigma = A*(mu (1 - sigma)).
    const double service = 8e-3, rho = 0.8;
    double sigma = rho;
    for (int step = 0; step < 1000; ++step) sigma = std::pow(10 * rho / (10 * rho + 1 - sigma), 10);
    const std::vector<Formula> formulas{{"shared", .40918 * service / (10 * (1 - rho)), 0.05},
                                        {"round robin", service * sigma / (1 - sigma), 0.03},
                                        {"random", service * rho / (1 - rho), 0.04}};
    std::vector<ScenarioSpec> wrong;
    for (const std::string& way : ways) wrong.push_back(scenario_of(kTenServers, {"tiers.queue.spread=" + way, "tiers.queue.service.mean=7760us"}));
    const auto off = intervals(wrong[0], 36, [&](const Outcome& shared) {
        RunOptions options;
        options.replication = shared.replication;
        return Figures{shared.stations.front().wait.mean() * 1e-9, simulate(wrong[3], options).stations.front().wait.mean() * 1e-9,
                       simulate(wrong[4], options).stations.front().wait.mean() * 1e-9};
    });
    hold(formulas, {paired[0], paired[3], paired[4]}, off);
}

TEST_CASE("Little's law holds in every tier, to the nanosecond", "[theory]") {
    ScenarioSpec spec = scenario_of(kBusyPlace);
    const Replay some(poisson_times(10_min, 12, "some")), others(poisson_times(10_min, 6, "others"));
    spec.tenants[0].arrivals = some.arrivals();
    spec.tenants[1].arrivals = others.arrivals();
    const Outcome o = simulate(spec, {});
    REQUIRE(o.messages.accepted > 9000);
    REQUIRE(o.messages.in_system == 0);
    for (const DisturbanceOutcome& fault : o.faults) CHECK(fault.touched > 0);
    CHECK(station(o, "middle", "here").refused > 0);
    std::get<ExponentialSpec>(spec.tiers[2].service).mean = std::get<ExponentialSpec>(spec.tiers[2].service).mean * 103 / 100;
    const Outcome wrong = simulate(spec, {});
    for (const StationOutcome& s : o.stations) {
        INFO(s.tier << "/" << s.partition << ": mean queue " << s.queue_mean << ", waits " << s.wait.mean() * 1e-9 << " s x " << s.wait.count());
        CHECK(s.wait.sum() > 0);
        CHECK(little_holds(s, s, o.end));
    }
    CHECK_FALSE(little_holds(station(wrong, "middle", "here"), station(o, "middle", "here"), o.end));
}

TEST_CASE("a queue empties after an outage of D in D rho / (1 - rho)", "[theory][long]") {
    const double down = 20 * 60, rho = 0.7;
    const Measure measure = [](const Outcome& o) { return Figures{drain_time(o, 30 * 60)}; };
    hold({{"time to drain", down * rho / (1 - rho), 0.01}}, intervals(scenario_of(kOutage), 30, measure),
         intervals(scenario_of(kOutage, {"tiers.queue.service.mean=11316667ns"}), 12, measure));
}

TEST_CASE("a message that comes t into an outage of D is late by D - t (1 - rho)", "[theory]") {
    // One message every 10 s, each served in 8 s, on one server that stands still for an hour. In round numbers: the k-th
    // message from the outage on comes 1 + 10 k s into it and is served as the k-th after it.
    ScenarioSpec spec = scenario_of(kOutage, {"duration=8h", "tiers.queue.service.law=deterministic", "tiers.queue.service.mean=8s",
                                              "faults.outage.kind=server-pause", "faults.outage.at=609s", "faults.outage.for=1h", "network.greeting_timeout=2h"});
    std::vector<SimDuration> times;
    for (int k = 0; k < 2700; ++k) times.push_back(10_s * k);
    const Replay regular(times);
    spec.tenants[0].arrivals = regular.arrivals();
    RunOptions options;
    const auto identity = [](std::uint64_t k) { return derived(hash_name("sources/internal/all/here"), draws::message, k); };
    for (std::uint64_t k = 0; k < 2700; ++k) options.follow.push_back(identity(k));
    const Outcome o = simulate(spec, options);
    std::vector<std::pair<std::uint64_t, SimTime>> delivered;
    for (const StoryLine& line : o.story)
        if (line.text.starts_with("delivered")) delivered.emplace_back(line.message, line.at);
    REQUIRE(delivered.size() == 2700);
    bool as_said = true, off = true;
    for (std::uint64_t k = 0; k < 2700; ++k) {
        const auto& [message, at] = delivered[k];  // first come, first served
        const SimDuration delay = at - (SimTime::zero() + 10_s * static_cast<std::int64_t>(k));
        const std::int64_t in = static_cast<std::int64_t>(k) - 61;
        const SimDuration late = in < 0 ? 0_s : std::max(0_s, 1_h - 1_s - 2_s * in);
        as_said = as_said && message == identity(k) && delay == 8_s + late;
        off = off && delay == 8_s + late * 103 / 100;
    }
    CHECK(as_said);
    CHECK_FALSE(off);
}
