// The data of the post-incident page: series that keep their peaks, texts that stay texts, figures that are those of run.
#include "tests/catch.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/report/cascade.hpp"
#include "models/report/page.hpp"
#include "models/report/page_series.hpp"
#include "models/results/json.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

RunResult small_result(const Outcome& outcome, const ScenarioSpec& scenario) {
    ReplicationResult unit{1, 0, "00", "1", figures_of(outcome, scenario), {}};
    unit.figures.cascade = cascade_of(outcome);
    return combine(about(scenario), {unit});
}

double greatest(const nlohmann::ordered_json& series) {
    double most = 0;
    for (const auto& v : series["high"]) most = std::max(most, v.get<double>());
    return most;
}

}  // namespace

TEST_CASE("down-sampling keeps every peak and every dip") {
    std::vector<double> points(10'001, 5);
    points[7777] = 123;
    points[42] = 1;
    const DownSampled all = down_sample(points.size(), 100, [&](std::size_t k) { return points[k]; });
    CHECK(all.width == 101);
    CHECK(all.high.size() == 100);
    CHECK(*std::max_element(all.high.begin(), all.high.end()) == 123);
    CHECK(*std::min_element(all.low.begin(), all.low.end()) == 1);
    CHECK(all.high[7777 / 101] == 123);
    CHECK(all.low[7777 / 101] == 5);
    const DownSampled few = down_sample(3, 100, [&](std::size_t k) { return points[k]; });
    CHECK(few.width == 1);
    CHECK(few.high.size() == 3);
    CHECK(down_sample(0, 100, [](std::size_t) { return 1.0; }).high.empty());
}

TEST_CASE("counts are summed over a stretch, so that none is lost") {
    const DownSampled all = summed(1001, 100, [](std::size_t) { return 1.0; });
    double sum = 0;
    for (const double v : all.high) sum += v;
    CHECK(sum == 1001);
}

TEST_CASE("pictures have three digits") {
    CHECK(three_digits(0) == 0);
    CHECK(three_digits(1234.6) == 1235);
    CHECK(three_digits(12.345) == Approx(12.3));
    CHECK(three_digits(0.012345) == Approx(0.0123));
    CHECK(three_digits(-1.2345) == Approx(-1.23));
}

TEST_CASE("no text ends the script element that it stands in") {
    const std::string evil = "</script><!-- <b>&amp;\u2028 \" \\ </SCRIPT>";
    const nlohmann::ordered_json data{{"name", evil}};
    const std::string text = script_safe(data);
    CHECK(text.find_first_of("<>&") == std::string::npos);
    CHECK(nlohmann::json::parse(text)["name"] == evil);
    CHECK(html_text("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
}

TEST_CASE("the file has its policy, its data and its program, and no text of a scenario as markup") {
    const PageBundle bundle{"run();", "p { color: red }"};
    const std::string page = page_html("<t>", "</pre><i>", {{"a", "</script>"}}, bundle);
    CHECK(page.find("<title>&lt;t&gt;</title>") != std::string::npos);
    CHECK(page.find("&lt;/pre&gt;&lt;i&gt;") != std::string::npos);
    CHECK(page.find("default-src 'none'") != std::string::npos);
    std::size_t ends = 0;
    for (std::size_t at = page.find("</script>"); at != std::string::npos; at = page.find("</script>", at + 1)) ++ends;
    CHECK(ends == 2);
    CHECK_THROWS(page_html("t", "", {}, PageBundle{}));
}

TEST_CASE("the page's figures are those of run --json, but for the wall clock") {
    const Outcome outcome = testing::small_outcome();
    const ScenarioSpec scenario = testing::small_scenario();
    const RunResult run = small_result(outcome, scenario);
    PageInput input;
    input.run = &run;
    input.drawn = &outcome;
    input.scenario = &scenario;
    const auto page = page_json(input);
    auto result = nlohmann::ordered_json::parse(run_json(run));
    result.erase("wall");
    CHECK(page["result"] == result);
    CHECK(page["whatif"].is_null());
    CHECK(page["events"].size() == outcome.faults.size() + outcome.flaws.size() + outcome.mitigations.size());
}

TEST_CASE("what is drawn comes from the outcome, number for number") {
    const Outcome outcome = testing::small_outcome();
    const auto drawn = outcome_json(outcome);
    std::uint64_t accepted = 0, late = 0, hit = 0;
    for (const MinuteTally& m : outcome.minutes) accepted += m.accepted;
    double shown = 0;
    for (const auto& v : drawn["minutes"]["accepted"]["high"]) shown += v.get<double>();
    CHECK(shown == Approx(static_cast<double>(accepted)).epsilon(0.01));
    for (const TenantOutcome& t : outcome.tenants) late += t.late;
    std::uint64_t of_hours = 0;
    for (const auto& one : drawn["hours"]["classes"]) {
        for (const auto& v : one["late"]) of_hours += v.get<std::uint64_t>();
        for (const auto& v : one["hit"]) hit += v.get<std::uint64_t>();
    }
    CHECK(of_hours == late);
    std::uint64_t split = 0;
    for (const char* key : {"hit_own", "hit_collateral"})
        for (const auto& v : drawn["hours"][key]) split += v.get<std::uint64_t>();
    CHECK(split == hit);
    CHECK(hit > 0);
    CHECK(drawn["queues"][0]["name"] == cascade_of(outcome)[0].queue);
    CHECK(greatest(drawn["queues"][0]["oldest"]) == Approx(cascade_of(outcome)[0].oldest));
}

TEST_CASE("bookings beyond the greatest are summed up, so that the parts still add up") {
    Outcome outcome = testing::small_outcome();
    outcome.ledger.clear();
    double all = 0;
    for (std::uint32_t k = 1; k <= 1000; ++k) {
        outcome.ledger.push_back({k % 2, "place " + std::to_string(k), "service", TimeArea{k} * 1'000'000'000});
        all += k;
    }
    const auto ledger = outcome_json(outcome)["ledger"];
    CHECK(ledger.size() < 500);
    double sum = 0;
    for (const auto& row : ledger) sum += row["time"].get<double>();
    CHECK(sum == Approx(all).epsilon(1e-3));
    CHECK(ledger[0]["place"] == "place 1000");
}

}  // namespace mailquake
