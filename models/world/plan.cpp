#include "models/world/plan.hpp"

#include <algorithm>

#include "models/world/plan_builder.hpp"

namespace mailquake {

Plan::Plan(const ScenarioSpec& scenario, std::uint64_t seed_of_replication, SimTime end_of_run)
    : seed(seed_of_replication),
      end(end_of_run),
      measure_from(SimTime::zero() + scenario.warmup),
      measure_to(end_of_run - scenario.cooldown),
      objective(scenario.slo.delay),
      fault_times(draw_fault_timeline(scenario.faults, seed_of_replication, scenario.warmup, end_of_run)),
      network(planned_network(scenario, fault_times, end_of_run)),
      lookahead(network.topology) {
    PlanBuilder(*this, scenario).build();
    for (const StationPlan& station : stations) addresses.push_back({station.site, station.local});
}

bool Plan::is_site_down(std::uint16_t site, SimTime t) const {
    return std::any_of(site_down[site].begin(), site_down[site].end(), [t](const Stretch& s) { return s.covers(t); });
}

bool Plan::is_out(StationId station, SimTime t) const {
    const StationPlan& plan = stations[station.index()];
    return is_site_down(plan.site, t) || std::any_of(plan.server_faults.begin(), plan.server_faults.end(), [t](const ServerFaultPlan& fault) {
               return fault.trouble == ServerTrouble::crash && fault.share >= 1 && fault.when.covers(t);
           });
}

bool Plan::known_down(TierId tier, std::uint16_t site, SimTime t, std::uint32_t partition) const {
    const auto& known = tiers[tier.index()].known_down[site];
    return std::any_of(known.begin(), known.end(), [&](const KnownDown& k) {
        return k.when.covers(t) && (k.partition == KnownDown::kAll || k.partition == partition);
    });
}

std::uint16_t Plan::nearest_elsewhere(TierId tier, std::uint16_t from, SimTime t, std::uint32_t partition) const {
    const TierPlan& plan = tiers[tier.index()];
    const auto best = [&](bool ask_health) {
        std::optional<std::uint16_t> found;
        for (std::uint16_t site : plan.sites) {
            if (ask_health && known_down(tier, site, t, partition)) continue;
            if (!found || lookahead.min_latency({from}, {site}) < lookahead.min_latency({from}, {*found})) found = site;
        }
        return found;
    };
    if (const auto healthy = best(true)) return *healthy;
    return plan.first_station[from].valid() ? from : best(false).value();
}

std::optional<std::uint16_t> Plan::next_nearest(TierId tier, std::uint16_t from, std::uint16_t first, std::size_t k, SimTime t) const {
    const std::vector<std::uint16_t>& places = tiers[tier.index()].sites;
    const auto may_be = [&](std::uint16_t site) {
        return site != first && std::none_of(avoided.begin(), avoided.end(), [&](const AvoidedPlan& a) { return a.tier == tier && a.site == site && a.when.covers(t); });
    };
    const auto is_before = [&](std::size_t a, std::size_t b) {
        const SimDuration to_a = lookahead.min_latency({from}, {places[a]}), to_b = lookahead.min_latency({from}, {places[b]});
        return to_a < to_b || (to_a == to_b && a < b);
    };
    for (std::size_t s = 0; s < places.size(); ++s) {
        if (!may_be(places[s])) continue;
        std::size_t rank = 1;
        for (std::size_t other = 0; other < places.size(); ++other) rank += may_be(places[other]) && is_before(other, s);
        if (rank == k) return places[s];
    }
    return std::nullopt;
}

std::uint16_t after_fail_over(const std::vector<FailOverPlan>& fail_overs, std::uint16_t site, std::uint64_t identity, SimTime t,
                              std::optional<std::uint32_t>& touched) {
    for (const FailOverPlan& move : fail_overs) {
        if (move.at > t || move.from != site) continue;
        if (hashed_share(move.luck, identity) >= move.share) continue;
        site = move.to;
        touched = move.mitigation;
    }
    return site;
}

std::optional<std::uint32_t> Plan::poisoned_by(const Message& m) const {
    if (m.kind != MailKind::mail) return std::nullopt;
    for (const PoisonPlan& poison : poisons) {
        if (poison.tenant_class != m.tenant_class || !poison.when.covers(m.accepted)) continue;
        if (hashed_share(poison.luck, m.identity) < poison.share) return poison.fault;
    }
    return std::nullopt;
}

bool Plan::is_of_same_mail(const Message& m, std::uint64_t identity) const {
    Message other = m;
    other.identity = identity;
    if (poisoned_by(m) != poisoned_by(other)) return false;
    const std::vector<TierId>& path = classes[m.tenant_class].path[static_cast<std::size_t>(m.direction)];
    return std::all_of(path.begin(), path.end(), [&](TierId id) {
        const TierPlan& tier = tiers[id.index()];
        return !tier.outside || !tier.hosts.empty() || recipients_place(tier, m.identity) == recipients_place(tier, identity);
    });
}

std::uint64_t Plan::identity_of_same(const Message& m, std::uint64_t parent, const DrawPurpose& step, std::uint64_t n) const {
    const std::uint64_t first = derived(parent, step, n);
    std::uint64_t identity = first;
    for (std::uint64_t k = 1; !is_of_same_mail(m, identity); ++k) identity = derived(first, draws::likeness, k);
    return identity;
}

std::uint64_t Plan::identity_at(const Message& m, std::uint32_t station) const {
    if (!m.doubted) return m.identity;
    const std::uint64_t there = derived(derived(m.identity, draws::doubled, m.hop), draws::at, stations[station].hash);
    return identity_of_same(m, there, draws::offer, offers_before(m));
}

bool Plan::own_healthy(std::uint32_t tenant) const {
    const std::uint16_t home = (*tenants)[tenant].home;
    const auto hits_home = [&](const DirectedLink& link) { return link.from.value == home || link.to.value == home; };
    const auto begins = [&](const auto& hits) {
        return std::any_of(hits.begin(), hits.end(), [&](const auto& hit) { return hit.when.from < end; });
    };
    if (std::any_of(site_down[home].begin(), site_down[home].end(), [&](const Stretch& s) { return s.from < end; })) return false;
    for (const StationPlan& station : stations) {
        const TierPlan& tier = tiers[station.tier.index()];
        if (!begins(station.no_answer) && !begins(station.server_faults) && !begins(station.answer_faults) && !begins(station.gray)) continue;
        if (tier.partitions > 0 && tenants->partition(tenant, tier.partitioned) == station.partition) return false;
        if (tier.partitions == 0 && station.site == home) return false;
    }
    for (const DisturbancePlan& fault : faults)
        if (fault.enabled && fault.start && *fault.start < end &&
            std::any_of(fault.links.begin(), fault.links.end(), [&](LinkId link) { return hits_home(network.topology.link(link)); }))
            return false;
    return std::none_of(sources.begin(), sources.end(), [&](const SourcePlan& source) {
        return source.surge && faults[*source.surge].kind == CampaignFault::kind &&
               std::find(source.tenants->begin(), source.tenants->end(), tenant) != source.tenants->end();
    });
}

bool Plan::destination_in_trouble(std::uint16_t tenant_class, Direction direction, std::uint64_t identity, SimTime from, SimTime to) const {
    return any_destination(tenant_class, direction, identity, [&](std::uint16_t site) {
        const std::vector<Stretch>& trouble = site_trouble[site];
        return std::any_of(trouble.begin(), trouble.end(), [&](const Stretch& s) { return s.from < to && from < s.to; });
    });
}

bool Plan::own_place_hit(std::uint16_t tenant_class, Direction direction, std::uint64_t identity) const {
    if (direction == Direction::inbound) return classes[tenant_class].mx_is_hit;
    return any_destination(tenant_class, direction, identity, [&](std::uint16_t site) { return !site_trouble[site].empty(); });
}

}  // namespace mailquake
