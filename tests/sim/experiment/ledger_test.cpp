// The ledger of units, with tables of a world that is not about mail: what was saved is found again, what contradicts is
// said, and what is none of ours is left alone.
#include "tests/catch.hpp"

#include "sim/experiment/rows.hpp"
#include "sim/experiment/sources.hpp"
#include "sim/experiment/sqlite_ledger.hpp"
#include "tests/sim/experiment/temp_file.hpp"
#include "tests/sim/experiment/toy_world.hpp"

namespace mailquake {

using testing::ask;
using testing::TempFile;

namespace {

const LedgerFormat kVisitFormat{0x544f5953, 1, {"who", "where_"}, "CREATE TABLE visit (unit INTEGER, guest TEXT, times INTEGER, share REAL);"};
const UnitLabel kLabel{"toy", R"({"load":"0.5"})", "{}", "1.0", "abc"};

RunRecord record(const std::string& fingerprint) {
    RunRecord r;
    r.fingerprint = fingerprint;
    r.events = 7;
    r.simulated = 60;
    r.wall = 0.25;
    r.figures = {{"wait", {}, 1.5, "s"}, {"served", {"ann"}, 4, "1"}, {"served", {"", "bar"}, 5, "1"}};
    Histogram values(0.01);
    for (std::int64_t v = 0; v < 1000; ++v) values.add(v * v);
    r.distributions.push_back({"wait", values});
    r.series = {{"queue", "bar", {{0, 1, 2}, {60, 3, 4}}}};
    r.document = "what a world says";
    r.more_rows = [](RowSink& rows) {
        rows.insert("visit", {"ann", 3, 0.5});
        rows.insert("visit", {std::string("bob"), std::optional<std::int64_t>(), std::nullopt});
    };
    return r;
}

}  // namespace

TEST_CASE("what a run left is found again") {
    const TempFile temp;
    {
        SqliteLedger ledger(temp.path(), kVisitFormat);
        ledger.save({"point", 3, 2}, kLabel, record("f2"), Detail::everything);
    }
    const SqliteLedger ledger = SqliteLedger::open_existing(temp.path(), kVisitFormat);
    const auto found = ledger.read({"point", 3, 2}, {.figures = true, .distributions = true, .document = true});
    REQUIRE(found);
    CHECK(found->fingerprint == "f2");
    CHECK(found->events == 7);
    CHECK(found->simulated == 60);
    CHECK(found->wall == 0.25);
    CHECK(found->document == "what a world says");
    CHECK(found->figures == record("f2").figures);
    REQUIRE(found->distributions.size() == 1);
    CHECK(found->distributions[0].values == record("f2").distributions[0].values);
    CHECK(ledger.read({"point", 3, 2}, {.figures = false, .distributions = false, .document = false})->figures.empty());
    CHECK_FALSE(ledger.read({"point", 3, 1}));
    CHECK_FALSE(ledger.read({"point", 4, 2}));
    CHECK_FALSE(ledger.read({"other", 3, 2}));
    CHECK(ask(temp.path(), "SELECT sources || version || seed FROM unit") == "abc1.03");
    CHECK(ask(temp.path(), "SELECT created > '2020' AND created LIKE '____-__-__T__:__:__Z' FROM unit") == "1");
    CHECK(ask(temp.path(), "SELECT sum(value) FROM figure WHERE who = 'ann' AND where_ IS NULL") == "4.0");
    CHECK(ask(temp.path(), "SELECT max FROM series WHERE time = 60 AND \"of\" = 'bar'") == "4.0");
    CHECK(ask(temp.path(), "SELECT group_concat(guest || ':' || ifnull(times, '?')) FROM visit WHERE unit = 1") == "ann:3,bob:?");
}

TEST_CASE("units are held by replication, points in the order in which they came") {
    const TempFile temp;
    SqliteLedger ledger(temp.path(), kVisitFormat);
    ledger.save({"q", 1, 5}, kLabel, record("f5"), Detail::everything);
    ledger.save({"p", 1, 0}, kLabel, record("g"), Detail::everything);
    ledger.save({"q", 1, 1}, kLabel, record("f1"), Detail::everything);
    const auto held = ledger.held("q", 1);
    REQUIRE(held.size() == 2);
    CHECK((held[0].replication == 1 && held[0].fingerprint == "f1" && held[0].wall == 0.25));
    CHECK((held[1].replication == 5 && held[1].version == "1.0"));
    CHECK(ledger.held("q", 2).empty());
    const auto points = ledger.points();
    REQUIRE(points.size() == 2);
    CHECK(points[0].scenario_hash == "q");
    CHECK(points[1].scenario_hash == "p");
    CHECK(points[0].parameters == R"({"load":"0.5"})");
}

TEST_CASE("a unit that comes out otherwise raises the determinism alarm") {
    const TempFile temp;
    SqliteLedger ledger(temp.path(), kVisitFormat);
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::everything);
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::everything);
    CHECK(ask(temp.path(), "SELECT count(*) FROM unit") == "1");
    CHECK(ask(temp.path(), "SELECT count(*) FROM visit") == "2");
    CHECK_THROWS_AS(ledger.save({"p", 1, 0}, kLabel, record("g"), Detail::everything), DeterminismAlarm);
    UnitLabel newer = kLabel;
    newer.version = "2.0";
    CHECK_THROWS_AS(ledger.save({"p", 1, 0}, newer, record("g"), Detail::everything), LedgerError);
    CHECK(ledger.read({"p", 1, 0})->fingerprint == "f");
}

TEST_CASE("details can be left out, and come when they are needed") {
    const TempFile temp;
    SqliteLedger ledger(temp.path(), kVisitFormat);
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::figures);
    CHECK_FALSE(ledger.held("p", 1).at(0).detailed);
    CHECK(ask(temp.path(), "SELECT count(*) FROM visit") == "0");
    CHECK(ask(temp.path(), "SELECT count(*) FROM series") == "0");
    CHECK(ledger.read({"p", 1, 0})->figures == record("f").figures);
    ledger.save({"p", 1, 1}, kLabel, record("g"), Detail::everything);
    CHECK_THROWS_AS(ledger.save({"p", 1, 0}, kLabel, record("g"), Detail::everything), DeterminismAlarm);
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::everything);
    CHECK(ledger.held("p", 1).at(0).detailed);
    CHECK(ask(temp.path(), "SELECT count(*) FROM visit WHERE unit = 1") == "2");
    CHECK(ask(temp.path(), "SELECT count(*) FROM series WHERE unit = 1") == "2");
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::figures);
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::everything);
    CHECK(ask(temp.path(), "SELECT count(*) FROM visit") == "4");
    CHECK(ask(temp.path(), "SELECT count(*) FROM figure") == "6");
}

TEST_CASE("a unit whose rows cannot be written is not there by half") {
    const TempFile temp;
    SqliteLedger ledger(temp.path(), kVisitFormat);
    RunRecord broken = record("f");
    broken.more_rows = [](RowSink& rows) { rows.insert("no_such_table", {1}); };
    CHECK_THROWS_AS(ledger.save({"p", 1, 0}, kLabel, broken, Detail::everything), LedgerError);
    CHECK(ask(temp.path(), "SELECT count(*) FROM figure") == "0");
    ledger.save({"p", 1, 0}, kLabel, record("f"), Detail::everything);
    CHECK(ledger.held("p", 1).size() == 1);
}

TEST_CASE("a ledger of another program or of other tables is left alone") {
    const TempFile temp;
    { const SqliteLedger ledger(temp.path(), kVisitFormat); }
    LedgerFormat other = kVisitFormat;
    other.version = 2;
    CHECK_THROWS_AS(SqliteLedger(temp.path(), other), LedgerError);
    other = kVisitFormat;
    other.application = 1;
    CHECK_THROWS_AS(SqliteLedger(temp.path(), other), LedgerError);
    CHECK_THROWS_AS(SqliteLedger::open_existing(temp.path(), other), LedgerError);
    CHECK_THROWS_AS(SqliteLedger::open_existing((temp.folder / "absent.db").string(), kVisitFormat), LedgerError);
    CHECK(SqliteLedger::is_one(temp.path()));
    CHECK_FALSE(SqliteLedger::is_one((temp.folder / "absent.db").string()));
}

TEST_CASE("a point is known by the program's sources and its canonical text") {
    CHECK(sources_hash().size() == 32);
    CHECK(sources_hash().find_first_not_of("0123456789abcdef") == std::string_view::npos);
    CHECK(point_hash("s", "text") == point_hash("s", "text"));
    CHECK(point_hash("s", "text") != point_hash("s", "texts"));
    CHECK(point_hash("s", "text") != point_hash("t", "text"));
    CHECK(point_hash("s", "text").size() == 32);
}

}  // namespace mailquake
