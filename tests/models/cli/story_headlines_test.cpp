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
    const auto result = result_of(words);
    for (const auto& one : result["tenants"])
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

TEST_CASE("Greylisting: who is late by it alone does not count, over several seeds", "[long]") {
    check_headline("greylisting");
    for (const char* seed : {"1", "2", "3"}) {
        const auto result = result_of(std::string("greylisting --seed ") + seed);
        CHECK(result["affected"]["tenants"] == 0);
        CHECK(result["delay"]["max"] == Approx(1210).margin(15));   // KumoMTA's 20 minutes, with 1 % of jitter
        CHECK(result_of(std::string("greylisting --variant edge-down-too --seed ") + seed)["affected"]["tenants"] > 100);
    }
    CHECK(result_of("greylisting --variant without-greylisting")["delay"]["max"] < 60);
}

TEST_CASE("Dead MX: the others wait for the processes that it holds, unless a destination has its own limit", "[long]") {
    check_headline("dead-mx");
    for (const char* seed : {"1", "2", "3"}) {
        CHECK(affected(std::string("dead-mx --seed ") + seed, "to-others") == 50);
        CHECK(affected(std::string("dead-mx --variant twenty-each --seed ") + seed, "to-others") == 0);
        CHECK(affected(std::string("dead-mx --variant short-timeout --seed ") + seed, "to-others") == 0);
    }
}

TEST_CASE("Rackspace 2022: what a queue keeps for long enough is not lost when its tier is", "[long]") {
    check_headline("rackspace-2022");
    const auto lost = [](const std::string& words) { return result_of("rackspace-2022 " + words)["messages"]["expired"].get<double>(); };
    for (const char* seed : {"1", "2", "3"}) CHECK(lost(std::string("--seed ") + seed) == Approx(27'500).margin(1500));
    CHECK(lost("--variant keep-for-ten-days") == 0);
    CHECK(lost("--variant forwarded-on-the-first-day") == 0);
}

TEST_CASE("Gmail 2009: routers that refuse go down one after the other; those that slow down do not", "[long]") {
    check_headline("gmail-2009-router-cascade");
    const auto below_90 = [](const std::string& words) { return result_of("gmail-2009-router-cascade " + words)["clients"][0]["signed_in"]["below_90"].get<double>(); };
    for (const char* seed : {"1", "2", "3"}) CHECK(below_90(std::string("--seed ") + seed) == Approx(100 * 60).margin(15 * 60));
    CHECK(below_90("--variant slow-down") == 0);
    CHECK(below_90("--variant more-routers") == 0);
    CHECK(below_90("--variant nobody-adds-routers") > 3 * 3600);
}

TEST_CASE("Outlook.com 2013: phones that back off leave the web site alone", "[long]") {
    check_headline("outlook-2013-reconnect");
    const auto below_90 = [](const std::string& words, std::size_t clients) { return result_of("outlook-2013-reconnect " + words)["clients"][clients]["signed_in"]["below_90"].get<double>(); };
    for (const char* seed : {"1", "2"}) {
        CHECK(below_90(std::string("--seed ") + seed, 0) == Approx(66.5 * 3600).epsilon(0.05));
        CHECK(below_90(std::string("--seed ") + seed, 1) > 5 * 3600);
    }
    CHECK(below_90("--variant phones-that-back-off", 1) == 0);
    CHECK(below_90("--variant bulkhead", 1) == 0);
}

TEST_CASE("Microsoft 365, 2024: the last servers keep their mail for longest", "[long]") {
    check_headline("m365-2024-retry-flood");
    const auto longest = [](const std::string& words) { return result_of("m365-2024-retry-flood " + words)["delay"]["max"].get<double>(); };
    for (const char* seed : {"1", "2", "3"}) CHECK(longest(std::string("--seed ") + seed) > 12 * 3600);
    CHECK(longest("--variant nothing-left-over") < 8 * 3600);
    CHECK(affected("m365-2024-retry-flood --variant in-rings", "firms") < 30);
    CHECK(affected("m365-2024-retry-flood --variant no-retries", "firms") == 0);
}

TEST_CASE("Gmail 2013: 29 % delayed, 1.5 % by over two hours, a middle of 2.6 s", "[long]") {
    check_headline("gmail-2013-capacity-cut");
    // Delayed: by more than 2 s. Of the mail accepted while the capacity was cut.
    const auto share = [](const std::string& words) {
        const auto result = result_of("gmail-2013-capacity-cut --set warmup=1h54min " + words);
        return result["tenants"][0]["late"].get<double>() / result["tenants"][0]["measured"].get<double>();
    };
    for (const char* seed : {"1", "2", "3"}) {
        CHECK(share(std::string("--set slo.delay=2s --seed ") + seed) == Approx(0.29).margin(0.03));
        CHECK(share(std::string("--set slo.delay=2h --seed ") + seed) == Approx(0.015).margin(0.006));
    }
    CHECK(share("--variant half-of-the-cut --set slo.delay=2s") < 0.01);
}

TEST_CASE("On premises, 2014: who has nobody to repair a server waits for longer than the cloud made him", "[long]") {
    check_headline("on-premises-2014");
    const double small = affected("on-premises-2014", "small"), enterprise = affected("on-premises-2014", "enterprise");
    CHECK(small / 140 > 2 * enterprise / 12);
    CHECK(affected("on-premises-2014 --variant pairs-for-all", "small") < small / 3);
    CHECK(result_of("on-premises-2014")["collateral"] == 0);
}

}  // namespace mailquake
