// What there is, as the scenario says it: stations, parties, sources.
#include <algorithm>

#include "models/fault/fault_timeline.hpp"
#include "models/spec/law_of.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

bool Station::is_up() const {
    return dead == 0 && std::any_of(servers.begin(), servers.end(), [](const Server& s) { return s.crashes == 0; });
}

World::World(const ScenarioSpec& scenario, std::uint64_t seed, std::uint32_t replication, Rules rules)
    : scenario_(scenario),
      rules_(rules),
      draws_(replication_seed(seed, replication)),
      end_(SimTime::zero() + scenario.duration),
      acts_(draw_fault_timeline(scenario.faults, draws_.seed(), scenario.warmup, end_)),
      wires_(scenario, acts_) {
    build_stations();
    build_parties();
    build_sources();
    plan_faults();
    build_clients();
    plan_mitigations();
}

const std::vector<std::string>& World::path_of(const Copy& copy) const {
    return scenario_.tenants[copy.tenant_class].paths.of(copy.direction);
}

void World::build_stations() {
    for (const TierSpec& t : scenario_.tiers) {
        for (const std::string& site : t.at) {
            if (t.partitions.empty()) build_station(t, site, "");
            for (const std::string& partition : t.partitions) build_station(t, site, partition);
        }
    }
}

void World::build_station(const TierSpec& t, const std::string& site, const std::string& partition) {
    const std::string name = t.name + (partition.empty() ? "" : "/" + partition) + "@" + site;
    station_names_.push_back(name);
    Station& s = stations_[name];
    s.tier = &t;
    s.name = name;
    s.site = site;
    s.partition = partition;
    std::int64_t servers = t.servers, workers = t.workers;
    LawSpec service = t.service;
    for (const TierSiteSpec& own : t.sites) {
        if (own.name != site) continue;
        servers = own.servers.value_or(servers);
        workers = own.workers.value_or(workers);
        service = own.service.value_or(service);
    }
    s.service = law_of(service);
    s.planned = static_cast<std::size_t>(servers);
    for (std::int64_t i = 0; i < servers; ++i) {
        s.servers.emplace_back();
        s.servers.back().number = static_cast<std::size_t>(i);
        s.servers.back().workers = static_cast<std::size_t>(workers);
        s.free.push_back(s.servers.back().number);
    }
    s.party = {name, site, t.name, station_names_.size(), true, false, t.next_hop, &s, {}, {}, {}};
}

void World::build_parties() {
    for (const SenderSpec& sender : scenario_.senders) {
        Party& party = parties_[sender.name];
        party.name = sender.name;
        party.site = sender.at;
        party.limits.retry = sender.retry;
        party.limits.notice_after = sender.notice_after;
    }
    for (const SiteSpec& site : scenario_.sites) {
        Party& party = parties_["users@" + site.name];
        party.name = "users@" + site.name;
        party.site = site.name;
        party.users = true;
        party.limits.retry = CustomRetrySpec{.waits = {1_min}};
    }
}

std::vector<std::string> World::homes_of(const TenantClassSpec& spec) const {
    if (!spec.homes.empty()) return spec.homes;
    if (!spec.paths.inbound.empty()) return tier(spec.paths.inbound.back()).at;
    return {};
}

void World::build_sources() {
    std::vector<std::vector<std::uint16_t>> homes;
    for (const TenantClassSpec& spec : scenario_.tenants) {
        homes.emplace_back();
        for (const std::string& home : homes_of(spec)) homes.back().push_back(static_cast<std::uint16_t>(site_number(home)));
    }
    std::vector<TenantDirectory::Partitioned> partitioned;
    for (const TierSpec& t : scenario_.tiers) {
        if (t.partitions.empty()) continue;
        partitioned_[t.name] = partitioned.size();
        partitioned.push_back({t.name, t.partitions});
    }
    tenants_.emplace(scenario_.tenants, homes, partitioned);
    for (std::size_t c = 0; c < scenario_.tenants.size(); ++c) {
        const TenantClassSpec& spec = scenario_.tenants[c];
        if (!spec.paths.inbound.empty()) add_inbound(c, spec);
        for (const Direction direction : {Direction::outbound, Direction::internal}) {
            if (!spec.paths.of(direction).empty()) add_users_mail(c, spec, direction);
        }
    }
}

void World::add_inbound(std::size_t c, const TenantClassSpec& spec) {
    std::map<std::string, double> weights;
    double total = 0, stated = 0;
    std::size_t open = 0;
    for (const ShareSpec& share : spec.senders) {
        stated += share.share.value;
        if (share.share.value == 0) ++open;
    }
    for (const SenderSpec& sender : scenario_.senders) {
        double weight = spec.senders.empty() ? sender.share.value : 0;
        for (const ShareSpec& share : spec.senders) {
            if (share.name != sender.name) continue;
            weight = share.share.value > 0 ? share.share.value : std::max(0.0, 1 - stated) / static_cast<double>(open);
        }
        weights[sender.name] = weight;
        total += weight;
    }
    std::vector<std::uint32_t> all;
    for (std::uint32_t t = tenants_->first_of(c); t < tenants_->end_of(c); ++t) all.push_back(t);
    for (const SenderSpec& sender : scenario_.senders) {
        if (weights[sender.name] > 0) add_source(c, Direction::inbound, parties_[sender.name], weights[sender.name] / total, all);
    }
}

void World::add_users_mail(std::size_t c, const TenantClassSpec& spec, Direction direction) {
    for (const std::string& home : homes_of(spec)) {
        std::vector<std::uint32_t> there;
        double share = 0;
        for (std::uint32_t t = tenants_->first_of(c); t < tenants_->end_of(c); ++t) {
            if (tenants_->home_of(t) != site_number(home)) continue;
            there.push_back(t);
            share += (*tenants_)[t].weight;
        }
        if (!there.empty()) add_source(c, direction, parties_["users@" + home], share, there);
    }
}

void World::add_source(std::size_t c, Direction direction, Party& party, double share, std::vector<std::uint32_t> tenants) {
    const TenantClassSpec& spec = scenario_.tenants[c];
    const DirectionsSpec& d = spec.directions;
    const double of_direction = (direction == Direction::inbound    ? d.inbound
                                 : direction == Direction::outbound ? d.outbound
                                                                    : d.internal)
                                    .value;
    const double rate = spec.rate.per_second * of_direction * share;
    if (rate <= 0) return;
    const auto* batch = std::get_if<BatchArrivalsSpec>(&spec.arrivals);
    std::vector<double> hourly;
    for (const Factor& f : spec.diurnal) hourly.push_back(f.value);
    auto source = std::make_unique<Source>(Source{
        .name = std::string(to_text(direction)) + "/" + spec.name + "/" + (direction == Direction::inbound ? party.name : party.site),
        .tenant_class = c,
        .direction = direction,
        .party = &party,
        .clock = ArrivalClock(batch == nullptr ? rate : rate / batch->mean_size, hourly, SimDuration::zero(), {}),
        .count = {},
        .next = 0,
        .tenants = std::move(tenants),
        .shares = {}});
    std::vector<double> weights;
    for (const std::uint32_t t : source->tenants) weights.push_back((*tenants_)[t].weight);
    source->shares.emplace(weights);
    sources_.push_back(std::move(source));
}

}  // namespace mailquake::oracle
