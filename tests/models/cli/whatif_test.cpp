// `whatif` from outside: one change, causes one at a time with Shapley's split, cures, and components that fail.
#include "tests/catch.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/stats/confidence.hpp"
#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;

namespace {

double metric(const nlohmann::json& alternative, const std::string& name, const char* what) {
    for (const auto& m : alternative["metrics"])
        if (m["metric"] == name) return m[what].get<double>();
    FAIL(name << " is not there");
    return 0;
}

}  // namespace

TEST_CASE("without the flaw nobody else is hit, and the same seeds say so", "[long]") {
    const testing::SmallSandbox box;
    const Ran ran = box.run("whatif s.yaml --without lookup-hang -n 3 --json");
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    const auto one = nlohmann::json::parse(ran.out)["alternatives"][0];
    CHECK(one["pairs"] == 3);
    CHECK(metric(one, "collateral()", "a") > 0.5);
    CHECK(metric(one, "collateral()", "b") == 0);
    // Both sides are what run says of them.
    const auto written = nlohmann::json::parse(box.run("run s.yaml -n 3 --json").out);
    const auto without = nlohmann::json::parse(box.run("run s.yaml -n 3 --json --set flaws.lookup-hang.enabled=false").out);
    CHECK(metric(one, "affected()", "a") == Approx(written["affected"]["tenants"].get<double>() / 20));
    CHECK(metric(one, "affected()", "b") == Approx(without["affected"]["tenants"].get<double>() / 20));
    CHECK(contains(box.run("whatif s.yaml --without lookup-hang -n 2").out, "of the tenants affected, and a longest delay of"));
}

TEST_CASE("the damage is shared out between fault and flaw to the last tenant-minute", "[long]") {
    const testing::SmallSandbox box;
    const auto result = nlohmann::json::parse(box.run("whatif s.yaml -n 2 --json").out);
    REQUIRE(result["alternatives"].size() == 2);
    double shared = 0;
    for (const auto& one : result["alternatives"]) shared += one["shapley"].get<double>();
    const double written = metric(result["alternatives"][0], "late_minutes()", "a");
    CHECK(written > 0);
    CHECK(shared == Approx(written));   // nothing is hit without both
    CHECK(contains(box.run("whatif s.yaml -n 2").out, "its share (Shapley)"));
}

TEST_CASE("a cause's share has the interval that the seeds give it, and one run has none", "[long]") {
    const testing::SmallSandbox box;
    const std::string length = "for: 20min", shorter = testing::small_scenario();   // 15 min, so that seeds differ
    box.write("s.yaml", std::string(shorter).replace(shorter.find(length), length.size(), "for: 15min"));
    const auto hit = [&](const std::string& with, std::uint32_t replication) {
        const auto run = nlohmann::json::parse(box.run("run s.yaml --json --only " + std::to_string(replication) + with).out);
        double minutes = 0;
        for (const auto& one : run["tenants"]) minutes += one["late_minutes"].get<double>();
        return minutes;
    };
    // The flaw does nothing alone: of each seed it has half of what it adds to the fault.
    std::vector<double> shares;
    for (const std::uint32_t r : {0U, 1U, 2U}) shares.push_back((hit("", r) - hit(" --set flaws.lookup-hang.enabled=false", r)) / 2);
    const auto expected = student_t_interval(shares);
    REQUIRE(expected);
    REQUIRE(expected->half_width() > 0);
    const auto result = nlohmann::json::parse(box.run("whatif s.yaml -n 3 --json").out);
    const auto flaw = std::find_if(result["alternatives"].begin(), result["alternatives"].end(), [](const auto& a) { return a["name"] == "without lookup-hang"; });
    REQUIRE(flaw != result["alternatives"].end());
    const auto& interval = (*flaw)["shapley_interval"];
    CHECK(interval["low"].get<double>() == Approx(expected->low).margin(1e-9));
    CHECK(interval["high"].get<double>() == Approx(expected->high).margin(1e-9));
    CHECK(interval["n"] == 3);
    CHECK(contains(box.run("whatif s.yaml -n 3").out, " +- "));
    const auto one = nlohmann::json::parse(box.run("whatif s.yaml -n 1 --json").out)["alternatives"][0];
    CHECK(one["shapley"].is_number());
    CHECK(one["shapley_interval"].is_null());
}

TEST_CASE("what is added and touches nothing is told, what is left out is not", "[long]") {
    const testing::SmallSandbox box;
    box.write("d.yaml", testing::small_scenario() + "  - {name: other, enabled: false, kind: crash, in: transport, call: directory, restart: 1min}\n");
    CHECK(contains(box.run("whatif d.yaml --with other -n 1").err, "flaw 'other' touched nothing in 1 run"));   // lookup-hang is there before it
    CHECK_FALSE(contains(box.run("whatif d.yaml --without lookup-hang -n 1").err, "touched nothing"));
    CHECK_FALSE(contains(box.run("whatif d.yaml --without lookup-hang --with other -n 1").err, "touched nothing"));
}

TEST_CASE("cures are ranked by what they save") {
    const testing::SmallSandbox box;
    box.write("c.yaml", testing::small_scenario() + "variants:\n  - {name: worse, description: a, tiers.transport.workers: 2}\n"
                                                    "  - {name: cure, description: b, flaws.lookup-hang.enabled: false}\n");
    const Ran ran = box.run("whatif c.yaml --mitigations -n 2");
    INFO(ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.out.find("variant cure") < ran.out.find("variant worse"));
    CHECK(box.run("whatif s.yaml --mitigations").exit == 2);
}

TEST_CASE("each partition fails once, with the scenario's own faults off", "[long]") {
    const testing::SmallSandbox box;
    const auto result = nlohmann::json::parse(box.run("whatif s.yaml --each partitions --for 20min -n 1 --json").out);
    REQUIRE(result["alternatives"].size() >= 2);
    for (const auto& one : result["alternatives"]) {
        CHECK(one["name"].get<std::string>().starts_with("partition "));
        CHECK(metric(one, "affected()", "a") == 0);
        CHECK(metric(one, "affected()", "b") > 0);
    }
    CHECK(contains(box.run("whatif s.yaml --each tiers --kind server-pause --for 5min -n 1").out, "tier transport"));
    const Ran sites = box.run("whatif s.yaml --each sites --kind down --for 20min -n 1");
    CHECK(contains(sites.out, "one of the sites fails (site-down) at "));
    CHECK_FALSE(contains(sites.err, "touched nothing"));  // without faults the flaw has nothing to do
}

TEST_CASE("what a run ended too early to see is a lower bound, not a sameness", "[long]") {
    const testing::SmallSandbox box;
    const Ran one = box.run("whatif s.yaml --set tiers.edge.workers=21 --until 1h10min -n 2 --metric 'recovered()'");
    INFO(one.out << one.err);
    CHECK(contains(one.out, "not known"));
    CHECK_FALSE(contains(one.out, "same"));
    CHECK(contains(one.out, ">= : some runs ended too early"));
    std::string open = testing::small_scenario();
    open.replace(open.find("cooldown: 30min"), 15, "cooldown: 0s");
    box.write("open.yaml", open);
    const Ran table = box.run("whatif open.yaml --until 1h18min -n 2");
    INFO(table.out);
    CHECK(contains(table.out, "a longest delay of at least "));
    const auto json =
        nlohmann::json::parse(box.run("whatif s.yaml --without lookup-hang --until 1h10min -n 2 --json").out);
    for (const auto& m : json["alternatives"][0]["metrics"])
        if (m["metric"] == "recovered()") CHECK(m["a_at_least"] == true);
}

TEST_CASE("what Shapley's split leaves over is said", "[long]") {
    const testing::SmallSandbox box;
    CHECK_FALSE(contains(box.run("whatif s.yaml -n 1").out, "with all of them off"));
    CHECK(contains(box.run("whatif mitigation-breaks-2023 --cut -n 1").out,
                   "tenant-minutes late are there with all of them off"));
}

TEST_CASE("what cannot be meant by whatif is told before anything runs") {
    const testing::SmallSandbox box;
    CHECK(contains(box.run("whatif s.yaml --without lookup-hag").err, "did you mean 'lookup-hang'?"));
    CHECK(contains(box.run("whatif s.yaml --with lookup-hang").err, "is on already"));
    CHECK(contains(box.run("whatif s.yaml --each tiers --mitigations").err, "one question at a time"));
    CHECK(contains(box.run("whatif s.yaml --each racks").err, "sites, links, tiers or partitions"));
    CHECK(contains(box.run("whatif s.yaml --kind server-crash").err, "--kind goes with --each"));
    CHECK(box.run("whatif s.yaml --set tiers.transport.wrokers=3").exit == 3);
}

}  // namespace mailquake
