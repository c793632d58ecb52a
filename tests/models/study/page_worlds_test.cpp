// Worlds beside each other, as the page shows them: means with intervals, paired changes, and shares of the damage by seed.
#include "tests/catch.hpp"

#include "models/study/page_worlds.hpp"

namespace mailquake {

namespace {

ComparedSide side(const std::string& name, const std::vector<double>& values) {
    ComparedSide s{name, "", {}};
    for (std::uint32_t r = 0; r < values.size(); ++r) s.units[{1, r}] = {Reading{values[r], false, nullptr}};
    return s;
}

std::vector<Measure> damage() {
    std::vector<std::string> errors;
    auto measure = parse_measure(kDamage, errors);
    REQUIRE(measure);
    std::vector<Measure> all;
    all.push_back(std::move(*measure));
    return all;
}

}  // namespace

TEST_CASE("a change is paired: what chance does to both cancels out") {
    const auto base = side("as written", {100, 200, 300}), other = side("without it", {90, 190, 290});
    const PageWorld world = page_world("without it", base, other, damage());
    const PageMetric* m = world.find(kDamage);
    REQUIRE(m != nullptr);
    CHECK(*m->value.value == Approx(190));
    CHECK(*m->change.value == Approx(-10));
    CHECK(*m->change.high - *m->change.low == Approx(0).margin(1e-9));   // each seed says the same
    CHECK(*m->value.high - *m->value.low > 100);                         // though the runs differ widely
    CHECK(m->sure);
    CHECK_FALSE(page_world("as written", base, base, damage()).find(kDamage)->change.value);
}

TEST_CASE("one run has no interval, and no samples are no zero") {
    const auto one = side("a", {5});
    const PageWorld world = page_world("a", one, one, damage());
    CHECK(*world.find(kDamage)->value.value == 5);
    CHECK_FALSE(world.find(kDamage)->value.low);
    ComparedSide none{"none", "", {}};
    none.units[{1, 0}] = {std::nullopt};
    CHECK(page_world("none", none, none, damage()).find(kDamage) == nullptr);
}

TEST_CASE("shares are split seed by seed, and sum to the damage") {
    // Neither does anything alone, together 10 and 30: half each, of each seed.
    const std::vector<ComparedSide> worlds{side("none", {0, 0}), side("a", {0, 0}), side("b", {0, 0}), side("both", {10, 30})};
    const auto shares = shapley_by_seed(worlds, 0);
    REQUIRE(shares.size() == 2);
    CHECK(*shares[0].value == Approx(10));
    CHECK(*shares[1].value == Approx(10));
    CHECK(shares[0].low);
    // A dummy has nothing; a replication that some world lacks counts for none.
    const std::vector<ComparedSide> dummy{side("none", {1, 1}), side("a", {7, 9}), side("b", {1, 1}), side("both", {7})};
    const auto alone = shapley_by_seed(dummy, 0);
    CHECK(*alone[0].value == Approx(6));
    CHECK(*alone[1].value == Approx(0).margin(1e-12));
    CHECK_FALSE(alone[0].low);
    CHECK(shapley_by_seed({}, 0).empty());
}

TEST_CASE("cures are ranked by what they save, those that harm last") {
    const auto base = side("as written", {100, 100});
    std::vector<PageWorld> worlds;
    for (const double v : {120.0, 10.0, 90.0}) worlds.push_back(page_world(std::to_string(static_cast<int>(v)), base, side("", {v, v}), damage()));
    rank_cures(worlds, kDamage);
    CHECK(worlds[0].name == "10");
    CHECK(worlds[1].name == "90");
    CHECK(worlds[2].name == "120");
}

}  // namespace mailquake
