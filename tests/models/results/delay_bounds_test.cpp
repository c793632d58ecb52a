// Quantiles of delays with bounds, against ranks that are counted by hand.
#include "tests/catch.hpp"

#include "models/results/delay_bounds.hpp"

namespace mailquake {

namespace {

/// 1 s, 2 s, ... n s.
Histogram ladder(int n, int first = 1) {
    Histogram h;
    for (int i = first; i <= n; ++i) h.add(SimDuration{i * 1'000'000'000LL});
    return h;
}

double seconds(const std::optional<std::int64_t>& ns) { return static_cast<double>(ns.value()) / 1e9; }

}  // namespace

TEST_CASE("a quantile of what all arrived is exact") {
    const DelayBounds p50 = delay_bounds(ladder(100), Histogram(), 0, 0.5);
    CHECK(seconds(p50.least) == Approx(50).epsilon(0.001));
    CHECK(p50.exact());
}

TEST_CASE("lost mail is slower than all, in both bounds") {
    // 100 arrived, 100 were lost: p50 is rank 100 of 200, the last one that arrived; anything above is never.
    CHECK(seconds(delay_bounds(ladder(100), Histogram(), 100, 0.5).least) == 100);
    CHECK(delay_bounds(ladder(100), Histogram(), 100, 0.5).exact());
    const DelayBounds p51 = delay_bounds(ladder(100), Histogram(), 100, 0.51);
    CHECK_FALSE(p51.least);
    CHECK_FALSE(p51.most);
    CHECK_FALSE(p51.exact());
}

TEST_CASE("what is under way is as old as it is, or never arrives") {
    // Of 100, those of 1 s to 10 s are under way: the k-th of those that arrived is 10 + k seconds old.
    const DelayBounds p50 = delay_bounds(ladder(100), ladder(10), 0, 0.5);
    CHECK(seconds(p50.least) == Approx(50).epsilon(0.001));
    CHECK(seconds(p50.most) == Approx(60).epsilon(0.001));
    const DelayBounds p90 = delay_bounds(ladder(100), ladder(10), 0, 0.9);
    CHECK(seconds(p90.most) == 100);
    const DelayBounds p91 = delay_bounds(ladder(100), ladder(10), 0, 0.91);
    CHECK(seconds(p91.least) == Approx(91).epsilon(0.001));
    CHECK_FALSE(p91.most);
    // Who is under way and older than a quantile of the others does not move it.
    CHECK(delay_bounds(ladder(100), ladder(100, 91), 0, 0.9).exact());
}

TEST_CASE("if nothing arrived, every quantile is a lower bound") {
    const DelayBounds p50 = delay_bounds(ladder(7, 7), ladder(7, 7), 0, 0.5);
    CHECK(seconds(p50.least) == 7);
    CHECK_FALSE(p50.most);
}

}  // namespace mailquake
