#include "models/world/offered_load.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <type_traits>
#include <utility>

#include "models/net/topology.hpp"
#include "models/world/call_demand.hpp"
#include "models/world/load_condition.hpp"
#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

namespace {

using Hours = std::array<double, 24>;

double mean_seconds(const LawSpec& law) {
    return std::visit(
        [](const auto& spec) {
            if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, EmpiricalSpec>) {
                double sum = 0;
                for (SimDuration value : spec.values) sum += value.seconds();
                return spec.values.empty() ? 0.0 : sum / static_cast<double>(spec.values.size());
            } else {
                return spec.mean.seconds();
            }
        },
        law);
}

/// Of a tier that is tenants' own: each one's share of his class's mail at his own partition, CLASS-N.
std::vector<double> own_shares(const TierSpec& tier, const TenantClassSpec& tenants) {
    std::vector<double> shares(tier.partitions.size(), 0);
    const auto* zipf = std::get_if<ZipfSkewSpec>(&tenants.skew);
    double sum = 0;
    for (std::size_t p = 0; p < shares.size(); ++p) {
        const std::string_view name = tier.partitions[p];
        if (!name.starts_with(tenants.name + "-")) continue;
        const std::string rank(name.substr(tenants.name.size() + 1));
        if (rank.find_first_not_of("0123456789") != std::string::npos) continue;
        sum += shares[p] = zipf == nullptr ? 1 : math::pow(std::stod(rank), -zipf->exponent);
    }
    for (double& share : shares) share /= sum;
    return shares;
}

/// Stated shares, and what is left over evenly for the others; sums to 1.
std::vector<double> placement_shares(const TierSpec& tier, const TenantClassSpec* tenants) {
    if (tier.own && tenants != nullptr) return own_shares(tier, *tenants);
    const std::size_t n = std::max<std::size_t>(1, tier.partitions.size());
    std::vector<double> shares(n, -1);
    double stated = 0;
    for (std::size_t p = 0; tenants != nullptr && p < tier.partitions.size(); ++p) {
        for (const PlacementSpec& placement : tenants->placement) {
            if (placement.name != tier.name) continue;
            for (const ShareSpec& share : placement.shares) {
                if (share.name == tier.partitions[p]) stated += shares[p] = share.share.value;
            }
        }
    }
    const auto open = static_cast<double>(std::count(shares.begin(), shares.end(), -1.0));
    double sum = 0;
    for (double& share : shares) sum += share = share < 0 ? std::max(0.0, 1 - stated) / open : share;
    for (double& share : shares) share /= sum;
    return shares;
}

/// Hourly factors of mean 1.
Hours hourly_factors(const TenantClassSpec& tenants) {
    Hours hours;
    hours.fill(1);
    double sum = 0;
    for (Factor factor : tenants.diurnal) sum += factor.value;
    for (std::size_t h = 0; h < tenants.diurnal.size() && h < hours.size() && sum > 0; ++h) hours[h] = tenants.diurnal[h].value * 24 / sum;
    return hours;
}

/// What a station gets, summed over all that sends to it.
struct StationLoad {
    double arrivals = 0;
    double work = 0;
    Hours  work_by_hour{};
};

/// What somebody who sends one message or request to a tier at a site makes of it there.
struct Visit {
    double held_seconds = 0;  // of the worker, mean
    double goes_on = 0;       // chance that the message is not stopped there
};

/// The traffic equations of one scenario under one condition.
class Estate {
public:
    Estate(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault)
        : scenario_(scenario), topology_(topology), condition_(scenario, topology, fault),
          tiers_(scenario.tiers, [](const TierSpec& tier) -> std::string_view { return tier.name; }) {
        for (std::size_t t = 0; t < scenario.tiers.size(); ++t) {
            outside_.push_back(is_outside(scenario.tiers[t]));
            loads_.emplace_back(topology.site_count(), std::vector<StationLoad>(std::max<std::size_t>(1, scenario.tiers[t].partitions.size())));
        }
        for (const TenantClassSpec& tenants : scenario.tenants) add_tenants(tenants);
        for (const ClientSpec& clients : scenario.clients) add_clients(clients);
    }

    [[nodiscard]] std::vector<OfferedLoadRow> rows(const std::string& condition) const;

private:
    using Flow = std::vector<double>;  // by site [1/s]

    /// Whose traffic is being added.
    struct Population {
        const TenantClassSpec* tenants = nullptr;  // nullptr: clients
        Hours hours{};
        std::map<std::size_t, std::vector<double>> shares;  // by tier met so far: of its partitions
    };

    [[nodiscard]] std::size_t tier_at(std::string_view name) const { return *tiers_.find(name); }   // the loader has checked it
    void add_tenants(const TenantClassSpec& tenants);
    void add_clients(const ClientSpec& clients);
    void begin(const TenantClassSpec* tenants);
    [[nodiscard]] const std::vector<double>& shares(std::size_t tier);
    [[nodiscard]] std::vector<SiteId> homes_of(const TenantClassSpec& tenants) const;
    [[nodiscard]] Flow entering(const TenantClassSpec& tenants, double rate) const;
    void add_entering(const TenantClassSpec& tenants, SiteId from, double rate, Flow& flow) const;
    [[nodiscard]] bool is_outside(const TierSpec& tier) const;
    [[nodiscard]] SiteId found(std::size_t tier, SiteId from, const TierSpec* sender);
    [[nodiscard]] std::vector<SiteId> receivers(std::size_t tier, SiteId from, const TierSpec* sender);
    void follow(const std::vector<std::string>& path, Flow flow, const std::vector<SiteId>& homes, bool ends_at_home);
    Visit visit(std::size_t tier, SiteId site, std::size_t partition, double rate, double extra_seconds);
    CallDemand make_call(const TierSpec& caller, std::int64_t workers, SiteId site, const CallSpec& call, double rate);
    [[nodiscard]] double handing_over(SiteId from, const std::vector<SiteId>& at) const;
    [[nodiscard]] double round_trip_seconds(SiteId a, SiteId b) const;
    [[nodiscard]] const TierSiteSpec* own_figures(const TierSpec& tier, SiteId site) const;
    [[nodiscard]] std::int64_t servers(const TierSpec& tier, SiteId site) const;
    [[nodiscard]] std::int64_t workers(const TierSpec& tier, SiteId site) const;

    const ScenarioSpec& scenario_;
    const Topology&     topology_;
    LoadCondition       condition_;
    NameIndex           tiers_;
    std::vector<std::vector<std::vector<StationLoad>>> loads_;  // by tier, site, partition
    std::vector<bool>   outside_;                               // by tier
    std::set<std::pair<std::size_t, SiteId>> missed_{};         // gone, and wanted by those who try no other site
    Population          population_;
};

const TierSiteSpec* Estate::own_figures(const TierSpec& tier, SiteId site) const {
    for (const TierSiteSpec& own : tier.sites) {
        if (own.name == topology_.site_name(site)) return &own;
    }
    return nullptr;
}

std::int64_t Estate::servers(const TierSpec& tier, SiteId site) const {
    const TierSiteSpec* own = own_figures(tier, site);
    return own != nullptr ? own->servers.value_or(tier.servers) : tier.servers;
}

std::int64_t Estate::workers(const TierSpec& tier, SiteId site) const {
    const TierSiteSpec* own = own_figures(tier, site);
    return own != nullptr ? own->workers.value_or(tier.workers) : tier.workers;
}

double Estate::round_trip_seconds(SiteId a, SiteId b) const {
    if (!a.valid() || !b.valid()) return 0;
    const auto forth = condition_.latency(a, b);
    const auto back = condition_.latency(b, a);
    return forth && back ? (*forth + *back).seconds() : 0;
}

void Estate::begin(const TenantClassSpec* tenants) {
    population_ = {.tenants = tenants, .hours = {}, .shares = {}};
    population_.hours.fill(1);
    if (tenants != nullptr) population_.hours = hourly_factors(*tenants);
}

const std::vector<double>& Estate::shares(std::size_t tier) {
    static const std::vector<double> whole{1};
    if (scenario_.tiers[tier].partitions.empty()) return whole;
    const auto [entry, is_new] = population_.shares.try_emplace(tier);
    if (is_new) entry->second = placement_shares(scenario_.tiers[tier], population_.tenants);
    return entry->second;
}

/// Where the class's mailboxes are: as stated, else wherever the last tier of its mail stands.
std::vector<SiteId> Estate::homes_of(const TenantClassSpec& tenants) const {
    const PathsSpec& paths = tenants.paths;
    std::vector<std::string> names = tenants.homes;
    if (names.empty()) {
        const std::string* last = !paths.inbound.empty()    ? &paths.inbound.back()
                                  : !paths.internal.empty() ? &paths.internal.back()
                                  : !paths.outbound.empty() ? &paths.outbound.front()
                                                            : nullptr;
        if (last != nullptr) names = scenario_.tiers[tier_at(*last)].at;
    }
    std::vector<SiteId> homes;
    for (const std::string& name : names) homes.push_back(topology_.find_site(name));
    return homes;
}

/// Mail from one outside site goes to the reachable entry sites of least preference, alike.
void Estate::add_entering(const TenantClassSpec& tenants, SiteId from, double rate, Flow& flow) const {
    const std::size_t first = tier_at(tenants.paths.inbound.front());
    std::vector<std::pair<std::int64_t, SiteId>> entries;
    for (const MxSpec& mx : tenants.mx) entries.emplace_back(mx.preference, topology_.find_site(mx.name));
    if (tenants.mx.empty()) {
        for (const std::string& name : scenario_.tiers[first].at) entries.emplace_back(0, topology_.find_site(name));
    }
    std::erase_if(entries, [&](const auto& entry) {
        const SiteId site = condition_.stands_at(first, entry.second) ? entry.second : condition_.serving(first, entry.second);
        return !site.valid() || condition_.is_gone(first, site) || (from.valid() && !condition_.latency(from, entry.second));
    });
    if (entries.empty()) return;
    std::sort(entries.begin(), entries.end());
    std::erase_if(entries, [least = entries.front().first](const auto& entry) { return entry.first != least; });
    for (const auto& entry : entries) flow[entry.second.index()] += rate / static_cast<double>(entries.size());
}

Estate::Flow Estate::entering(const TenantClassSpec& tenants, double rate) const {
    Flow flow(topology_.site_count(), 0);
    std::vector<std::pair<SiteId, double>> weights;
    double total = 0;
    for (const SenderSpec& sender : scenario_.senders) {
        double weight = tenants.senders.empty() ? sender.share.value : 0;
        for (const ShareSpec& own : tenants.senders) {
            if (own.name == sender.name) weight = own.share.value > 0 ? own.share.value : sender.share.value;
        }
        weights.emplace_back(topology_.find_site(sender.at), weight);
        total += weight;
    }
    if (weights.empty()) add_entering(tenants, SiteId::none(), rate, flow);
    for (const auto& [site, weight] : weights) {
        if (weight > 0) add_entering(tenants, site, rate * weight / total, flow);
    }
    return flow;
}

void Estate::add_tenants(const TenantClassSpec& tenants) {
    begin(&tenants);
    const double rate = tenants.rate.per_second * condition_.surge(tenants.name);
    const std::vector<SiteId> homes = homes_of(tenants);
    Flow from_homes(topology_.site_count(), 0);
    for (SiteId home : homes) from_homes[home.index()] += rate / static_cast<double>(homes.size());
    const auto scaled = [](Flow flow, double share) {
        for (double& site : flow) site *= share;
        return flow;
    };
    const DirectionsSpec& share = tenants.directions;
    if (share.inbound.value > 0 && !tenants.paths.inbound.empty()) {
        follow(tenants.paths.inbound, entering(tenants, rate * share.inbound.value), homes, true);
    }
    if (share.outbound.value > 0) follow(tenants.paths.outbound, scaled(from_homes, share.outbound.value), homes, false);
    if (share.internal.value > 0) follow(tenants.paths.internal, scaled(from_homes, share.internal.value), homes, true);
}

/// In the long run each client signs in once a session.
void Estate::add_clients(const ClientSpec& clients) {
    begin(nullptr);
    const double session = mean_seconds(clients.session);
    const std::size_t tier = tier_at(clients.tier);
    const SiteId site = found(tier, topology_.find_site(clients.site), nullptr);
    if (session <= 0 || !site.valid() || condition_.is_gone(tier, site)) return;
    const double rate = static_cast<double>(clients.count) / session;
    for (std::size_t p = 0; p < shares(tier).size(); ++p) visit(tier, site, p, rate * shares(tier)[p], 0);
}

/// How long a proxy's worker is held by handing one message over: the dialogue's round trips and the reply's.
double Estate::handing_over(SiteId from, const std::vector<SiteId>& at) const {
    double seconds = 0;
    const double trips = static_cast<double>(scenario_.network.round_trips) + 1;
    for (SiteId site : at) seconds += trips * round_trip_seconds(from, site) / static_cast<double>(at.size());
    return seconds;
}

bool Estate::is_outside(const TierSpec& tier) const {
    return std::all_of(tier.at.begin(), tier.at.end(), [&](const std::string& name) {
        return std::any_of(scenario_.sites.begin(), scenario_.sites.end(), [&](const SiteSpec& site) { return site.name == name && site.outside; });
    });
}

/// Where somebody at `from` finds a tier inside: at its first choice, the same site or the nearest. If that is gone, then at the next
/// one, if health checks tell, or mail is handed over by a tier that goes on there within its attempt.
SiteId Estate::found(std::size_t tier, SiteId from, const TierSpec* sender) {
    const TierSpec& spec = scenario_.tiers[tier];
    const bool goes_on = sender != nullptr && spec.partitions.empty() && sender->next_hop.addresses > 1 && Fallbacks(sender->next_hop.fallback_on).has(FallbackOn::connect);
    const SiteId alive = condition_.serving(tier, from);
    if (spec.health || goes_on) return alive;
    const SiteId first = condition_.first_choice(tier, from);
    if (first != alive) missed_.emplace(tier, first);
    return first;
}

/// Where mail from `from` is taken to at a tier, in equal parts. At an outside one each site has recipients of its own, and their
/// mail goes to no other; with MX hosts it goes to the first that is there.
std::vector<SiteId> Estate::receivers(std::size_t tier, SiteId from, const TierSpec* sender) {
    const TierSpec& spec = scenario_.tiers[tier];
    if (!outside_[tier]) return {found(tier, from, sender)};
    std::vector<SiteId> sites;
    if (spec.mx.empty()) {
        for (const std::string& name : spec.at) sites.push_back(topology_.find_site(name));
        return sites;
    }
    std::vector<std::pair<std::int64_t, SiteId>> hosts;
    for (const MxSpec& mx : spec.mx) hosts.emplace_back(mx.preference, topology_.find_site(mx.name));
    std::stable_sort(hosts.begin(), hosts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto first = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return !condition_.is_gone(tier, host.second) && condition_.latency(from, host.second); });
    return {first == hosts.end() ? hosts.front().second : first->second};
}

/// Carries the flow along a path, tier by tier; the last tier of mail to a mailbox is at the tenants' homes.
void Estate::follow(const std::vector<std::string>& path, Flow flow, const std::vector<SiteId>& homes, bool ends_at_home) {
    Flow at_tier, next;
    for (std::size_t k = 0; k < path.size(); ++k) {
        const std::size_t tier = tier_at(path[k]);
        const bool is_home = ends_at_home && k + 1 == path.size();
        at_tier.assign(topology_.site_count(), 0);
        for (std::uint32_t s = 0; s < flow.size(); ++s) {
            if (flow[s] <= 0) continue;
            if (is_home) {
                for (SiteId home : homes) {
                    if (condition_.latency(SiteId{s}, home)) at_tier[home.index()] += flow[s] / static_cast<double>(homes.size());
                }
                continue;
            }
            const std::vector<SiteId> sites = receivers(tier, SiteId{s}, k > 0 ? &scenario_.tiers[tier_at(path[k - 1])] : nullptr);
            for (const SiteId site : sites)
                if (site.valid() && condition_.latency(SiteId{s}, site)) at_tier[site.index()] += flow[s] / static_cast<double>(sites.size());
        }
        next.assign(topology_.site_count(), 0);
        for (std::uint32_t s = 0; s < at_tier.size(); ++s) {
            const SiteId site{s};
            if (at_tier[s] <= 0 || !condition_.stands_at(tier, site) || condition_.is_gone(tier, site)) continue;
            double extra = 0;
            if (k + 1 < path.size()) {
                const bool next_is_home = ends_at_home && k + 2 == path.size();
                if (scenario_.tiers[tier].hand_over == HandOver::held)
                    extra = handing_over(site, next_is_home ? homes : receivers(tier_at(path[k + 1]), site, &scenario_.tiers[tier]));
            }
            const std::vector<double>& of_partitions = shares(tier);
            for (std::size_t p = 0; p < of_partitions.size(); ++p) {
                const double rate = at_tier[s] * of_partitions[p];
                const StationCondition& station = condition_.station(tier, site, p);
                if (station.up <= 0) continue;
                const double taken = rate * (1 - station.hangs);
                next[s] += taken * visit(tier, site, p, taken, extra).goes_on;
            }
        }
        flow.swap(next);
    }
}

/// When a message or request comes to a worker, then the calls are made in their order, and then its own service, unless
/// a call has failed. Adds the load there and at all that is called.
Visit Estate::visit(std::size_t t, SiteId site, std::size_t partition, double rate, double extra_seconds) {
    const TierSpec& tier = scenario_.tiers[t];
    const TierSiteSpec* own = own_figures(tier, site);
    Visit result{0, 1};
    for (const CallSpec& call : tier.calls) {
        const CallDemand demand = make_call(tier, workers(tier, site), site, call, rate * result.goes_on);
        if (result.goes_on > 0) result.held_seconds += result.goes_on * demand.held_seconds;
        if (call.on_failure != OnFailure::continue_) result.goes_on *= demand.answered;
    }
    const double service = mean_seconds(own != nullptr ? own->service.value_or(tier.service) : tier.service);
    result.held_seconds += result.goes_on * (service * condition_.station(t, site, partition).slower + extra_seconds);

    StationLoad& load = loads_[t][site.index()][partition];
    const double work = rate > 0 ? rate * result.held_seconds : 0;
    load.arrivals += rate;
    load.work += work;
    const Hours hours = population_.hours;
    if (std::isfinite(work)) {
        for (std::size_t h = 0; h < hours.size(); ++h) load.work_by_hour[h] += work * hours[h];
    } else {
        for (std::size_t h = 0; h < hours.size(); ++h) {
            if (hours[h] > 0) load.work_by_hour[h] += work;   // an hour without mail has no work
        }
    }
    return result;
}

/// When a worker calls a tier, then the request goes to the tenant's partition at the nearest site; the worker waits.
CallDemand Estate::make_call(const TierSpec& caller, std::int64_t workers, SiteId site, const CallSpec& call, double rate) {
    const std::size_t callee = tier_at(call.to);
    const SiteId there = found(callee, site, nullptr);
    const bool is_reachable = there.valid() && condition_.latency(site, there) && condition_.latency(there, site);
    CallDemand mean;
    for (std::size_t p = 0; p < shares(callee).size(); ++p) {
        const double share = shares(callee)[p];
        if (share <= 0) continue;
        CallChance chance{.answer_seconds = is_reachable ? round_trip_seconds(site, there) : 0, .hangs = 0, .fails_fast = !is_reachable};
        if (is_reachable) {
            const StationCondition& station = condition_.station(callee, there, p);
            chance.hangs = station.hangs;
            chance.fails_fast = station.refuses;
        }
        if (!chance.fails_fast && chance.hangs < 1) {
            // How often the callee serves does not depend on how long it takes.
            const double answered = call_demand(caller, call, workers, chance, scenario_.flaws).answered;
            chance.answer_seconds += visit(callee, there, p, rate * share * answered, 0).held_seconds;
        }
        mean.add(call_demand(caller, call, workers, chance, scenario_.flaws), share);
    }
    return mean;
}

std::vector<OfferedLoadRow> Estate::rows(const std::string& condition) const {
    std::vector<OfferedLoadRow> rows;
    const auto ratio = [](double work, double there) {
        if (there > 0) return work / there;
        return work > 0 ? std::numeric_limits<double>::infinity() : 0.0;
    };
    for (std::size_t t = 0; t < scenario_.tiers.size(); ++t) {
        const TierSpec& tier = scenario_.tiers[t];
        for (const std::string& name : tier.at) {
            const SiteId site = topology_.find_site(name);
            for (std::size_t p = 0; p < loads_[t][site.index()].size(); ++p) {
                const StationLoad& load = loads_[t][site.index()][p];
                const double there = static_cast<double>(servers(tier, site) * workers(tier, site)) * condition_.station(t, site, p).up;
                const double peak = *std::max_element(load.work_by_hour.begin(), load.work_by_hour.end());
                rows.push_back({.place = tier.name + (tier.partitions.empty() ? "" : "/" + tier.partitions[p]) + "@" + name,
                                .condition = condition,
                                .arrivals_per_second = load.arrivals,
                                .work = load.work,
                                .workers = there,
                                .utilization = ratio(load.work, there),
                                .peak_utilization = ratio(peak, there),
                                .is_missed = missed_.contains({t, site})});
            }
        }
    }
    return rows;
}

/// Whether a fault makes a difference that is more than rounding.
bool differs(const OfferedLoadRow& a, const OfferedLoadRow& b) {
    const auto far = [](double x, double y) {
        if (!std::isfinite(x) || !std::isfinite(y)) return x != y;
        return std::abs(x - y) > 1e-9 * std::max(std::abs(x), std::abs(y));
    };
    return far(a.arrivals_per_second, b.arrivals_per_second) || far(a.work, b.work) || far(a.workers, b.workers) ||
           far(a.peak_utilization, b.peak_utilization);
}

}  // namespace

std::vector<OfferedLoadRow> offered_load(const ScenarioSpec& scenario) {
    const Topology topology(scenario.sites, scenario.links);
    const std::vector<OfferedLoadRow> normal = Estate(scenario, topology, nullptr).rows("normal");
    std::vector<OfferedLoadRow> all = normal;
    for (const FaultSpec& fault : scenario.faults) {
        if (!fault.enabled) continue;
        const std::vector<OfferedLoadRow> under = Estate(scenario, topology, &fault).rows(fault.name);
        for (std::size_t i = 0; i < under.size(); ++i) {
            if (differs(normal[i], under[i])) all.push_back(under[i]);
        }
    }
    return all;
}

}  // namespace mailquake
