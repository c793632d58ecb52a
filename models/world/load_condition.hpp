// What a fault makes of the estate while it acts, as the arithmetic of offered load sees it: which servers serve, which
// requests hang, who takes over for a tier that is gone, how far sites are apart.
//
// A tier is gone at a site when the site is down or none of its servers there is up; the nearest other site where it is
// not gone takes over at once (in a run, only when health checks or failed attempts have told). A partition that is down
// alone is not taken over: its calls fail. Routes have converged. Random and on / off stretches act all the time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "models/net/topology.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// A tier at one site, for one partition.
struct StationCondition {
    double up = 1;         // share of its servers that serve
    double hangs = 0;      // chance of a request not to be answered
    bool   refuses = false;  // all requests fail fast
    double slower = 1;     // by which service times have grown, mean over the servers that serve
};

class LoadCondition {
public:
    /// `fault`: nullptr for normal load.
    LoadCondition(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault);

    [[nodiscard]] const StationCondition& station(std::size_t tier, SiteId site, std::size_t partition) const {
        return stations_[tier][site.index()][partition];
    }
    /// One way, on the routes in force; nothing where there is no route. Within a site: its inside latency.
    [[nodiscard]] std::optional<SimDuration> latency(SiteId from, SiteId to) const;
    [[nodiscard]] bool is_gone(std::size_t tier, SiteId site) const;
    [[nodiscard]] bool stands_at(std::size_t tier, SiteId site) const { return !stations_[tier][site.index()].empty(); }
    /// The site of the tier that serves somebody at `from`; if it is gone everywhere, as if it were nowhere.
    [[nodiscard]] SiteId serving(std::size_t tier, SiteId from) const;
    /// The same for somebody who does not know what is gone.
    [[nodiscard]] SiteId first_choice(std::size_t tier, SiteId from) const { return nearest(tier, from, true); }
    /// Multiple of the class's normal load.
    [[nodiscard]] double surge(std::string_view tenant_class) const;

private:
    void hit(const ScenarioSpec& scenario, const FaultSpec& fault, const std::string& target);
    template <class Body>
    void hit_gradually(const ScenarioSpec& scenario, const Body& body, std::string_view target);
    template <class Change>
    void change_stations(const ScenarioSpec& scenario, std::string_view target, Change change);
    template <class Change>
    void change_servers(const ScenarioSpec& scenario, std::string_view target, double share, Change change);
    [[nodiscard]] SiteId nearest(std::size_t tier, SiteId from, bool also_gone) const;

    const Topology& topology_;
    std::vector<std::vector<std::vector<StationCondition>>> stations_;  // by tier, site, partition; none where it is not
    std::vector<bool>                       site_down_;
    std::vector<std::vector<SimDuration>>   distance_;  // by site; SimDuration::max() without a route
    std::vector<std::string> surged_;
    double           surge_ = 1;
};

}  // namespace mailquake
