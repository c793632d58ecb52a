// The results file: what is saved stays, whatever happens to the program; what is there is found; what contradicts is said.
#include "tests/catch.hpp"

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "models/results/json.hpp"
#include "models/results/store.hpp"
#include "sim/base/check.hpp"
#include "tests/models/results/small_outcome.hpp"
#include "tests/sim/experiment/temp_file.hpp"

namespace mailquake {

using testing::TempFile;

namespace {

ReplicationResult unit(std::uint32_t replication) {
    ReplicationResult u{1, replication, "fp" + std::to_string(replication), "0.1.0",
                        figures_of(testing::small_outcome(), testing::small_scenario())};
    u.figures.affected.tenants = replication;
    return u;
}

void save(ResultsFile& file, std::uint32_t replication, const ReplicationResult& u) {
    file.save({"hash", 1, replication}, about(testing::small_scenario()), u, testing::small_outcome());
}

/// One number that a query gives.
double ask(const std::string& path, const std::string& sql) { return std::stod(testing::ask(path, sql)); }

}  // namespace

TEST_CASE("a unit that was saved is found again, figures and all") {
    const TempFile temp;
    {
        ResultsFile file(temp.path());
        save(file, 2, unit(2));
    }
    const ResultsFile file(temp.path());
    const auto found = file.find({"hash", 1, 2});
    REQUIRE(found);
    CHECK(found->fingerprint == "fp2");
    CHECK(figures_json(found->figures) == figures_json(unit(2).figures));
    CHECK_FALSE(file.find({"hash", 1, 0}));
    CHECK_FALSE(file.find({"hash", 2, 2}));
    CHECK_FALSE(file.find({"other", 1, 2}));
    CHECK(file.units("hash", 1).size() == 1);
    CHECK(file.units("hash", 2).empty());
}

TEST_CASE("campaigns group units by scenario and seed, in order of replications") {
    const TempFile temp;
    ResultsFile file(temp.path());
    save(file, 1, unit(1));
    save(file, 0, unit(0));
    const auto all = file.campaigns();
    REQUIRE(all.size() == 1);
    CHECK(all[0].about.name == "small");
    REQUIRE(all[0].units.size() == 2);
    CHECK(all[0].units[0].replication == 0);
    CHECK(all[0].units[1].fingerprint == "fp1");
}

TEST_CASE("the same unit twice is one, with another fingerprint it is an error") {
    const TempFile temp;
    ResultsFile file(temp.path());
    save(file, 0, unit(0));
    save(file, 0, unit(0));
    CHECK(ask(temp.path(), "SELECT count(*) FROM unit") == 1);
    auto other = unit(0);
    other.fingerprint = "else";
    CHECK_THROWS_AS(save(file, 0, other), EngineError);
    other.version = "0.2.0";
    CHECK_THROWS_AS(save(file, 0, other), ResultsError);
    CHECK(file.find({"hash", 1, 0})->fingerprint == "fp0");
}

TEST_CASE("tables are tidy") {
    const TempFile temp;
    ResultsFile file(temp.path());
    save(file, 0, unit(0));
    const auto value = [&](const std::string& sql) { return ask(temp.path(), sql); };
    CHECK(value("SELECT value FROM figure WHERE metric = 'tenants.affected' AND class = 'gold'") == 2);
    CHECK(value("SELECT value FROM figure WHERE metric = 'tiers.utilization' AND tier = 'directory' AND partition = 'p3' AND site = 'dfw'") == 0.4);
    CHECK(value("SELECT value FROM figure WHERE metric = 'recovered.after' AND name = 'p3-silent' AND uom = 's'") == 1200);
    CHECK(value("SELECT count(*) FROM tenant WHERE affected") == 3);
    CHECK(value("SELECT sum(late) FROM tenant_hour WHERE class = 'gold'") == 66);
    CHECK(value("SELECT count(*) FROM tier") == 3);
    CHECK(value("SELECT affected FROM partition WHERE name = 'p3'") == 1);
    CHECK(value("SELECT touched FROM disturbance WHERE what = 'flaw'") == 31);
    CHECK(value("SELECT time FROM ledger WHERE cause = 'flaw lookup-hang'") == 3600);
    CHECK(value("SELECT copies FROM qshape WHERE axis = 'class' AND age = 20 AND at = 10800") == 9);
    CHECK(value("SELECT max(max) FROM series WHERE name = 'waiting' AND \"of\" = 'transport@dfw'") == 400);
    CHECK(value("SELECT max(time) FROM series WHERE name = 'waiting' AND \"of\" = 'transport@dfw'") == 359 * 60);
    CHECK(value("SELECT count(*) FROM series WHERE name = 'waiting' AND \"of\" = 'transport@dfw'") == 6);   // ends of the three plateaus
}

TEST_CASE("kill -9 while writing loses no finished unit") {
    const TempFile temp;
    int done[2];
    REQUIRE(pipe(done) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {   // saves unit after unit, and says so, until it is killed
        ResultsFile file(temp.path());
        for (std::uint32_t r = 0;; ++r) {
            save(file, r, unit(r));
            if (write(done[1], "x", 1) != 1) _exit(1);
        }
    }
    close(done[1]);
    std::uint32_t finished = 0;
    for (char c = 0; finished < 5 && read(done[0], &c, 1) == 1;) ++finished;
    kill(child, SIGKILL);
    for (char c = 0; read(done[0], &c, 1) == 1;) ++finished;
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    close(done[0]);

    ResultsFile file(temp.path());
    REQUIRE(finished >= 5);
    for (std::uint32_t r = 0; r < finished; ++r) CHECK(file.find({"hash", 1, r}));
    const double units = ask(temp.path(), "SELECT count(*) FROM unit");
    CHECK(units >= finished);
    CHECK(units <= finished + 1);   // one may have been committed and not yet said
    CHECK(ask(temp.path(), "SELECT count(DISTINCT unit) FROM tenant") == units);   // no half of a unit
    save(file, 1000, unit(1000));   // and it goes on
    CHECK(file.find({"hash", 1, 1000}));
}

TEST_CASE("files that are none of ours are left alone") {
    const TempFile temp;
    {
        sqlite3* db = nullptr;
        REQUIRE(sqlite3_open(temp.path().c_str(), &db) == SQLITE_OK);
        REQUIRE(sqlite3_exec(db, "CREATE TABLE addresses (name TEXT)", nullptr, nullptr, nullptr) == SQLITE_OK);
        sqlite3_close(db);
    }
    CHECK(ResultsFile::is_one(temp.path()));
    CHECK_THROWS_AS(ResultsFile(temp.path()), ResultsError);
    CHECK_THROWS_AS(ResultsFile::open_existing(temp.path()), ResultsError);
    CHECK(ask(temp.path(), "SELECT count(*) FROM sqlite_master") == 1);
    const std::string text = (temp.folder / "scenario.yaml").string();
    std::ofstream(text) << "name: not-a-database\n";
    CHECK_FALSE(ResultsFile::is_one(text));
    CHECK_THROWS_AS(ResultsFile(text), ResultsError);
    CHECK_THROWS_AS(ResultsFile((temp.folder / "no" / "such.db").string()), ResultsError);
    CHECK_FALSE(ResultsFile::is_one((temp.folder / "absent.db").string()));
}

TEST_CASE("a scenario is known by its text and its end") {
    CHECK(scenario_hash("a", "") == scenario_hash("a", ""));
    CHECK(scenario_hash("a", "") != scenario_hash("b", ""));
    CHECK(scenario_hash("a", "") != scenario_hash("a", "1h"));
    CHECK(scenario_hash("a", "").size() == 32);
}

}  // namespace mailquake
