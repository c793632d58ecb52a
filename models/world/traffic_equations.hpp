// The traffic equations of one scenario under one condition (load_condition.hpp): who sends how much to which station, and how long each
// message and request keeps a worker there. What is counted and left out: offered_load.hpp.
//
// Paths are followed from their first tier on, by class and direction; a proxy's time holds the tiers behind it, so it is asked for from
// the last tier on. Calls are followed where they are made. Invariant: an estate never changes once it is made.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/net/topology.hpp"
#include "models/world/call_demand.hpp"
#include "models/world/load_condition.hpp"
#include "models/world/load_shares.hpp"
#include "models/world/offered_load.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

/// What a station gets, summed over all that sends to it.
struct StationLoad {
    double arrivals = 0;
    double work = 0;
    Hours  work_by_hour{};
};

/// What somebody who sends one message or request to a tier at a site makes of it there.
struct Visit {
    double held_seconds = 0;  // of the worker, mean
    double goes_on = 0;       // copies that go on to the next tier; of a request: chance of an answer that is no failure
};

/// Who comes to a station.
struct Visitors {
    double rate = 0;           // [1/s]; 0: nobody, what one of them would make of it is all that is asked
    bool   are_mail = false;
    double handing_over = 0;   // for how long a proxy's worker is held by that [s]
};

/// The flaws, with the share of servers that a run has them in: of whole ones.
[[nodiscard]] std::vector<FlawSpec> flaws_by_servers(const ScenarioSpec& scenario);

/// A station: a tier at a site, for one partition.
struct StationKey {
    std::size_t tier = 0;
    std::size_t site = 0;
    std::size_t partition = 0;
    auto operator<=>(const StationKey&) const = default;
};

/// How long a request waits at a station that gets more than it can do, in the long run [s].
using CalleeWaits = std::map<StationKey, double>;

/// The traffic equations of one scenario under one condition.
class TrafficEquations {
public:
    /// `before`: the same without what overload holds back; that is taken from it. `waits`: at those who are called and are overloaded.
    TrafficEquations(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault, Placements& placements,
                     const TrafficEquations* before = nullptr, CalleeWaits waits = {})
        : scenario_(scenario), topology_(topology), placements_(placements), condition_(scenario, topology, fault), before_(before), waits_(std::move(waits)),
          tiers_(scenario.tiers, [](const TierSpec& tier) -> std::string_view { return tier.name; }), hops_(scenario.tiers, topology) {
        for (std::size_t t = 0; t < scenario.tiers.size(); ++t) {
            outside_.push_back(is_outside(scenario.tiers[t]));
            loads_.emplace_back(topology.site_count(), std::vector<StationLoad>(std::max<std::size_t>(1, scenario.tiers[t].partitions.size())));
        }
        for (const TenantClassSpec& tenants : scenario.tenants) add_tenants(tenants);
        for (const ClientSpec& clients : scenario.clients) add_clients(clients);
    }

    [[nodiscard]] std::vector<OfferedLoadRow> rows(const std::string& condition) const;
    [[nodiscard]] std::vector<NextHopRow> next_hops(const std::string& condition) const;
    /// Does anything hold back what comes to it?
    [[nodiscard]] bool is_overloaded() const;
    /// The same figures as those of other equations of this scenario, but for rounding?
    [[nodiscard]] bool agrees_with(const TrafficEquations& other) const;
    /// Waits as given, and those at callees that are found to be overloaded beside them.
    [[nodiscard]] CalleeWaits waits_with_overload() const;
    [[nodiscard]] const CalleeWaits& waits() const { return waits_; }

private:
    using Flow = std::vector<double>;  // by site [1/s]
    struct Receiver {
        SiteId site;
        double share = 1;
    };

    /// Whose traffic is being added.
    struct Population {
        const TenantClassSpec* tenants = nullptr;  // nullptr: clients
        Hours hours{};
        double octets = 0;                         // of a copy, mean
        double poison = 0;                         // share of its mail
    };

    [[nodiscard]] std::size_t tier_at(std::string_view name) const { return *tiers_.find(name); }   // the loader has checked it
    void add_tenants(const TenantClassSpec& tenants);
    void add_clients(const ClientSpec& clients);
    void begin(const TenantClassSpec* tenants);
    [[nodiscard]] const std::vector<double>& shares(std::size_t tier);
    [[nodiscard]] std::vector<Receiver> homes_of(const TenantClassSpec& tenants) const;
    [[nodiscard]] Flow entering(const TenantClassSpec& tenants, double rate) const;
    void add_entering(const TenantClassSpec& tenants, SiteId from, double rate, Flow& flow) const;
    [[nodiscard]] bool is_outside(const TierSpec& tier) const;
    [[nodiscard]] SiteId found(std::size_t tier, SiteId from, const TierSpec* sender, std::optional<std::size_t> partition = std::nullopt);
    [[nodiscard]] std::vector<Receiver> receivers(std::size_t tier, SiteId from, const TierSpec* sender);
    void follow(const std::vector<std::string>& path, Flow flow, const std::vector<Receiver>& homes, bool ends_at_home);
    Visit visit(std::size_t tier, SiteId site, std::size_t partition, const Visitors& who);
    CallDemand make_call(std::size_t caller, SiteId site, std::size_t partition, const CallSpec& call, double rate);
    /// A tier's place on a path, and where the path ends.
    struct Step {
        const std::vector<std::string>& path;
        std::size_t k;
        const std::vector<Receiver>& homes;
        bool ends_at_home;
    };
    [[nodiscard]] std::vector<Receiver> sites_of(const Step& step, SiteId from);
    [[nodiscard]] double handing_over(const Step& step, SiteId from);
    [[nodiscard]] double attempt_seconds(const Step& step, SiteId from, SiteId to);
    [[nodiscard]] double reply_seconds(const Step& step, SiteId site);
    [[nodiscard]] double transfer_seconds(SiteId from, SiteId to) const;
    void use_links(SiteId from, SiteId to, double rate);
    struct LinkUse {
        double needed = 0, peak = 0, there = 0;   // [bit/s]; there 0: no link on the way
    };
    [[nodiscard]] LinkUse link_use(SiteId from, SiteId to) const;
    [[nodiscard]] double links_pass(SiteId from, SiteId to) const;
    [[nodiscard]] double wait_at(const StationKey& callee, double capacity, const CalleeWaits& waits) const;
    [[nodiscard]] bool takes_mail(std::size_t tier, SiteId from, SiteId to) const;
    [[nodiscard]] double passes(std::size_t tier, SiteId site, std::size_t partition) const;
    void hand_on(const Step& step, SiteId site, const std::vector<double>& left, Flow& at_tier);
    [[nodiscard]] double there(std::size_t tier, SiteId site, std::size_t partition) const;
    [[nodiscard]] double round_trip_seconds(SiteId a, SiteId b) const;
    [[nodiscard]] const TierSiteSpec* own_figures(const TierSpec& tier, SiteId site) const;
    [[nodiscard]] std::int64_t servers(const TierSpec& tier, SiteId site) const;
    [[nodiscard]] std::int64_t workers(const TierSpec& tier, SiteId site) const;

    const ScenarioSpec& scenario_;
    const Topology&     topology_;
    Placements&         placements_;
    LoadCondition       condition_;
    const TrafficEquations*       before_;
    CalleeWaits         waits_;
    NameIndex           tiers_;
    NextHopLoads        hops_;
    std::map<std::pair<SiteId, LinkId>, Hours> link_bits_{};    // by sending site and link: bit/s of mail that is to pass it, by hour
    std::map<StationKey, std::map<StationKey, double>> requests_{};  // by callee, by caller [1/s]
    std::vector<std::vector<std::vector<StationLoad>>> loads_;  // by tier, site, partition
    std::vector<bool>   outside_;                               // by tier
    std::set<std::pair<std::size_t, SiteId>> missed_{};         // gone, and wanted by those who try no other site
    std::vector<FlawSpec>       flaws_ = flaws_by_servers(scenario_);
    Population          population_;
};

}  // namespace mailquake
