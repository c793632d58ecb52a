// Flaws that no call wakes: when a job starts, when a message comes, when a reply is read, a message is deferred, a server
// restarts. Those that calls wake are in calling.cpp; both behave alike (behave).
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
void Site::touch_flaw(std::uint32_t flaw) {
    ++flaw_touches_[plan_.flaw_index[flaw]];
    for (std::uint32_t date : plan_.flaw_plans[flaw].dates)
        if (std::any_of(plan_.faults[date].acts.begin(), plan_.faults[date].acts.end(), [&](const Stretch& s) { return s.covers(now_); })) touch_fault(date);
}

/// Is what the flaw's trigger says the case now, for this job? `job` may be none where a trigger asks for none.
bool Site::is_awake(const FlawPlan& flaw, std::uint32_t station, JobRef job, const StreamKey& key) const {
    switch (flaw.trigger) {
        case Trigger::call_hangs:
        case Trigger::call_fails:
        case Trigger::either: return false;
        case Trigger::poison:
            if (job.is_request() || !plan_.poisoned_by(messages_[job.index()])) return false;
            break;
        case Trigger::date:
            if (std::none_of(flaw.awake.begin(), flaw.awake.end(), [&](const Stretch& s) { return s.covers(now_); })) return false;
            break;
        case Trigger::queue:
            if (static_cast<std::int64_t>(stations_[station].waiting()) <= flaw.queue_over) return false;
            break;
        case Trigger::always: break;
    }
    if (flaw.probability >= 1) return true;
    const JobLuck luck = luck_of(job);
    const std::uint64_t place = job.is_request() ? 0 : messages_[job.index()].hop;
    return uniform_of(RandomStream::first_word(key, derived(luck.identity, draws::hop, place), luck.pass)) < flaw.probability;
}

/// When a job has a worker and before anything is done for it, then a flaw may wake. True when the job does not go on as it should.
bool Site::start_flawed(std::uint32_t worker) {
    const TierPlan& tier = tier_of(workers_[worker].station);
    for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
        const Worker& w = workers_[worker];
        const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
        if (is_of_calls(flaw.trigger) || !flawed_[w.station][w.server][k].covers(now_) || !is_awake(flaw, w.station, w.job, flaw.wakes)) continue;
        if (behave(worker, k)) return true;
    }
    return false;
}

/// What the code does when the flaw at this position of its tier is awake; false if the job goes on as if it slept.
bool Site::behave(std::uint32_t worker, std::size_t position) {
    Worker& w = workers_[worker];
    const std::uint32_t f = tier_of(w.station).flaws[position];
    const FlawPlan& flaw = plan_.flaw_plans[f];
    switch (flaw.kind) {
        case FlawKind::hold_worker:
        case FlawKind::leak_worker:
            touch_flaw(f);
            note_here(Transition::held_by_flaw, identity_of(w.job), w.station);
            set_state(worker, tier_of(w.station).in_flaw(position));
            w.phase = Phase::held;
            w.token = 0;
            if (flaw.kind == FlawKind::hold_worker) w.timer = timer_for(identity_of(w.job), now_ + flaw.length, Act::call_timer, worker);
            return true;
        case FlawKind::crash: {
            touch_flaw(f);
            if (flaw.attempts > 0 && !w.job.is_request() && messages_[w.job.index()].tries >= flaw.attempts) {
                put_aside(worker);
                return true;
            }
            const std::uint32_t station = w.station, server = w.server;
            at(now_ + flaw.length, Act::restart, station, server);
            crash_server(station, server);
            start_waiting(station, server);
            return true;
        }
        case FlawKind::drop: {
            if (w.job.is_request()) return false;
            touch_flaw(f);
            book_worker(w);
            drop(w.job.index(), w.station);
            free_worker(worker);
            return true;
        }
        case FlawKind::duplicate:
            if (w.job.is_request()) return false;
            touch_flaw(f);
            send_duplicate(worker, f);
            return false;
        case FlawKind::fail_open:
            touch_flaw(f);
            pass_unworked(worker);
            return true;
        case FlawKind::fail_closed:
            touch_flaw(f);
            fail_job(worker, flaw.permanent ? OnFailure::bounce : OnFailure::defer);
            return true;
        case FlawKind::retry_in_place:
        case FlawKind::requeue_at_head:
        case FlawKind::misread_reply:
        case FlawKind::discard_backoff:
        case FlawKind::reset_timers:
        case FlawKind::synchronise:
        case FlawKind::refuse_all: break;  // other steps ask for these
    }
    return false;
}

/// The queue of what a tier has put back for itself.
std::uint32_t Site::pen_of(std::uint32_t station) {
    if (pen_of_[station] == kNone) {
        pen_of_[station] = narrow<std::uint32_t>(queues_.size(), "next-hop queues");
        queues_.push_back({.queue = NextHopQueue(0, 0), .holder = station, .station = station_ids_[station], .pen = true,
                           .asks_when_due = true, .expires = holders_[station].plan->retry.expires()});
    }
    return pen_of_[station];
}

/// The poison queue: the message stays there beyond the end of the run. A proxy has no such queue, and turns it away.
void Site::put_aside(std::uint32_t worker) {
    const std::uint32_t station = workers_[worker].station, message = workers_[worker].job.index();
    if (messages_[message].proxied) {
        fail_job(worker, OnFailure::defer);
        return;
    }
    book_worker(workers_[worker]);
    note_here(Transition::deferred, messages_[message].identity, station);
    enter_holder(message, station);
    if (lives_) explaining_.waits_after(message, HopTrouble::put_aside, station_ids_[station]);
    put_off(message, pen_of(station), plan_.end + 1_s);
    free_worker(worker);
}

/// The job leaves the tier without its calls and service.
void Site::pass_unworked(std::uint32_t worker) {
    Worker& w = workers_[worker];
    w.token = 0;
    w.call = narrow<std::uint16_t>(tier_of(w.station).calls.size(), "calls of a tier");
    set_state(worker, worker_state::serving);
    w.phase = Phase::serving;
    end_service_at(worker, now_);
}

/// A second copy leaves the tier, beside the one that is being worked on.
void Site::send_duplicate(std::uint32_t worker, std::uint32_t flaw) {
    const std::uint32_t station = workers_[worker].station;
    const std::uint32_t copy = messages_.take();
    Message& m = messages_[copy];
    m = messages_[workers_[worker].job.index()];
    m.identity = plan_.identity_of_same(m, derived(m.identity, draws::pass, pass_of(m)), draws::duplicate,
                                        combine64(plan_.flaw_plans[flaw].place, plan_of(station).hash));
    if (lives_) explaining_.duplicate(workers_[worker], copy);
    m.measured = m.greylisted = 0;
    m.since = m.arrived = now_;
    m.failures = m.tries = m.doubted = 0;
    note_here(Transition::duplicated, m.identity, station);
    ++tenants_[m.tenant].counts.duplicated;
    losing_.renamed(messages_[workers_[worker].job.index()].identity, m.identity);
    losing_.leave_another(m.identity, m);
    ++tenants_[m.tenant].received;
    if (m.hop + 1U == path_of(m).size()) {
        deliver(copy, station);
        return;
    }
    ++m.hop;
    send_to(next_station(m, false), copy, station, workers_[worker].server);
}

/// The flaw of one of these kinds that acts on this message of a holder; which servers have it stands for which messages.
const FlawPlan* Site::holders_flaw(std::uint32_t holder, std::uint32_t message, FlawKind kind, FlawKind or_kind) {
    const TierPlan& tier = tier_of(holder);
    const std::size_t server = static_cast<std::size_t>(hashed_word(plan_of(holder).server_luck, messages_[message].identity) % flawed_[holder].size());
    for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
        const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
        if ((flaw.kind != kind && flaw.kind != or_kind) || !flawed_[holder][server][k].covers(now_)) continue;
        if (!is_awake(flaw, holder, JobRef::message(message), kind == FlawKind::misread_reply ? flaw.misreads : flaw.wait_luck)) continue;
        touch_flaw(tier.flaws[k]);
        return &flaw;
    }
    return nullptr;
}

/// When a reply is read by code that misreads it, then a temporary failure is taken for a permanent one, or the reverse.
Reply Site::misread(std::uint32_t holder, std::uint32_t message, Reply reply) {
    const TierPlan& tier = tier_of(holder);
    const bool permanent = reply == Reply::bounced;
    const bool misreads_such = std::any_of(tier.flaws.begin(), tier.flaws.end(), [&](std::uint32_t f) {
        return plan_.flaw_plans[f].kind == FlawKind::misread_reply && plan_.flaw_plans[f].permanent != permanent;
    });
    if (!misreads_such) return reply;
    const FlawPlan* flaw = holders_flaw(holder, message, FlawKind::misread_reply, FlawKind::misread_reply);
    if (flaw == nullptr || flaw->permanent == permanent) return reply;
    return flaw->permanent ? Reply::bounced : Reply::deferred;
}

/// When a message is deferred by code that does not keep to the schedule, then it is due sooner, or with all the others. Where
/// the back-off is thrown away, its many attempts do not age it: it is given up when the schedule's first wait would be too long.
std::optional<SimTime> Site::flawed_due(std::uint32_t holder, std::uint32_t message, std::uint32_t server) {
    const FlawPlan* flaw = holders_flaw(holder, message, FlawKind::discard_backoff, FlawKind::synchronise);
    const Message& m = messages_[message];
    if (flaw == nullptr || flaw->kind == FlawKind::synchronise) {
        const auto due = next_try(m, holder, {now_, m.failures}, server);
        if (flaw == nullptr || !due) return due;
        return expiring_.no_later(SimTime{(due->ns + flaw->length.ns - 1) / flaw->length.ns * flaw->length.ns}, m, holder);
    }
    const std::int64_t length = flaw->length.ns;
    if (!next_try(m, holder, {now_, 1}, server)) return std::nullopt;
    const double u = uniform_of(RandomStream::first_word(flaw->due_luck, derived(m.identity, draws::hop, m.hop), pass_of(m)));
    return expiring_.no_later(now_ + SimDuration{1 + static_cast<std::int64_t>(u * static_cast<double>(length))}, m, holder);
}

/// When a server restarts whose retry timers were in memory alone, then all that its tier has deferred is due at once.
void Site::forget_timers(std::uint32_t station) {
    const TierPlan& tier = tier_of(station);
    bool awake = false;
    for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
        const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
        const auto has_it = [&](const std::vector<Stretch>& server) { return server[k].covers(now_); };
        if (flaw.kind != FlawKind::reset_timers || std::none_of(flawed_[station].begin(), flawed_[station].end(), has_it)) continue;
        if (flaw.trigger == Trigger::date && !is_awake(flaw, station, JobRef::none(), flaw.wakes)) continue;
        touch_flaw(tier.flaws[k]);
        awake = true;
    }
    for (std::uint32_t queue = 0; awake && queue < queues_.size(); ++queue)
        if (queues_[queue].holder == station) (void)all_due_now(queue);
}

/// What is deferred is due now; it had been booked up to its due time. What was put aside for good stays.
std::size_t Site::all_due_now(std::uint32_t queue) {
    std::vector<std::uint32_t> due;
    queues_[queue].queue.deferred.remove_if([&](std::uint32_t message) {
        if (messages_[message].since <= now_ || messages_[message].since == plan_.end + 1_s) return false;
        due.push_back(message);
        return true;
    });
    for (std::uint32_t message : due) {
        Message& m = messages_[message];
        const HopCause cause = queues_[queue].holder < stations_.size() ? HopCause::retry : HopCause::outside_retry;
        book_hop(queues_[queue].holder, message, cause, now_ - m.since);
        m.since = now_;
        queues_[queue].queue.deferred.push(now_, m.identity, message);
    }
    set_retry_timer(queue);
    return due.size();
}

/// When something comes to a station that looks at who comes, then faults there are touched, and it may be turned away, or be
/// taken elsewhere.
std::optional<Site::Entered> Site::met_at_entry(std::uint32_t station, JobRef job, bool even_if_full) {
    const StationPlan& plan = plan_of(station);
    if (!plan.server_faults.empty()) touch_server_faults(station);
    if (even_if_full) return std::nullopt;
    if (!plan.measures.empty())
        if (const auto met = met_by_measures(station, job)) return met;
    if (!plan.gray.empty() && grayly_dropped(station, job)) return Entered::put_off;
    if (!tier_of(station).flawed_entry || !refuses_all(station)) return std::nullopt;
    ++stations_[station].refused;
    return Entered::closed;
}

}  // namespace mailquake
