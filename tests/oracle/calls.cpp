// Calls: a worker asks another station, and is held until the answer is back, or it gives up.
#include <algorithm>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// When a worker comes to a call, then it sends a request and waits, at most for the time-out. A caller that gives up frees nobody.
void World::make_call(const WorkPtr& work) {
    const CallSpec& call = work->station->tier->calls[work->call];
    const std::string& site = work->station->site;
    Station& callee = station(call.to, by_distance(site, tier(call.to)).front(), *work->job->copy);
    ++work->attempt;
    if (is_cut_off(callee)) {  // at once, and for good
        ++work->asked;
        note(work->job->identity, "call failed, at", work->station->name);
        return give_up_call(work);
    }
    note(work->job->identity, "its worker calls", callee.name);

    const std::uint64_t asked = ++work->asked;
    const auto waits = [work, asked] { return !work->over && work->asked == asked; };
    auto job = std::make_shared<Job>();
    job->copy = work->job->copy;
    job->identity = draws_.request(work->station->name, work->call, *work->job, work->attempt);
    job->request = std::make_shared<Request>();
    job->request->from = site;
    work->silent = job->request->silent;
    work->held_by = nullptr;
    job->request->awaited = waits;
    job->request->hear = [work, waits, this, request = job->request.get()](Answer said) {
        waits() ? call_ended(work, said) : request->wasted();
    };
    job->request->wasted = [this, &callee, request = job->request.get()] {
        if (request->in_vain) return;  // this was known when its service ended
        records_[callee.name].wasted += request->served ? 1 : 0;
    };
    at(saturating_add(now_, call.timeout), Rank::timer, work->job->identity, [this, work, waits, begun = now_] {
        if (waits()) call_timed_out(work, begun);
    });
    send_request(callee, job);
}

void World::send_request(Station& callee, const JobPtr& job) {
    const std::string& site = job->request->from;
    RandomStream luck = draws_.of("sites/" + site, draws::request_transfer, job->identity);
    *job->request->silent = true;
    if (site != callee.site && callee.dead > 0) return;  // nobody answers
    const Passage there = wires_.packet(site, callee.site, now_, luck);
    const SimTime arrives = site == callee.site ? now_ : there.at;
    *job->request->silent = there.end != Passage::End::delivered || is_swallowed(callee, *job, arrives) || is_turned_away(callee, *job, arrives);
    if (site == callee.site) return receive_request(callee, job);
    if (there.end == Passage::End::delivered) {
        at(there.at, Rank::arrival, job->identity, [this, &callee, job] { receive_request(callee, job); });
    } else if (there.end == Passage::End::refused) {
        at(std::max(there.at, now_ + 1_ms), Rank::reply, job->identity, [job] { job->request->hear(Answer::failed); });
    }
}

/// When a request comes to a station, then it waits for a worker like mail; one that nobody can serve fails at once.
void World::receive_request(Station& callee, const JobPtr& job) {
    if (callee.dead > 0) return;
    StationRecord& record = records_[callee.name];
    const bool is_silent = is_swallowed(callee, *job, now_);
    if (!is_silent && !callee.is_up()) return answer(callee, job, Answer::failed);
    if (is_silent || is_turned_away(callee, *job, now_)) {
        ++record.swallowed;
        return;
    }
    const bool lets_in = is_let_in(callee);
    Server* const server = lets_in ? server_for(callee, *job) : nullptr;
    if (!lets_in || is_full(callee, server)) {
        ++record.refused;
        if (callee.tier->queue.on_full == OnFull::drop) return;  // the caller waits for its time-out
        return answer(callee, job, Answer::failed);
    }
    enter(callee, server, job);
}

void World::answer(Station& callee, const JobPtr& job, Answer said) {
    if (callee.dead > 0) return;
    SimDuration late{0};
    const bool is_served = said == Answer::good;
    for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        if (!fault_acts(fault, callee) || !is_served) continue;
        const double luck_of_answer = draws_.of_fault(fault.name, callee.name, draws::answer, job->identity);
        if (const auto* slow = std::get_if<LateAnswerFault>(&fault.body); slow && luck_of_answer < slow->probability.value) late += slow->added;
        if (const auto* wrong = std::get_if<WrongAnswerFault>(&fault.body); wrong && said == Answer::good && luck_of_answer < wrong->probability.value)
            said = wrong->answer == WrongAnswer::error ? Answer::failed : Answer::no_such_recipient;
    }
    RandomStream luck = draws_.of("sites/" + callee.site, draws::answer_transfer, job->identity);
    const Passage back = wires_.packet(callee.site, job->request->from, now_, luck);
    if (back.end != Passage::End::delivered) return job->request->wasted();
    SimTime heard = back.at + late;
    if (callee.site == job->request->from) {  // the request took no time yet; a call that fails takes a millisecond
        heard += back.at - now_;
        if (!is_served) heard = std::max(heard, now_ + 1_ms);
    }
    at(heard, Rank::reply, job->identity, [job, said] { job->request->hear(said); });
}

void World::call_ended(const WorkPtr& work, Answer said) {
    ++work->asked;  // what comes from now on is not waited for
    if (said == Answer::failed) {
        note(work->job->identity, "call failed, at", work->station->name);
        return call_failed(work, false);
    }
    note(work->job->identity, "answered, back at", work->station->name);
    if (said == Answer::no_such_recipient) return bounce_job(work);
    ++work->call;
    work->attempt = 0;
    next_step(work);
}

void World::call_timed_out(const WorkPtr& work, SimTime begun) {
    const std::uint64_t asked = work->asked;
    note(work->job->identity, "call timed out, at", work->station->name);
    const FlawSpec* flaw = awake_flaw(*work, true);
    const auto* hold = flaw == nullptr ? nullptr : std::get_if<HoldWorkerFlaw>(&flaw->body);
    if (hold == nullptr) {
        ++work->asked;  // what is answered from now on is not waited for
        return call_failed(work, true);
    }
    note(work->job->identity, "time-out ignored, worker held, at", work->station->name);  // an answer is heard
    work->held_by = flaw;
    at(begun + hold->hold, Rank::timer, work->job->identity, [this, work, asked] {
        if (work->over || work->asked != asked) return;
        ++work->asked;  // what is answered from now on is not waited for
        give_up_call(work);
    });
}

/// When a try of a call has failed, then it is made again, as often as the call, or a flaw, says.
void World::call_failed(const WorkPtr& work, bool timed_out) {
    const CallSpec& call = work->station->tier->calls[work->call];
    std::int64_t tries = call.attempts;
    if (const FlawSpec* flaw = awake_flaw(*work, timed_out)) {
        if (const auto* retry = std::get_if<RetryInPlaceFlaw>(&flaw->body)) tries = retry->attempts == 0 ? 0 : std::max(tries, retry->attempts);
        if (std::holds_alternative<RequeueAtHeadFlaw>(flaw->body) && !work->job->request) return requeue_at_head(work);
    }
    if (tries == 0 || work->attempt < tries) return make_call(work);
    give_up_call(work);
}

void World::give_up_call(const WorkPtr& work) {
    const CallSpec& call = work->station->tier->calls[work->call];
    if (call.on_failure == OnFailure::continue_) {
        ++work->call;
        work->attempt = 0;
        return next_step(work);
    }
    if (call.on_failure == OnFailure::bounce) return bounce_job(work);
    release(work);
    if (work->job->request) return answer(*work->station, work->job, Answer::failed);
    ledger_.leave(work->job->copy, now_);
    if (work->job->upstream) return work->job->upstream(Reply::later, Decided::by_work, *work->job->copy);
    put_off(work->station->party, work->job->copy, [this, &station = *work->station, copy = work->job->copy] {  // to its own queue
        retries_.push_back(now_);
        enter_queue(station, copy);
    });
}

void World::bounce_job(const WorkPtr& work) {
    if (!work->job->request && !work->job->upstream) {
        send_back(work->job->copy, work->station->party, "bounced by");
        return release(work);
    }
    release(work);
    if (work->job->request) return answer(*work->station, work->job, Answer::failed);
    ledger_.leave(work->job->copy, now_);
    work->job->upstream(Reply::never, Decided::by_work, *work->job->copy);
}

void World::requeue_at_head(const WorkPtr& work) {
    note(work->job->identity, "back to the head of the queue of", work->station->name);
    Job& job = *work->job;
    if (job.upstream) {  // its passes are counted by its upstream's attempts
        const auto draw = [&](std::uint64_t k) { return draws_.next_pass(*job.copy, job.copy->passes, k); };
        job.identity = job.copy->identity = of_same_mail(*job.copy, draw);
    } else {
        ++job.pass;
        ++job.copy->passes;
    }
    work->over = true;
    std::erase(work->server->busy, work);
    list_if_free(*work->station, *work->server);
    wait(*work->station, work->server, work->job, true);
    look_at_stations();
    start_waiting(*work->station);
}

const FlawSpec* World::awake_flaw(const Work& work, bool timed_out) const {
    const CallSpec& call = work.station->tier->calls[work.call];
    for (const FlawSpec& flaw : scenario_.flaws) {
        const bool is_here = flaw.enabled && flaw.in == work.station->tier->name && (flaw.call.empty() || flaw.call == call.name) &&
                             chosen_servers("flaws/" + flaw.name, flaw.in, flaw.share.value, *work.station)[work.server->number];
        const bool is_woken = flaw.trigger == Trigger::either || flaw.trigger == (timed_out ? Trigger::call_hangs : Trigger::call_fails);
        if (is_here && is_woken) return &flaw;
    }
    return nullptr;
}

bool World::fault_acts(const FaultSpec& fault, const Station& station, SimTime at) const {
    const std::size_t f = static_cast<std::size_t>(&fault - scenario_.faults.data());
    return fault.enabled && hits(fault, station) &&
           std::any_of(acts_[f].acts.begin(), acts_[f].acts.end(), [&](const Stretch& s) { return s.covers(at); });
}

/// Is the request one that the station does not answer, now? In on / off stretches all of them are.
bool World::is_swallowed(const Station& callee, const Job& job, SimTime at) const {
    for (const FaultSpec& fault : scenario_.faults) {
        const auto* silent = std::get_if<NoAnswerFault>(&fault.body);
        if (silent == nullptr || !fault_acts(fault, callee, at)) continue;
        if (silent->on && (at - fault.at.at).ns % (*silent->on + *silent->off).ns >= silent->on->ns) continue;
        if (draws_.of_fault(fault.name, callee.name, draws::no_answer, job.identity) < silent->probability.value) return true;
    }
    return false;
}

}  // namespace mailquake::oracle
