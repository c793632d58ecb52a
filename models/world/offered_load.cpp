#include "models/world/offered_load.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <string_view>

#include "models/mail/size_law.hpp"
#include "models/net/topology.hpp"
#include "models/world/call_demand.hpp"
#include "models/world/load_condition.hpp"
#include "models/world/load_shares.hpp"
#include "models/world/start_demand.hpp"
#include "sim/base/check.hpp"
#include "sim/base/name_index.hpp"

namespace mailquake {

namespace {

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

/// The least time that a failed answer takes.
constexpr double kLeastFailureSeconds = 0.001;

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

/// The traffic equations of one scenario under one condition.
class Estate {
public:
    /// `before`: the same without what overload holds back; that is taken from it.
    Estate(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault, const Estate* before = nullptr)
        : scenario_(scenario), topology_(topology), condition_(scenario, topology, fault), before_(before),
          tiers_(scenario.tiers, [](const TierSpec& tier) -> std::string_view { return tier.name; }), hops_(scenario.tiers, topology) {
        for (std::size_t t = 0; t < scenario.tiers.size(); ++t) {
            outside_.push_back(is_outside(scenario.tiers[t]));
            loads_.emplace_back(topology.site_count(), std::vector<StationLoad>(std::max<std::size_t>(1, scenario.tiers[t].partitions.size())));
        }
        for (const TenantClassSpec& tenants : scenario.tenants) add_tenants(tenants);
        for (const ClientSpec& clients : scenario.clients) add_clients(clients);
    }

    [[nodiscard]] std::vector<OfferedLoadRow> rows(const std::string& condition) const;
    [[nodiscard]] std::vector<NextHopRow> next_hops(const std::string& condition) const { return hops_.rows(condition); }
    /// Does anything hold back what comes to it?
    [[nodiscard]] bool is_overloaded() const {
        for (const OfferedLoadRow& row : rows("")) if (row.utilization > 1) return true;
        for (const NextHopRow& row : next_hops("")) if (row.utilization > 1) return true;
        return false;
    }

private:
    using Flow = std::vector<double>;  // by site [1/s]

    /// Whose traffic is being added.
    struct Population {
        const TenantClassSpec* tenants = nullptr;  // nullptr: clients
        Hours hours{};
        double octets = 0;                         // of a copy, mean
        double poison = 0;                         // share of its mail
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
    [[nodiscard]] std::vector<SiteId> receivers(std::size_t tier, SiteId from) const;
    void follow(const std::vector<std::string>& path, Flow flow, const std::vector<SiteId>& homes, bool ends_at_home);
    Visit visit(std::size_t tier, SiteId site, std::size_t partition, const Visitors& who);
    CallDemand make_call(std::size_t caller, SiteId site, std::size_t partition, const CallSpec& call, double rate);
    /// A tier's place on a path, and where the path ends.
    struct Step {
        const std::vector<std::string>& path;
        std::size_t k;
        const std::vector<SiteId>& homes;
        bool ends_at_home;
    };
    [[nodiscard]] std::vector<SiteId> sites_of(const Step& step, SiteId from) const;
    [[nodiscard]] double handing_over(const Step& step, SiteId from);
    [[nodiscard]] double attempt_seconds(const Step& step, SiteId from, SiteId to);
    [[nodiscard]] double reply_seconds(const Step& step, SiteId site);
    [[nodiscard]] double transfer_seconds(SiteId from, SiteId to) const;
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
    LoadCondition       condition_;
    const Estate*       before_;
    NameIndex           tiers_;
    NextHopLoads        hops_;
    std::vector<std::vector<std::vector<StationLoad>>> loads_;  // by tier, site, partition
    std::vector<bool>   outside_;                               // by tier
    std::vector<FlawSpec>       flaws_ = flaws_by_servers(scenario_);
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
    population_ = {.tenants = tenants, .hours = {}, .octets = 0, .poison = 0, .shares = {}};
    population_.hours.fill(1);
    if (tenants == nullptr) return;
    population_.hours = hourly_factors(*tenants);
    population_.octets = SizeLaw(tenants->sizes).mean();
    population_.poison = condition_.poison(tenants->name);
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
    const double rate = condition_.rate_of(tenants.name, tenants.rate.per_second);
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
    const SiteId site = condition_.serving(tier, topology_.find_site(clients.site));
    if (session <= 0 || !site.valid() || condition_.is_gone(tier, site)) return;
    const double rate = static_cast<double>(clients.count) / session;
    for (std::size_t p = 0; p < shares(tier).size(); ++p) visit(tier, site, p, {.rate = rate * shares(tier)[p]});
}

bool Estate::is_outside(const TierSpec& tier) const {
    return std::all_of(tier.at.begin(), tier.at.end(), [&](const std::string& name) {
        return std::any_of(scenario_.sites.begin(), scenario_.sites.end(), [&](const SiteSpec& site) { return site.name == name && site.outside; });
    });
}

/// Where mail from `from` is taken to at a tier, in equal parts. At an outside one each site has recipients of its own, and their
/// mail goes to no other; with MX hosts it goes to the first that is there. Inside: to the same site, else the nearest.
std::vector<SiteId> Estate::receivers(std::size_t tier, SiteId from) const {
    const TierSpec& spec = scenario_.tiers[tier];
    if (!outside_[tier]) return {condition_.serving(tier, from)};
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

/// Where mail from `from` goes at this step of its path; with the last tier of mail to a mailbox, to the tenants' homes.
std::vector<SiteId> Estate::sites_of(const Step& step, SiteId from) const {
    return step.ends_at_home && step.k + 1 == step.path.size() ? step.homes : receivers(tier_at(step.path[step.k]), from);
}

/// Dialogue, data and the reply; within a site the reply takes no time.
double Estate::transfer_seconds(SiteId from, SiteId to) const {
    const auto trips = static_cast<double>(scenario_.network.round_trips);
    if (from == to) return (2 * trips + 1) * topology_.inside_latency(from).seconds();
    return (trips + 1) * round_trip_seconds(from, to) + condition_.data_seconds(from, to, population_.octets);
}

/// Can mail from there reach the tier at this site, and is somebody there?
bool Estate::takes_mail(std::size_t tier, SiteId from, SiteId to) const {
    return to.valid() && condition_.stands_at(tier, to) && !condition_.is_gone(tier, to) && condition_.latency(from, to) && condition_.latency(to, from);
}

/// How long an attempt holds its connection: until the reply, or until the sender knows that there is none.
double Estate::attempt_seconds(const Step& step, SiteId from, SiteId to) {
    const std::size_t tier = tier_at(step.path[step.k]);
    if (takes_mail(tier, from, to)) return transfer_seconds(from, to) + reply_seconds(step, to);
    const bool refuses = to.valid() && condition_.stands_at(tier, to) && condition_.station(tier, to, 0).refuses && condition_.latency(from, to);
    if (refuses) return transfer_seconds(from, to);
    const bool is_silent = to.valid() && (condition_.is_swallowed(from, to) || condition_.latency(from, to));
    return is_silent ? scenario_.network.connect_timeout.seconds() : 0;
}

/// How long a receiver takes to reply: at once, or, as a proxy, when the next tier has.
double Estate::reply_seconds(const Step& step, SiteId site) {
    const std::size_t tier = tier_at(step.path[step.k]);
    if (scenario_.tiers[tier].hand_over != HandOver::held || step.k + 1 == step.path.size()) return 0;
    const double handing = handing_over({step.path, step.k + 1, step.homes, step.ends_at_home}, site);
    double seconds = 0;
    for (std::size_t p = 0; p < shares(tier).size(); ++p)
        if (shares(tier)[p] > 0) seconds += shares(tier)[p] * visit(tier, site, p, {.are_mail = true, .handing_over = handing}).held_seconds;
    return seconds;
}

/// How long a proxy's worker is held by handing one message over to this step.
double Estate::handing_over(const Step& step, SiteId from) {
    double seconds = 0;
    const std::vector<SiteId> sites = sites_of(step, from);
    for (const SiteId to : sites) seconds += attempt_seconds(step, from, to) / static_cast<double>(sites.size());
    return seconds;
}

/// Share of what comes to the station that it gets done.
double Estate::passes(std::size_t tier, SiteId site, std::size_t partition) const {
    const double work = loads_[tier][site.index()][partition].work, can = there(tier, site, partition);
    return work > can ? can / work : 1;
}

/// What has left a tier at a site (by partition) goes to the next step of its path, if its next-hop queues let it.
void Estate::hand_on(const Step& step, SiteId site, const std::vector<double>& left, Flow& at_tier) {
    const std::size_t from = tier_at(step.path[step.k - 1]), tier = tier_at(step.path[step.k]);
    const std::vector<SiteId> sites = sites_of(step, site);
    for (const SiteId to : sites) {
        const bool arrives = takes_mail(tier, site, to);
        const double seconds = attempt_seconds(step, site, to), share = 1 / static_cast<double>(sites.size());
        const double biggest = *std::max_element(shares(tier).begin(), shares(tier).end());
        for (std::size_t p = 0; p < left.size(); ++p) {
            if (left[p] <= 0) continue;
            double passed = arrives ? left[p] * share : 0;
            if (to.valid() && scenario_.tiers[from].hand_over == HandOver::queued) {
                const NextHopLoads::Hop hop{from, tier, site, to, static_cast<std::uint32_t>(p)};
                const double tries = arrives ? 1 / (1 - condition_.station(tier, to, 0).puts_off) : 1;
                hops_.add(hop, left[p] * share * biggest, seconds * tries, arrives, population_.hours);
                if (before_ != nullptr) passed *= before_->hops_.passes(hop);
            }
            if (passed > 0) at_tier[to.index()] += passed;
        }
    }
}

/// Carries the flow along a path, tier by tier; the last tier of mail to a mailbox is at the tenants' homes.
void Estate::follow(const std::vector<std::string>& path, Flow flow, const std::vector<SiteId>& homes, bool ends_at_home) {
    Flow at_tier(topology_.site_count(), 0);
    for (std::uint32_t s = 0; s < flow.size(); ++s) {
        if (flow[s] <= 0) continue;
        const std::vector<SiteId> sites = sites_of({path, 0, homes, ends_at_home}, SiteId{s});
        for (const SiteId site : sites)
            if (takes_mail(tier_at(path.front()), SiteId{s}, site)) at_tier[site.index()] += flow[s] / static_cast<double>(sites.size());
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
                const double taken = station.up > 0 ? at_tier[s] * shares(tier)[p] * (1 - station.no_mail) : 0;
                left.push_back(taken > 0 ? taken * visit(tier, site, p, {.rate = taken, .are_mail = true, .handing_over = handing}).goes_on : 0);
                if (before_ != nullptr) left.back() *= before_->passes(tier, site, p);
            }
            if (k + 1 < path.size()) hand_on(next, site, left, at_next);
        }
        at_tier.swap(at_next);
    }
}

/// When a message or request comes to a worker, then flaws may hold or end it, the calls are made in their order, and then comes its
/// own service, unless a call has failed. Adds the load there and at all that is called.
Visit Estate::visit(std::size_t t, SiteId site, std::size_t partition, const Visitors& who) {
    const TierSpec& tier = scenario_.tiers[t];
    const TierSiteSpec* own = own_figures(tier, site);
    const StartDemand start = start_demand({tier.name, who.are_mail ? population_.poison : 0, static_cast<double>(workers(tier, site))}, flaws_, condition_);
    Visit result{start.held_seconds, start.worked};
    double unworked = start.unworked;
    for (const CallSpec& call : tier.calls) {
        const CallDemand demand = make_call(t, site, partition, call, who.rate * result.goes_on);
        if (result.goes_on > 0) result.held_seconds += result.goes_on * demand.held_seconds;
        unworked += result.goes_on * demand.passed_on;
        const double stopped = demand.refused + demand.ended;
        result.goes_on *= call.on_failure == OnFailure::continue_ ? 1 - stopped - demand.passed_on : demand.succeeds;
    }
    const double service = mean_seconds(own != nullptr ? own->service.value_or(tier.service) : tier.service);
    result.held_seconds += result.goes_on * service * condition_.station(t, site, partition).slower + (result.goes_on + unworked) * who.handing_over;
    result.goes_on += unworked + (who.are_mail ? start.copies : 0);
    if (who.rate <= 0) return result;

    StationLoad& load = loads_[t][site.index()][partition];
    const double work = who.rate * result.held_seconds;
    load.arrivals += who.rate;
    load.work += work;
    for (std::size_t h = 0; h < population_.hours.size(); ++h) {
        if (population_.hours[h] > 0) load.work_by_hour[h] += work * population_.hours[h];  // an hour without mail has no work
    }
    return result;
}

/// When a worker calls a tier, then a cache answers, or the request goes to the tenant's partition at the nearest site; the worker waits.
CallDemand Estate::make_call(std::size_t t, SiteId site, std::size_t partition, const CallSpec& call, double rate) {
    const TierSpec& caller = scenario_.tiers[t];
    const std::size_t callee = tier_at(call.to);
    const SiteId there = condition_.serving(callee, site);
    const bool is_reachable = there.valid() && condition_.latency(site, there) && condition_.latency(there, site);
    const double asks = condition_.station(t, site, partition).cold ? 1 : 1 - call.cached.value;
    CallDemand mean;
    mean.succeeds = 1 - asks;
    for (std::size_t p = 0; p < shares(callee).size(); ++p) {
        const double share = asks * shares(callee)[p];
        if (share <= 0) continue;
        CallChance chance{.fails_fast = !is_reachable && !(there.valid() && condition_.is_swallowed(site, there))};
        if (is_reachable) {
            const StationCondition& station = condition_.station(callee, there, p);
            chance = {.answer_seconds = round_trip_seconds(site, there), .hangs = station.hangs, .fails_fast = station.refuses,
                      .late = station.late, .late_seconds = station.late_seconds, .wrong = station.wrong, .no_recipient = station.no_recipient};
        } else {
            chance.hangs = 1;
        }
        if (chance.fails_fast) chance.answer_seconds = std::max(chance.answer_seconds, kLeastFailureSeconds);
        if (!chance.fails_fast && chance.hangs < 1) {
            const Visit served = visit(callee, there, p, {});
            chance.answer_seconds += served.held_seconds;
            chance.wrong += (1 - chance.wrong - chance.no_recipient) * (1 - served.goes_on);
        }
        const CallDemand demand = call_demand(caller, call, workers(caller, site), chance, flaws_);
        if (rate > 0 && demand.requests > 0) visit(callee, there, p, {.rate = rate * share * demand.requests});
        mean.add(demand, share);
    }
    return mean;
}

double Estate::there(std::size_t t, SiteId site, std::size_t partition) const {
    const TierSpec& tier = scenario_.tiers[t];
    return static_cast<double>(servers(tier, site) * workers(tier, site)) * condition_.station(t, site, partition).up;
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
                const double there = this->there(t, site, p);
                const double peak = *std::max_element(load.work_by_hour.begin(), load.work_by_hour.end());
                rows.push_back({.place = tier.name + (tier.partitions.empty() ? "" : "/" + tier.partitions[p]) + "@" + name,
                                .condition = condition,
                                .arrivals_per_second = load.arrivals,
                                .work = load.work,
                                .workers = there,
                                .utilization = ratio(load.work, there),
                                .peak_utilization = ratio(peak, there),
                                .growth_per_second = load.arrivals * (1 - passes(t, site, p))});
            }
        }
    }
    return rows;
}

bool far(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) return x != y;
    return std::abs(x - y) > 1e-9 * std::max(std::abs(x), std::abs(y));
}

std::string key_of(const NextHopRow& row) { return row.place + " > " + row.destination + " " + std::string(text_of(row.limit)); }

/// Whether a fault makes a difference that is more than rounding.
bool differs(const OfferedLoadRow& a, const OfferedLoadRow& b) {
    return far(a.arrivals_per_second, b.arrivals_per_second) || far(a.work, b.work) || far(a.workers, b.workers) ||
           far(a.peak_utilization, b.peak_utilization);
}

bool differs(const NextHopRow& a, const NextHopRow& b) {
    return far(a.arrivals_per_second, b.arrivals_per_second) || far(a.needed, b.needed) || a.gets_through != b.gets_through;
}

/// Under one condition. What an overloaded station or next-hop queue holds back does not come to those behind it, which may take as
/// many rounds as a path has tiers.
OfferedLoad load_under(const ScenarioSpec& scenario, const Topology& topology, const FaultSpec* fault, const std::string& condition) {
    std::size_t longest = 1;
    for (const TenantClassSpec& tenants : scenario.tenants)
        for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal}) longest = std::max(longest, path->size());
    std::vector<std::unique_ptr<Estate>> rounds;
    rounds.push_back(std::make_unique<Estate>(scenario, topology, fault));
    while (rounds.size() < longest && rounds.back()->is_overloaded()) rounds.push_back(std::make_unique<Estate>(scenario, topology, fault, rounds.back().get()));
    return {rounds.back()->rows(condition), rounds.back()->next_hops(condition)};
}

}  // namespace

OfferedLoad normal_load(const ScenarioSpec& scenario) { return load_under(scenario, Topology(scenario.sites, scenario.links), nullptr, "normal"); }

OfferedLoad offered_load(const ScenarioSpec& scenario) {
    const Topology topology(scenario.sites, scenario.links);
    const OfferedLoad normal = load_under(scenario, topology, nullptr, "normal");
    OfferedLoad all = normal;
    for (const FaultSpec& fault : scenario.faults) {
        if (!fault.enabled) continue;
        const OfferedLoad under = load_under(scenario, topology, &fault, fault.name);
        for (std::size_t i = 0; i < under.tiers.size(); ++i) {
            if (differs(normal.tiers[i], under.tiers[i])) all.tiers.push_back(under.tiers[i]);
        }
        std::map<std::string, const NextHopRow*> before;
        for (const NextHopRow& row : normal.next_hops) before[key_of(row)] = &row;
        for (const NextHopRow& row : under.next_hops) {
            const auto same = before.find(key_of(row));
            if (same == before.end() || differs(*same->second, row)) all.next_hops.push_back(row);
        }
    }
    return all;
}

}  // namespace mailquake
