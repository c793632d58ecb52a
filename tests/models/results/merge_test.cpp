// Several replications as one: means, intervals, and what must not be averaged.
#include "tests/catch.hpp"

#include <algorithm>

#include "models/results/merge.hpp"
#include "models/results/run_result.hpp"
#include "sim/base/check.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

namespace {

std::vector<Figures> two() {
    Figures a = figures_of(testing::small_outcome(), testing::small_scenario());
    Figures b = a;
    b.affected.tenants = 4;
    b.tenants[0].delay.p99 = 5000;
    b.recovered[0] = {"p3-silent", std::nullopt, 0, 0, std::nullopt};
    b.notices.first.reset();
    b.qshape.at = 1;
    b.delay.at_least = {"max"};
    return {a, b};
}

const FigureInterval* find(const std::vector<FigureInterval>& all, const std::string& path) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& i) { return i.path == path; });
    return at == all.end() ? nullptr : &*at;
}

}  // namespace

TEST_CASE("figures are means, and a table stays the first one's") {
    const auto both = two();
    const Figures mean = mean_of(both);
    CHECK(mean.affected.tenants == 3.5);
    CHECK(*mean.tenants[0].delay.p99 == Approx((*both[0].tenants[0].delay.p99 + 5000) / 2));
    CHECK(mean.qshape.at == both[0].qshape.at);
    CHECK(mean.delay.at_least == std::vector<std::string>{"max"});
    CHECK(mean.faults[0].name == "p3-silent");
}

TEST_CASE("a recovery that one replication did not see is none, a first notice is the mean of those that were") {
    const Figures mean = mean_of(two());
    CHECK_FALSE(mean.recovered[0].after);
    CHECK(mean.recovered[0].seen == 0.5);
    CHECK(mean.notices.first == 350 * 60.0);
}

TEST_CASE("intervals are Student's t by the figures' paths") {
    const auto all = intervals_of(two());
    const auto* affected = find(all, "affected.tenants");
    REQUIRE(affected != nullptr);
    CHECK(affected->interval.n == 2);
    CHECK(affected->interval.low == Approx(3.5 - 12.706 * 0.5).epsilon(1e-4));   // t(0.975, 1) = 12.706, s / sqrt(2) = 0.5
    CHECK(find(all, "tenants.gold.delay.p99") != nullptr);
    CHECK(find(all, "tiers.directory/p3@dfw.utilization") != nullptr);
    CHECK(find(all, "notices.first") == nullptr);   // one value has no interval
    CHECK(find(all, "wall") == nullptr);
    CHECK(find(all, "qshape.at") == nullptr);
    CHECK(intervals_of({two()[0]}).empty());
}

TEST_CASE("flat figures know their metric, entry and unit") {
    const auto flat = flatten(two()[0]);
    const auto at = std::find_if(flat.begin(), flat.end(), [](const auto& f) { return f.path == "tenants.gold.delay.p99"; });
    REQUIRE(at != flat.end());
    CHECK(at->metric == "tenants.delay.p99");
    CHECK(at->entry == "gold");
    CHECK(at->unit == "s");
}

TEST_CASE("replications of different scenarios do not add up") {
    auto both = two();
    both[1].tiers.pop_back();
    CHECK_THROWS_AS(mean_of(both), EngineError);
}

TEST_CASE("one fingerprint stands for itself, several are hashed in order") {
    CHECK(fingerprint_of({"abc"}) == "abc");
    CHECK(fingerprint_of({"a", "b"}) != fingerprint_of({"b", "a"}));
    CHECK(fingerprint_of({"a", "b"}) == fingerprint_of({"a", "b"}));
}

}  // namespace mailquake
