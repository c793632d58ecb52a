#include "models/world/traffic_equations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/mail/size_law.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// The flaws, with the share of servers that a run has them in: of whole ones.
std::vector<FlawSpec> flaws_by_servers(const ScenarioSpec& scenario) {
    std::vector<FlawSpec> flaws = scenario.flaws;
    for (FlawSpec& flaw : flaws) {
        for (const TierSpec& tier : scenario.tiers) {
            if (tier.name != flaw.in) continue;
            double servers = 0;
            for (const std::string& site : tier.at) servers += static_cast<double>(tier.servers_at(site)) * static_cast<double>(std::max<std::size_t>(1, tier.partitions.size()));
            flaw.share.value = std::floor(flaw.share.value * servers + 0.5) / servers;
        }
    }
    return flaws;
}

const TierSiteSpec* TrafficEquations::own_figures(const TierSpec& tier, SiteId site) const {
    for (const TierSiteSpec& own : tier.sites) {
        if (own.name == topology_.site_name(site)) return &own;
    }
    return nullptr;
}

std::int64_t TrafficEquations::servers(const TierSpec& tier, SiteId site) const {
    const TierSiteSpec* own = own_figures(tier, site);
    return own != nullptr ? own->servers.value_or(tier.servers) : tier.servers;
}

std::int64_t TrafficEquations::workers(const TierSpec& tier, SiteId site) const {
    const TierSiteSpec* own = own_figures(tier, site);
    return own != nullptr ? own->workers.value_or(tier.workers) : tier.workers;
}

double TrafficEquations::round_trip_seconds(SiteId a, SiteId b) const {
    if (!a.valid() || !b.valid()) return 0;
    const auto forth = condition_.latency(a, b);
    const auto back = condition_.latency(b, a);
    return forth && back ? (*forth + *back).seconds() : 0;
}

void TrafficEquations::begin(const TenantClassSpec* tenants) {
    population_ = {.tenants = tenants, .hours = {}, .octets = 0, .poison = 0};
    population_.hours.fill(1);
    if (tenants == nullptr) return;
    population_.hours = hourly_factors(*tenants);
    population_.octets = SizeLaw(tenants->sizes).mean();
    population_.poison = condition_.poison(tenants->name);
}

const std::vector<double>& TrafficEquations::shares(std::size_t tier) {
    static const std::vector<double> whole{1};
    return scenario_.tiers[tier].partitions.empty() ? whole : placements_.on_partitions(scenario_.tiers[tier], population_.tenants);
}

/// Where the class's mailboxes are: as stated, else wherever the last tier of its mail stands.
std::vector<TrafficEquations::Receiver> TrafficEquations::homes_of(const TenantClassSpec& tenants) const {
    const PathsSpec& paths = tenants.paths;
    std::vector<std::string> names = tenants.homes;
    if (names.empty()) {
        const std::string* last = !paths.inbound.empty()    ? &paths.inbound.back()
                                  : !paths.internal.empty() ? &paths.internal.back()
                                  : !paths.outbound.empty() ? &paths.outbound.front()
                                                            : nullptr;
        if (last != nullptr) names = scenario_.tiers[tier_at(*last)].at;
    }
    std::vector<Receiver> homes;
    const std::vector<double>& shares = placements_.at_homes(tenants, names.size());
    for (std::size_t h = 0; h < names.size(); ++h) homes.push_back({topology_.find_site(names[h]), shares[h]});
    return homes;
}

/// Mail from one outside site goes to the reachable entry sites of least preference, alike.
void TrafficEquations::add_entering(const TenantClassSpec& tenants, SiteId from, double rate, Flow& flow) const {
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

TrafficEquations::Flow TrafficEquations::entering(const TenantClassSpec& tenants, double rate) const {
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

void TrafficEquations::add_tenants(const TenantClassSpec& tenants) {
    begin(&tenants);
    const double rate = condition_.rate_of(tenants.name, tenants.rate.per_second);
    const std::vector<Receiver> homes = homes_of(tenants);
    Flow from_homes(topology_.site_count(), 0);
    for (const Receiver& home : homes) from_homes[home.site.index()] += rate * home.share;
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
void TrafficEquations::add_clients(const ClientSpec& clients) {
    begin(nullptr);
    const double session = mean_seconds(clients.session);
    const std::size_t tier = tier_at(clients.tier);
    const SiteId site = found(tier, topology_.find_site(clients.site), nullptr);
    if (session <= 0 || !site.valid() || (condition_.is_gone(tier, site) && !condition_.station(tier, site, 0).stands_still)) return;
    const double rate = static_cast<double>(clients.count) / session;
    for (std::size_t p = 0; p < shares(tier).size(); ++p) visit(tier, site, p, {.rate = rate * shares(tier)[p]});
}

bool TrafficEquations::is_outside(const TierSpec& tier) const {
    return std::all_of(tier.at.begin(), tier.at.end(), [&](const std::string& name) {
        return std::any_of(scenario_.sites.begin(), scenario_.sites.end(), [&](const SiteSpec& site) { return site.name == name && site.outside; });
    });
}

/// Where somebody at `from` finds a tier inside: at its first choice, the same site or the nearest. If that is gone, then at the next
/// one, if health checks tell, or mail is handed over by a tier that goes on there within its attempt.
SiteId TrafficEquations::found(std::size_t tier, SiteId from, const TierSpec* sender, std::optional<std::size_t> partition) {
    const TierSpec& spec = scenario_.tiers[tier];
    const SiteId alive = condition_.serving(tier, from, partition), first = condition_.first_choice(tier, from);
    const FallbackOn failure = first.valid() && condition_.station(tier, first, 0).stands_still ? FallbackOn::greeting : FallbackOn::connect;
    const bool goes_on = sender != nullptr && spec.partitions.empty() && sender->next_hop.addresses > 1 && Fallbacks(sender->next_hop.fallback_on).has(failure);
    if (spec.health || goes_on) return alive;
    if (first != alive && (!partition || condition_.is_gone(tier, first))) missed_.emplace(tier, first);
    return first;
}

/// Where mail from `from` is taken to at a tier, in equal parts. At an outside one each site has recipients of its own, and their
/// mail goes to no other; with MX hosts it goes to the first that is there.
std::vector<TrafficEquations::Receiver> TrafficEquations::receivers(std::size_t tier, SiteId from, const TierSpec* sender) {
    const TierSpec& spec = scenario_.tiers[tier];
    if (!outside_[tier]) return {{found(tier, from, sender)}};
    std::vector<Receiver> sites;
    if (spec.mx.empty()) {
        for (const std::string& name : spec.at) sites.push_back({topology_.find_site(name), 1 / static_cast<double>(spec.at.size())});
        return sites;
    }
    std::vector<std::pair<std::int64_t, SiteId>> hosts;
    for (const MxSpec& mx : spec.mx) hosts.emplace_back(mx.preference, topology_.find_site(mx.name));
    std::stable_sort(hosts.begin(), hosts.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto first = std::find_if(hosts.begin(), hosts.end(), [&](const auto& host) { return !condition_.is_gone(tier, host.second) && condition_.latency(from, host.second); });
    return {{first == hosts.end() ? hosts.front().second : first->second}};
}

/// Where mail from `from` goes at this step of its path; with the last tier of mail to a mailbox, to the tenants' homes.
std::vector<TrafficEquations::Receiver> TrafficEquations::sites_of(const Step& step, SiteId from) {
    if (step.ends_at_home && step.k + 1 == step.path.size()) return step.homes;
    return receivers(tier_at(step.path[step.k]), from, step.k > 0 ? &scenario_.tiers[tier_at(step.path[step.k - 1])] : nullptr);
}

/// Dialogue, data and the reply; within a site the reply takes no time.
double TrafficEquations::transfer_seconds(SiteId from, SiteId to) const {
    const auto trips = static_cast<double>(scenario_.network.round_trips);
    if (from == to) return (2 * trips + 1) * topology_.inside_latency(from).seconds();
    return (trips + 1) * round_trip_seconds(from, to) + condition_.data_seconds(from, to, population_.octets);
}

/// Can mail from there reach the tier at this site, and is somebody there?
bool TrafficEquations::takes_mail(std::size_t tier, SiteId from, SiteId to) const {
    return to.valid() && condition_.stands_at(tier, to) && !condition_.is_gone(tier, to) && condition_.latency(from, to) && condition_.latency(to, from);
}

/// How long an attempt holds its connection: until the reply, or until the sender knows that there is none. Where it goes on to the next
/// site, the failure at the first one comes before.
double TrafficEquations::attempt_seconds(const Step& step, SiteId from, SiteId to) {
    const std::size_t tier = tier_at(step.path[step.k]);
    const SiteId first = condition_.first_choice(tier, from);
    const bool goes_on = !outside_[tier] && !scenario_.tiers[tier].health && first != to && takes_mail(tier, from, to) && !takes_mail(tier, from, first) &&
                         !(step.ends_at_home && step.k + 1 == step.path.size());
    if (goes_on) return attempt_seconds(step, from, first) + transfer_seconds(from, to) + reply_seconds(step, to);
    if (takes_mail(tier, from, to)) return transfer_seconds(from, to) + reply_seconds(step, to);
    const bool refuses = to.valid() && condition_.stands_at(tier, to) && condition_.station(tier, to, 0).refuses && condition_.latency(from, to);
    if (refuses) return transfer_seconds(from, to);
    const bool keeps_waiting = to.valid() && condition_.stands_at(tier, to) && condition_.station(tier, to, 0).stands_still && condition_.latency(from, to);
    if (keeps_waiting) return transfer_seconds(from, to) + scenario_.network.greeting_timeout.seconds();
    const bool is_silent = to.valid() && (condition_.is_swallowed(from, to) || condition_.latency(from, to));
    return is_silent ? scenario_.network.connect_timeout.seconds() : 0;
}

/// How long a receiver takes to reply: at once, or, as a proxy, when the next tier has.
double TrafficEquations::reply_seconds(const Step& step, SiteId site) {
    const std::size_t tier = tier_at(step.path[step.k]);
    if (scenario_.tiers[tier].hand_over != HandOver::held || step.k + 1 == step.path.size()) return 0;
    const double handing = handing_over({step.path, step.k + 1, step.homes, step.ends_at_home}, site);
    double seconds = 0;
    for (std::size_t p = 0; p < shares(tier).size(); ++p)
        if (shares(tier)[p] > 0) seconds += shares(tier)[p] * visit(tier, site, p, {.are_mail = true, .handing_over = handing}).held_seconds;
    return seconds;
}

/// How long a proxy's worker is held by handing one message over to this step.
double TrafficEquations::handing_over(const Step& step, SiteId from) {
    double seconds = 0;
    for (const auto& [to, share] : sites_of(step, from)) seconds += attempt_seconds(step, from, to) * share;
    return seconds;
}

/// Share of what comes to the station that it gets done.
double TrafficEquations::passes(std::size_t tier, SiteId site, std::size_t partition) const {
    const double work = loads_[tier][site.index()][partition].work, can = there(tier, site, partition);
    return work > can ? can / work : 1;
}

/// What has left a tier at a site (by partition) goes to the next step of its path, if its next-hop queues let it.
void TrafficEquations::hand_on(const Step& step, SiteId site, const std::vector<double>& left, Flow& at_tier) {
    const std::size_t from = tier_at(step.path[step.k - 1]), tier = tier_at(step.path[step.k]);
    for (const auto& [to, share] : sites_of(step, site)) {
        const bool arrives = takes_mail(tier, site, to);
        const double seconds = attempt_seconds(step, site, to);
        const double biggest = *std::max_element(shares(tier).begin(), shares(tier).end());
        for (std::size_t p = 0; p < left.size(); ++p) {
            if (left[p] <= 0) continue;
            double passed = arrives ? left[p] * share : 0;
            if (to.valid() && scenario_.tiers[from].hand_over == HandOver::queued) {
                const NextHopLoads::Hop hop{from, tier, site, to, narrow<std::uint32_t>(p, "partitions")};
                const StationCondition& there = condition_.station(tier, to, 0);
                const double tries = arrives ? 1 / (1 - there.puts_off) : 1, kept = arrives ? there.keeps_waiting / (1 - there.keeps_waiting) : 0;
                hops_.add(hop, left[p] * share * biggest, seconds * tries + kept * scenario_.network.greeting_timeout.seconds(), arrives, population_.hours);
                if (before_ != nullptr) passed *= before_->hops_.passes(hop);
            }
            if (passed <= 0) continue;
            use_links(site, to, passed);
            at_tier[to.index()] += passed * links_pass(site, to);
        }
    }
}

/// Carries the flow along a path, tier by tier; the last tier of mail to a mailbox is at the tenants' homes.
void TrafficEquations::follow(const std::vector<std::string>& path, Flow flow, const std::vector<Receiver>& homes, bool ends_at_home) {
    Flow at_tier(topology_.site_count(), 0);
    for (std::uint32_t s = 0; s < flow.size(); ++s) {
        if (flow[s] <= 0) continue;
        for (const auto& [site, share] : sites_of({path, 0, homes, ends_at_home}, SiteId{s})) {
            if (!takes_mail(tier_at(path.front()), SiteId{s}, site)) continue;
            at_tier[site.index()] += flow[s] * share;
        }
    }
    for (std::size_t k = 0; k < path.size(); ++k) {
        const std::size_t tier = tier_at(path[k]);
        const Step next{path, k + 1, homes, ends_at_home};
        Flow at_next(topology_.site_count(), 0);
        for (std::uint32_t s = 0; s < at_tier.size(); ++s) {
            const SiteId site{s};
            if (at_tier[s] <= 0) continue;
            const bool is_proxy = scenario_.tiers[tier].hand_over == HandOver::held && k + 1 < path.size();
            const double handing = is_proxy ? handing_over(next, site) : 0;
            std::vector<double> left;
            for (std::size_t p = 0; p < shares(tier).size(); ++p) {
                const StationCondition& station = condition_.station(tier, site, p);
                const double taken = station.up > 0 ? at_tier[s] * shares(tier)[p] : 0;
                left.push_back(taken > 0 ? taken * visit(tier, site, p, {.rate = taken, .are_mail = true, .handing_over = handing}).goes_on : 0);
                if (before_ != nullptr) left.back() *= before_->passes(tier, site, p);
            }
            if (k + 1 < path.size()) hand_on(next, site, left, at_next);
        }
        at_tier.swap(at_next);
    }
}

double TrafficEquations::there(std::size_t t, SiteId site, std::size_t partition) const {
    const TierSpec& tier = scenario_.tiers[t];
    return static_cast<double>(servers(tier, site) * workers(tier, site)) * condition_.station(t, site, partition).up;
}

std::vector<OfferedLoadRow> TrafficEquations::rows(const std::string& condition) const {
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
                const double there = this->there(t, site, p);
                const double peak = *std::max_element(load.work_by_hour.begin(), load.work_by_hour.end());
                rows.push_back({.place = tier.name + (tier.partitions.empty() ? "" : "/" + tier.partitions[p]) + "@" + name,
                                .condition = condition,
                                .arrivals_per_second = load.arrivals,
                                .work = load.work,
                                .workers = there,
                                .utilization = ratio(load.work, there),
                                .peak_utilization = ratio(peak, there),
                                .growth_per_second = load.arrivals * (1 - passes(t, site, p)),
                                .is_awaited = waits_.contains({t, site.index(), p}) && std::abs(load.work - there) <= 1e-6 * there,
                                .is_missed = missed_.contains({t, site})});
            }
        }
    }
    return rows;
}

}  // namespace mailquake
