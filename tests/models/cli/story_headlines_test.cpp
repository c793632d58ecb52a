// The first lines that `mailquake run NAME` prints of an incident are those in its folder's expected.txt, and nothing is warned of.
// MAILQUAKE_UPDATE_GOLDEN=1 writes them anew.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "tests/models/cli/program.hpp"

namespace mailquake {

namespace {

void check_headline(const std::string& story) {
    const testing::Ran ran = testing::Sandbox().run("run " + story + " --quiet");
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    const std::string headline = ran.out.substr(0, ran.out.find("\n\n") + 1);
    const std::string golden = MAILQUAKE_SCENARIOS_DIR "/" + story + "/expected.txt";
    if (std::getenv("MAILQUAKE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden) << headline;
    std::stringstream expected;
    expected << std::ifstream(golden).rdbuf();
    CHECK(headline == expected.str());
}

nlohmann::json result_of(const std::string& words) { return nlohmann::json::parse(testing::Sandbox().run("run " + words + " --json --quiet").out); }

double affected(const std::string& words, const std::string& tenants) {
    for (const auto& one : result_of(words)["tenants"])
        if (one["class"] == tenants) return one["affected"];
    FAIL("no class " << tenants);
    return 0;
}

}  // namespace

TEST_CASE("Lync 2014: the headline is the expected one, without a warning", "[long]") { check_headline("lync-online-2014"); }

TEST_CASE("BPOS 2011: the headline is the expected one, without a warning", "[long]") { check_headline("bpos-2011-drain"); }

TEST_CASE("BPOS 2011: 90 % of a million and a half are gone after 4 h 08", "[long]") {
    const testing::Ran ran = testing::Sandbox().run("run bpos-2011-drain --quiet --qshape-at 4h8min");
    const std::size_t at = ran.out.find("(+4h 08m)"), total = ran.out.find("TOTAL", at);
    REQUIRE(total != std::string::npos);
    const double left = std::stod(ran.out.substr(total + 5));
    CHECK(left > 0.08 * 1.5e6);
    CHECK(left < 0.12 * 1.5e6);
}

TEST_CASE("Newsletter: turns between tenants leave only its sender late", "[long]") {
    check_headline("noisy-tenant-batch");
    CHECK(affected("noisy-tenant-batch", "all-others") > 990);
    CHECK(affected("noisy-tenant-batch --variant fair", "all-others") == 0);
}

TEST_CASE("Gmail 2020: said as a temporary trouble, nothing bounces", "[long]") {
    check_headline("gmail-550-2020");
    CHECK(result_of("gmail-550-2020")["bounces"]["wrong"] > 50'000);
    CHECK(result_of("gmail-550-2020 --variant temporary")["bounces"]["wrong"] == 0);
}

TEST_CASE("Exchange Y2K22: what fails open is not late", "[long]") {
    check_headline("exchange-y2k22");
    CHECK(affected("exchange-y2k22", "organisations") == 30);
    CHECK(affected("exchange-y2k22 --variant fail-open", "organisations") == 0);
}

TEST_CASE("Kumomta: without its back-off a relay tries thirty times as often", "[long]") {
    check_headline("kumomta-backoff-discarded");
    const double with = result_of("kumomta-backoff-discarded --variant with-back-off")["retries"]["attempts"];
    CHECK(result_of("kumomta-backoff-discarded")["retries"]["attempts"] > 30 * with);
}

TEST_CASE("Microsoft 365, 2023: a rule that works leaves everybody else on time", "[long]") {
    check_headline("mitigation-breaks-2023");
    CHECK(affected("mitigation-breaks-2023", "everybody") == 500);
    CHECK(affected("mitigation-breaks-2023 --variant a-rule-that-works", "everybody") == 0);
}

TEST_CASE("Office 365, 2012: one short try, or a quarantine at once, and no firm is late", "[long]") {
    check_headline("office365-2012-poison-flood");
    CHECK(affected("office365-2012-poison-flood", "firms") == 500);
    CHECK(affected("office365-2012-poison-flood --variant one-short-try", "firms") == 0);
    CHECK(affected("office365-2012-poison-flood --variant quarantine-at-once", "firms") == 0);
}

}  // namespace mailquake
