// Who was told, by hand-made numbers: three classes' worth of tenants, two notices, and every case of the rule.
#include "tests/catch.hpp"

#include "models/results/dashboard_figures.hpp"
#include "models/results/figures.hpp"
#include "tests/models/results/small_outcome.hpp"

namespace mailquake {
namespace {

SimTime at(SimDuration d) { return SimTime::zero() + d; }

/// Tenant 0: hit from 2 h 10 min to 3 h. 1: hit from 3 h 30 min to 4 h. 2: hit, never told. 3: never hit.
Outcome told_outcome() {
    Outcome o;
    o.end = at(10_h);
    o.sites = {"dfw"};
    for (const char* name : {"gold", "lead"}) {
        o.classes.emplace_back();
        o.classes.back().name = name;
        o.classes.back().tenants = 2;
    }
    const auto hit = [](std::uint32_t hour, SimDuration from, SimDuration to) { return HourTally{hour, 10, 10, 0, at(from), at(to)}; };
    o.tenants = {testing::tenant(0, 0, true, 0, {HourTally{1, 100, 1, 0, at(1_h), at(1_h)}, hit(2, 130_min, 3_h)}), testing::tenant(0, 1, true, 0, {hit(3, 210_min, 4_h)}),
                 testing::tenant(1, 0, true, 0, {hit(2, 150_min, 5_h), hit(4, 250_min, 6_h)}), testing::tenant(1, 1, true, 0, {HourTally{2, 100, 2, 0, at(2_h), at(3_h)}})};
    for (TenantOutcome& t : o.tenants) t.partitions.clear();
    o.fault_window.first_start = at(2_h);
    DashboardOutcome d{.name = "status", .pos = {}, .audience = 4, .channels = {{"page", "portal", 4}, {"mail", "email", 2}}, .notices = {}, .told = {}};
    d.notices = {{at(140_min), at(160_min), at(200_min), 1}, {at(225_min), at(230_min), std::nullopt, 0}};
    d.told = {{0, 0, 0, at(190_min)}, {0, 0, 1, at(165_min)}, {0, 0, 3, at(170_min)}, {0, 1, 0, at(170_min)}, {1, 0, 1, at(270_min)}};
    o.dashboards = {d};
    return o;
}

}  // namespace

TEST_CASE("a tenant is notified by a notice that was not withdrawn before its trouble began") {
    const Outcome o = told_outcome();
    const auto t = tenant_notices(o);
    REQUIRE(t.size() == 4);
    CHECK((t[0].affected && t[0].notified && t[0].from == at(130_min)));
    CHECK(t[0].to_notify == 40_min);          // by mail, before it looked at the page
    CHECK(t[0].unaware == 40_min);
    CHECK((t[1].affected && t[1].notified));
    CHECK(t[1].to_notify == 60_min);          // the first notice was gone when its trouble began at 3 h 30 min
    CHECK(t[1].unaware == 30_min);            // its trouble was over before it was told
    CHECK((t[2].affected && !t[2].told && !t[2].notified));
    CHECK(t[2].to_notify == 450_min);         // until the run ended: at least that
    CHECK(t[2].unaware == 210_min);           // from 2 h 30 min to 6 h
    CHECK((!t[3].affected && t[3].told && !t[3].notified));
}

TEST_CASE("a tenant that knew before its trouble took no time to be notified") {
    Outcome o = told_outcome();
    o.dashboards[0].told = {{1, 0, 1, at(200_min)}};
    CHECK(tenant_notices(o)[1].to_notify == SimDuration::zero());
    CHECK(tenant_notices(o)[1].unaware == SimDuration::zero());
}

TEST_CASE("the figures of dashboards are sums over tenants, and rest on bounds where somebody was never told") {
    const Outcome o = told_outcome();
    const Figures f = figures_of(o, ScenarioSpec{});
    const DashboardFigures& d = f.dashboard;
    CHECK(d.affected == 3);
    CHECK(d.notified == 2);
    CHECK(d.never_told == 1);
    CHECK(d.told_in_error == 1);
    CHECK(*d.share == Approx(2.0 / 3));
    CHECK(d.unaware == (40 + 30 + 210) * 60);
    CHECK(*d.time_to_notify.p50 == Approx(60 * 60).epsilon(0.002));
    CHECK(*d.time_to_notify.max == 450 * 60);
    CHECK(d.time_to_notify.at_least == std::vector<std::string>{"mean", "p90", "max"});
    CHECK(*d.detected == 20 * 60);
    CHECK(*d.published == 40 * 60);
    REQUIRE(d.dashboards.size() == 1);
    CHECK(d.dashboards[0].incidents == 2);
    CHECK(d.dashboards[0].published == 2);
    CHECK(d.dashboards[0].failed_tries == 1);
    REQUIRE(d.channels.size() == 2);
    CHECK(d.channels[0].name == "status/page");
    CHECK(d.channels[0].told == 3);
    CHECK(d.channels[0].notified == 2);
    CHECK(*d.channels[0].first == 5 * 60);
    CHECK(*d.channels[0].median == 10 * 60);
    CHECK(d.channels[1].told == 1);
    CHECK(f.tenants[0].notified == 2);
    CHECK(f.tenants[0].unaware == 70 * 60);
    CHECK(f.tenants[1].never_told == 1);
    CHECK(f.tenants[1].told_in_error == 1);
}

TEST_CASE("without a dashboard nobody is told and nothing is said of it") {
    Outcome o = told_outcome();
    o.dashboards.clear();
    const Figures f = figures_of(o, ScenarioSpec{});
    CHECK(f.dashboard.affected == 0);
    CHECK(f.dashboard.dashboards.empty());
    CHECK_FALSE(f.dashboard.share);
    CHECK(f.tenants[1].never_told == 0);
}

}  // namespace mailquake
