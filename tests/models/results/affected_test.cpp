// Who counts as affected, and as collateral: the limits of the rule, one by one.
#include "tests/catch.hpp"

#include "models/results/affected.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {

TEST_CASE("an hour hits a tenant when more than 5 % and at least 3 copies were late") {
    CHECK(hit_in({0, 59, 3, 0}));            // 5.08 %
    CHECK_FALSE(hit_in({0, 60, 3, 0}));      // 5 % is not more than 5 %
    CHECK_FALSE(hit_in({0, 2, 2, 0}));       // all late, but only two
    CHECK(hit_in({0, 3, 3, 0}));
    CHECK_FALSE(hit_in({0, 0, 0, 0}));
}

TEST_CASE("a lost or wrongly bounced copy hits by itself") { CHECK(hit_in({5, 1000, 0, 1})); }

TEST_CASE("late copies of different hours do not add up") {
    CHECK_FALSE(is_affected(testing::tenant(0, 0, true, 0, {{0, 4, 2, 0}, {1, 4, 2, 0}})));
    CHECK(is_affected(testing::tenant(0, 0, true, 0, {{0, 4, 2, 0}, {1, 4, 3, 0}})));
}

TEST_CASE("collateral is affected though all of its own was healthy") {
    const std::vector<HourTally> hit{{2, 10, 10, 0}}, unhurt{{2, 10, 0, 0}};
    CHECK(is_collateral(testing::tenant(0, 0, true, 0, hit)));
    CHECK_FALSE(is_collateral(testing::tenant(0, 0, false, 0, hit)));
    CHECK_FALSE(is_collateral(testing::tenant(0, 0, true, 0, unhurt)));
}

TEST_CASE("copies that go to a place that is hit make nobody collateral, and those that do not must meet the rule alone") {
    TenantOutcome t = testing::tenant(0, 0, true, 0, {{2, 10, 10, 0}});
    t.hit_hours = {{2, 7, 7, 0, 0}};
    CHECK(is_collateral(t));                       // 3 of 3 others are late
    t.hit_hours = {{2, 7, 8, 0, 0}};
    CHECK_FALSE(is_collateral(t));                 // two are not enough
    t.hit_hours = {{1, 7, 8, 0, 0}};
    CHECK(is_collateral(t));                       // of another hour
    CHECK_FALSE(is_affected_by_destination(t));
}

TEST_CASE("mail that was lost at a destination that was hit makes a tenant affected, on a line of its own") {
    TenantOutcome t = testing::tenant(0, 0, true, 0, {{2, 100, 1, 1}});
    t.hit_hours = {{2, 50, 1, 1, 1}};
    CHECK(is_affected(t));
    CHECK_FALSE(is_collateral(t));
    CHECK(is_affected_by_destination(t));
    t.hit_hours = {{2, 50, 1, 1, 0}};              // lost when it was not hit
    CHECK_FALSE(is_affected_by_destination(t));
    t.hours = {{2, 100, 2, 2}};
    t.hit_hours = {{2, 50, 1, 1, 1}};              // another was lost elsewhere
    CHECK_FALSE(is_affected_by_destination(t));
    CHECK(is_collateral(t));
}

TEST_CASE("a tenant is hit from its first late copy to its last, once where hours overlap, and a minute for a loss") {
    const auto at = [](SimDuration t) { return SimTime::zero() + t; };
    const HourTally first{0, 10, 10, 0, at(30_min), at(90_min)}, next{1, 10, 10, 0, at(70_min), at(100_min)};
    const HourTally later{5, 10, 0, 1, at(330_min), at(330_min)}, calm{3, 100, 3, 0, at(200_min), at(220_min)};
    const auto hit = [](std::vector<HourTally> hours) { return time_hit(testing::tenant(0, 0, true, 0, std::move(hours))); };
    CHECK(hit({first}) == 60_min);
    CHECK(hit({first, next}) == 70_min);            // 20 minutes are in both
    CHECK(hit({first, next, later}) == 71_min);     // lost at an instant
    CHECK(hit({calm}) == SimDuration{0});           // 3 of 100 late: not hit
    CHECK(hit({next, first}) == 70_min);            // an expired copy of an early hour may end last
}

TEST_CASE("before the fault counts only hours that were over when it began") {
    const auto t = testing::tenant(0, 0, true, 0, {{1, 10, 10, 0, SimTime::zero() + 70_min}});
    CHECK(is_affected_before(t, SimTime::zero() + 2_h));
    CHECK_FALSE(is_affected_before(t, SimTime::zero() + 119_min));
}

TEST_CASE("mail of an hour before the fault that the fault made late is not trouble before it") {
    const auto late_from = [](SimDuration from) { return testing::tenant(0, 0, true, 0, {{1, 10, 10, 0, SimTime::zero() + from}}); };
    CHECK(is_affected_before(late_from(119_min), SimTime::zero() + 2_h));
    CHECK_FALSE(is_affected_before(late_from(2_h), SimTime::zero() + 2_h));
    CHECK_FALSE(is_affected_before(late_from(125_min), SimTime::zero() + 2_h));
}

TEST_CASE("the share before the fault is none without a whole hour, and of all hours without a fault") {
    Outcome o = testing::small_outcome();
    for (TenantOutcome& tenant : o.tenants)
        for (HourTally& hour : tenant.hours) hour.trouble_from = SimTime::zero();
    REQUIRE(affected_before_fault(o));
    CHECK(*affected_before_fault(o) == 0);
    o.tenants[2].hours = {{0, 10, 10, 0, SimTime::zero() + 10_min}};
    CHECK(*affected_before_fault(o) == Approx(0.25));
    o.fault_window.first_start = SimTime::zero() + 59_min;
    CHECK_FALSE(affected_before_fault(o));
    o.fault_window.first_start.reset();
    for (DisturbanceOutcome& m : o.mitigations) m.touched = 0;
    CHECK(*affected_before_fault(o) == 1);
    // A suspension that makes mail late by itself is no sign of a system that was not healthy.
    DisturbanceOutcome& pause = o.mitigations.emplace_back();
    pause.start = SimTime::zero() + 1_h;
    pause.touched = 9;
    CHECK(*affected_before_fault(o) == Approx(0.25));
    o.mitigations.back().touched = 0;
    CHECK(*affected_before_fault(o) == 1);
}

}  // namespace mailquake
