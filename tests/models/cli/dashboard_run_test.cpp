// Dashboards and traces from outside: summary, --json, metrics of expectations, results files, warnings, and files that cannot be written.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::Ran;
using testing::Sandbox;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string kBoard = R"(
dashboards:
  - name: status
    at: dfw
    decide: 2min
    signals: [{name: old, kind: oldest, target: transport, over: 2min}]
    publish: {delay: 3min}
    channels:
      - {name: page, kind: portal, every: 20min, reach: 60%}
      - {name: feed, kind: feed, every: 1min, enabled: false}
)";

struct Told : Sandbox {
    Told() { write("s.yaml", testing::small_scenario() + kBoard); }
};

}  // namespace

TEST_CASE("the summary and the JSON say who was told, and a feed beside it tells more") {
    const Told box;
    const Ran ran = box.run("run s.yaml");
    INFO(ran.err + ran.out);
    CHECK(ran.exit == 0);
    CHECK(holds(ran.out, "WHO WAS TOLD\n  status  noticed "));
    CHECK(holds(ran.out, "status/page"));
    const auto told = [&](const std::string& words) { return nlohmann::json::parse(box.run("run s.yaml --json -q " + words).out)["dashboard"]; };
    const auto page = told(""), feed = told("--set dashboards.status.channels.feed.enabled=true");
    CHECK(page["affected"] > 0);
    CHECK(page["notified"] < page["affected"]);
    CHECK(page["never_told"].get<double>() == page["affected"].get<double>() - page["notified"].get<double>());
    CHECK(feed["notified"] == feed["affected"]);
    CHECK(feed["unaware"] < page["unaware"]);
    CHECK(feed["channels"][1]["kind"] == "feed");
}

TEST_CASE("expectations can ask who was told and how soon, and whom they ask of must have a dashboard", "[long]") {
    const Told box;
    const std::string feed = " --set dashboards.status.channels.feed.enabled=true";
    const auto verdict = [&](const std::string& expectation, const std::string& more) {
        return box.run("test s.yaml --set 'expect=[{that: \"" + expectation + "\"}]'" + more).exit;
    };
    CHECK(verdict("notified() > 99%", feed) == 0);
    CHECK(verdict("notified() > 99%", "") == 99);
    CHECK(verdict("never_told() <= 0", feed) == 0);
    CHECK(verdict("max(time_to_notify) < 30min", feed) == 0);
    CHECK(verdict("unaware() < 30min", feed) == 0);
    CHECK(verdict("time_to_detect() < 10min", "") == 0);
    CHECK(verdict("time_to_publish() < 6min", "") == 99);
    const Ran none = box.run("test s.yaml --set 'dashboards=~' --set 'expect=[{that: notified() > 99%}]'");
    CHECK(none.exit == 3);
    CHECK(holds(none.err, "the scenario has no dashboards"));
}

TEST_CASE("a dashboard that detected nothing is warned of with its place", "[long]") {
    const Told box;
    const Ran ran = box.run("run s.yaml --set faults.p2-silent.enabled=false --set dashboards.status.signals.old.over=20min");
    CHECK(holds(ran.err, "s.yaml:"));
    CHECK(holds(ran.err, "warning: dashboard 'status' detected nothing"));
    CHECK_FALSE(holds(box.run("run s.yaml").err, "dashboard 'status'"));
    const std::string test = "test s.yaml --set 'expect=[{that: late() < 90%}]'";
    CHECK(holds(box.run(test + " --set dashboards.status.signals.old.over=150min").err, "warning: dashboard 'status' detected nothing"));
    CHECK_FALSE(holds(box.run(test).err, "dashboard 'status'"));
}

TEST_CASE("a results file keeps notices and who was told of them") {
    const Told box;
    CHECK(box.run("run s.yaml -q --results r.db").exit == 0);
    const Ran again = box.run("run r.db --json");
    REQUIRE(again.exit == 0);
    CHECK(nlohmann::json::parse(again.out)["dashboard"] == nlohmann::json::parse(box.run("run s.yaml -q --json").out)["dashboard"]);
}

TEST_CASE("a trace is a file of its own, changes no result, and holds the slowest copies") {
    const Told box;
    const Ran plain = box.run("run s.yaml -q --json"), traced = box.run("run s.yaml -q --json --trace t.json");
    REQUIRE(traced.exit == 0);
    auto a = nlohmann::json::parse(plain.out), b = nlohmann::json::parse(traced.out);
    a.erase("wall");
    b.erase("wall");
    CHECK(a == b);
    const auto trace = nlohmann::json::parse(box.read("t.json"));
    CHECK(trace["traceEvents"].size() > 200);
    CHECK(box.read("t.json").size() < 5'000'000);
    CHECK(box.run("run s.yaml -q --trace u.json --threads 4").exit == 0);
    CHECK(box.read("t.json") == box.read("u.json"));
}

TEST_CASE("a trace that cannot be written is an error before anything runs") {
    const Told box;
    const Ran ran = box.run("run s.yaml --trace nowhere/t.json");
    CHECK(ran.exit == 2);
    CHECK(ran.out.empty());
    CHECK(holds(ran.err, "--trace: cannot write nowhere/t.json: No such file or directory"));
    CHECK(box.run("run s.yaml -q --results r.db").exit == 0);
    CHECK(box.run("run r.db --trace t.json").exit == 2);
}

}  // namespace mailquake
