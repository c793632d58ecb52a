// A whole scenario, as composed and validated: the one input of a run. The composition keys (`extends`, `include`,
// `variants`, `test`) are consumed by the loader and do not appear here.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/dashboard/dashboard_spec.hpp"
#include "models/expect/expect_spec.hpp"
#include "models/fault/fault_spec.hpp"
#include "models/fault/flaw_spec.hpp"
#include "models/fault/mitigation_spec.hpp"
#include "models/mta/tier_spec.hpp"
#include "models/net/link_spec.hpp"
#include "models/net/network_spec.hpp"
#include "models/net/site_spec.hpp"
#include "models/traffic/backlog_spec.hpp"
#include "models/traffic/client_spec.hpp"
#include "models/traffic/sender_spec.hpp"
#include "models/traffic/tenant_class_spec.hpp"

namespace mailquake {

/// The objectives that "late" and "affected" rest on.
struct SloSpec {
    SimDuration delay = 10_min;     // Microsoft's online service description: missed when the average is over 10 min

    template <class S = SloSpec>
    static constexpr auto keys() {
        return std::tuple{key("delay", &S::delay).above(0).says("a copy that takes longer is late")};
    }
};

struct ScenarioSpec : Entry {
    std::string  start = "2000-01-01T00:00:00Z";  // UTC instant
    SimDuration  duration;
    SimDuration  warmup = SimDuration::zero();
    SimDuration  cooldown = SimDuration::zero();
    std::int64_t seed = 1;
    SloSpec      slo;
    NetworkSpec  network;
    std::vector<SiteSpec>        sites;
    std::vector<LinkSpec>        links;
    std::vector<TierSpec>        tiers;
    std::vector<SenderSpec>      senders;
    std::vector<TenantClassSpec> tenants;
    std::vector<ClientSpec>      clients;
    std::vector<BacklogSpec>     backlog;
    std::vector<FaultSpec>       faults;
    std::vector<FlawSpec>        flaws;
    std::vector<MitigationSpec>  mitigations;
    std::vector<DashboardSpec>   dashboards;
    std::vector<ExpectSpec>      expect;
    std::optional<SweepSpec>     sweep;

    template <class S = ScenarioSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("start", &S::start).says("UTC instant of the start; diurnal factors and ISO instants refer to it"),
                key("duration", &S::duration).required().above(0).at_most(3650.0 * 86400).says("simulated time, warm-up and cool-down included"),
                key("warmup", &S::warmup).at_least(0).says("copies accepted in this time at the start are not measured; ends before the first fault. `--warmup mser5` finds one"),
                key("cooldown", &S::cooldown).at_least(0).says("copies accepted in this time at the end are not measured; load goes on"),
                key("seed", &S::seed).at_least(0).at_most(9e15).says("seed of the random streams, unless --seed says another"),
                key("slo", &S::slo).says("objectives"),
                key("network", &S::network).says("what holds for all links"),
                key("sites", &S::sites).required().says("data centers and pieces of the outside world"),
                key("links", &S::links).says("links between sites"),
                key("tiers", &S::tiers).required().says("roles on the mail path"),
                key("senders", &S::senders).says("populations of outside senders"),
                key("tenants", &S::tenants).says("classes of tenants"),
                key("clients", &S::clients).says("populations of clients that sign in"),
                key("backlog", &S::backlog).says("copies that wait already when the run starts"),
                key("faults", &S::faults).says("what the environment does"),
                key("flaws", &S::flaws).says("what the code does wrong"),
                key("mitigations", &S::mitigations).says("what operators do"),
                key("dashboards", &S::dashboards).says("how trouble is noticed, and how customers are told"),
                key("expect", &S::expect).inert().says("what is to hold of the results; `test` judges it"),
                key("sweep", &S::sweep).inert().says("what `sweep` varies")});
    }
};

}  // namespace mailquake
