// --results takes the URL of a database in all verbs, and what comes out is what an SQLite file gives. Run by tests/postgres/run.sh.
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/models/cli/program.hpp"
#include "tests/sim/campaign/database.hpp"

namespace mailquake {
namespace {

using testing::contains;
using testing::Database;
using testing::Ran;
using testing::SmallSandbox;

/// Without the wall clock, which is all that may differ.
nlohmann::json figures(const Ran& ran) {
    INFO(ran.err);
    CHECK(ran.exit == 0);
    auto j = nlohmann::json::parse(ran.out);
    j.erase("wall");
    return j;
}

TEST_CASE("a sweep in a database is the one in a file, and is not run again", "[.postgres]") {
    const SmallSandbox box;
    const Database database;
    const std::string sweep = "sweep s.yaml --vary tiers.edge.servers=1,2 -n 3 --results ";
    const Ran first = box.run(sweep + database.url()), again = box.run(sweep + database.url() + " --quiet"), file = box.run(sweep + "s.db");
    INFO(first.err);
    CHECK(first.exit == 0);
    CHECK(first.out == again.out);
    CHECK(first.out == file.out);
    // The same rows, to the last bit.
    const Ran csv = box.run(sweep + database.url() + " --csv --quiet");
    CHECK(csv.exit == 0);
    CHECK(contains(csv.out, "tiers.edge.servers"));
    CHECK(csv.out == box.run(sweep + "s.db --csv --quiet").out);
    postgres::Connection connection(database.url());
    CHECK(connection.ask("SELECT count(*) FROM mailquake.unit").integer(0, 0) == 6);
}

TEST_CASE("run, explain and compare write to a database and read it", "[.postgres]") {
    const SmallSandbox box;
    const Database database;
    const std::string to = " --quiet --results " + database.url();
    const auto ran = figures(box.run("run s.yaml --json" + to));
    CHECK(ran == figures(box.run("run s.yaml --json --quiet --results s.db")));
    CHECK(ran == figures(box.run("run s.yaml --json" + to)));            // read
    CHECK(ran == figures(box.run("run " + database.url() + " --json --quiet")));
    const Ran explained = box.run("explain s.yaml" + to), kept = box.run("explain --quiet " + database.url());
    CHECK(explained.exit == 0);
    CHECK(explained.out == kept.out);
    const Ran compared = box.run("compare --quiet " + database.url() + " s.db");
    CHECK(compared.exit == 0);
    CHECK(contains(compared.out, "1 in common"));
    postgres::Connection connection(database.url());
    CHECK(connection.ask("SELECT count(*) FROM mailquake.tenant").integer(0, 0) > 0);
}

TEST_CASE("what is wrong with a database is said, without its password", "[.postgres]") {
    const SmallSandbox box;
    const Ran refused = box.run("run s.yaml --results postgresql://plan:secret@127.0.0.1:1/mq");
    CHECK(refused.exit == 2);
    CHECK(contains(refused.err, "127.0.0.1"));
    CHECK_FALSE(contains(refused.err + refused.out, "secret"));
    const Ran unreadable = box.run("run s.yaml --results 'postgresql://plan:100%secret@127.0.0.1/mq'");
    CHECK(unreadable.exit == 2);
    CHECK(contains(unreadable.err, "%25"));
    CHECK_FALSE(contains(unreadable.err + unreadable.out, "secret"));
    const Database database;
    std::string url = database.url();
    url.replace(url.find("mailquake@"), 10, "mailquake:secret@");   // the server trusts whoever comes
    for (const char* command : {"run s.yaml --results ", "explain s.yaml --results ", "run ", "explain ", "report --quick -o r.html ", "compare s.yaml "}) {
        const Ran ran = box.run(std::string(command) + "'" + url + "'");
        INFO(command << ran.err);
        CHECK_FALSE(contains(ran.err + ran.out, "secret"));
    }
    CHECK(contains(box.run("compare --json '" + url + "' s.yaml -n 1").out, "mailquake@127.0.0.1"));
    CHECK(contains(box.run("run '" + url + "' --until 1h").err, "mailquake@127.0.0.1"));
    const Database other;
    const Ran empty = box.run("run " + other.url());
    CHECK(empty.exit == 2);
    CHECK(contains(empty.err, "holds no results of mailquake"));
}

}  // namespace
}  // namespace mailquake
