// Where mail comes from, compiled: each source's arrivals, and the extra sources of load faults, so that other mail keeps its
// luck.
#include <algorithm>

#include "models/world/plan_builder.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/special_functions.hpp"

namespace mailquake {
namespace {

/// Windows without mail: all the time up to `end` but these stretches.
std::vector<ArrivalClock::Window> outside_of(const std::vector<Stretch>& stretches, SimTime end) {
    std::vector<ArrivalClock::Window> windows;
    SimTime from = SimTime::zero();
    for (const Stretch& s : stretches) {
        windows.push_back({from, std::min(s.from, end), 0.0});
        from = std::min(s.to, end);
    }
    windows.push_back({from, end, 0.0});
    return windows;
}

bool hits_class(const FaultSpec& fault, const std::string& tenant_class) {
    const std::vector<std::string> targets = targets_of(fault);
    return fault.enabled && std::find(targets.begin(), targets.end(), tenant_class) != targets.end();
}

}  // namespace

/// `rate` is the source's share of the class's rate; `part` its share of the class's mail, whoever the tenants are.
void PlanBuilder::add_source(SourcePlan source, double rate, double part, const TenantClassSpec& spec) {
    std::vector<double> hourly;
    for (Factor f : spec.diurnal) hourly.push_back(f.value);
    if (const auto* batch = std::get_if<BatchArrivalsSpec>(&spec.arrivals)) source.batch_mean = batch->mean_size;
    if (const auto* weibull = std::get_if<WeibullArrivalsSpec>(&spec.arrivals)) {
        source.gap_power = 1 / weibull->shape;
        source.gap_scale = math::exp(-math::log_gamma(1 + 1 / weibull->shape));
    }
    const bool replayed = std::holds_alternative<ReplayArrivalsSpec>(spec.arrivals);
    for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        const auto* surge = std::get_if<LoadSurgeFault>(&fault.body);
        if (surge == nullptr || !hits_class(fault, spec.name) || replayed) continue;
        SourcePlan extra = source;
        extra.name += "/" + fault.name;
        extra.surge = narrow<std::uint32_t>(f, "faults");
        finish_source(std::move(extra), rate * (surge->factor.value - 1), hourly, outside_of(plan_.fault_times[f].acts, plan_.end));
    }
    add_campaigns(source, part, spec);
    const auto* mmpp = std::get_if<MmppArrivalsSpec>(&spec.arrivals);
    finish_source(std::move(source), rate, hourly, mmpp != nullptr ? bursts_of(spec, *mmpp) : std::vector<ArrivalClock::Window>{});
}

void PlanBuilder::finish_source(SourcePlan s, double per_second, std::span<const double> hourly, std::vector<ArrivalClock::Window> windows) {
    s.hash = place_identity("sources/" + s.name);
    s.clock = ArrivalClock(per_second / s.batch_mean, hourly, start_of_day(), std::move(windows));
    s.arrival_luck = StreamKey(plan_.seed, s.hash, draws::arrival);
    s.tenant_luck = StreamKey(plan_.seed, s.hash, draws::tenant);
    s.size_luck = StreamKey(plan_.seed, s.hash, draws::size);
    s.batch_luck = StreamKey(plan_.seed, s.hash, draws::batch);
    plan_.sources.push_back(std::move(s));
}

/// The stretches of a class's modulating chain, one for all its sources: quiet first, then bursts and quiet in turn.
const std::vector<ArrivalClock::Window>& PlanBuilder::bursts_of(const TenantClassSpec& spec, const MmppArrivalsSpec& mmpp) {
    const auto [at, is_new] = bursts_.try_emplace(spec.name);
    if (!is_new) return at->second;
    const double share = static_cast<double>(mmpp.burst.ns) / static_cast<double>((mmpp.burst + mmpp.quiet).ns);
    const double low = 1 / (1 - share + share * mmpp.factor.value);
    const StreamKey luck(plan_.seed, place_identity("tenants/" + spec.name), draws::bursts);
    const Law quiet = Law::exponential(mmpp.quiet), burst = Law::exponential(mmpp.burst);
    std::vector<ArrivalClock::Window>& windows = at->second;
    SimTime t = SimTime::zero();
    for (std::uint64_t k = 0; t < plan_.end; ++k) {
        RandomStream stream(luck, k);
        const SimTime from = saturating_add(t, quiet.draw(stream));
        const SimTime to = saturating_add(from, burst.draw(stream));
        windows.push_back({t, std::min(from, plan_.end), low});
        windows.push_back({std::min(from, plan_.end), std::min(to, plan_.end), low * mmpp.factor.value});
        t = to;
    }
    return windows;
}

/// Which tenants of the class take part in a campaign: as many as it says, drawn by seed. Drawn once for all of the class's sources.
const std::vector<bool>& PlanBuilder::campaign_members(std::size_t fault, std::uint16_t tenant_class, const TenantClassSpec& spec, std::size_t count) {
    const auto [at, is_new] = campaign_members_.try_emplace({fault, tenant_class});
    if (!is_new) return at->second;
    const std::uint64_t place = derived(place_identity("faults/" + scenario_.faults[fault].name), draws::at, place_identity("tenants/" + spec.name));
    const StreamKey key(plan_.seed, place, draws::campaign);
    std::vector<std::pair<std::uint64_t, std::size_t>> words;
    for (std::uint32_t t = plan_.tenants->first_of(tenant_class); t < plan_.tenants->end_of(tenant_class); ++t)
        words.emplace_back(hashed_word(key, (*plan_.tenants)[t].rank), words.size());
    std::sort(words.begin(), words.end());
    at->second.assign(words.size(), false);
    for (std::size_t i = 0; i < std::min(count, words.size()); ++i) at->second[words[i].second] = true;
    return at->second;
}

/// A campaign's copies come to (or from) the tenants that take part, of this source those that it knows, at a constant rate.
void PlanBuilder::add_campaigns(const SourcePlan& source, double part, const TenantClassSpec& spec) {
    for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        const auto* campaign = std::get_if<CampaignFault>(&fault.body);
        if (campaign == nullptr || !hits_class(fault, spec.name)) continue;
        const std::vector<bool>& takes_part = campaign_members(f, source.tenant_class, spec, static_cast<std::size_t>(campaign->tenants));
        const auto taking_part = static_cast<std::size_t>(std::count(takes_part.begin(), takes_part.end(), true));
        auto members = std::make_shared<std::vector<std::uint32_t>>();
        for (std::uint32_t t : *source.tenants)
            if (takes_part[t - plan_.tenants->first_of(source.tenant_class)]) members->push_back(t);
        if (members->empty()) continue;
        const double share = part * static_cast<double>(members->size()) / static_cast<double>(taking_part);
        SimDuration length = SimDuration::zero();
        for (const Stretch& acts : plan_.fault_times[f].acts) length = std::max(length, acts.to - acts.from);
        if (length == SimDuration::zero()) continue;
        SourcePlan extra = source;
        extra.name += "/" + fault.name;
        extra.surge = narrow<std::uint32_t>(f, "faults");
        extra.batch_mean = 1;
        extra.gap_power = extra.gap_scale = 1;
        extra.who = std::make_shared<AliasTable>(std::vector<double>(members->size(), 1.0));
        extra.tenants = std::move(members);
        finish_source(std::move(extra), share * static_cast<double>(campaign->copies) / length.seconds(), {}, outside_of(plan_.fault_times[f].acts, plan_.end));
    }
}

}  // namespace mailquake
