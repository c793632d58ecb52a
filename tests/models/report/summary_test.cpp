// The terminal summary: its whole layout against a golden text, then what changes with the result.
// The golden text is tests/models/report/summary.txt; MAILQUAKE_UPDATE_GOLDEN=1 writes it anew.
#include "tests/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/report/cascade.hpp"
#include "models/report/summary.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

ReplicationResult replication(std::uint32_t r, const Outcome& o = testing::small_outcome()) {
    ReplicationResult u{7, r, o.fingerprint.hex(), "0.1.0", figures_of(o, testing::small_scenario())};
    u.figures.cascade = cascade_of(o);
    return u;
}

About about_small() {
    About a = about(testing::small_scenario());
    a.file = "small";
    a.sets = {"slo.delay=10min"};
    return a;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string golden_path() { return MAILQUAKE_SOURCE_DIR "/tests/models/report/summary.txt"; }

std::string read(const std::string& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("the summary has its golden layout") {
    const std::string text = summary(combine(about_small(), {replication(0)}));
    if (std::getenv("MAILQUAKE_UPDATE_GOLDEN") != nullptr) std::ofstream(golden_path()) << text;
    CHECK(text == read(golden_path()));
}

TEST_CASE("one replication says that there is no interval, several give one") {
    CHECK(contains(summary(combine(about_small(), {replication(0)})), "1 replication: no interval"));
    auto second = replication(1);
    second.figures.affected.tenants = 2;
    const std::string text = summary(combine(about_small(), {replication(0), second}));
    CHECK(contains(text, "2.5 of 4 tenants (62.5 %) affected"));
    CHECK(contains(text, "mean of 2 replications; 95 % interval of the affected: 0.0 to 4.0"));
    CHECK(contains(text, "CASCADE, in order of onset (queues as seen each minute, first replication)"));
}

TEST_CASE("figures that rest on copies under way are lower bounds") {
    Outcome o = testing::small_outcome();
    o.classes[0].censored = 3;
    o.classes[0].under_way.add(2_s, 3);
    const std::string text = summary(combine(about_small(), {replication(0, o)}));
    CHECK(contains(text, "longest delay >= 2h 00m"));
    CHECK(contains(text, "  >= : a lower bound, since copies were still under way at the end"));
    CHECK(contains(text, "p50 2.0 s"));
}

TEST_CASE("lost mail comes first, what falls on it is never, and the mean says what it leaves out") {
    Outcome o = testing::small_outcome();
    o.classes[0].lost = 1100;
    o.messages.lost = 1100;
    o.messages.false_failures = 7;
    o.messages.delivered_reports = 1101;
    const std::string text = summary(combine(about_small(), {replication(0, o)}));
    CHECK(contains(text, "affected; 1,100 lost or bounced; greatest age 2h 00m"));
    CHECK(contains(text, "p90 never, p99 never, max never; mean "));
    CHECK(contains(text, " without the 1,100 lost or bounced\n"));
    CHECK(contains(text, "besides, 1,101 bounces and notices were delivered"));
    CHECK(contains(text, "7 copies were given up though their mail arrived: no loss"));
}

TEST_CASE("what is excused is counted, and why") {
    Outcome o = testing::small_outcome();
    CHECK_FALSE(contains(summary(combine(about_small(), {replication(0, o)})), "excused"));
    o.classes[0].excused_destination = 30;
    o.classes[1].excused_greylisting = 1;
    const std::string text = summary(combine(about_small(), {replication(0, o)}));
    CHECK(contains(text, "  excused     30 copies took over 10m while their own outside destination was hit, and do not count as late\n"));
    CHECK(contains(text, "  excused     1 copy took over 10m by greylisting alone, and do not count as late\n"));
}

TEST_CASE("copies that are there twice are told, since more is delivered than was accepted") {
    Outcome o = testing::small_outcome();
    CHECK_FALSE(contains(summary(combine(about_small(), {replication(0, o)})), "duplicates"));
    o.messages.duplicated = 12;
    CHECK(contains(summary(combine(about_small(), {replication(0, o)})), "12 more came about as duplicates"));
}

TEST_CASE("what did not recover says within what") {
    Outcome o = testing::small_outcome();
    for (MinuteTally& m : o.minutes) m.late = 5;
    CHECK(contains(summary(combine(about_small(), {replication(0, o)})),
                   "not recovered by the end of the run, at 6h 00m"));
    const std::string mixed = summary(combine(about_small(), {replication(0), replication(1, o)}));
    CHECK(contains(mixed, "not recovered by the end of the run, at 6h 00m in 1 of 2 replications"));
}

TEST_CASE("a run that ends too soon after a fault says so, not that nothing recovered") {
    Outcome o = testing::small_outcome();
    o.end = *o.faults.at(0).end + 15_min;
    o.minutes.resize(static_cast<std::size_t>((o.end - SimTime::zero()) / 1_min));
    CHECK(contains(summary(combine(about_small(), {replication(0, o)})), "not known: the run is 25m too short to see 30 good minutes after it"));
}

TEST_CASE("the commands run the same again, and without the flaw") {
    const RunResult r = combine(about_small(), {replication(0)});
    CHECK(replay_command(r) == "mailquake run small --set slo.delay=10min --seed 7");
    CHECK(counterfactual_commands(r) ==
          std::vector<std::string>{"mailquake run small --set slo.delay=10min --set flaws.lookup-hang.enabled=false --seed 7"});
    Outcome fixed = testing::small_outcome();
    fixed.flaws[0].enabled = false;
    CHECK(counterfactual_commands(combine(about_small(), {replication(0, fixed)})).empty());
}

TEST_CASE("words for the shell are quoted only where they must be") {
    CHECK(shell_word("flaws.x.enabled=false") == "flaws.x.enabled=false");
    CHECK(shell_word("tiers.*.servers=2") == "'tiers.*.servers=2'");
    CHECK(shell_word("it's") == "'it'\\''s'");
    CHECK(shell_word("") == "''");
}

TEST_CASE("colour is there only when asked for") {
    const RunResult r = combine(about_small(), {replication(0)});
    CHECK_FALSE(contains(summary(r), "\033["));
    CHECK(contains(summary(r, {true}), "\033[1m"));
}

TEST_CASE("an interrupted run says how much of it there is") {
    RunResult r = combine(about_small(), {replication(0)});
    r.wanted = 5;
    CHECK(contains(summary(r), "interrupted: 1 of 5 replications have run"));
}

TEST_CASE("clients that sign in have their own table and headline") {
    Outcome o = testing::small_outcome();
    o.tenants.clear();
    o.classes.clear();
    o.messages = {};
    ClientOutcome c;
    c.name = "lync";
    c.count = 1000;
    c.min_signed_in = 20;
    c.below_90 = 150_min;
    o.clients = {c};
    const std::string text = summary(combine(about_small(), {replication(0, o)}));
    CHECK(contains(text, "small: lync below 90 % signed in for 2h 30m"));
    CHECK(contains(text, "effect      2.5 times as long as the longest fault (1h 00m)"));
    CHECK(contains(text, "20 (2.0 %)"));
    CHECK_FALSE(contains(text, "WHO WAS HIT"));

    c.name = "east";
    c.below_90 = 170_min;
    o.clients.push_back(c);
    CHECK(contains(summary(combine(about_small(), {replication(0, o)})), "small: east below 90 % signed in for 2h 50m, longest of 2 populations"));
    auto second = replication(1, o);
    second.figures.clients[1].signed_in.below_90 = 9600;
    CHECK(contains(summary(combine(about_small(), {replication(0, o), second})), "mean of 2 replications; 95 % interval of that time: "));
}

TEST_CASE("work served in vain has a column where there is any") {
    Outcome o = testing::small_outcome();
    CHECK_FALSE(contains(summary(combine(about_small(), {replication(0, o)})), "served in vain"));
    o.stations[1].wasted = 198;   // of 990, on one of two partitions
    const std::string text = summary(combine(about_small(), {replication(0, o)}));
    CHECK(contains(text, "last one left  served in vain"));
    CHECK(contains(text, "198 (10.0 %)"));
}

TEST_CASE("many tiers and queues are cut to the worst") {
    Outcome o = testing::small_outcome();
    for (int i = 0; i < 30; ++i) {
        StationOutcome s = testing::station("t" + std::to_string(i), "", 0.1);
        o.stations.push_back(s);
    }
    CHECK(contains(summary(combine(about_small(), {replication(0, o)})), "(and 16 more; --json has them all)"));
}

}  // namespace mailquake
