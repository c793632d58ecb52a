// What counts as delivered, late, lost, excused and recovered, from outside: how it is printed, and what is judged of it.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

namespace {

/// A receiver that answers 4yz for three of five hours; what waits is given up after an hour.
const std::string kGone = R"(name: gone
duration: 5h
sites: [home, {name: far, outside: true}]
links: [{from: home, to: far, latency: 15ms}]
tiers:
  - {name: relay, at: home, workers: 20, service: {law: exponential, mean: 10ms}, next_hop: {retry: {schedule: custom, waits: [4min], expire: 1h}}}
  - {name: theirs, at: far, workers: 80, service: {law: exponential, mean: 100ms}}
tenants: [{name: firm, count: 5, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [relay, theirs]}}]
faults: [{name: refuses, kind: gray, dropped: 100%, target: theirs, at: 1h, for: 3h30min}]
)";

/// Mail of the start that a tier never gets to.
const std::string kStuck = R"(name: stuck
duration: 1h
sites: [{name: far, outside: true}, {name: home, latency: 0s}]
links: [{from: far, to: home, latency: 10ms}]
tiers: [{name: relay, at: home, workers: 10, service: {law: deterministic, mean: 100ms}}]
senders: [{name: others, at: far}]
tenants: [{name: firm, rate: 1/s, paths: {inbound: [relay]}}]
faults: [{name: down, kind: server-crash, target: relay, at: 0s, for: 2h}]
)";

/// The run ends ten minutes after its fault.
std::string shortly(const std::string& duration) {
    return "name: shortly\nduration: " + duration + R"(
sites: [home, next, {name: far, outside: true}]
links: [{from: far, to: home, latency: 20ms}, {from: home, to: next, latency: 3ms, name: haul}]
tiers:
  - {name: edge, at: home, servers: 2, workers: 3, service: {law: exponential, mean: 50ms}}
  - {name: box, at: next, servers: 2, workers: 3, service: {law: exponential, mean: 20ms}}
senders: [{name: others, at: far}]
tenants: [{name: firm, count: 4, rate: 5/s, paths: {inbound: [edge, box]}}]
faults: [{name: cut, kind: link-down, target: haul, at: 5min, for: 5min}]
)";
}

}  // namespace

TEST_CASE("mail that was lost is in no delivery, and no limit on a delay is kept by losing it", "[long]") {
    const Sandbox box;
    box.write("gone.yaml", kGone);
    const auto j = nlohmann::json::parse(box.run("run gone.yaml --json --quiet").out);
    const auto& m = j["messages"];
    CHECK(j["schema"] == 2);
    CHECK(m["delivered"].get<double>() + m["lost"].get<double>() + m["returned"].get<double>() + m["under_way"].get<double>() == m["accepted"].get<double>());
    CHECK(m["lost"].get<double>() > 7000);
    CHECK(m["delivered"].get<double>() < 0.6 * m["accepted"].get<double>());
    CHECK(j["delay"]["p99"].is_null());
    CHECK(contains(j["delay"]["never"].dump(), "\"p99\""));
    CHECK(j["delay"]["lost"] == m["lost"]);
    CHECK(j["affected"]["by_destination"] == 5);
    CHECK(j["collateral"] == 0);

    const Ran told = box.run("run gone.yaml --quiet");
    CHECK(contains(told.out, " lost or bounced; greatest age "));
    CHECK(contains(told.out, "p99 never"));
    CHECK(contains(told.out, " without the "));
    CHECK(contains(told.out, "  lost there  5 of 5 tenants (100.0 %) affected only by mail that was lost at its own outside destination"));
    CHECK(contains(told.out, "never : it falls on mail that was lost or bounced"));

    for (const char* claim : {"'delivered() / accepted() > 95%'", "'p90(delay) < 1s'", "'max(delay) < 10d'", "'mean(p90(delay)) < 10d'"}) {
        INFO(claim);
        CHECK(box.run(std::string("test gone.yaml --quiet --replications 20 --expect ") + claim).exit == 99);
    }
}

TEST_CASE("what is under way at the end leaves a limit on delays open") {
    const Sandbox box;
    box.write("stuck.yaml", kStuck);
    const Ran told = box.run("run stuck.yaml --quiet");
    CHECK(contains(told.out, "delay       p50 >= "));
    CHECK(contains(told.out, "p99 >= 59m"));
    const Ran open = box.run("test stuck.yaml --quiet --replications 40 --expect 'p99(delay) < 2h' --expect 'p50(delay) < 2h' --expect 'max(delay) < 2h' --expect 'mean_delay() < 2h'");
    CHECK(open.exit == 98);
    CHECK(box.run("test stuck.yaml --quiet --replications 20 --expect 'p99(delay) < 20min'").exit == 99);   // the lower bound breaks it
}

TEST_CASE("copies that only their own hit destination held up are counted and named") {
    const Sandbox box;
    std::string waits = kGone;
    waits.replace(waits.find("expire: 1h"), 10, "expire: 5d");
    box.write("waits.yaml", waits);
    const Ran told = box.run("run waits.yaml --quiet --set faults.refuses.for=2h");
    CHECK(contains(told.out, "  excused     "));
    CHECK(contains(told.out, "copies took over 10m while their own outside destination was hit, and do not count as late"));
    CHECK(contains(told.out, "0 of 5 tenants (0.0 %) affected"));
}

TEST_CASE("a recovery that the run is too short to show is open", "[long]") {
    const Sandbox box;
    box.write("short.yaml", shortly("20min"));
    box.write("long.yaml", shortly("1h"));
    const Ran checked = box.run("check short.yaml");
    CHECK(checked.exit == 0);
    CHECK(contains(checked.err, " warning: the run ends 10min after fault 'cut', and 40min are needed to see the recovery from it"));
    CHECK(contains(checked.err, "a duration of 50min would do"));
    CHECK_FALSE(contains(box.run("check long.yaml").err, "to see the recovery"));

    CHECK(box.run("test short.yaml --quiet --replications 40 --expect 'recovered() < 30min'").exit == 98);
    CHECK(box.run("test long.yaml --quiet --replications 40 --expect 'recovered() < 30min'").exit == 0);
    const Ran margin = box.run("margin short.yaml --quiet --vary faults.cut.for=1min..5min:1min --replications 4");
    CHECK(contains(margin.out, "where half of the runs tip is not known: 4 runs are too short to show whether it holds before 1min"));
    CHECK(contains(margin.out, "not known"));
    CHECK_FALSE(contains(margin.out, "0.0 %"));
    CHECK_FALSE(contains(margin.out, "are broken at"));
    CHECK(contains(box.run("margin long.yaml --quiet --vary faults.cut.for=1min..5min:1min --replications 4").out, "hold still at 5min"));
    CHECK(contains(box.run("size short.yaml --quiet --vary tiers.box.workers=3..4 --replications 40 --expect 'recovered() < 30min'").out, "not known, the runs end too early: recovered() < 30min"));
}

TEST_CASE("a run that accepts nothing is warned of, and judges nothing") {
    const Sandbox box;
    std::string quiet = kStuck;
    quiet.replace(quiet.find("rate: 1/s"), 9, "rate: 0.001/h");
    box.write("quiet.yaml", quiet);
    const Ran ran = box.run("run quiet.yaml");
    CHECK(ran.exit == 0);
    CHECK(contains(ran.err, "warning: no mail was accepted in the whole run"));
    const Ran tested = box.run("test quiet.yaml --replications 5 --expect 'lost() == 0'");
    CHECK(tested.exit == 3);
    CHECK(contains(tested.err, "no mail was accepted in any run"));
}

}  // namespace mailquake
