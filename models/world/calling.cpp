// Calls to other tiers: a worker is held from the request to the answer or the time-out. A caller that gives up does not
// free the callee. A flaw changes what the caller does when a call hangs or fails.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr SimDuration kLeastFailure = 1_ms;  // a failed answer takes at least this: no endless loop in no time

}  // namespace

StationId Site::callee_of(const Worker& w, TierId tier) {
    if (!plan_.avoided.empty()) [[unlikely]] touch_avoided(tier);
    const TierPlan& t = plan_.tiers[tier.index()];
    std::uint32_t partition = 0;
    if (t.partitions > 0) {
        const bool is_nobodys = w.job.is_request() && requests_[w.job.index()].tenant == kNone;
        partition = is_nobodys ? narrow<std::uint32_t>(requests_[w.job.index()].subject % t.partitions, "partitions")
                               : plan_.partition_of(tier, tenant_of(w.job));
    }
    return {t.first_station[plan_.nearest(tier, id_, now_, partition)].value + partition};
}

/// When a worker comes to a call, then it sends a request and waits, or learns at once that the callee is cut off.
void Site::make_call(std::uint32_t worker) {
    Worker& w = workers_[worker];
    const CallPlan& call = tier_of(w.station).calls[w.call];
    if (call.cached > 0 && w.call_attempt == 0 && cache_answers(w, call)) {
        ++w.call;
        next_step(worker);
        return;
    }
    count_up(w.call_attempt, "calls that a worker makes in place (flaw retry-in-place)");
    w.token = ++tokens_;
    w.call_began = now_;
    w.phase = Phase::calling;
    if (lives_) [[unlikely]] explaining_.call_begins(w);
    set_state(worker, tier_of(w.station).in_call(w.call));
    const StationId callee = callee_of(w, call.to);
    for (const CutOffPlan& cut : plan_.stations[callee.index()].cut_offs) {
        if (!cut.when.covers(now_) && !deciding_.cuts_off(cut, now_)) continue;
        ++mitigation_touches_[cut.mitigation];
        note_here(Transition::call_failed, identity_of(w.job), w.station);
        give_up_call(worker);
        return;
    }
    SimDuration timeout = call.timeout;
    if (call.policies.any) [[unlikely]] {
        if (!may_call(worker, callee)) {
            note_here(Transition::call_failed, identity_of(w.job), w.station);
            give_up_call(worker);
            return;
        }
        timeout = patience(w);
        if (call.policies.hedge && call.policies.hedge->after < timeout) at_for(identity_of(w.job), now_ + call.policies.hedge->after, Act::hedge, worker, w.token);
    }
    ++event_count_;
    note_there(Transition::call, identity_of(w.job), callee.value);
    w.timer = timer_for(identity_of(w.job), now_ + timeout, Act::call_timer, worker);
    const std::size_t if_swallowed = tier_of(w.station).in_swallowed_call(w.call);
    if (!send_request(worker, callee)) set_state(worker, if_swallowed);
}

/// Each request has random numbers of its own: by its job, the call, the pass, and how often it was made in it.
std::uint64_t Site::request_identity(const Worker& w, bool hedged) const {
    const JobLuck job = luck_of(w.job);
    const std::uint64_t call = derived(job.identity, draws::call, plan_.call_sites[plan_of(w.station).first_call + w.call].identity);
    return derived(call, draws::request, std::uint64_t{job.pass} << 33 | std::uint64_t{w.call_attempt} << 1 | (hedged ? 1U : 0U));
}

/// False when a fault sees to it that no answer will come: what the worker then waits for is the fault, for its books.
/// (It knows of nothing itself, and waits for its time-out.)
bool Site::send_request(std::uint32_t worker, StationId callee, bool hedged) {
    const Worker& w = workers_[worker];
    const StationPlan& to = plan_.stations[callee.index()];
    const bool for_client = w.job.is_request() && requests_[w.job.index()].tenant == kNone;
    const Request request{.identity = request_identity(w, hedged),
                          .subject = w.job.is_request() ? requests_[w.job.index()].subject : messages_[w.job.index()].identity,
                          .since = now_,
                          .tenant = for_client ? kNone : tenant_of(w.job),
                          .caller = worker,
                          .token = w.token,
                          .call = plan_of(w.station).first_call + w.call,
                          .site = id_,
                          .population = lives_ ? lives_->behind(w.job) : std::uint16_t{0},
                          .priority = narrow<std::uint8_t>(priority_of(w.job), "priorities"),
                          .kind = Caller::worker};
    if (to.site == id_) {
        const bool swallowed = swallowed_by(to, request, now_).has_value();
        receive_request(to.local, request, deadline_for(w), cancel_after(w));
        return !swallowed;
    }
    touch_links(to.site);
    if (plan_.is_site_down(to.site, now_)) {  // nobody there: the caller's time-out tells
        for (std::size_t k = 0; k < plan_.site_down[to.site].size(); ++k)
            if (plan_.site_down[to.site][k].covers(now_)) touch_fault(plan_.site_down_fault[to.site][k]);
        return false;
    }
    RandomStream luck(network_.request, request.identity);
    const TransferPlan plan = links_.plan_packet({to.site}, now_, luck);
    if (lives_) [[unlikely]] explaining_.way_was_lossy(request, callee.value, plan.lost);
    if (plan.end == TransferPlan::End::delivered)
        send(to.site, plan.at, Parcel{.kind = ParcelKind::request, .reply = Reply::pending, .from = id_, .population = 0,
                                      .station = callee.value, .key = static_cast<std::uint64_t>(deadline_for(w).ns), .since = now_, .cancel_after = cancel_after(w), .request = request});
    else if (plan.end == TransferPlan::End::refused)
        at_for(request.identity, std::max(plan.at, now_ + kLeastFailure), Act::answer, worker, answer_event(kNoStation, request.token, Answer::failed));
    return plan.end == TransferPlan::End::delivered && !swallowed_by(to, request, plan.at);
}

/// Does a partition that does not answer swallow this request, which arrives there at this time? By the plan alone, so
/// that its caller's site knows as well.
std::optional<std::uint32_t> Site::swallowed_by(const StationPlan& station, const Request& request, SimTime arrival) const {
    for (const NoAnswerPlan& fault : station.no_answer) {
        if (!fault.when.covers(arrival)) continue;
        if (fault.on.ns > 0 && (arrival - fault.when.from).ns % (fault.on + fault.off).ns >= fault.on.ns) continue;
        RandomStream luck(fault.luck, request.identity);
        if (luck.uniform() < fault.probability) return fault.fault;
    }
    return std::nullopt;
}

/// When a request arrives, then it waits for a worker, is swallowed by a fault, or fails fast.
void Site::receive_request(std::uint32_t station, const Request& request, SimTime deadline, SimDuration cancel_after) {
    if (const auto fault = swallowed_by(plan_of(station), request, now_)) {
        ++stations_[station].swallowed;
        touch_fault(*fault);
        return;
    }
    const std::uint32_t index = requests_.take();
    requests_[index] = request;
    requests_[index].since = now_;
    if (has_deadlines_) [[unlikely]] remember_deadline(station, index, deadline, cancel_after);
    if (lives_) [[unlikely]] lives_->request_came(index, now_);
    const Entered entered = enter(station, JobRef::request(index));
    if (entered == Entered::yes) return;
    requests_.give_back(index);
    if ((entered == Entered::full || entered == Entered::closed) && tier_of(station).on_full == OnFull::drop) return;  // the caller's time-out tells
    answer(station, request, Answer::failed);
}

/// When a request is served (or has failed), then its caller gets the answer, if it still waits for it.
void Site::answer(std::uint32_t station, const Request& request, Answer answer) {
    const std::uint32_t place = station_ids_[station];
    const bool was_served = answer != Answer::failed;
    SimDuration late = SimDuration::zero();
    if (!plan_of(station).answer_faults.empty()) [[unlikely]] late = spoil_answer(station, request, answer);
    if (request.site == id_ && request.kind == Caller::worker) {
        const bool waits = workers_.alive(request.caller) && workers_[request.caller].token == request.token;
        if (!waits) {
            stations_[station].wasted += was_served;
            return;
        }
        SimDuration way = plan_.inside_latency[id_] * 2 + late;
        if (!was_served) way = std::max(way, kLeastFailure);
        if (way.ns == 0) on_answer(request.caller, request.token, answer, place);
        else at_for(request.identity, now_ + way, Act::answer, request.caller, answer_event(place, request.token, answer));
        return;
    }
    touch_links(request.site);
    RandomStream luck(network_.answer, request.identity);
    const TransferPlan plan = links_.plan_packet({request.site}, now_, luck);
    if (plan.end != TransferPlan::End::delivered) {
        stations_[station].wasted += was_served;
        return;
    }
    if (lives_) [[unlikely]] explaining_.way_was_lossy(request, place, plan.lost);
    send(request.site, plan.at + late, Parcel{.kind = ParcelKind::answer, .reply = Reply::pending, .answer = answer, .from = id_,
                                       .population = request.population, .station = place,
                                       .key = std::uint64_t{request.caller} << 32 | request.token, .since = now_, .request = request});
}

/// When an answer comes, then its worker goes on; a late one is discarded.
void Site::on_answer(std::uint32_t worker, std::uint32_t token, Answer answer, std::uint32_t station) {
    const bool ok = !is_failure(answer);
    if (!workers_.alive(worker) || workers_[worker].token != token) {
        if (answer != Answer::failed && station != kNoStation) ++late_answers_[station];
        return;
    }
    ++event_count_;
    Worker& w = workers_[worker];
    events_.cancel(w.timer);
    w.timer = EventHandle::none();
    if (w.guard != 0) [[unlikely]] learn(worker, ok);
    if (!ok) {
        note_here(Transition::call_failed, identity_of(w.job), w.station);
        call_failed(worker, false);
        return;
    }
    note_here(Transition::call_answered, identity_of(w.job), w.station);
    if (answer == Answer::no_such_recipient) [[unlikely]] {
        fail_job(worker, OnFailure::bounce);
        return;
    }
    w.token = 0;
    ++w.call;
    next_step(worker);
}

/// When a call's time-out acts, then it has failed, unless a flaw ignores it; when a flaw's hold ends, then it has failed
/// for good.
void Site::on_call_timer(std::uint32_t worker) {
    ++event_count_;
    Worker& w = workers_[worker];
    w.timer = EventHandle::none();
    if (w.phase == Phase::held) {
        w.phase = Phase::calling;
        if (w.call_attempt == 0) next_step(worker);  // held before its first call
        else give_up_call(worker);
        return;
    }
    if (w.guard != 0) [[unlikely]] learn(worker, false);
    ++stations_[w.station].timed_out;
    note_here(Transition::call_timed_out, identity_of(w.job), w.station);
    call_failed(worker, true);
}

void Site::call_failed(std::uint32_t worker, bool hung) {
    if (act_flaw(worker, hung)) return;
    Worker& w = workers_[worker];
    w.token = 0;  // a late answer finds nobody
    if (w.call_attempt < tier_of(w.station).calls[w.call].attempts) make_call(worker);
    else give_up_call(worker);
}

/// The position (in its tier) of the flaw that this outcome of a call wakes, in this server's code as it is now.
std::optional<std::size_t> Site::awake_flaw(const Worker& w, bool hung) const {
    const TierPlan& tier = tier_of(w.station);
    for (std::size_t k = 0; k < tier.flaws.size(); ++k) {
        const FlawPlan& flaw = plan_.flaw_plans[tier.flaws[k]];
        if (!is_of_calls(flaw.trigger)) continue;
        if (flaw.call && *flaw.call != w.call) continue;
        if (flaw.trigger == Trigger::call_hangs && !hung) continue;
        if (flaw.trigger == Trigger::call_fails && hung) continue;
        if (flawed_[w.station][w.server][k].covers(now_)) return k;
    }
    return std::nullopt;
}

/// What the code does instead of giving up; false if it gives up as it should.
bool Site::act_flaw(std::uint32_t worker, bool hung) {
    Worker& w = workers_[worker];
    const auto which = awake_flaw(w, hung);
    if (!which) return false;
    const std::uint32_t f = tier_of(w.station).flaws[*which];
    const FlawPlan& flaw = plan_.flaw_plans[f];
    const auto touch = [&] { ++flaw_touches_[plan_.flaw_index[f]]; };
    switch (flaw.kind) {
        case FlawKind::hold_worker: {
            const SimTime until = w.call_began + flaw.length;
            if (!hung || until <= now_) return false;
            touch();
            note_here(Transition::held_by_flaw, identity_of(w.job), w.station);
            set_state(worker, tier_of(w.station).in_flaw(*which));
            w.phase = Phase::held;  // its token stays: an answer within the hold is still taken
            w.timer = timer_for(identity_of(w.job), until, Act::call_timer, worker);
            return true;
        }
        case FlawKind::retry_in_place:
            if (flaw.attempts > 0 && w.call_attempt >= flaw.attempts) return false;
            touch();
            make_call(worker);
            return true;
        case FlawKind::requeue_at_head:
            if (w.job.is_request()) return false;
            touch();
            requeue_at_head(worker);
            return true;
        case FlawKind::crash: {
            touch();
            const std::uint32_t station = w.station, server = w.server;
            at(now_ + flaw.length, Act::restart, station, server);
            crash_server(station, server);
            start_waiting(station, server);
            return true;
        }
        case FlawKind::leak_worker:
        case FlawKind::drop:
        case FlawKind::fail_open:
        case FlawKind::fail_closed: return behave(worker, *which);
        case FlawKind::duplicate:
        case FlawKind::misread_reply:
        case FlawKind::discard_backoff:
        case FlawKind::reset_timers:
        case FlawKind::synchronise:
        case FlawKind::refuse_all: break;  // no matter of calls
    }
    return false;
}

/// The copy's work in its tier begins anew: the next pass has random numbers of its own.
void Site::begin_pass(std::uint32_t message) {
    Message& m = messages_[message];
    if (m.proxied || m.tries == kMostTries) [[unlikely]] renew(message);
    else ++m.tries;
}

/// The copy goes on under another identity: the numbers of its passes are used up, or, at a proxy, its counter is that of its upstream's
/// attempts, whose random numbers the next attempt will want.
[[gnu::noinline]] void Site::renew(std::uint32_t message) {
    Message& m = messages_[message];
    const std::uint64_t before = m.identity;
    rename(message, plan_.identity_of_same(m, derived(before, draws::passes, m.hop), draws::offer, m.proxied ? m.tries : 0U));
    if (tells_) repeated_.push_back({before, m.identity});
    if (m.proxied) return;
    m.tries = 0;
    for (Holder& holder : holders_)
        for (std::size_t i = 0; i < holder.watched.size(); ++i)
            if (holder.watched[i].message == message && holder.watched[i].identity == before) holder.watched[i].identity = m.identity;
}

void Site::requeue_at_head(std::uint32_t worker) {
    const Worker w = workers_[worker];
    book_worker(w);
    note_here(Transition::requeued, identity_of(w.job), w.station);
    begin_pass(w.job.index());
    wait_again(w.station, w.server, w.job);
    free_worker(worker);
}

/// When a call has failed for good, then what the tier does with the message or request is its call's `on_failure`.
void Site::give_up_call(std::uint32_t worker) {
    Worker& w = workers_[worker];
    const OnFailure on_failure = tier_of(w.station).calls[w.call].on_failure;
    if (on_failure == OnFailure::continue_) {
        w.token = 0;
        ++w.call;
        next_step(worker);
        return;
    }
    fail_job(worker, on_failure);
}

/// The job ends here without success: requests are answered so, proxied mail is replied to, other mail bounces or waits.
void Site::fail_job(std::uint32_t worker, OnFailure on_failure) {
    Worker& w = workers_[worker];
    w.token = 0;
    book_worker(w);
    const std::uint32_t station = w.station;
    const std::uint32_t index = w.job.index();
    if (w.job.is_request()) {
        const Request request = requests_[index];
        free_worker(worker);
        requests_.give_back(index);
        answer(station, request, Answer::failed);
        return;
    }
    if (messages_[index].proxied) {
        const Message proxied = messages_[index];
        if (lives_) lives_->give_up(proxied, index);
        proxy_books_.give_up(index, upstream_of(proxied));
        messages_.give_back(index);
        free_worker(worker);
        reply_upstream(proxied, on_failure == OnFailure::bounce ? Reply::bounced : Reply::deferred, station);
        return;
    }
    if (on_failure == OnFailure::bounce) {
        bounce(index, station);
        free_worker(worker);
        return;
    }
    defer_in_tier(worker);
}

/// The tier keeps the message and tries it again later, from its own input queue.
void Site::defer_in_tier(std::uint32_t worker) {
    const std::uint32_t station = workers_[worker].station;
    const std::uint32_t message = workers_[worker].job.index();
    Message& m = messages_[message];
    count_failure(m);
    enter_holder(message, station);
    if (lives_) [[unlikely]] explaining_.call_fails(workers_[worker]);
    defer(message, pen_of(station));
    free_worker(worker);
}

}  // namespace mailquake
