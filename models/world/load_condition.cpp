#include "models/world/load_condition.hpp"

#include <algorithm>
#include <type_traits>

#include "models/fault/link_faults.hpp"
#include "models/mta/server_share.hpp"
#include "models/spec/place_text.hpp"
#include "models/net/least_paths.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

/// Latencies of the links at the moment the fault begins; negative where a link is down.
std::vector<SimDuration> link_latencies(const Topology& topology, const FaultSpec* fault) {
    LinkTimeline timeline(topology);
    SimTime when = SimTime::zero();
    if (fault != nullptr && is_link_fault(*fault)) {
        when = fault->at.at;
        timeline = build_link_timeline(topology, std::span(fault, 1), SimTime::never());
    }
    std::vector<SimDuration> latencies;
    for (std::uint32_t i = 0; i < topology.link_count(); ++i) {
        const LinkState& state = timeline.at(LinkId{i}, when);
        latencies.push_back(state.mode == LinkMode::up ? state.latency : SimDuration{-1});
    }
    return latencies;
}

bool sends_anywhere(Spread spread) {
    switch (spread) {
        case Spread::random:
        case Spread::round_robin:
        case Spread::shuffle_shard: return true;
        case Spread::shared:
        case Spread::least_loaded:
        case Spread::two_choices: return false;
    }
    return false;
}

}  // namespace

LoadCondition::LoadCondition(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault)
    : topology_(topology), site_down_(topology.site_count(), false) {
    for (const TierSpec& tier : scenario.tiers) {
        std::vector<std::vector<StationCondition>> sites(topology.site_count());
        for (const std::string& name : tier.at) {
            sites[topology.find_site(name).index()].resize(std::max<std::size_t>(1, tier.partitions.size()));
        }
        stations_.push_back(std::move(sites));
    }
    const LeastPaths paths(topology, link_latencies(topology, fault));
    for (std::uint32_t from = 0; from < topology.site_count(); ++from) {
        distance_.push_back(paths.distances(SiteId{from}));
        distance_.back()[from] = topology.inside_latency(SiteId{from});
    }
    if (fault == nullptr) return;
    for (const std::string& target : targets_of(*fault)) hit(scenario, *fault, target);
}

template <class Change>
void LoadCondition::change_stations(const ScenarioSpec& scenario, std::string_view text, Change change) {
    const PlaceText target = split_place(text);
    for (std::size_t t = 0; t < scenario.tiers.size(); ++t) {
        const TierSpec& tier = scenario.tiers[t];
        if (tier.name != target.tier) continue;
        for (const std::string& name : tier.at) {
            if (!target.site.empty() && name != target.site) continue;
            auto& here = stations_[t][topology_.find_site(name).index()];
            for (std::size_t p = 0; p < here.size(); ++p) {
                if (target.partition.empty() || tier.partitions[p] == target.partition) change(tier, name, here[p]);
            }
        }
    }
}

/// The same where a fault hits a share of the target's servers: `change` learns which share of each station's that is.
template <class Change>
void LoadCondition::change_servers(const ScenarioSpec& scenario, std::string_view target, double share, Change change) {
    std::vector<std::uint32_t> servers;
    change_stations(scenario, target, [&](const TierSpec& tier, const std::string& site, StationCondition&) { servers.push_back(narrow<std::uint32_t>(tier.servers_at(site), "servers")); });
    const std::vector<std::uint32_t> hit = apportion(share, servers);
    std::size_t i = 0;
    change_stations(scenario, target, [&](const TierSpec& tier, const std::string&, StationCondition& station) {
        change(tier, station, servers[i] == 0 ? 0.0 : static_cast<double>(hit[i]) / servers[i]);
        ++i;
    });
}

void LoadCondition::hit(const ScenarioSpec& scenario, const FaultSpec& fault, const std::string& target) {
    std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, SiteDownFault>) {
                const SiteId site = topology_.find_site(target);
                if (site.valid()) site_down_[site.index()] = true;
            } else if constexpr (std::is_same_v<Body, ServerCrashFault>) {
                change_servers(scenario, target, body.share.value, [&](const TierSpec&, StationCondition& station, double share) {
                    station.up = 1 - share;
                    station.refuses = station.up <= 0;
                });
            } else if constexpr (std::is_same_v<Body, ServerPauseFault>) {
                change_servers(scenario, target, body.share.value, [&](const TierSpec& tier, StationCondition& station, double share) {
                    station.up = 1 - share;
                    if (station.up <= 0 || sends_anywhere(tier.spread)) station.hangs = share;
                });
            } else if constexpr (std::is_same_v<Body, ServerSlowFault>) {
                change_servers(scenario, target, body.share.value, [&](const TierSpec&, StationCondition& station, double share) {
                    station.slower = 1 + share * (body.factor.value - 1);
                });
            } else if constexpr (std::is_same_v<Body, NoAnswerFault>) {
                change_stations(scenario, target, [&](const TierSpec&, const std::string&, StationCondition& station) {
                    station.hangs = body.probability.value;
                });
            } else if constexpr (std::is_same_v<Body, LoadSurgeFault>) {
                surged_.emplace_back(target);
                surge_ = body.factor.value;
            } else {
                hit_gradually(scenario, body, target);
            }
        },
        fault.body);
    for (std::size_t s = 0; s < site_down_.size(); ++s) {
        if (!site_down_[s]) continue;
        for (auto& tier : stations_) {
            for (StationCondition& station : tier[s]) station = {.up = 0, .hangs = 1};
        }
    }
}

/// What leaves servers up: gray, late and wrong answers; and a tier that is lost. Campaigns and poison, dates and caches are no
/// matter of a mean: they are left out here.
template <class Body>
void LoadCondition::hit_gradually(const ScenarioSpec& scenario, const Body& body, std::string_view target) {
    if constexpr (std::is_same_v<Body, GrayFault>) {
        change_stations(scenario, target, [&](const TierSpec&, const std::string&, StationCondition& station) {
            station.hangs = body.dropped.value;
            station.slower = 1 + body.slowed.value * (body.factor.value - 1);
        });
    } else if constexpr (std::is_same_v<Body, TierLostFault>) {
        change_stations(scenario, target, [](const TierSpec&, const std::string&, StationCondition& station) {
            station.up = 0;
            station.refuses = true;
        });
    }
}

std::optional<SimDuration> LoadCondition::latency(SiteId from, SiteId to) const {
    const SimDuration distance = distance_[from.index()][to.index()];
    return distance == SimDuration::max() ? std::nullopt : std::optional(distance);
}

bool LoadCondition::is_gone(std::size_t tier, SiteId site) const {
    const auto& stations = stations_[tier][site.index()];
    return std::all_of(stations.begin(), stations.end(), [](const StationCondition& station) { return station.up <= 0; });
}

SiteId LoadCondition::nearest(std::size_t tier, SiteId from, bool also_gone) const {
    SiteId best;
    for (std::uint32_t s = 0; s < topology_.site_count(); ++s) {
        const SiteId site{s};
        if (!stands_at(tier, site) || (!also_gone && (is_gone(tier, site) || !latency(from, site)))) continue;
        if (site == from) return site;
        if (!best.valid() || distance_[from.index()][s] < distance_[from.index()][best.index()]) best = site;
    }
    return best;
}

SiteId LoadCondition::serving(std::size_t tier, SiteId from) const {
    const SiteId alive = nearest(tier, from, false);
    return alive.valid() ? alive : nearest(tier, from, true);
}

double LoadCondition::surge(std::string_view tenant_class) const {
    return std::find(surged_.begin(), surged_.end(), tenant_class) != surged_.end() ? surge_ : 1;
}

}  // namespace mailquake
