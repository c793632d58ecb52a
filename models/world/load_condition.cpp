#include "models/world/load_condition.hpp"

#include <algorithm>
#include <type_traits>

#include "models/fault/link_faults.hpp"
#include "models/mta/server_share.hpp"
#include "models/spec/place_text.hpp"
#include "models/net/least_paths.hpp"
#include "models/net/tcp.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

namespace {

/// The links as if the fault had just begun at time zero, whenever it is to come.
LinkTimeline timeline_under(const Topology& topology, const FaultSpec* fault) {
    if (fault == nullptr || !is_link_fault(*fault)) return LinkTimeline(topology);
    FaultSpec acting = *fault;
    acting.mtbf = acting.mttr = std::nullopt;
    acting.conditional = false;
    acting.at.at = SimTime::zero();
    acting.length = 1_ns;
    return build_link_timeline(topology, std::span(&acting, 1), SimTime::zero() + 1_s);
}

/// Latencies of the links; negative where a link is down. A black hole may be the only way, and is one where `holes_too`.
std::vector<SimDuration> latencies_at(const Topology& topology, const LinkTimeline& timeline, SimTime when, bool holes_too) {
    std::vector<SimDuration> latencies;
    for (std::uint32_t i = 0; i < topology.link_count(); ++i) {
        const LinkState& state = timeline.at(LinkId{i}, when);
        const bool leads = state.mode == LinkMode::up || (holes_too && state.mode == LinkMode::black_hole);
        latencies.push_back(leads ? state.latency : SimDuration{-1});
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
    const SimTime when = SimTime::zero();
    const auto* flap = fault == nullptr ? nullptr : std::get_if<LinkFlapFault>(&fault->body);
    const LinkTimeline timeline = timeline_under(topology, flap == nullptr ? fault : nullptr);
    for (std::uint32_t i = 0; i < topology.link_count(); ++i) bandwidth_.push_back(timeline.at(LinkId{i}, when).bandwidth);
    const LeastPaths paths(topology, latencies_at(topology, timeline, when, false));
    const LeastPaths with_holes(topology, latencies_at(topology, timeline, when, true));
    for (std::uint32_t from = 0; from < topology.site_count(); ++from) {
        distance_.push_back(paths.distances(SiteId{from}));
        distance_.back()[from] = topology.inside_latency(SiteId{from});
        last_links_.push_back(paths.last_links(SiteId{from}));
        leads_.push_back(with_holes.distances(SiteId{from}));
    }
    if (fault == nullptr) return;
    if (flap != nullptr) {
        cut_share_ = std::min(1.0, (flap->down + scenario.network.convergence).seconds() / (flap->down + flap->up).seconds());
        const LeastPaths while_down(topology, latencies_at(topology, timeline_under(topology, fault), when, false));
        for (std::uint32_t from = 0; from < topology.site_count(); ++from) {
            flaps_.emplace_back();
            for (const SimDuration& distance : while_down.distances(SiteId{from})) flaps_.back().push_back(distance == SimDuration::max());
        }
    }
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
                    station.stands_still = station.up <= 0;
                    if (station.up <= 0 || sends_anywhere(tier.spread)) station.hangs = share;
                    if (station.up > 0) station.keeps_waiting = station.hangs;
                });
            } else if constexpr (std::is_same_v<Body, ServerSlowFault>) {
                change_servers(scenario, target, body.share.value, [&](const TierSpec&, StationCondition& station, double share) {
                    station.slower = 1 + share * (body.factor.value - 1);
                });
            } else if constexpr (std::is_same_v<Body, NoAnswerFault>) {
                change_stations(scenario, target, [&](const TierSpec&, const std::string&, StationCondition& station) {
                    station.hangs = body.probability.value;
                    if (body.on) station.on_seconds = body.on->seconds(), station.off_seconds = body.off->seconds();
                });
            } else if constexpr (std::is_same_v<Body, LateAnswerFault> || std::is_same_v<Body, WrongAnswerFault>) {
                hit_answers(scenario, body, target);
            } else if constexpr (std::is_same_v<Body, LoadSurgeFault> || std::is_same_v<Body, CampaignFault> || std::is_same_v<Body, PoisonFault> ||
                                 std::is_same_v<Body, DateReachedFault>) {
                hit_mail(fault, body, target);
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

/// What leaves servers up: a gray failure, cold caches; and a tier that is lost.
template <class Body>
void LoadCondition::hit_gradually(const ScenarioSpec& scenario, const Body& body, std::string_view target) {
    if constexpr (std::is_same_v<Body, GrayFault>) {
        change_stations(scenario, target, [&](const TierSpec&, const std::string&, StationCondition& station) {
            station.hangs = station.puts_off = body.dropped.value;
            station.slower = 1 + body.slowed.value * (body.factor.value - 1);
        });
    } else if constexpr (std::is_same_v<Body, CacheLossFault>) {
        change_stations(scenario, target, [](const TierSpec&, const std::string&, StationCondition& station) { station.cold = true; });
    } else if constexpr (std::is_same_v<Body, TierLostFault>) {
        change_stations(scenario, target, [](const TierSpec&, const std::string&, StationCondition& station) {
            station.up = 0;
            station.refuses = true;
        });
    }
}

template <class Body>
void LoadCondition::hit_answers(const ScenarioSpec& scenario, const Body& body, std::string_view target) {
    change_stations(scenario, target, [&](const TierSpec&, const std::string&, StationCondition& station) {
        if constexpr (std::is_same_v<Body, LateAnswerFault>) {
            station.late = body.probability.value;
            station.late_seconds = body.added.seconds();
        } else {
            (body.answer == WrongAnswer::error ? station.wrong : station.no_recipient) = body.probability.value;
        }
    });
}

/// What comes, instead of what serves it. Copies of a campaign come evenly over its time.
template <class Body>
void LoadCondition::hit_mail(const FaultSpec& fault, const Body& body, const std::string& target) {
    hit_.push_back(target);
    if constexpr (std::is_same_v<Body, LoadSurgeFault>) surge_ = body.factor.value;
    else if constexpr (std::is_same_v<Body, CampaignFault>) more_ = fault.length.ns > 0 ? static_cast<double>(body.copies) / fault.length.seconds() : 0;
    else if constexpr (std::is_same_v<Body, PoisonFault>) poison_ = body.share.value;
    else date_ = true;
}

std::optional<SimDuration> LoadCondition::latency(SiteId from, SiteId to) const {
    const SimDuration distance = distance_[from.index()][to.index()];
    return distance == SimDuration::max() ? std::nullopt : std::optional(distance);
}

bool LoadCondition::is_swallowed(SiteId from, SiteId to) const {
    const auto leads = [&](SiteId a, SiteId b) { return a == b || leads_[a.index()][b.index()] != SimDuration::max(); };
    return leads(from, to) && leads(to, from) && !(latency(from, to) && latency(to, from));
}

bool LoadCondition::is_gone(std::size_t tier, SiteId site, std::optional<std::size_t> partition) const {
    const auto& stations = stations_[tier][site.index()];
    if (partition) return stations[*partition].up <= 0;
    return std::all_of(stations.begin(), stations.end(), [](const StationCondition& station) { return station.up <= 0; });
}

SiteId LoadCondition::nearest(std::size_t tier, SiteId from, bool also_gone, std::optional<std::size_t> partition) const {
    SiteId best;
    for (std::uint32_t s = 0; s < topology_.site_count(); ++s) {
        const SiteId site{s};
        if (!stands_at(tier, site) || (!also_gone && (is_gone(tier, site, partition) || !latency(from, site)))) continue;
        if (site == from) return site;
        if (!best.valid() || distance_[from.index()][s] < distance_[from.index()][best.index()]) best = site;
    }
    return best;
}

SiteId LoadCondition::serving(std::size_t tier, SiteId from, std::optional<std::size_t> partition) const {
    const SiteId alive = nearest(tier, from, false, partition);
    return alive.valid() ? alive : nearest(tier, from, true);
}

double LoadCondition::rate_of(std::string_view tenant_class, double normal) const {
    return is_hit(tenant_class) ? normal * surge_ + more_ : normal;
}

double LoadCondition::poison(std::string_view tenant_class) const { return is_hit(tenant_class) ? poison_ : 0; }

bool LoadCondition::is_reached(std::string_view flaw) const { return date_ && is_hit(flaw); }

bool LoadCondition::is_hit(std::string_view name) const { return std::find(hit_.begin(), hit_.end(), name) != hit_.end(); }

std::vector<LinkId> LoadCondition::links_on(SiteId from, SiteId to) const {
    std::vector<LinkId> links;
    for (SiteId at = to; at != from;) {
        const LinkId link = last_links_[from.index()][at.index()];
        if (!link.valid()) break;
        links.push_back(link);
        at = topology_.link(link).from;
    }
    return links;
}

double LoadCondition::data_seconds(SiteId from, SiteId to, double octets) const {
    double bits_per_second = tcp::kUnlimited;
    for (const LinkId link : links_on(from, to)) bits_per_second = std::min(bits_per_second, bandwidth_[link.index()]);
    return octets * 8 / bits_per_second;
}

}  // namespace mailquake
