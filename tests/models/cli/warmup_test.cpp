// `--warmup`: a system that starts empty and is busy has a beginning that MSER-5 finds; where there is no steady state it
// is refused.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;
using testing::Sandbox;

namespace {

/// M/M/1 at 95 %: its queue takes many minutes to fill.
std::string busy(const std::string& more) {
    return R"(name: busy
duration: 20h
sites: [dc, {name: out, outside: true}]
links: [{from: out, to: dc, latency: 20ms}]
tiers: [{name: edge, at: dc, service: {law: exponential, mean: 9500ms}}]
senders: [{name: world, at: out}]
tenants: [{name: all, rate: 0.1/s, paths: {inbound: edge})" + more + "}]\n";
}

}  // namespace

TEST_CASE("a warm-up is found for a queue that fills, and told as a setting") {
    const Sandbox box;
    box.write("busy.yaml", busy(""));
    const Ran ran = box.run("run busy.yaml --warmup mser5 --json");
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(contains(ran.err, "of warm-up, by MSER-5 over 5 pilot runs"));
    const double warmup = nlohmann::json::parse(ran.out)["about"]["warmup"];
    CHECK(warmup >= 0);
    CHECK(warmup <= 10 * 3600);
    const auto sets = nlohmann::json::parse(ran.out)["about"]["sets"];
    REQUIRE(sets.size() == 1);
    CHECK(nlohmann::json::parse(box.run("run busy.yaml --json --set " + sets[0].get<std::string>()).out)["fingerprint"] ==
          nlohmann::json::parse(ran.out)["fingerprint"]);
    CHECK(nlohmann::json::parse(box.run("run busy.yaml --set warmup=1h --warmup none --json").out)["about"]["warmup"] == 0);
}

TEST_CASE("MSER-5 is refused where there is no steady state") {
    const Sandbox box;
    const auto refused = [&](const std::string& words, const std::string& why) {
        const Ran ran = box.run("run " + words + " --warmup mser5");
        INFO(ran.err);
        CHECK(ran.exit == 3);
        CHECK(ran.out.empty());
        CHECK(contains(ran.err, why));
    };
    box.write("s.yaml", testing::small_scenario());
    box.write("hourly.yaml", busy(", diurnal: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1, 1, 1, 1, 1, 1, 1, 1]"));
    box.write("short.yaml", busy(""));
    refused("s.yaml", "fault 'p2-silent' is on");
    refused("s.yaml --set faults.p2-silent.enabled=false", "flaw 'lookup-hang' is on");
    refused("hourly.yaml", "follows the hour");
    refused("short.yaml --set duration=30min", "too short");
    CHECK(box.run("run s.yaml --warmup mser").exit == 2);
}

}  // namespace mailquake
