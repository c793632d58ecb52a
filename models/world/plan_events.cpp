// What is planned to happen: faults, what health checks make of them, flaws, mitigations.
#include <algorithm>

#include "models/fault/link_faults.hpp"
#include "models/spec/place_text.hpp"
#include "models/world/plan_builder.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

DisturbancePlan disturbance_of(const Entry& entry, bool enabled, std::string_view kind, std::string target) {
    return {.name = entry.name,
            .kind = std::string(kind),
            .target = std::move(target),
            .pos = entry.pos,
            .enabled = enabled,
            .start = std::nullopt,
            .end = std::nullopt,
            .links = {},
            .acts = {},
            .probability = std::nullopt};
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
    std::uint64_t place;  // identity of the fault, at this time of it

    void servers(ServerTrouble trouble, double share, double factor) const {
        std::vector<std::uint32_t> there;
        for (std::uint32_t s : stations) there.push_back(plan.stations[s].servers);
        const std::vector<std::uint32_t> hit = apportion(share, there);
        for (std::size_t i = 0; i < stations.size(); ++i)
            plan.stations[stations[i]].server_faults.push_back({fault, trouble, when, share, factor,
                                                                choose_servers(stream(stations[i], draws::server_order), hit[i], there[i]),
                                                                stream(stations[i], draws::disk)});
    }
    void operator()(const ServerCrashFault& f) const {
        servers(ServerTrouble::crash, f.share.value, 1);
        for (std::uint32_t s : stations) plan.stations[s].server_faults.back().disk_lost = f.disk == Disk::lost;
    }
    void operator()(const TierLostFault&) const {
        servers(ServerTrouble::crash, 1, 1);
        for (std::uint32_t s : stations) plan.stations[s].server_faults.back().disk_lost = true;
    }
    [[nodiscard]] StreamKey stream(std::uint32_t s, const DrawPurpose& purpose) const {
        return {plan.seed, derived(place, draws::at, plan.stations[s].hash), purpose};
    }
    void answers(AnswerTrouble trouble, double probability, SimDuration added) const {
        for (std::uint32_t s : stations)
            plan.stations[s].answer_faults.push_back({fault, trouble, when, probability, added, stream(s, draws::answer)});
    }
    void operator()(const LateAnswerFault& f) const { answers(AnswerTrouble::late, f.probability.value, f.added); }
    void operator()(const WrongAnswerFault& f) const {
        answers(f.answer == WrongAnswer::error ? AnswerTrouble::error : AnswerTrouble::no_such_recipient, f.probability.value, SimDuration::zero());
    }
    void operator()(const GrayFault& f) const {
        for (std::uint32_t s : stations) {
            if (f.dropped.value > 0)
                plan.stations[s].no_answer.push_back({fault, when, f.dropped.value, SimDuration::zero(), SimDuration::zero(), stream(s, draws::no_answer)});
            plan.stations[s].gray.push_back({fault, when, f.dropped.value, f.slowed.value, f.factor.value,
                                              stream(s, draws::gray_drop), stream(s, draws::gray_service)});
        }
        servers(ServerTrouble::odd, 1, 1);
    }
    void operator()(const CacheLossFault& f) const {
        for (std::uint32_t s : stations) plan.stations[s].cache_losses.push_back({fault, when, f.refill});
    }
    void operator()(const ServerPauseFault& f) const {
        servers(ServerTrouble::pause, f.share.value, 1);
        TierPlan& tier = plan.tiers[plan.stations[stations.front()].tier.index()];
        tier.keeps_callers = true;
        tier.straight = StraightWay::never;
    }
    void operator()(const ServerSlowFault& f) const { servers(ServerTrouble::slow, f.share.value, f.factor.value); }
    void operator()(const NoAnswerFault& f) const {
        for (std::uint32_t s : stations)
            plan.stations[s].no_answer.push_back({fault, when, f.probability.value, f.on.value_or(SimDuration::zero()),
                                                  f.off.value_or(SimDuration::zero()),
                                                  stream(s, draws::no_answer)});
    }
};

/// From when to when it acts at all.
void take_span(DisturbancePlan& d) {
    if (d.acts.empty()) return;
    std::sort(d.acts.begin(), d.acts.end(), [](const Stretch& a, const Stretch& b) { return a.from != b.from ? a.from < b.from : a.to < b.to; });
    d.start = d.acts.front().from;
    d.end = std::max_element(d.acts.begin(), d.acts.end(), [](const Stretch& a, const Stretch& b) { return a.to < b.to; })->to;
    if (*d.end == SimTime::never()) d.end.reset();
}

}  // namespace

std::vector<std::uint32_t> PlanBuilder::stations_of(const std::string& text) const {
    const PlaceText target = split_place(text);
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

/// One target of a fault, for one of its times.
void PlanBuilder::add_fault(std::uint32_t f, const std::string& target, const Stretch& when, std::uint64_t place, DisturbancePlan& d) {
    const FaultSpec& fault = scenario_.faults[f];
    const bool on_stations = std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            constexpr bool hits_stations = std::is_invocable_v<const FaultOnStations&, const Body&>;
            if constexpr (hits_stations) {
                const std::vector<std::uint32_t> stations = stations_of(target);
                if (split_place(target).partition.empty())
                    for (const std::uint32_t s : stations) add_trouble(plan_.stations[s].site, when);
                FaultOnStations{plan_, stations, f, when, place}(body);
            }
            return hits_stations;
        },
        fault.body);
    if (on_stations) return;
    if (std::holds_alternative<SiteDownFault>(fault.body)) {
        const std::uint16_t s = site(target);
        plan_.site_down[s].push_back(when);
        add_trouble(s, when);
        plan_.site_down_fault[s].push_back(f);
    } else if (const auto* poison = std::get_if<PoisonFault>(&fault.body)) {
        plan_.poisons.push_back({f, narrow<std::uint16_t>(class_index(target), "tenant classes"), when, poison->share.value,
                                 StreamKey(plan_.seed, derived(place, draws::at, place_identity("tenants/" + target)), draws::poison)});
    } else if (is_link_fault(fault)) {
        for (LinkId link : plan_.network.topology.links_named(target)) {
            if (std::find(d.links.begin(), d.links.end(), link) == d.links.end()) d.links.push_back(link);
            for (const SiteId end : {plan_.network.topology.link(link).from, plan_.network.topology.link(link).to})
                add_trouble(narrow<std::uint32_t>(end.index(), "sites"), when);
        }
    }
}

/// One target of a random fault whose places fail each by itself.
void PlanBuilder::add_fault_at_each(std::uint32_t f, const std::string& target, std::uint64_t place, DisturbancePlan& d) {
    const FaultSpec& fault = scenario_.faults[f];
    double never = 1 - d.probability.value_or(0);
    for (const std::uint32_t s : stations_of(target)) {
        const FaultOccurrences times = draw_fault_at(fault, plan_.stations[s].hash, plan_.seed, scenario_.warmup, plan_.end);
        never *= 1 - times.probability.value_or(0);
        d.acts.insert(d.acts.end(), times.acts.begin(), times.acts.end());
        const std::vector<std::uint32_t> here{s};
        if (fault.enabled && split_place(target).partition.empty())
            for (const Stretch& when : times.acts) add_trouble(plan_.stations[s].site, when);
        for (std::size_t k = 0; fault.enabled && k < times.acts.size(); ++k)
            std::visit(
                [&](const auto& body) {
                    using Body = std::decay_t<decltype(body)>;
                    if constexpr (std::is_invocable_v<const FaultOnStations&, const Body&>)
                        FaultOnStations{plan_, here, f, times.acts[k], derived(place, draws::occurrence, k)}(body);
                },
                fault.body);
    }
    d.probability = 1 - never;
}

void PlanBuilder::add_faults() {
    for (std::uint32_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        const std::vector<std::string> targets = targets_of(fault);
        std::string listed;
        for (const std::string& target : targets) listed += (listed.empty() ? "" : ", ") + target;
        DisturbancePlan d = disturbance_of(fault, fault.enabled, kind_of(fault.body), std::move(listed));
        const std::uint64_t place = place_identity("faults/" + fault.name);
        if (fault.each) {
            for (const std::string& target : targets) add_fault_at_each(f, target, place, d);
        } else {
            d.acts = plan_.fault_times[f].acts;
            d.probability = plan_.fault_times[f].probability;
        }
        take_span(d);
        // A random fault hits other servers each time.
        for (std::size_t k = 0; fault.enabled && !fault.each && k < d.acts.size(); ++k)
            for (const std::string& target : targets) add_fault(f, target, d.acts[k], derived(place, draws::occurrence, k), d);
        plan_.faults.push_back(std::move(d));
    }
}

/// A fault hits the site, a tier there (a partition is its own tenants'), or a link at it.
void PlanBuilder::add_trouble(std::uint32_t site, const Stretch& when) {
    std::vector<Stretch>& trouble = plan_.site_trouble[site];
    const bool is_known = std::any_of(trouble.begin(), trouble.end(), [&](const Stretch& s) { return s.from == when.from && s.to == when.to; });
    if (when.from < plan_.end && !is_known) trouble.push_back(when);
}

/// Is a place hit that some mail names itself?
void PlanBuilder::mark_hit_places() {
    const auto is_hit = [&](const MxHost& host) { return !plan_.site_trouble[host.site].empty(); };
    for (std::size_t c = 0; c < plan_.classes.size(); ++c) {
        ClassPlan& of_class = plan_.classes[c];
        of_class.mx_is_hit = !scenario_.tenants[c].mx.empty() && std::any_of(of_class.mx.begin(), of_class.mx.end(), is_hit);
        const auto& out = of_class.path[static_cast<std::size_t>(Direction::outbound)];
        plan_.names_hit_places = plan_.names_hit_places || of_class.mx_is_hit;
        if (out.empty() || !plan_.tiers[out.back().index()].outside) continue;
        const TierPlan& last = plan_.tiers[out.back().index()];
        const auto is_site_hit = [&](std::uint16_t s) { return !plan_.site_trouble[s].empty(); };
        plan_.names_hit_places = plan_.names_hit_places || std::any_of(last.hosts.begin(), last.hosts.end(), is_hit) ||
                                 (last.hosts.empty() && std::any_of(last.sites.begin(), last.sites.end(), is_site_hit));
    }
    plan_.looks_at_new_mail = plan_.names_hit_places || !plan_.poisons.empty();
}

/// When health checks find a tier, or a partition of it, down at a site: after `failures` checks in a row have failed; up again with the first
/// check after the end. Seen are a dead site, and a tier all of whose servers there have crashed, or stand still, by a planned fault.
/// Left out: crashes that flaws cause, and gray failures, which checks do not see.
void PlanBuilder::add_health() {
    for (std::size_t t = 0; t < scenario_.tiers.size(); ++t) {
        const auto& health = scenario_.tiers[t].health;
        if (!health) continue;
        const SimDuration detection = health->interval * (health->failures - 1) + health->timeout;
        plan_.tiers[t].health_detection = detection;
        for (std::uint16_t s : plan_.tiers[t].sites) {
            auto& known = plan_.tiers[t].known_down[s];
            const auto add = [&](const Stretch& down, std::uint32_t partition) {
                const Stretch seen{down.from + detection, saturating_add(down.to, health->interval)};
                if (down.to - down.from > detection) known.push_back({seen, partition});
            };
            for (const Stretch& down : plan_.site_down[s]) add(down, KnownDown::kAll);
            const StationId first = plan_.tiers[t].first_station[s];
            for (std::uint32_t p = 0; p < std::max<std::size_t>(1, plan_.tiers[t].partitions); ++p)
                for (const ServerFaultPlan& fault : plan_.stations[first.index() + p].server_faults)
                    if ((fault.trouble == ServerTrouble::crash || fault.trouble == ServerTrouble::pause) && fault.share >= 1) add(fault.when, p);
        }
    }
}

}  // namespace mailquake
