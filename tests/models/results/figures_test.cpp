// Figures of an outcome: each as the design's words define it.
#include "tests/catch.hpp"

#include "models/results/backlog.hpp"
#include "models/results/figures.hpp"
#include "models/results/merge.hpp"
#include "models/results/worst_moment.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

using testing::small_outcome;
using testing::small_scenario;

TEST_CASE("affected, collateral and partitions count tenants") {
    const Figures f = figures_of(small_outcome(), small_scenario());
    CHECK(f.affected.tenants == 3);
    CHECK(f.affected.of == 4);
    CHECK(f.collateral == 2);
    REQUIRE(f.tenants.size() == 2);
    CHECK(f.tenants[0].affected == 2);
    CHECK(f.tenants[0].collateral == 1);
    CHECK(f.tenants[0].accepted == 300);
    CHECK(f.tenants[0].worst == "4242");
    CHECK(f.tenants[1].worst.empty());
    REQUIRE(f.partitions.size() == 2);
    CHECK(f.partitions[0].label() == "directory/p1");
    CHECK(f.partitions[0].tenants == 3);
    CHECK(f.partitions[0].affected == 2);
    CHECK(f.partitions[1].tenants == 1);
    CHECK(f.partitions[1].collateral == 0);
}

TEST_CASE("retries peak in the busiest minute") {
    const Figures f = figures_of(small_outcome(), small_scenario());
    CHECK(f.retries.peak_rate == Approx(2.0));
    CHECK(f.retries.peak_at == 130 * 60.0);
    Outcome calm = small_outcome();
    for (MinuteTally& m : calm.minutes) m.retries = 0;
    CHECK_FALSE(figures_of(calm, small_scenario()).retries.peak_at);
}

TEST_CASE("delays are quantiles over all classes, and nothing where nothing was measured") {
    const DelayFigures d = figures_of(small_outcome(), small_scenario()).delay;
    CHECK(*d.p50 == Approx(2).epsilon(0.001));
    CHECK(*d.p999 == Approx(7200).epsilon(0.001));
    CHECK(*d.max == 7200);
    CHECK(d.at_least.empty());
    const DelayFigures none = delay_figures(Histogram());
    CHECK_FALSE(none.mean);
    CHECK_FALSE(none.max);
}

TEST_CASE("a quantile is a lower bound only if copies under way could move it") {
    Histogram h;
    h.add(1_s, 900);
    h.add(100_s, 100);
    Histogram young;
    young.add(1_s, 5);   // five of the fast ones are still under way: p90 is rank 900, and would be rank 905 of the others
    const auto names = delay_figures(h, young).at_least;
    CHECK(names == std::vector<std::string>{"mean", "p90", "p999", "max"});
    CHECK(delay_figures(h).at_least.empty());
}

TEST_CASE("what falls on lost mail has no number, and the mean says how much it leaves out") {
    Histogram h;
    h.add(1_s, 900);
    const DelayFigures d = delay_figures(h, Histogram(), 100);
    CHECK(d.p90 == 1.0);
    CHECK_FALSE(d.p95);
    CHECK(d.never == std::vector<std::string>{"p95", "p99", "p999", "max"});
    CHECK(d.mean == 1.0);
    CHECK(d.lost == 100);
    CHECK(d.at_least.empty());
    const DelayFigures all_lost = delay_figures(Histogram(), Histogram(), 1);
    CHECK(all_lost.never.size() == 6);
    CHECK_FALSE(all_lost.mean);
}

TEST_CASE("a quantile that is never in one replication is never over all") {
    Histogram h;
    h.add(1_s, 100);
    Figures one = figures_of(small_outcome(), small_scenario()), other = one;
    one.delay = delay_figures(h);
    other.delay = delay_figures(h, Histogram(), 100);
    const Figures both = mean_of({one, other});
    CHECK(both.delay.p50 == 1.0);
    CHECK_FALSE(both.delay.p90);
    CHECK(both.delay.never == std::vector<std::string>{"p90", "p95", "p99", "p999", "max"});
    CHECK(both.delay.lost == 50);
}

TEST_CASE("of what waited when faults ended, the slowest counts; one that did not drain leaves it open") {
    Outcome o = small_outcome();
    const auto at = [](SimDuration t) { return SimTime::zero() + t; };
    o.drains = {{"transport", "dfw", "a", at(1_h), 100, at(70_min), at(90_min)}, {"transport", "dfw", "b", at(3_h), 400, at(3_h + 4_min), at(5_h)}};
    const auto row = [&] { return figures_of(o, small_scenario()).backlogs.at(0); };
    CHECK(row().waited == 400);
    CHECK(row().drain == 600.0);
    CHECK(row().last_left == 7200.0);
    o.drains.push_back({"transport", "dfw", "c", at(5_h), 9, std::nullopt, std::nullopt});
    CHECK_FALSE(row().drain);
    CHECK_FALSE(row().last_left);
    CHECK(row().not_drained == 1);
    CHECK(row().drain_at_least == 3600.0);
}

TEST_CASE("only faults that are on and began are to be recovered from") {
    Outcome o = small_outcome();
    CHECK(figures_of(o, small_scenario()).recovered.at(0).after == 1200.0);
    CHECK(figures_of(o, small_scenario()).recovered.at(0).seen == 1);
    o.faults[0].end.reset();   // to the end of the run
    CHECK_FALSE(figures_of(o, small_scenario()).recovered.at(0).after);
    o.faults[0].enabled = false;
    CHECK(figures_of(o, small_scenario()).recovered.empty());
}

TEST_CASE("tiers are named as a path names them") {
    const Figures f = figures_of(small_outcome(), small_scenario());
    REQUIRE(f.tiers.size() == 3);
    CHECK(f.tiers[2].label() == "directory/p3@dfw");
    CHECK(f.tiers[0].wait.p50 == 1.0);
    CHECK(f.tiers[0].queue.max_at == 9000);
    REQUIRE(f.backlogs.size() == 2);
    CHECK(f.backlogs[1].label() == "directory@dfw");
    CHECK(f.backlogs[1].utilization == Approx(0.3));
}

TEST_CASE("a backlog has a net rate from its onset to its peak") {
    std::vector<std::uint64_t> waiting(10, 2);
    for (std::uint64_t n = 1; n <= 10; ++n) waiting.push_back(n * 120);   // +120 a minute, 2/s
    waiting.insert(waiting.end(), 5, 1000);
    waiting.insert(waiting.end(), 5, 60);   // a twentieth of 1200
    CHECK(*backlog_growth(waiting) == Approx((1200 - 2) / 600.0));
}

TEST_CASE("a ripple has no rate") {
    CHECK_FALSE(backlog_growth({0, 3, 19, 0}));
    CHECK_FALSE(backlog_growth({0, 0}));
    CHECK_FALSE(backlog_growth({}));
}

TEST_CASE("queues of one tier at one site are taken together") {
    Outcome o = small_outcome();
    o.queues.push_back(testing::queue("transport", "dfw", 121, 10, 50));
    o.queues.push_back(testing::queue("transport", "sea", 121, 10, 1000));
    CHECK(waiting_at(o, "transport", "dfw")[150] == 450);
    CHECK(waiting_at(o, "edge", "dfw").empty());
}

TEST_CASE("the worst moment is the one with most copies over the objective, then with most copies") {
    const auto shapes = small_outcome().qshapes;
    CHECK(worst_moment(shapes, 10_min) == 1U);
    CHECK(worst_moment(shapes, 2_h) == 2U);          // nobody is that old
    CHECK_FALSE(worst_moment({}, 10_min));
    CHECK(copies_older(shapes[1], 10_min) == 9);
    CHECK(copies_older(shapes[1], 20_min) == 9);     // the column from 20 minutes on
    CHECK(copies_older(shapes[1], 21_min) == 0);     // its column begins below
    CHECK(copies_in(shapes[1]) == 14);
}

}  // namespace mailquake
