#include "tests/catch.hpp"

#include <cmath>

#include "models/world/run_estimate.hpp"
#include "small_world.hpp"

using namespace mailquake;

TEST_CASE("what a run will be is estimated within a factor of three, and never by much too little") {
    for (const char* rate : {"tenants.acme.rate=5/s", "tenants.acme.rate=50/s"}) {
        const RunEstimate estimate = estimate_run(scenario_of(kOneSite, {rate}));
        const Outcome outcome = run(kOneSite, {rate});
        MessageCounts counts;
        for (const TenantOutcome& tenant : outcome.tenants) counts += tenant.counts;
        CHECK(estimate.messages == Approx(static_cast<double>(counts.accepted)).epsilon(0.1));
        const double ratio = estimate.events / static_cast<double>(outcome.events);
        CHECK(ratio > 0.9);
        CHECK(ratio < 3);
    }
}

TEST_CASE("a run that is too large is refused by the key that makes it so") {
    const auto why = [](const std::vector<std::string>& sets, const std::string& more = "") { return too_large(estimate_run(scenario_of(kOneSite + more, sets))).value_or(""); };
    CHECK(why({}).empty());
    CHECK(why({"tenants.acme.rate=1000000/s", "duration=1d"}).find("tenants.acme.rate makes most of it") != std::string::npos);
    CHECK(why({}, "faults: [{name: f, kind: campaign, target: acme, at: 1min, for: 5min, copies: 1000000000}]\n").find("faults.f.copies makes most of it") != std::string::npos);
    CHECK(why({}, "faults: [{name: f, kind: load-surge, target: acme, at: 1min, for: 5min, factor: 1000000x}]\n").find("faults.f.factor makes most of it") != std::string::npos);
    CHECK(why({}, "backlog: [{name: b, at: mta@dc, class: acme, count: 1000000000, oldest: 1h}]\n").find("backlog.b.count") != std::string::npos);
    CHECK(why({"duration=3650d"}, "dashboards: [{name: d, at: dc, look: 1ms, signals: [{name: o, kind: oldest, target: mta, over: 1s}], channels: [{name: p, kind: portal}]}]\n")
              .find("dashboards.d.look makes most of it") != std::string::npos);
    CHECK(estimate_run(scenario_of(kOneSite, {"tenants.acme.rate=1000000/s", "duration=1d"}), 1_min).messages == Approx(6e7));
}

TEST_CASE("copies that wait at the start are messages of the run, whether counted or pasted") {
    for (const char* waiting : {"count: 5000, oldest: 1h", "qshape: acme.example 5000 1000 2000 2000 0 0 0 0 0 0 0"}) {
        const std::string yaml = kOneSite + "backlog: [{name: b, at: mta@dc, class: acme, " + waiting + "}]\n";
        const Outcome outcome = run(yaml);
        CHECK(estimate_run(scenario_of(yaml)).messages == Approx(static_cast<double>(outcome.messages.accepted)).epsilon(0.05));
    }
}
