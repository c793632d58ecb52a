// Work that is done, but not as it should be: answers that come late or are wrong, caches that are cold, gray failures. (Services
// that take longer than drawn: slowing.cpp.)
#include "models/world/site.hpp"

namespace mailquake {

/// When a request is answered while its callee's answers are spoiled, then the answer may be an error, or say that there is no such
/// recipient, which a client takes for an error, and it may come later by what is returned. Each fault acts by itself: a wrong answer is
/// late, too, by all that make answers late; of several wrong ones it is the first one's in the scenario. A failure of its own is neither.
SimDuration Site::spoil_answer(std::uint32_t station, const Request& request, Answer& answer) {
    SimDuration late = SimDuration::zero();
    if (is_failure(answer)) return late;
    bool is_wrong = false;
    for (const AnswerFaultPlan& fault : plan_of(station).answer_faults) {
        if (!fault.when.covers(now_) || (is_wrong && fault.trouble != AnswerTrouble::late)) continue;
        RandomStream luck(fault.luck, request.identity);
        if (luck.uniform() >= fault.probability) continue;
        switch (fault.trouble) {
            case AnswerTrouble::late:
                if (lives_) [[unlikely]] explaining_.answer_is_late(request, station_ids_[station], fault.fault, late, fault.added);
                late += fault.added;
                break;
            case AnswerTrouble::error: answer = Answer::error; break;
            case AnswerTrouble::no_such_recipient: answer = request.kind == Caller::worker ? Answer::no_such_recipient : Answer::error; break;
        }
        is_wrong |= fault.trouble != AnswerTrouble::late;
        touch_fault(fault.fault);
    }
    return late;
}

/// When a worker comes to a call that a cache may answer, then the callee need not be asked, as long as the cache is warm.
bool Site::cache_answers(const Worker& w, const CallPlan& call) {
    const JobLuck job = luck_of(w.job);
    const StreamKey key(plan_.seed, derived(call.cache_place, draws::at, plan_of(w.station).hash), draws::cache);
    const double u = uniform_of(RandomStream::first_word(key, job.identity, job.pass));
    if (u >= call.cached) return false;
    for (const CacheLossPlan& loss : plan_of(w.station).cache_losses) {
        if (u < call.cached * loss.warmth(now_)) continue;
        touch_fault(loss.fault);
        return false;
    }
    return true;
}

/// When mail is offered to a tier that fails in gray, then a share of it is told to come later.
bool Site::grayly_dropped(std::uint32_t station, JobRef job) {
    if (job.is_request()) return false;  // swallowed before it came here
    for (const GrayPlan& gray : plan_of(station).gray) {
        if (!gray.when.covers(now_)) continue;
        const std::uint64_t offer = derived(messages_[job.index()].identity, draws::instant, static_cast<std::uint64_t>(now_.ns));
        if (uniform_of(RandomStream::first_word(gray.drop_luck, offer)) >= gray.dropped) continue;
        touch_fault(gray.fault);
        ++stations_[station].refused;
        return true;
    }
    return false;
}

/// A copy has been accepted: is it poison, and does it name a place that is hit within the run?
void Site::look_at_new(const Message& m) {
    if (const auto fault = plan_.poisoned_by(m)) touch_fault(*fault);
    if (m.measured && plan_.own_place_hit(m)) ++tenants_[m.tenant].hit_hour(hour_.at(m.accepted)).accepted;
}

}  // namespace mailquake
