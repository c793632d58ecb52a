// What is planned to happen: faults, what health checks make of them, flaws, mitigations.
#include <algorithm>

#include "models/world/plan_builder.hpp"

namespace mailquake {
namespace {

/// `tier[/partition][@site]` taken apart.
struct Target {
    std::string tier, partition, site;

    explicit Target(const std::string& text) {
        const std::size_t at = text.find('@');
        const std::string place = text.substr(0, at);
        if (at != std::string::npos) site = text.substr(at + 1);
        const std::size_t slash = place.find('/');
        tier = place.substr(0, slash);
        if (slash != std::string::npos) partition = place.substr(slash + 1);
    }
};

DisturbancePlan disturbance_of(const Entry& entry, bool enabled, std::string_view kind, std::string target) {
    return {.name = entry.name,
            .kind = std::string(kind),
            .target = std::move(target),
            .pos = entry.pos,
            .enabled = enabled,
            .start = std::nullopt,
            .end = std::nullopt,
            .link = std::nullopt,
            .link_back = std::nullopt};
}

template <class Body>
std::string_view kind_of(const Body& body) {
    return std::visit([](const auto& b) { return std::decay_t<decltype(b)>::kind; }, body);
}

/// Puts one fault on the stations that it hits.
struct FaultOnStations {
    Plan& plan;
    const std::vector<std::uint32_t>& stations;
    std::uint32_t fault;
    Stretch when;
    std::uint64_t luck;

    void servers(ServerTrouble trouble, double share, double factor) const {
        for (std::uint32_t s : stations)
            plan.stations[s].server_faults.push_back({fault, trouble, when, share, factor, luck});
    }
    void operator()(const ServerCrashFault& f) const { servers(ServerTrouble::crash, f.share.value, 1); }
    void operator()(const ServerPauseFault& f) const { servers(ServerTrouble::pause, f.share.value, 1); }
    void operator()(const ServerSlowFault& f) const { servers(ServerTrouble::slow, f.share.value, f.factor.value); }
    void operator()(const NoAnswerFault& f) const {
        for (std::uint32_t s : stations)
            plan.stations[s].no_answer.push_back({fault, when, f.probability.value, f.on.value_or(SimDuration::zero()),
                                                  f.off.value_or(SimDuration::zero()),
                                                  StreamKey(plan.seed, combine64(luck, plan.stations[s].hash), hash_name("no-answer"))});
    }
    template <class Other>
    void operator()(const Other&) const {}  // links and loads: not a station's matter
};

}  // namespace

std::vector<std::uint32_t> PlanBuilder::stations_of(const std::string& text) const {
    const Target target(text);
    std::vector<std::uint32_t> found;
    for (std::uint32_t s = 0; s < plan_.stations.size(); ++s) {
        const StationPlan& station = plan_.stations[s];
        const TierPlan& t = plan_.tiers[station.tier.index()];
        if (t.name != target.tier) continue;
        if (!target.site.empty() && plan_.sites[station.site] != target.site) continue;
        if (!target.partition.empty() &&
            (t.partitions == 0 || plan_.partitioned[t.partitioned].partitions[station.partition] != target.partition))
            continue;
        found.push_back(s);
    }
    MQ_CHECK(!found.empty(), "a validated target names a place: " + text);
    return found;
}

void PlanBuilder::add_faults() {
    for (std::uint32_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        DisturbancePlan d = disturbance_of(fault, fault.enabled, kind_of(fault.body), fault.target);
        const Stretch when{fault.at.at, saturating_add(fault.at.at, fault.length)};
        d.start = when.from;
        d.end = when.to;
        const std::uint64_t luck = hash_name("faults/" + fault.name);
        if (fault.enabled) {
            const std::vector<LinkId> links = plan_.network.topology.links_named(fault.target);
            const bool on_stations = std::visit([](const auto& body) {
                using Body = std::decay_t<decltype(body)>;
                return std::is_same_v<Body, ServerCrashFault> || std::is_same_v<Body, ServerPauseFault> ||
                       std::is_same_v<Body, ServerSlowFault> || std::is_same_v<Body, NoAnswerFault>;
            }, fault.body);
            if (on_stations) {
                std::visit(FaultOnStations{plan_, stations_of(fault.target), f, when, luck}, fault.body);
            } else if (std::holds_alternative<SiteDownFault>(fault.body)) {
                const std::uint16_t s = site(fault.target);
                plan_.site_down[s].push_back(when);
                plan_.site_down_fault[s].push_back(f);
            } else if (!std::holds_alternative<LoadSurgeFault>(fault.body)) {
                d.link = links.front();
                if (links.size() > 1) d.link_back = links[1];
            }
        }
        plan_.faults.push_back(std::move(d));
    }
    for (std::uint32_t s = 0; s < plan_.sites.size(); ++s)
        if (plan_.outside[s]) plan_.destination_trouble[s] = plan_.site_down[s];
    for (const DisturbancePlan& d : plan_.faults) {
        if (!d.link) continue;
        for (SiteId end : {plan_.network.topology.link(*d.link).from, plan_.network.topology.link(*d.link).to})
            if (plan_.outside[end.index()]) plan_.destination_trouble[end.index()].push_back({*d.start, *d.end});
    }
}

/// When health checks find a tier down at a site: after `failures` checks in a row have failed; up again with the first
/// check after the end. Seen are a dead site, and a tier all of whose servers there have crashed by a planned fault.
/// Left out: crashes that flaws cause, and gray failures, which checks do not see.
void PlanBuilder::add_health() {
    for (std::size_t t = 0; t < scenario_.tiers.size(); ++t) {
        const auto& health = scenario_.tiers[t].health;
        if (!health) continue;
        const SimDuration detection = health->interval * (health->failures - 1) + health->timeout;
        for (std::uint16_t s : plan_.tiers[t].sites) {
            auto& known = plan_.tiers[t].known_down[s];
            const auto add = [&](const Stretch& down) {
                const Stretch seen{down.from + detection, saturating_add(down.to, health->interval)};
                if (down.to - down.from > detection) known.push_back(seen);
            };
            for (const Stretch& down : plan_.site_down[s]) add(down);
            const StationId first = plan_.tiers[t].first_station[s];
            for (const ServerFaultPlan& fault : plan_.stations[first.index()].server_faults)
                if (fault.trouble == ServerTrouble::crash && fault.share >= 1) add(fault.when);
        }
    }
}

void PlanBuilder::add_flaws() {
    for (std::uint32_t f = 0; f < scenario_.flaws.size(); ++f) {
        const FlawSpec& spec = scenario_.flaws[f];
        plan_.flaws.push_back(disturbance_of(spec, spec.enabled, kind_of(spec.body), spec.in));
        if (!spec.enabled) continue;
        FlawPlan flaw{.name = spec.name,
                      .in = tier(spec.in),
                      .call = std::nullopt,
                      .trigger = spec.trigger,
                      .share = spec.share.value,
                      .kind = static_cast<FlawKind>(spec.body.index()),
                      .length = SimDuration::zero(),
                      .attempts = 0,
                      .fix = std::nullopt};
        TierPlan& t = plan_.tiers[flaw.in.index()];
        for (std::uint32_t c = 0; c < t.calls.size(); ++c)
            if (t.calls[c].name == spec.call) flaw.call = static_cast<std::uint16_t>(c);
        if (const auto* hold = std::get_if<HoldWorkerFlaw>(&spec.body)) flaw.length = hold->hold;
        if (const auto* crash = std::get_if<CrashFlaw>(&spec.body)) flaw.length = crash->restart;
        if (const auto* retry = std::get_if<RetryInPlaceFlaw>(&spec.body)) flaw.attempts = retry->attempts;
        for (std::uint32_t m = 0; m < scenario_.mitigations.size(); ++m) {
            const auto* fix = std::get_if<RemoveFlawMitigation>(&scenario_.mitigations[m].body);
            if (fix == nullptr || fix->flaw != spec.name || !scenario_.mitigations[m].enabled) continue;
            flaw.fix = m;
            flaw.fix_begins = scenario_.mitigations[m].at.at;
            flaw.fix_rate = fix->rate ? fix->rate->per_second : 0;
        }
        t.flaws.push_back(static_cast<std::uint32_t>(plan_.flaw_plans.size()));
        plan_.flaw_plans.push_back(std::move(flaw));
        plan_.flaw_index.push_back(f);
    }
}
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(FlawKind::hold_worker), FlawBody>, HoldWorkerFlaw>);
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(FlawKind::retry_in_place), FlawBody>, RetryInPlaceFlaw>);
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(FlawKind::requeue_at_head), FlawBody>, RequeueAtHeadFlaw>);
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(FlawKind::crash), FlawBody>, CrashFlaw>);

void PlanBuilder::add_mitigations() {
    for (std::uint32_t m = 0; m < scenario_.mitigations.size(); ++m) {
        const MitigationSpec& spec = scenario_.mitigations[m];
        DisturbancePlan d = disturbance_of(spec, spec.enabled, kind_of(spec.body), "");
        const SimTime at = spec.at.at;
        d.start = at;
        if (const auto* cut = std::get_if<CutOffMitigation>(&spec.body)) {
            d.target = cut->target;
            const SimTime to = cut->length ? saturating_add(at, *cut->length) : SimTime::never();
            if (cut->length) d.end = to;
            if (spec.enabled)
                for (std::uint32_t s : stations_of(cut->target)) plan_.stations[s].cut_offs.push_back({m, {at, to}});
        } else if (const auto* fix = std::get_if<RemoveFlawMitigation>(&spec.body)) {
            d.target = fix->flaw;
        } else if (const auto* add = std::get_if<AddServersMitigation>(&spec.body)) {
            d.target = add->target;
            if (spec.enabled)
                for (std::uint32_t s : stations_of(add->target))
                    plan_.stations[s].added.push_back({m, at, static_cast<std::uint32_t>(add->servers)});
        } else if (const auto* move = std::get_if<FailOverMitigation>(&spec.body)) {
            d.target = move->from + " to " + move->to;
            if (spec.enabled)
                plan_.fail_overs.push_back({m, at, site(move->from), site(move->to), move->share.value,
                                            hash_name("mitigations/" + spec.name)});
        }
        plan_.mitigations.push_back(std::move(d));
    }
    std::stable_sort(plan_.fail_overs.begin(), plan_.fail_overs.end(),
                     [](const FailOverPlan& a, const FailOverPlan& b) { return a.at < b.at; });
}

}  // namespace mailquake
