// Same scenario and seed, same bytes: on any number of threads, by any executor, from run to run; and another seed gives
// another run. What happens elsewhere leaves a message's luck alone.
#include <filesystem>
#include <set>
#include <utility>

#include "tests/catch.hpp"
#include <fmt/format.h>

#include "small_world.hpp"

namespace mailquake {
namespace {

/// All of an outcome that must not depend on how it was computed, as text.
std::string bytes_of(const Outcome& o) {
    std::string text = fmt::format("{} {} {} {}", o.fingerprint.hex(), o.events, o.oldest.ns, o.retry_attempts);
    const auto& m = o.messages;
    text += fmt::format(" {} {} {} {} {} {} {}", m.accepted, m.generated, m.duplicated, m.delivered, m.bounced, m.expired, m.in_system);
    for (const ClassOutcome& c : o.classes)
        text += fmt::format(" {} {} {} {}", c.name, c.delay.count(), c.delay.quantile(0.5), c.delay.max());
    for (const StationOutcome& s : o.stations)
        text += fmt::format(" {}@{}/{} {} {} {} {} {}", s.tier, s.site, s.partition, s.arrivals, s.served, s.wasted, s.utilization, s.queue_mean);
    for (const LedgerRow& row : o.ledger)
        text += fmt::format(" {} {} {} {}", row.tenant_class, row.place, row.cause, static_cast<std::int64_t>(row.time));
    for (const TenantOutcome& t : o.tenants) text += fmt::format(" {} {} {}", t.measured, t.late, static_cast<std::int64_t>(t.delay_sum));
    for (const auto* list : {&o.faults, &o.flaws, &o.mitigations})
        for (const DisturbanceOutcome& d : *list) text += fmt::format(" {} {}", d.name, d.touched);
    for (const ClientOutcome& c : o.clients) text += fmt::format(" {} {} {} {}", c.name, c.attempts, c.succeeded, c.below_90.ns);
    return text;
}

ScenarioSpec loaded(const std::string& file, std::vector<std::string> sets = {}) {
    Diagnostics diagnostics;
    const auto scenario = load_scenario(LoadRequest{.file = file, .sets = std::move(sets), .cut = true, .search = {"scenarios"}}, diagnostics);
    INFO(diagnostics.render());
    REQUIRE(scenario);
    return scenario->spec;
}

std::vector<std::string> stories() {
    std::vector<std::string> files{"tests/models/scenario/good/estate.yaml"};
    for (const auto& entry : std::filesystem::directory_iterator("scenarios"))
        if (entry.is_directory()) files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    return files;
}

/// Three sites in a ring of equal links; arrivals, services and links in whole milliseconds, so that events coincide.
const std::string kTies = R"(
name: ties
duration: 2min
sites:
  - {name: a, latency: 1ms}
  - {name: b, latency: 1ms}
  - {name: world, outside: true}
links:
  - {from: a, to: b, latency: 5ms, bandwidth: 1Tbps}
  - {from: a, to: world, latency: 5ms, bandwidth: 1Tbps}
  - {from: b, to: world, latency: 5ms, bandwidth: 1Tbps}
tiers:
  - {name: mta, at: [a, b], workers: 2, spread: shared, service: {law: deterministic, mean: 5ms}, calls: [{to: lookup, timeout: 50ms, on_failure: defer}],
     next_hop: {connections: 2, retry: {schedule: custom, waits: [1s], expire: 1h}}}
  - {name: lookup, at: a, workers: 1, service: {law: deterministic, mean: 5ms}}
  - {name: box, at: [a, b], workers: 2, service: {law: deterministic, mean: 10ms}}
senders:
  - {name: east, at: world, retry: {schedule: custom, waits: [1s], expire: 1h}}
tenants:
  - {name: x, count: 4, rate: 60/s, arrivals: {law: batch, mean_size: 8}, sizes: {law: fixed, size: 1B}, paths: {inbound: [mta, box]}}
)";

TEST_CASE("every scenario gives the same bytes on 1, 2 and 8 threads, by TBB", "[tbb][long]") {
    for (const std::string& file : stories()) {
        INFO(file);
        const ScenarioSpec scenario = loaded(file);
        const RunOptions base{.until = SimTime::zero() + 5_h};
        const std::string once = bytes_of(simulate(scenario, base));
        CHECK(bytes_of(simulate(scenario, base)) == once);
        for (const unsigned threads : {2U, 8U}) {
            RunOptions options = base;
            options.threads = threads;
            options.executor = ExecutorKind::tbb;
            CHECK(bytes_of(simulate(scenario, options)) == once);
        }
        RunOptions other = base;
        other.seed = 2;
        CHECK(bytes_of(simulate(scenario, other)) != once);
    }
}

TEST_CASE("events that coincide come in one order on any number of plain threads", "[threads]") {
    const ScenarioSpec scenario = scenario_of(kTies);
    const RunOptions base{.until = SimTime::zero() + 20_s};
    const std::string once = bytes_of(simulate(scenario, base));
    for (int round = 0; round < 5; ++round) {
        for (const unsigned threads : {1U, 2U, 8U}) {
            RunOptions options = base;
            options.threads = threads;
            options.executor = ExecutorKind::threads;
            CHECK(bytes_of(simulate(scenario, options)) == once);
        }
    }
    RunOptions other = base;
    other.seed = 2;
    CHECK(bytes_of(simulate(scenario, other)) != once);
}

TEST_CASE("marks show a run up to their instants, and leave its course as it is", "[threads]") {
    const ScenarioSpec scenario = scenario_of(kTies);
    const RunOptions base{.until = SimTime::zero() + 20_s};
    const std::string once = bytes_of(simulate(scenario, base));
    std::vector<std::string> seen;
    RunMarks marks{{SimTime::zero() + 1_s, SimTime::zero() + 5_s, SimTime::zero() + 12_s, SimTime::zero() + 30_s}, {}};
    marks.go_on = [&](std::size_t mark, const Fingerprint& so_far) {
        CHECK(mark == seen.size());
        seen.push_back(so_far.hex());
        return true;
    };
    RunOptions options = base;
    options.marks = &marks;
    CHECK(bytes_of(simulate(scenario, options)) == once);
    const std::vector<std::string> serial = std::exchange(seen, {});
    CHECK(serial.size() == 3);  // one is past the end
    CHECK(std::set<std::string>(serial.begin(), serial.end()).size() == 3);
    options.threads = 2;
    options.executor = ExecutorKind::threads;
    CHECK(bytes_of(simulate(scenario, options)) == once);
    CHECK(seen == serial);
    // What two runs share up to a mark is the same there, whatever differs later.
    seen.clear();
    options.until = SimTime::zero() + 6_s;
    CHECK_FALSE(simulate(scenario, options).interrupted);
    CHECK(seen == std::vector<std::string>(serial.begin(), serial.begin() + 2));
    marks.go_on = [](std::size_t, const Fingerprint&) { return false; };
    CHECK(simulate(scenario, options).interrupted);
}

TEST_CASE("sites that share a process give what processes of their own would give", "[threads]") {
    // 90 us apart two sites are a cluster, 110 us apart they are not; serial runs and threads must agree on both.
    for (const char* latency : {"links.a--b.latency=90us", "links.a--b.latency=110us"}) {
        const ScenarioSpec scenario = scenario_of(kTies, {latency});
        const RunOptions base{.until = SimTime::zero() + 20_s};
        const std::string once = bytes_of(simulate(scenario, base));
        for (int round = 0; round < 5; ++round) {
            RunOptions options = base;
            options.threads = 2;
            options.executor = ExecutorKind::threads;
            CHECK(bytes_of(simulate(scenario, options)) == once);
        }
    }
}

TEST_CASE("a class, a server or a fault elsewhere leaves an untouched message's story as it was") {
    const std::string quiet = "tenants.acme.rate=1/min";
    const std::uint64_t message = inbound_copy("acme", "others", 7);
    const auto story = [&](const std::string& yaml, const std::vector<std::string>& sets) {
        RunOptions options;
        options.follow = {message};
        return story_of(run(yaml, sets, options), message);
    };
    const std::vector<std::string> alone = story(kOneSite, {quiet});
    REQUIRE(alone.size() >= 6);
    const std::string elsewhere = kOneSite + R"(
  - {name: other, count: 5, rate: 1/min, paths: {inbound: [far]}}
faults:
  - {name: far-slow, kind: server-slow, at: 1min, for: 50min, target: far, factor: 3x}
)";
    std::string far = elsewhere;
    far.replace(far.find("senders:"), 0, "  - {name: far, at: dc, servers: 3, workers: 2, service: {law: exponential, mean: 20ms}}\n");
    CHECK(story(far, {quiet}) == alone);
    CHECK(story(kOneSite, {quiet, "tiers.box.servers=3"}) == alone);
    CHECK(story(kOneSite, {"tenants.acme.rate=2/min"}) != alone);  // the same arrivals at another pace
}

TEST_CASE("twice the rate brings the same arrivals in half the time") {
    const auto accepted = [](const std::string& rate) {
        std::vector<double> times;
        for (std::uint64_t k = 0; k < 20; ++k) {
            const std::uint64_t message = inbound_copy("acme", "others", k);
            RunOptions options;
            options.follow = {message};
            times.push_back(times_of(run(kOneSite, {"tenants.acme.rate=" + rate}, options), message, "accepted").at(0));
        }
        return times;
    };
    const std::vector<double> once = accepted("1/min"), twice = accepted("2/min");
    for (std::size_t k = 0; k < once.size(); ++k) CHECK(twice[k] == Approx(once[k] / 2).margin(1e-8));
}

TEST_CASE("a disabled fault or flaw leaves the bytes as if it were not there", "[long]") {
    const ScenarioSpec whole = loaded("tests/models/scenario/good/estate.yaml");
    ScenarioSpec none = whole;
    ScenarioSpec disabled = whole;
    for (FaultSpec& fault : disabled.faults) fault.enabled = false;
    for (FlawSpec& flaw : disabled.flaws) flaw.enabled = false;
    for (MitigationSpec& mitigation : disabled.mitigations) mitigation.enabled = false;
    none.faults.clear();
    none.flaws.clear();
    none.mitigations.clear();
    const Outcome a = simulate(disabled, RunOptions{}), b = simulate(none, RunOptions{});
    CHECK(a.fingerprint == b.fingerprint);
    CHECK(a.events == b.events);
    CHECK_FALSE(a.fingerprint == simulate(whole, RunOptions{}).fingerprint);
}

}  // namespace
}  // namespace mailquake
