#include "sim/stats/quantile_interval.hpp"

#include "tests/catch.hpp"

#include <cmath>
#include <vector>

#include "sim/base/hash.hpp"
#include "sim/base/law.hpp"

namespace mailquake {
namespace {

/// b replications of n exponential values of mean 1 s [ns].
std::vector<Histogram> replications(std::uint64_t seed, std::size_t b, int n) {
    std::vector<Histogram> all(b, Histogram(0.001));
    for (std::size_t i = 0; i < b; ++i) {
        RandomStream stream(StreamKey(seed, hash_name("quantile"), 0), i);
        for (int k = 0; k < n; ++k) all[i].add(static_cast<std::int64_t>(1e9 * draw_unit_exponential(stream)));
    }
    return all;
}

std::optional<QuantileEstimate> estimate(const std::vector<Histogram>& all, double q) {
    std::vector<const Histogram*> parts;
    for (const Histogram& h : all) parts.push_back(&h);
    return pooled_quantile(parts, q);
}

}  // namespace

TEST_CASE("the estimate is the quantile of all values together") {
    Histogram low(0.001), high(0.001);
    for (int i = 1; i <= 100; ++i) low.add(i), high.add(100 + i);
    const auto median = estimate({low, high}, 0.5);
    REQUIRE(median);
    CHECK(median->value == 100);
    REQUIRE(median->interval);
    CHECK(median->interval->contains(100));
    CHECK(median->interval->n == 2);
    CHECK(estimate({low, high}, 1)->value == 200);
    CHECK(estimate({low, high}, 0)->value == 1);
}

TEST_CASE("one replication has a quantile and no interval, none has nothing") {
    const auto one = estimate(replications(1, 1, 1000), 0.5);
    REQUIRE(one);
    CHECK_FALSE(one->interval);
    CHECK_FALSE(estimate({}, 0.5));
    CHECK_FALSE(estimate({Histogram(0.001)}, 0.5));
    auto with_an_empty_one = replications(1, 1, 1000);
    with_an_empty_one.emplace_back(0.001);
    CHECK_FALSE(estimate(with_an_empty_one, 0.5)->interval);
}

TEST_CASE("the interval is widened by the bucket that the quantile lies in") {
    Histogram same(0.01);
    same.add(1'000'000, 50);
    const auto constant = estimate({same, same, same}, 0.5);
    CHECK(constant->value == 1'000'000);
    CHECK(constant->interval->low < 1'000'000);
    CHECK(constant->interval->low > 980'000);
    CHECK(constant->interval->high > 1'000'000);
    CHECK(constant->interval->high < 1'020'000);
}

TEST_CASE("intervals cover the true quantile about 95 times in 100", "[long]") {
    for (double q : {0.5, 0.9, 0.99}) {
        int covered = 0;
        for (std::uint64_t seed = 0; seed < 300; ++seed)
            covered += estimate(replications(seed, 10, 2000), q)->interval->contains(-1e9 * std::log(1 - q)) ? 1 : 0;
        INFO("q = " << q);
        CHECK(covered >= 300 * 0.91);
        CHECK(covered <= 300 * 0.985);
    }
}

TEST_CASE("ranks bound a quantile of independent values") {
    std::vector<double> sorted;
    for (int i = 1; i <= 20; ++i) sorted.push_back(i);
    const auto median = rank_interval(sorted, 0.5);   // tables: the 6th and the 15th of 20 at 95 %
    REQUIRE(median);
    CHECK((median->low == 6 && median->high == 15));
    CHECK_FALSE(rank_interval(std::vector<double>{1, 2, 3}, 0.5));
    CHECK_FALSE(rank_interval(sorted, 0.99));
}

}  // namespace mailquake
