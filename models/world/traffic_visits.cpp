// What a message or request makes of a station, and of those that are called from there.
#include <algorithm>

#include "models/world/start_demand.hpp"
#include "models/world/traffic_equations.hpp"

namespace mailquake {

namespace {

/// The least time that a failed answer takes.
constexpr double kLeastFailureSeconds = 0.001;

}  // namespace

/// When a message or request comes to a worker, then flaws may hold or end it, the calls are made in their order, and then comes its
/// own service, unless a call has failed. Adds the load there and at all that is called.
Visit TrafficEquations::visit(std::size_t t, SiteId site, std::size_t partition, const Visitors& who) {
    const TierSpec& tier = scenario_.tiers[t];
    const TierSiteSpec* own = own_figures(tier, site);
    const StartDemand start = start_demand({tier.name, who.are_mail ? population_.poison : 0, static_cast<double>(workers(tier, site))}, flaws_, condition_);
    Visit result{start.held_seconds, start.worked};
    double unworked = start.unworked;
    const double rate = who.rate * (before_ == nullptr ? 1 : before_->passes(t, site, partition));   // of those whose turn comes
    for (const CallSpec& call : tier.calls) {
        const CallDemand demand = make_call(t, site, partition, call, rate * result.goes_on);
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
CallDemand TrafficEquations::make_call(std::size_t t, SiteId site, std::size_t partition, const CallSpec& call, double rate) {
    const TierSpec& caller = scenario_.tiers[t];
    const std::size_t callee = tier_at(call.to);
    const double asks = condition_.station(t, site, partition).cold ? 1 : 1 - call.cached.value;
    CallDemand mean;
    mean.succeeds = 1 - asks;
    for (std::size_t p = 0; p < shares(callee).size(); ++p) {
        const double share = asks * shares(callee)[p];
        if (share <= 0) continue;
        const SiteId there = found(callee, site, nullptr, p);
        const bool is_reachable = there.valid() && condition_.latency(site, there) && condition_.latency(there, site);
        CallChance chance{.fails_fast = !is_reachable && !(there.valid() && condition_.is_swallowed(site, there))};
        if (is_reachable) {
            const StationCondition& station = condition_.station(callee, there, p);
            const auto waits = waits_.find({callee, there.index(), p});
            chance = {.answer_seconds = round_trip_seconds(site, there) + (waits == waits_.end() ? 0 : waits->second), .hangs = station.hangs,
                      .on_seconds = station.on_seconds, .off_seconds = station.off_seconds, .fails_fast = station.refuses,
                      .late = station.late, .late_seconds = station.late_seconds, .wrong = station.wrong, .no_recipient = station.no_recipient};
        } else {
            chance.hangs = 1;
        }
        if (chance.fails_fast) chance.answer_seconds = std::max(chance.answer_seconds, kLeastFailureSeconds);
        if (!chance.fails_fast && (chance.hangs < 1 || chance.off_seconds > 0)) {
            const Visit served = visit(callee, there, p, {});
            chance.answer_seconds += served.held_seconds;
            chance.wrong += (1 - chance.wrong - chance.no_recipient) * (1 - served.goes_on);
        }
        const double cut = is_reachable ? condition_.is_cut(site, there) : 0;   // the way there flaps
        for (const bool is_cut : {false, true}) {
            const double part = share * (is_cut ? cut : 1 - cut);
            if (part <= 0) continue;
            const CallDemand demand = call_demand(caller, call, workers(caller, site),
                                                  is_cut ? CallChance{.answer_seconds = kLeastFailureSeconds, .fails_fast = true} : chance, flaws_);
            mean.add(demand, part);
            if (rate <= 0 || demand.requests <= 0) continue;
            visit(callee, there, p, {.rate = rate * part * demand.requests});
            requests_[{callee, there.index(), p}][{t, site.index(), partition}] += rate * part * demand.requests;
        }
    }
    return mean;
}

}  // namespace mailquake
