// Services that take longer than drawn: on slow servers, by gray failures, by the load beside them. What slows a service acts as
// long as it lasts: when it begins or ends in the middle of a service, then what is left of that goes on at the new pace, in whole
// ns. A service whose server stands still keeps what is left of it, at the pace of when it goes on.
// Source: design 2 (Fault). Left out: the load counts when a service begins, not what changes beside it later.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

SimDuration times(SimDuration d, double factor) { return {saturated<std::int64_t>(static_cast<double>(d.ns) * factor)}; }

}  // namespace

/// When a service begins, or a gray failure (`only`) in the middle of it, then it is drawn whether it is one of those that are slowed.
void Site::meet_grays(std::uint32_t worker, std::uint32_t only) {
    const Worker& w = workers_[worker];
    const JobLuck job = luck_of(w.job);
    std::vector<const GrayPlan*>& hit = grays_[worker];
    for (const GrayPlan& gray : plan_of(w.station).gray) {
        if (!gray.when.covers(now_) || (only != kNone && gray.fault != only)) continue;
        if (uniform_of(RandomStream::first_word(gray.service_luck, job.identity, job.pass)) < gray.slowed) hit.push_back(&gray);
    }
}

/// What slows a worker's service now: calls slows(factor, fault) for each.
template <class F>
void Site::each_slowing(std::uint32_t worker, F&& slows) const {
    const Worker& w = workers_[worker];
    for (const ServerFaultPlan& fault : plan_of(w.station).server_faults)
        if (fault.trouble == ServerTrouble::slow && fault.when.covers(now_) && hits(fault, w.server)) slows(fault.factor, fault.fault);
    const auto met = grays_.find(worker);
    if (met == grays_.end()) return;
    for (const GrayPlan* gray : met->second)
        if (gray->when.covers(now_)) slows(gray->factor, gray->fault);
}

/// How long a service takes from now on whose work would take `work` at the pace that was drawn: `own`, and the rest by the load.
SimDuration Site::slowed_work(std::uint32_t worker, SimDuration own, SimDuration work, bool begins) {
    Worker& w = workers_[worker];
    SlowedService parts{.station = w.station, .own = own, .by = {}};
    if (work > own) parts.by.emplace_back(HopWhy::kNone, work - own);
    w.pace = 1;
    each_slowing(worker, [&](double factor, std::uint32_t fault) {
        const SimDuration before = times(work, w.pace);
        w.pace *= factor;
        if (begins) touch_fault(fault);
        if (lives_ && factor > 1) [[unlikely]] parts.by.emplace_back(fault, times(work, w.pace) - before);
        else if (lives_) [[unlikely]] parts.shrink(factor);  // what makes a service shorter adds no delay
    });
    if (w.pace <= 1 && work == own) parts.by.clear();
    if (lives_) [[unlikely]] explaining_.service_is_slow(worker, parts);
    return times(work, w.pace);
}

/// How long a service takes that begins where its length may be more than its draw. Its worker is in a state of its own meanwhile, so
/// that what waits for it is booked to that.
SimDuration Site::odd_service(std::uint32_t worker, SimDuration drawn) {
    const Worker& w = workers_[worker];
    SimDuration work = drawn;
    if (tier_of(w.station).slope.ns > 0) {
        std::int64_t others = -1;  // all in service here but this one
        for (const Server& any : stations_[w.station].servers()) others += any.busy;
        work += tier_of(w.station).slope * std::max<std::int64_t>(others, 0);
    }
    grays_.erase(worker);
    if (!plan_of(w.station).gray.empty()) meet_grays(worker, kNone);
    const SimDuration service = slowed_work(worker, drawn, work, true);
    if (service > drawn) set_state(worker, tier_of(w.station).slowed());
    return service;
}

/// When something that slows a server begins or ends, then what is left of its services goes on at another pace.
void Site::change_pace(std::uint32_t station, std::uint32_t server, const ServerFaultPlan& fault, bool begins) {
    std::uint16_t& odd = stations_[station].servers()[server].odd;
    const bool was_odd = odd != 0;  // only then paces have been kept
    if (begins) count_up(odd, "reasons why services take longer");
    else --odd;
    workers_.for_each([&](std::uint32_t index, Worker& w) {
        if (w.station != station || w.server != server || w.phase != Phase::serving) return;
        const double before = was_odd ? w.pace : 1;
        if (!was_odd) grays_.erase(index);
        if (begins && fault.trouble == ServerTrouble::odd) meet_grays(index, fault.fault);
        const bool stalled = w.state == worker_state::stalled;
        const SimDuration left = stalled ? w.until - SimTime::zero() : w.until - now_;
        if (lives_ && was_odd) [[unlikely]] explaining_.pace_ends(index, left);
        const SimDuration work = times(left, 1 / before);
        static_cast<void>(slowed_work(index, work, work, false));
        if (w.pace == before) return;
        if (begins) touch_fault(fault.fault);
        const SimDuration rest = times(left, w.pace / before);
        if (stalled) {
            w.until = SimTime::zero() + rest;
        } else {
            set_state(index, service_state(index));
            end_service_at(index, now_ + rest);
        }
    });
}

/// The state of a worker whose service goes on.
std::size_t Site::service_state(std::uint32_t worker) const {
    const Worker& w = workers_[worker];
    const TierPlan& tier = tier_of(w.station);
    const bool odd = tier.may_slow && stations_[w.station].servers()[w.server].odd != 0;
    return odd && (w.pace > 1 || tier.slope.ns > 0) ? tier.slowed() : worker_state::serving;
}

}  // namespace mailquake
