// What guards a tier's calls: retry budget, circuit breaker, adaptive throttling (models/mta/call_guard.hpp), and the deadline
// that travels with a request (models/mta/deadline_spec.hpp). Calls without policies never come here.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// What a worker remembers of its guarded call: the callee's partition, and whether it is a breaker's probe; never zero.
std::uint16_t guard_mark(std::uint32_t partition, bool probe) {
    return narrow<std::uint16_t>((partition + 1) << 1 | (probe ? 1U : 0U), "marks of guarded calls, two for each partition of the callee");
}

}  // namespace

/// A guard for each call of each station here, and each partition of the callee.
void Site::add_guards() {
    for (const TierPlan& tier : plan_.tiers)
        for (const CallPlan& call : tier.calls) has_deadlines_ = has_deadlines_ || call.policies.deadline;
    for (std::uint32_t station = 0; station < stations_.size(); ++station) {
        first_guard_.emplace_back();
        for (const CallPlan& call : tier_of(station).calls) {
            first_guard_.back().push_back(narrow<std::uint32_t>(guards_.size(), "guards of calls"));
            if (!call.policies.guard.any()) continue;
            const std::size_t callees = std::max<std::size_t>(1, plan_.tiers[call.to.index()].partitions);
            guards_.insert(guards_.end(), callees, CallGuard(call.policies.guard));
        }
    }
}

/// When a worker is about to make a call that is guarded, then it may, or the call has failed at once, unmade.
bool Site::may_call(std::uint32_t worker, StationId callee) {
    Worker& w = workers_[worker];
    const CallPlan& call = tier_of(w.station).calls[w.call];
    if (patience(w).ns <= 0) return false;
    if (!call.policies.guard.any()) return true;
    const std::uint32_t partition = plan_.stations[callee.index()].partition;
    double luck = 0;
    if (call.policies.guard.throttle) {
        const StreamKey key(plan_.seed, derived(call.policies.place, draws::at, plan_of(w.station).hash), draws::throttle);
        const JobLuck job = luck_of(w.job);
        luck = uniform_of(RandomStream::first_word(key, derived(job.identity, draws::pass, job.pass), w.call_attempt));
    }
    const auto verdict = guards_[first_guard_[w.station][w.call] + partition].ask(w.call_attempt > 1, luck, now_);
    if (verdict == CallGuard::Verdict::no) return false;
    w.guard = guard_mark(partition, verdict == CallGuard::Verdict::probe);
    return true;
}

/// When a guarded call has ended, then its guard learns of it, once.
void Site::learn(std::uint32_t worker, bool answered) {
    Worker& w = workers_[worker];
    const std::uint32_t partition = (w.guard >> 1) - 1U;
    const bool probe = (w.guard & 1) != 0;
    w.guard = 0;
    guards_[first_guard_[w.station][w.call] + partition].learn(answered, probe, now_);
}

/// How long the worker waits for its present call: for its time-out, and no longer than somebody waits for it.
SimDuration Site::patience(const Worker& w) const {
    const CallPlan& call = tier_of(w.station).calls[w.call];
    if (!call.policies.deadline || !w.job.is_request()) return call.timeout;
    const SimTime own = deadline_of(w.job.index());
    return own == SimTime::never() ? call.timeout : std::min(call.timeout, own - now_);
}

/// What the worker's present call tells its callee: until when the answer is waited for.
SimTime Site::deadline_for(const Worker& w) const {
    const CallPlan& call = tier_of(w.station).calls[w.call];
    return call.policies.deadline ? now_ + patience(w) - call.policies.deadline->margin : SimTime::never();
}

/// How long after that it takes its request back.
SimDuration Site::cancel_after(const Worker& w) const {
    const auto& deadline = tier_of(w.station).calls[w.call].policies.deadline;
    return deadline && deadline->cancel ? deadline->margin : SimDuration::max();
}

/// When a call has not been answered for long, then it is made once more beside the first; the first answer counts, since both
/// have one token.
void Site::on_hedge(std::uint32_t worker, std::uint32_t token) {
    if (!workers_.alive(worker) || workers_[worker].token != token || workers_[worker].phase != Phase::calling) return;
    ++event_count_;
    const Worker& w = workers_[worker];
    const TierPlan& tier = tier_of(w.station);
    const StationId callee = callee_of(w, tier.calls[w.call].to);
    note_there(Transition::call, identity_of(w.job), callee.value);
    const std::size_t waits = tier.in_call(w.call);
    if (send_request(worker, callee, true) && workers_[worker].token == token) set_state(worker, waits);
}

}  // namespace mailquake
