// `report` from outside: the page as a file, or a clear answer where mailquake was built without it.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "models/report/page_bundle.hpp"
#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;

namespace {

nlohmann::json data_of(const std::string& page) {
    const std::string begin = "id=\"data\">";
    const std::size_t from = page.find(begin) + begin.size();
    return nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from));
}

}  // namespace

TEST_CASE("without the page report says so, and how to get it") {
    if (page_bundle()) return;
    const testing::SmallSandbox box;
    const Ran ran = box.run("report s.yaml -o r.html");
    CHECK(ran.exit == 2);
    CHECK(contains(ran.err, "MAILQUAKE_PAGE"));
    CHECK_FALSE(std::filesystem::exists(box.path("r.html")));
}

TEST_CASE("a report is one file with all of it, and the same bytes again") {
    if (!page_bundle()) return;
    const testing::SmallSandbox box;
    const Ran ran = box.run("report s.yaml -o r.html -n 2 --seed 3");
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(ran.out.empty());
    CHECK_FALSE(std::filesystem::exists(box.path("r.html.part")));
    const std::string page = box.read("r.html");
    CHECK(page.rfind("<!doctype html>", 0) == 0);
    CHECK_FALSE(contains(page, "http-equiv=\"refresh\""));
    CHECK(contains(page, "default-src 'none'"));
    const auto data = data_of(page);
    auto run = nlohmann::json::parse(box.run("run s.yaml --json -n 2 --seed 3").out);
    run.erase("wall");
    CHECK(data["result"] == run);
    CHECK(data["whatif"]["without"].size() == 2);
    CHECK(data["whatif"]["no_flaw"]["metrics"]["collateral()"]["value"]["value"] == 0);
    CHECK(contains(data["whatif"]["no_flaw_sentence"], "The flaw lookup-hang turned"));
    double shared = 0;
    for (const auto& one : data["whatif"]["without"]) shared += one["shapley"]["value"].get<double>();
    CHECK(shared == Approx(data["whatif"]["as_written"]["metrics"]["late_minutes()"]["value"]["value"].get<double>()));
    CHECK(box.run("report s.yaml -o again.html -n 2 --seed 3 -j 1 -q").exit == 0);
    CHECK(data_of(box.read("again.html")) == data);
}

TEST_CASE("a results file gives the same page and runs nothing of it again") {
    if (!page_bundle()) return;
    const testing::SmallSandbox box;
    REQUIRE(box.run("report s.yaml -o a.html -n 2 --results r.db -q").exit == 0);
    const Ran ran = box.run("report r.db -o b.html -n 2");
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    CHECK(contains(ran.err, "2 of 2 replications are in the results file"));
    auto a = data_of(box.read("a.html")), b = data_of(box.read("b.html"));
    CHECK(a == b);
    box.write("s.yaml", testing::small_scenario() + "\n# another one\nseed: 5\n");
    CHECK(box.run("report r.db -o c.html").exit == 2);
}

TEST_CASE("a page is the same whether some of its runs, all or none were kept before, and keeps the details of its own") {
    if (!page_bundle()) return;
    const testing::SmallSandbox box;
    REQUIRE(box.run("report s.yaml -o fresh.html -n 3 --results all.db -q").exit == 0);
    for (const char* kept : {"run s.yaml -n 1", "run s.yaml --only 2", "sweep s.yaml --vary tiers.transport.workers=6,7 -n 2"}) {
        REQUIRE(box.run(std::string(kept) + " --results some.db -q").exit == 0);
        REQUIRE(box.run("report s.yaml -o some.html -n 3 --results some.db -q").exit == 0);
        auto fresh = data_of(box.read("fresh.html")), some = data_of(box.read("some.html"));
        CHECK(fresh == some);
        std::filesystem::remove(box.path("some.db"));
    }
    // A run that a page made is as whole as one of `run`, and none is made twice.
    const Ran run = box.run("run s.yaml -n 3 --results all.db");
    CHECK(contains(run.err, "3 of 3 replications are in the results file"));
    CHECK_FALSE(contains(run.err, "without series"));
}

TEST_CASE("mistakes are said before anything runs") {
    const testing::SmallSandbox box;
    if (!page_bundle()) return;
    CHECK(box.run("report s.yaml -o no/such/folder/r.html").exit == 2);
    CHECK(box.run("report nowhere.yaml").exit == 3);
    CHECK(box.run("report").exit == 2);
    CHECK(box.run("report s.yaml --replications 0").exit == 2);
}

}  // namespace mailquake
