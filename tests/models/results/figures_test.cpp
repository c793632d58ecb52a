// Figures of an outcome: each as the design's words define it.
#include "tests/catch.hpp"

#include "models/results/backlog.hpp"
#include "models/results/figures.hpp"
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
    const DelayFigures none = delay_figures(Histogram(), 0);
    CHECK_FALSE(none.mean);
    CHECK_FALSE(none.max);
}

TEST_CASE("a quantile is a lower bound only if copies under way could move it") {
    Histogram h;
    h.add(1_s, 900);
    h.add(100_s, 100);
    const auto names = delay_figures(h, 5).at_least;   // 5 of 1000: p90 is rank 900, and would be rank 905
    CHECK(names == std::vector<std::string>{"mean", "p90", "max"});
    CHECK(delay_figures(h, 0).at_least.empty());
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

TEST_CASE("a backlog has a peak, a net rate from its onset, and a time to drain") {
    std::vector<std::uint64_t> waiting(10, 2);
    for (std::uint64_t n = 1; n <= 10; ++n) waiting.push_back(n * 120);   // +120 a minute, 2/s
    waiting.insert(waiting.end(), 5, 1000);
    waiting.insert(waiting.end(), 5, 60);   // a twentieth of 1200
    const Backlog b = backlog_of(waiting);
    CHECK(b.max == 1200);
    CHECK(b.at == SimTime::zero() + 20_min);
    CHECK(*b.growth == Approx((1200 - 2) / 600.0));
    CHECK(b.drain == 6_min);
}

TEST_CASE("a backlog that is still there has no time to drain, a ripple no rate, and none no peak") {
    CHECK_FALSE(backlog_of({0, 100, 400, 300, 250}).drain);
    CHECK_FALSE(backlog_of({0, 3, 19, 0}).growth);
    CHECK(backlog_of({0, 3, 19, 0}).drain == 1_min);
    CHECK(backlog_of({0, 0}).max == 0);
    CHECK(backlog_of({}).max == 0);
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
