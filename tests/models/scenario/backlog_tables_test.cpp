// Start states as qshape prints them: pasted as they are, from a file, and split over the classes whose mail the rows are.
#include "tests/catch.hpp"

#include "models/scenario/backlog_tables.hpp"
#include "models/scenario/load.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::Scratch;

namespace {

// As qshape prints it: names stand to the right, so the longest begins at the first column.
const std::string kTable =
    "                        T  5 10 20 40 80 160 320 640 1280 1280+\n"
    "               TOTAL 1300 20 40 100 100 340 400 200 100 0 0\n"
    "         one.example 1200 10 20 70 100 300 400 200 100 0 0\n"
    "long-name.of.example   60 10 20 30 0 0 0 0 0 0 0\n";

const std::string kEstate =
    "name: t\nduration: 1h\n"
    "sites: [dc, {name: out, outside: true}]\nlinks: [{from: dc, to: out, latency: 20ms}]\n"
    "tiers: [{name: mta, at: dc, workers: 10, service: {law: exponential, mean: 10ms}}, {name: isp, at: out, workers: 10, service: {law: exponential, mean: 300ms}}]\n"
    "tenants:\n"
    "  - {name: all, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, isp]}}\n"
    "  - {name: one-example, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, isp]}}\n"
    "  - {name: long, rate: 1/s, directions: {inbound: 0%, outbound: 100%}, paths: {outbound: [mta, isp]}}\n"
    "backlog:\n"
    "  - name: now\n    at: mta@dc\n    queue: next-hop\n    direction: outbound\n";

struct Loaded {
    std::optional<LoadedScenario> scenario;
    std::string said;

    /// "class count" of each entry that is run.
    [[nodiscard]] std::string backlog() const {
        std::string text;
        for (const BacklogSpec& entry : scenario->spec.backlog) text += entry.name + " " + entry.tenant_class + " " + entry.qshape + "\n";
        return text;
    }
};

Loaded load(const std::string& file) {
    Diagnostics diagnostics;
    LoadRequest request;
    request.file = file;
    auto scenario = load_scenario(request, diagnostics);
    return {std::move(scenario), diagnostics.render()};
}

}  // namespace

TEST_CASE("a table of qshape is taken as it is pasted, and its rows go to the classes that are named") {
    const Scratch scratch("qshape");
    const Loaded whole = load(scratch.write("a.yaml", kEstate + "    class: all\n    classes: [long-name.of.example=long]\n    qshape: |\n" + kTable + "    description: of Monday\n"));
    INFO(whole.said);
    REQUIRE(whole.scenario);
    CHECK(whole.backlog() ==
          "now all TOTAL 40 0 0 0 0 40 0 0 0 0 0\n"
          "now/one-example one-example TOTAL 1200 10 20 70 100 300 400 200 100 0 0\n"
          "now/long long TOTAL 60 10 20 30 0 0 0 0 0 0 0\n");
    CHECK(whole.said.find("the table of backlog 'now' is 40 of class 'all', 1200 of class 'one-example', 60 of class 'long'") != std::string::npos);
    for (const BacklogSpec& entry : whole.scenario->spec.backlog) CHECK(entry.description == "of Monday");
}

TEST_CASE("a table of qshape may stand in a file beside the scenario, which is then part of what is run") {
    const Scratch scratch("qshape");
    scratch.write("deferred.txt", kTable);
    const std::string asks = kEstate + "    class: all\n    qshape_file: deferred.txt\n";
    const Loaded first = load(scratch.write("a.yaml", asks));
    INFO(first.said);
    REQUIRE(first.scenario);
    CHECK(first.backlog() ==
          "now all TOTAL 100 10 20 30 0 40 0 0 0 0 0\n"
          "now/one-example one-example TOTAL 1200 10 20 70 100 300 400 200 100 0 0\n");
    scratch.write("deferred.txt", "one.example 1 1 0 0 0 0 0 0 0 0 0\n");
    const Loaded second = load(scratch.write("a.yaml", asks));
    REQUIRE(second.scenario);
    CHECK(second.scenario->canonical_text != first.scenario->canonical_text);
    scratch.write("deferred.txt", kTable + "two.example 5 1 0 0 0 0 0 0 0 0 0\n");
    CHECK(load(scratch.write("a.yaml", asks)).said.find("deferred.txt:5:1: error: qshape: the columns of two.example add up to 1, but T is 5") != std::string::npos);
    CHECK(load(scratch.write("b.yaml", kEstate + "    class: all\n    qshape_file: nowhere.txt\n")).said.find("nowhere.txt: there is no such file") != std::string::npos);
}

TEST_CASE("rows that are nobody's, and classes of no row, are told with a way out") {
    const Scratch scratch("qshape");
    const auto said = [&](const std::string& keys) { return load(scratch.write("a.yaml", kEstate + keys + "    qshape: |\n" + kTable)).said; };
    CHECK(said("").find("destination 'long-name.of.example' is nobody's: no tenant class is called 'long-name-of-example'. Write `classes: [long-name.of.example=CLASS]`") != std::string::npos);
    CHECK(said("    classes: [long-name.of.example=long]\n").find("TOTAL has 40 more than the rows below it; say with `class`") != std::string::npos);
    CHECK(said("    class: all\n    classes: [two.example=long]\n").find("the table has no row of that destination") != std::string::npos);
    CHECK(said("    class: all\n    classes: [one.example=longer]\n").find("there is no tenant class 'longer'") != std::string::npos);
    CHECK(said("    class: all\n    classes: [one.example]\n").find("'one.example' is not DESTINATION=CLASS") != std::string::npos);
    const Loaded other = load(scratch.write("a.yaml", kEstate + "    class: all\n    qshape: |\n      T 5 10 20 40 TOTAL 1 2 3\n"));
    CHECK(other.said.find("the heading is not 'T 5 10 20") != std::string::npos);
}

TEST_CASE("only lines of a table are indented anew") {
    const std::string plain = "a: b\nqshape: one.example 1 1 0 0 0 0 0 0 0 0 0\n";
    CHECK(with_tables_indented(plain) == plain);
    CHECK(with_tables_indented("x:\n  - qshape: &now |  # of today\n" + kTable + "\n  - next") ==
          "x:\n  - qshape: &now |  # of today\n      T  5 10 20 40 80 160 320 640 1280 1280+\n      TOTAL 1300 20 40 100 100 340 400 200 100 0 0\n"
          "      one.example 1200 10 20 70 100 300 400 200 100 0 0\n      long-name.of.example   60 10 20 30 0 0 0 0 0 0 0\n\n  - next");
    CHECK(with_tables_indented("qshape: |\n") == "qshape: |\n");
    CHECK(with_tables_indented("qshape: |") == "qshape: |");
}

}  // namespace mailquake
