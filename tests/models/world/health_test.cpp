// Nobody is an oracle: that a tier is down becomes known by health checks, or by failed attempts.
#include <algorithm>

#include "tests/catch.hpp"

#include "models/world/offered_load.hpp"
#include "small_world.hpp"

using namespace mailquake;

namespace {

/// `mta` in the east calls the directory beside it, or the one in the west when it is known to be down.
const std::string kTwo = R"(
name: health
duration: 30min
sites: [{name: east}, {name: west}, {name: world, outside: true}]
links:
  - {name: wire, from: world, to: east, latency: 10ms}
  - {name: haul, from: east, to: west, latency: 20ms}
tiers:
  - {name: mta, at: east, workers: 100, service: {law: deterministic, mean: 10ms}, calls: [{to: dir, timeout: 2s}], next_hop: {retry: {schedule: custom, waits: [1min]}}}
  - {name: dir, at: [east, west], workers: 10}
  - {name: box, at: [east, west], workers: 10}
senders: [{name: others, at: world}]
tenants: [{name: acme, rate: 1/s, homes: [east], paths: {inbound: [mta, box]}, mx: [east]}]
faults: [{name: f, kind: server-crash, at: 10min, for: 10min, target: dir@east}]
)";

const std::string kChecked = "tiers.dir.health={interval: 10s, failures: 3, timeout: 1s}";

}  // namespace

TEST_CASE("a tier that is known to be down is called elsewhere, after the checks have failed and until they succeed") {
    RunOptions options;
    for (std::uint64_t k = 0; k < 3000; ++k) options.follow.push_back(inbound_copy("acme", "others", k));
    const Outcome outcome = run(kTwo, {kChecked}, options);
    double first = 1e9, last = 0;
    std::size_t failed = 0;
    for (const StoryLine& line : outcome.story) {
        const double t = static_cast<double>(line.at.ns) * 1e-9;
        failed += line.text.find("call failed") != std::string::npos;
        if (line.text.find("calls dir@west") == std::string::npos) continue;
        first = std::min(first, t);
        last = std::max(last, t);
    }
    // Known down after two intervals and a time-out, known up with the first check after the end.
    CHECK(first == Approx(600 + 21).margin(3));
    CHECK(first >= 621);
    CHECK(last == Approx(1200 + 10).margin(3));
    CHECK(last < 1210);
    CHECK(failed > 10);
    CHECK(failed < 40);
    CHECK(outcome.messages.delivered + 5 > outcome.messages.accepted);
}

TEST_CASE("of a partitioned tier each partition is checked: only what is down is called elsewhere") {
    const std::vector<std::string> apart{"tenants.acme.count=40", "tiers.dir.partitions=[p0, p1, p2]", "faults.f.target=dir/p1@east", kChecked};
    const Outcome outcome = run(kTwo, apart);
    const std::uint64_t west = station(outcome, "dir", "west", "p1").arrivals, east = station(outcome, "dir", "east", "p1").arrivals;
    // Of a third of 1/s, what comes from 21 s after the crash to 10 s after its end, and what had failed before.
    CHECK(west == Approx(589.0 / 3).margin(60));
    CHECK(east == Approx(1200.0 / 3).margin(80));
    for (const char* healthy : {"p0", "p2"}) CHECK(station(outcome, "dir", "west", healthy).arrivals == 0);

    // `check` says so, too; without health checks the calls go on to the dead partition.
    const auto load_in_the_west = [](const std::vector<std::string>& sets) {
        double rate = 0;
        for (const OfferedLoadRow& row : offered_load(scenario_of(kTwo, sets)).tiers)
            if (row.condition == "f" && row.place == "dir/p1@west") rate += row.arrivals_per_second;
        return rate;
    };
    CHECK(load_in_the_west(apart) == Approx(1.0 / 3).epsilon(0.35));
    CHECK(load_in_the_west({apart.begin(), apart.end() - 1}) == 0);
}

TEST_CASE("without health checks only failures tell, and calls go on to the dead") {
    const Outcome outcome = run(kTwo);
    CHECK(station(outcome, "dir", "west").arrivals == 0);
    CHECK(outcome.classes[0].delay.max() > (10 * 60_s).ns);
}

TEST_CASE("a failure shorter than its detection is never known") {
    const Outcome outcome = run(kTwo, {kChecked, "faults.f.for=20s"});
    CHECK(station(outcome, "dir", "west").arrivals == 0);
}

TEST_CASE("a site that is down is known to be down for each tier that is checked") {
    const std::vector<std::string> three{"sites=[{name: north}]", "links=[{name: long, from: east, to: north, latency: 40ms}]", "tiers.dir.at=[west, north]",
                                         "faults=~", "faults=[{name: g, kind: site-down, at: 10min, for: 10min, target: west}]"};
    CHECK(station(run(kTwo, three), "dir", "north").served == 0);
    std::vector<std::string> checked = three;
    checked.push_back(kChecked);
    const Outcome outcome = run(kTwo, checked);
    CHECK(station(outcome, "dir", "north").served == Approx(600).margin(80));
    CHECK(station(outcome, "mta", "east").timed_out < 60);
}

TEST_CASE("a share of crashed servers is no tier that is down") {
    const Outcome outcome = run(kTwo, {kChecked, "tiers.dir.servers=10", "faults.f.share=90%"});
    CHECK(station(outcome, "dir", "west").arrivals == 0);
}
