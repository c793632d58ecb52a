// The ledger in PostgreSQL does what the one in SQLite does, and keeps the same numbers. Run by tests/postgres/with_server.sh.
#include "sim/campaign/postgres_ledger.hpp"

#include <limits>

#include "sim/experiment/rows.hpp"
#include "tests/catch.hpp"
#include "tests/sim/campaign/database.hpp"

namespace mailquake {
namespace {

using testing::Database;

const LedgerFormat kVisitFormat{0x544f5953, 1, {"who", "where_"}, "CREATE TABLE visit (unit INTEGER, guest TEXT, times INTEGER, share REAL);"};
const UnitLabel kLabel{"toy", R"({"load":"0.5"})", "{}", "1.0", "abc"};

RunRecord record(const std::string& fingerprint) {
    RunRecord r;
    r.fingerprint = fingerprint;
    r.events = 7;
    r.simulated = 60;
    r.wall = 0.25;
    r.figures = {{"wait", {}, 0.1 + 0.2, "s"}, {"served", {"ann"}, std::numeric_limits<double>::infinity(), "1"}, {"served", {"", "bar"}, -0.0, "1"}};
    Histogram values(0.01);
    for (std::int64_t v = 0; v < 1000; ++v) values.add(v * v);
    r.distributions.push_back({"wait", values});
    r.series = {{"queue", "bar", {{0, 1, 2}, {60, 3, 4}}}};
    r.document = "what a world says: \xc3\xa4 \\ ' \"";
    r.more_rows = [](RowSink& rows) {
        rows.insert("visit", {"a\tn\\n\n", std::int64_t{1} << 40, 0.1});
        rows.insert("visit", {std::string("bob"), std::optional<std::int64_t>(), std::nullopt});
    };
    return r;
}

/// The one field that a query gives, as text.
std::string ask(const Database& database, const std::string& sql) {
    postgres::Connection connection(database.url());
    const postgres::Result row = connection.ask(("SELECT (" + sql + ")::text").c_str());
    REQUIRE(row.rows() == 1);
    return row.text(0, 0);
}

TEST_CASE("what a run left is found again in PostgreSQL, bit by bit", "[.postgres]") {
    const Database database;
    PostgresLedger(database.url(), kVisitFormat).save({"point", 3, 2}, kLabel, record("f2"), Detail::everything);
    const PostgresLedger ledger(database.url(), kVisitFormat);
    const auto found = ledger.read({"point", 3, 2}, {.figures = true, .distributions = true, .document = true});
    REQUIRE(found);
    CHECK(found->fingerprint == "f2");
    CHECK(found->events == 7);
    CHECK(found->simulated == 60);
    CHECK(found->wall == 0.25);
    CHECK(found->document == record("f2").document);
    CHECK(found->figures == record("f2").figures);
    REQUIRE(found->distributions.size() == 1);
    CHECK(found->distributions[0].values == record("f2").distributions[0].values);
    CHECK(ledger.read({"point", 3, 2}, {.figures = false, .distributions = false, .document = false})->figures.empty());
    CHECK_FALSE(ledger.read({"point", 3, 1}));
    REQUIRE(ledger.held("point", 3).size() == 1);
    CHECK(ledger.held("point", 3)[0].detailed);
    CHECK(ledger.held("point", 4).empty());
    REQUIRE(ledger.points().size() == 1);
    CHECK(ledger.points()[0].parameters == kLabel.parameters);
    CHECK(ledger.points()[0].sources == kLabel.sources);
    CHECK(ledger.points()[0].units == 1);
}

TEST_CASE("views have a row for each number, and the subject's rows are there", "[.postgres]") {
    const Database database;
    PostgresLedger(database.url(), kVisitFormat).save({"point", 3, 2}, kLabel, record("f2"), Detail::everything);
    CHECK(ask(database, "SELECT count(*) FROM mailquake.figure") == "3");
    CHECK(ask(database, "SELECT value FROM mailquake.figure WHERE metric = 'served' AND who = 'ann'") == "Infinity");
    CHECK(ask(database, "SELECT metric || coalesce(who, '-') || where_ FROM mailquake.figure WHERE where_ IS NOT NULL") == "served-bar");
    CHECK(ask(database, "SELECT sum(max) FROM mailquake.series WHERE name = 'queue' AND \"of\" = 'bar'") == "6");
    CHECK(ask(database, "SELECT count(*) FROM mailquake.distribution WHERE name = 'wait'") == "1");
    CHECK(ask(database, "SELECT guest FROM mailquake.visit WHERE times = 1099511627776 AND share = 0.1::float8") == "a\tn\\n\n");
    CHECK(ask(database, "SELECT count(*) FROM mailquake.visit WHERE times IS NULL AND share IS NULL") == "1");
}

TEST_CASE("a unit that is there already is compared, and gets the details that it lacks", "[.postgres]") {
    const Database database;
    PostgresLedger one(database.url(), kVisitFormat), other(database.url(), kVisitFormat);
    one.save({"point", 3, 2}, kLabel, record("f2"), Detail::figures);
    CHECK(ask(database, "SELECT count(*) FROM mailquake.visit") == "0");
    other.save({"point", 3, 2}, kLabel, record("f2"), Detail::everything);
    one.save({"point", 3, 2}, kLabel, record("f2"), Detail::everything);
    CHECK(ask(database, "SELECT count(*) FROM mailquake.visit") == "2");
    CHECK(ask(database, "SELECT count(*) FROM mailquake.unit") == "1");
    CHECK_THROWS_AS(other.save({"point", 3, 2}, kLabel, record("other"), Detail::figures), DeterminismAlarm);
    UnitLabel later = kLabel;
    later.version = "1.1";
    CHECK_THROWS_AS(other.save({"point", 3, 2}, later, record("other"), Detail::figures), LedgerError);
    other.save({"point", 3, 3}, kLabel, record("f3"), Detail::figures);   // what was refused has left nothing behind
    CHECK(one.held("point", 3).size() == 2);
}

TEST_CASE("what is none of ours is left alone", "[.postgres]") {
    const Database database;
    postgres::Connection connection(database.url());
    connection.execute("CREATE SCHEMA mailquake; CREATE TABLE mailquake.mine (a int)");
    CHECK_THROWS_AS(PostgresLedger(database.url(), kVisitFormat), LedgerError);
    connection.execute("DROP SCHEMA mailquake CASCADE");
    { const PostgresLedger ledger(database.url(), kVisitFormat); }
    LedgerFormat other = kVisitFormat;
    other.version = 2;
    CHECK_THROWS_AS(PostgresLedger(database.url(), other), LedgerError);
    other = kVisitFormat;
    other.application = 1;
    CHECK_THROWS_AS(PostgresLedger(database.url(), other), LedgerError);
    CHECK_THROWS_AS(PostgresLedger("postgresql://nobody@127.0.0.1:1/absent?connect_timeout=2", kVisitFormat), LedgerError);
}

}  // namespace
}  // namespace mailquake
