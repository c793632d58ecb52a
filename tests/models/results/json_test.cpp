// `run --json`: every key that the design names, numbers that stay numbers, the same bytes each time.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "models/results/json.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

RunResult result(std::size_t replications = 1) {
    const Figures f = figures_of(testing::small_outcome(), testing::small_scenario());
    std::vector<ReplicationResult> units;
    for (std::uint32_t r = 0; r < replications; ++r) units.push_back({1, r, "f" + std::to_string(r), "0.1.0", f});
    return combine(about(testing::small_scenario()), units);
}

nlohmann::json parsed(const RunResult& r) { return nlohmann::json::parse(run_json(r)); }

void has(const nlohmann::json& object, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        INFO(key);
        CHECK(object.contains(key));
    }
}

}  // namespace

TEST_CASE("the JSON object has the keys that are promised") {
    Outcome o = testing::small_outcome();
    ClientOutcome c;
    c.name = "lync";
    o.clients = {c};
    RunResult r = result();
    r.figures = figures_of(o, testing::small_scenario());
    const auto j = parsed(r);
    has(j, {"schema", "scenario", "version", "seed", "replications", "fingerprint", "simulated", "wall", "events", "messages",
            "delay", "affected", "collateral", "recovered", "oldest", "retries", "notices", "bounces", "tenants", "partitions",
            "tiers", "clients", "faults", "flaws", "mitigations", "qshape", "expectations", "intervals"});
    CHECK(j["schema"] == 2);
    has(j["messages"], {"accepted", "generated", "duplicated", "delivered", "bounced", "expired", "dropped", "filtered",
                        "discarded", "in_system", "censored"});
    has(j["delay"], {"mean", "p50", "p90", "p95", "p99", "p999", "max"});
    has(j["affected"], {"tenants", "of", "before_fault"});
    has(j["recovered"].at(0), {"fault", "after"});
    has(j["retries"], {"attempts", "peak_rate"});
    has(j["notices"], {"count", "first"});
    has(j["bounces"], {"count", "first", "wrong"});
    has(j["tenants"].at(0), {"class", "count", "affected", "collateral", "accepted", "delivered", "delay"});
    has(j["partitions"].at(0), {"tier", "name", "tenants", "affected"});
    has(j["tiers"].at(0), {"name", "site", "utilization", "arrivals", "served", "refused", "timed_out", "wasted", "wait", "queue"});
    has(j["tiers"].at(0)["queue"], {"mean", "max"});
    has(j["clients"].at(0), {"name", "count", "signed_in"});
    has(j["clients"].at(0)["signed_in"], {"min", "below_90"});
    for (const char* list : {"faults", "flaws", "mitigations"}) has(j[list].at(0), {"name", "kind", "start", "end", "touched"});
}

TEST_CASE("whole numbers have no point, others read back the same, absent ones are null") {
    RunResult r = result();
    r.figures.oldest = 0.1 + 0.2;
    const std::string text = run_json(r);
    CHECK(text.find("\"accepted\": 360,") != std::string::npos);
    const auto j = nlohmann::json::parse(text);
    CHECK(j["oldest"].get<double>() == 0.1 + 0.2);
    CHECK(j["bounces"]["first"].is_null());
    CHECK(text.back() == '\n');
}

TEST_CASE("intervals are there for several replications, and empty for one") {
    CHECK(parsed(result())["intervals"].empty());
    const auto j = parsed(result(3));
    CHECK(j["replications"] == 3);
    CHECK(j["intervals"]["delay.p99"]["n"] == 3);
    has(j["intervals"]["affected.tenants"], {"low", "high", "n"});
}

TEST_CASE("equal results are equal bytes") { CHECK(run_json(result(2)) == run_json(result(2))); }

TEST_CASE("figures and descriptions read back as they were written") {
    const Figures f = figures_of(testing::small_outcome(), testing::small_scenario(), {SimTime::zero() + 1_h});
    CHECK(f.qshapes.size() == 1);
    CHECK(figures_json(read_figures(figures_json(f))) == figures_json(f));
    const About a = about(testing::small_scenario());
    CHECK(about_json(read_about(about_json(a))) == about_json(a));
    CHECK_THROWS_AS(read_figures("{}"), std::runtime_error);
    CHECK_THROWS_AS(read_figures("not json"), std::runtime_error);
}

TEST_CASE("assumptions are the entries without a fact behind them, and every Zipf skew") {
    const About a = about(testing::small_scenario());
    REQUIRE(a.assumptions.size() == 2);
    CHECK(a.assumptions[0].what == "tenants.gold.skew");
    CHECK(a.assumptions[0].source.find("exponent 1.2:") != std::string::npos);
    CHECK(a.assumptions[1].what == "faults.p3-silent");
    CHECK(a.assumptions[1].basis == "inference");
}

}  // namespace mailquake
