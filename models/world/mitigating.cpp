// What operators do with the mail of a tier, at a time or on a condition (deciding.hpp): hold it back, pass it by, let in less, try what is
// deferred now, put what waits aside. (Replays are in replaying.cpp, suspensions in readying.cpp.)
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// Of things that come at a rate, to the nearest ns: the n-th comes after n times that, exactly.
SimDuration time_of_each(double rate) { return {std::max<std::int64_t>(1, saturated<std::int64_t>(1e9 / rate + 0.5))}; }

}  // namespace

void Site::schedule_measures() {
    for (std::uint32_t s = 0; s < stations_.size(); ++s) {
        gauges_.emplace_back(plan_of(s).measures.size());
        for (std::uint64_t e = 0; e < plan_of(s).measures.size(); ++e) {
            const MeasurePlan& measure = plan_of(s).measures[e];
            const bool at_once = measure.kind == MeasureKind::flush || measure.kind == MeasureKind::drain_aside || measure.kind == MeasureKind::replay || measure.kind == MeasureKind::suspend;
            if (at_once && measure.at != SimTime::never()) at(measure.at, Act::measure, s, e);
        }
    }
    deciding_.begin();
}

/// When something comes to a tier while operators see to its mail, then it may be held, passed by, or turned away.
std::optional<Site::Entered> Site::met_by_measures(std::uint32_t station, JobRef job) {
    const StationPlan& plan = plan_of(station);
    const bool is_mail = !job.is_request() && !messages_[job.index()].proxied;
    for (std::size_t e = 0; e < plan.measures.size(); ++e) {
        const MeasurePlan& measure = plan.measures[e];
        const SimTime begin = begin_of(measure), end = saturating_add(begin, measure.length);
        if (now_ < begin || now_ >= end) continue;
        switch (measure.kind) {
            case MeasureKind::hold: {
                if (!is_mail || !holds(measure, messages_[job.index()])) continue;
                ++mitigation_touches_[measure.mitigation];
                Gauge& gauge = gauges_[station][e];
                const auto before = static_cast<std::int64_t>(gauge.held++);
                const SimDuration turn = measure.rate > 0 ? saturating_mul(time_of_each(measure.rate), before) : SimDuration::zero();
                hold_back(job.index(), station, measure.length == SimDuration::max() ? plan_.end + 1_s : saturating_add(end, turn));
                return Entered::yes;
            }
            case MeasureKind::bypass:
                if (!is_mail) continue;
                ++mitigation_touches_[measure.mitigation];
                pass_by(job.index(), station);
                return Entered::yes;
            case MeasureKind::throttle:
                if (lets_in(station, e)) continue;
                ++mitigation_touches_[measure.mitigation];
                ++stations_[station].refused;
                return Entered::full;
            case MeasureKind::flush:
            case MeasureKind::drain_aside:
            case MeasureKind::replay: continue;       // done at an instant
            case MeasureKind::suspend: continue;      // of what goes out (readying.cpp)
        }
    }
    return std::nullopt;
}

bool Site::holds(const MeasurePlan& measure, const Message& m) const {
    if (measure.tenant_class && *measure.tenant_class != m.tenant_class) return false;
    if (measure.larger_than && m.size <= measure.larger_than->count) return false;
    if (measure.direction && *measure.direction != m.direction) return false;
    return !measure.poison_only || plan_.poisoned_by(m).has_value();
}

/// The generic cell rate algorithm: each one moves the time at which the bucket is full again by 1 / rate.
bool Site::lets_in(std::uint32_t station, std::size_t e) {
    const MeasurePlan& measure = plan_of(station).measures[e];
    double rate = measure.rate;
    if (measure.grows_over.ns > 0) {
        const double part = std::min(1.0, static_cast<double>((now_ - begin_of(measure)).ns) / static_cast<double>(measure.grows_over.ns));
        rate += (measure.rate_later - measure.rate) * part;
    }
    const SimDuration each{saturated<std::int64_t>(1e9 / rate)};
    Gauge& gauge = gauges_[station][e];
    const SimTime next = std::max(gauge.next, now_);
    if (next == SimTime::never() || next - now_ > saturating_mul(each, measure.burst - 1)) return false;
    gauge.next = saturating_add(next, each);
    return true;
}

/// The message leaves the tier as it came, by the way that it would take after its service.
void Site::pass_by(std::uint32_t message, std::uint32_t station) {
    Message& m = messages_[message];
    if (m.hop + 1U == path_of(m).size()) {
        deliver(message, station);
        return;
    }
    ++m.hop;
    m.failures = m.tries = 0;
    send_to(next_station(m, false), message, station, some_server(station, m.identity));
}

/// A bypass that acts now at a station of any site; those on a condition are known at their own site alone.
const MeasurePlan* Site::bypass_at(StationId station) const {
    const std::vector<MeasurePlan>& measures = plan_.stations[station.index()].measures;
    const auto acts = [&](const MeasurePlan& measure) {
        if (measure.kind != MeasureKind::bypass) return false;
        if (measure.at == SimTime::never() && plan_.stations[station.index()].site != id_) return false;
        const SimTime begin = begin_of(measure);
        return begin <= now_ && now_ < saturating_add(begin, measure.length);
    };
    const auto found = std::find_if(measures.begin(), measures.end(), acts);
    return found == measures.end() ? nullptr : &*found;
}

/// When mail is on its way to a tier that is down and passed by, then it goes to the one behind it: nobody there can pass it on.
/// The last tier of a path has none behind it; what it stands for takes the mail elsewhere (is_passed_by).
[[gnu::noinline]] void Site::skip_lost_tiers(Message& m) {
    while (m.hop + 1U < path_of(m).size()) {
        const StationId there = station_of(m, false);
        const MeasurePlan* bypass = plan_.is_out(there, now_) ? bypass_at(there) : nullptr;
        if (bypass == nullptr) return;
        ++mitigation_touches_[bypass->mitigation];
        ++m.hop;
    }
}

/// Does mail that is offered to this station, which is down, end here all the same, since it is the last of its path and passed by?
[[gnu::noinline]] bool Site::is_passed_by(std::uint32_t station, const Message& m) const {
    return m.hop + 1U == path_of(m).size() && bypass_at({station_ids_[station]}) != nullptr;
}

/// Until then the message lies aside, in the tier; its life is booked when it comes back.
void Site::hold_back(std::uint32_t message, std::uint32_t station, SimTime until) {
    note_here(Transition::deferred, messages_[message].identity, station);
    enter_holder(message, station);
    const std::uint32_t pen = pen_of(station);
    queues_[pen].queue.deferred.push(expiring_.held_no_later(until, messages_[message], station), messages_[message].identity, message);
    set_retry_timer(pen);
}

void Site::book_held_back(std::uint32_t message, std::uint32_t station) {
    Message& m = messages_[message];
    if (m.since >= now_) return;  // deferred by the tier itself, and booked up to now
    book_hop(station, message, HopCause::held_back, now_ - m.since);
    m.since = now_;
}

/// When operators flush a tier's queues, suspend them, put what waits there aside, or have what it handed on sent again, then at once.
void Site::on_measure(std::uint32_t station, std::size_t e) {
    const MeasurePlan& measure = plan_of(station).measures[e];
    std::uint64_t touched = 0;
    if (measure.kind == MeasureKind::drain_aside) touched = drain_aside(station, measure);
    if (measure.kind == MeasureKind::replay) touched = replaying_.replay(station, measure);
    for (std::uint32_t queue = 0; queue < queues_.size(); ++queue) {
        HopQueue& q = queues_[queue];
        if (q.holder != station) continue;
        if (measure.kind == MeasureKind::flush && q.queue.is_dead()) q.queue.revive();  // qmgr_enable_queue
        if (measure.kind == MeasureKind::flush) touched += all_due_now(queue);
        if (measure.suspends(q.station) && !q.pen && can_send(q)) touched += delay_waiting(queue);
    }
    mitigation_touches_[measure.mitigation] += touched;
}

/// What waits is put aside, and comes back at a rate, oldest first.
std::uint64_t Site::drain_aside(std::uint32_t station, const MeasurePlan& measure) {
    std::vector<std::uint32_t> aside;
    Station& s = stations_[station];
    for (std::uint32_t queue = 0; queue < s.queue_count(); ++queue)
        s.queues()[queue].remove_if([&](JobRef job) {
            if (job.is_request() || messages_[job.index()].proxied) return false;
            const std::uint32_t message = job.index();
            s.leave_queue(messages_[message].since, now_);
            book_queue(station, queue, message);
            aside.push_back(message);
            return true;
        });
    std::sort(aside.begin(), aside.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Message &x = messages_[a], &y = messages_[b];
        return x.arrived != y.arrived ? x.arrived < y.arrived : x.identity < y.identity;
    });
    for (std::size_t k = 0; k < aside.size(); ++k)
        hold_back(aside[k], station, saturating_add(now_ + 1_ns, saturating_mul(time_of_each(measure.rate), static_cast<std::int64_t>(k))));
    return aside.size();
}

/// Somebody here looks for a tier that is avoided at this very site.
void Site::touch_avoided(TierId tier) {
    for (const AvoidedPlan& avoided : plan_.avoided)
        if (avoided.tier == tier && avoided.site == id_ && avoided.when.covers(now_)) ++mitigation_touches_[avoided.mitigation];
}

}  // namespace mailquake
