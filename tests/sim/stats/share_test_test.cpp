// Wald's test: the promised number of clean runs, and its errors, by summing over all paths and by chance.
#include "sim/stats/share_test.hpp"

#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {
namespace {

struct Chances {
    double pass = 0, fail = 0, trials = 0;
};

/// The verdict after each (yes, no), from a test that was fed so: the paths that reach it undecided are summed over.
Chances exact(double share, std::uint64_t questions) {
    std::vector<double> undecided{1};   // by number of noes
    std::vector<ShareTest> tests{ShareTest({}, questions)};
    Chances chances;
    for (int n = 0; n < 4000 && !undecided.empty(); ++n) {
        std::vector<double> next(undecided.size() + 1, 0);
        std::vector<ShareTest> next_tests(undecided.size() + 1, ShareTest({}, questions));
        for (std::size_t noes = 0; noes < undecided.size(); ++noes) {
            if (undecided[noes] == 0) continue;
            chances.trials += undecided[noes];
            for (const bool yes : {true, false}) {
                ShareTest test = tests[noes];
                test.add(yes);
                const double p = undecided[noes] * (yes ? share : 1 - share);
                if (test.verdict() == Verdict::pass) chances.pass += p;
                else if (test.verdict() == Verdict::fail) chances.fail += p;
                else next[noes + (yes ? 0 : 1)] += p, next_tests[noes + (yes ? 0 : 1)] = test;
            }
        }
        while (!next.empty() && next.back() < 1e-15) next.pop_back();
        undecided = next;
        tests = next_tests;
    }
    return chances;
}

}  // namespace

TEST_CASE("31 clean runs pass, and no fewer") {
    ShareTest test;
    CHECK(test.clean_trials_to_pass() == 31);
    for (int i = 0; i < 30; ++i) test.add(true);
    CHECK(test.verdict() == Verdict::undecided);
    CHECK(test.clean_trials_to_pass() == 1);
    test.add(true);
    CHECK(test.verdict() == Verdict::pass);
    test.add(false);
    CHECK(test.verdict() == Verdict::pass);   // a verdict stays
    CHECK(test.trials() == 32);
    CHECK(test.yes() == 31);
    CHECK(ShareTest({}, 5).clean_trials_to_pass() == 49);
}

TEST_CASE("one run decides nothing, two that break the promise fail") {
    ShareTest test;
    test.add(false);
    CHECK(test.verdict() == Verdict::undecided);
    CHECK(test.clean_trials_to_pass() == 56);   // (ln 19 + ln 10) / ln 1.1 = 55.05
    test.add(false);
    CHECK(test.verdict() == Verdict::fail);
    ShareTest one;
    one.add(true);
    CHECK(one.verdict() == Verdict::undecided);
}

TEST_CASE("wrong verdicts are at most 5 % outside the zone, summed over all paths") {
    for (double share : {0.5, 0.85, 0.90}) {
        INFO("share " << share);
        CHECK(exact(share, 1).pass <= 0.05);
    }
    for (double share : {0.99, 0.995, 0.9999}) {
        INFO("share " << share);
        CHECK(exact(share, 1).fail <= 0.05);
    }
    CHECK(exact(0.90, 1).pass > 0.049);   // nothing given away
    const Chances between = exact(0.95, 1);
    CHECK(between.pass + between.fail == Approx(1));
    CHECK(between.trials == Approx(47.3).epsilon(0.01));
}

TEST_CASE("questions that are asked together share the error") {
    for (std::uint64_t m : {2U, 5U, 20U}) {
        INFO(m << " questions");
        CHECK(exact(0.90, m).pass <= 0.05 / static_cast<double>(m));
        CHECK(exact(0.99, m).fail <= 0.05 / static_cast<double>(m));
    }
}

TEST_CASE("a promise of 99 % has its zone up to 99.9 %") {
    const ShareZone zone = ShareZone::from(0.99);
    CHECK(zone.high == Approx(0.999));
    CHECK(ShareTest(zone).clean_trials_to_pass() == 326);
    CHECK_THROWS_AS(ShareTest(ShareZone{0.9, 1, 0.05, 0.05}), EngineError);
    CHECK_THROWS_AS(ShareTest(ShareZone{0.9, 0.8, 0.05, 0.05}), EngineError);
}

TEST_CASE("the interval of a share agrees with tables") {
    // Clopper and Pearson, 95 %: 31 of 31 is [0.8878, 1]; 5 of 10 is [0.1871, 0.8129].
    CHECK(share_interval(31, 31).low == Approx(0.88781).epsilon(1e-4));
    CHECK(share_interval(31, 31).high == 1);
    CHECK(share_interval(5, 10).low == Approx(0.18709).epsilon(1e-4));
    CHECK(share_interval(5, 10).high == Approx(0.81291).epsilon(1e-4));
    CHECK(share_interval(0, 10).low == 0);
    CHECK((share_interval(0, 0).low == 0 && share_interval(0, 0).high == 1));
}

TEST_CASE("wrong verdicts are at most 5 % of experiments at shares around the zone", "[.all]") {
    constexpr int experiments = 200'000;
    for (double share : {0.85, 0.90, 0.99, 0.995}) {
        int wrong = 0;
        for (int e = 0; e < experiments; ++e) {
            RandomStream stream(StreamKey(7, hash_name("share"), static_cast<std::uint64_t>(share * 1000)), static_cast<std::uint64_t>(e));
            ShareTest test;
            while (test.verdict() == Verdict::undecided) test.add(stream.uniform() < share);
            wrong += test.verdict() == (share < 0.95 ? Verdict::pass : Verdict::fail) ? 1 : 0;
        }
        INFO("share " << share << ": " << wrong << " wrong of " << experiments);
        // 5 % and three standard errors: at a share of 90 % the chance is 4.999 % (see above), so half of all seeds exceed 5 %.
        CHECK(wrong <= 0.05 * experiments + 3 * std::sqrt(0.05 * 0.95 * experiments));
    }
}

}  // namespace mailquake
