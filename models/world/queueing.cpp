// Queues with a policy (models/mta/queue_policy.hpp): what a job is sorted by when it waits, who is turned away, and whose
// worker counts for which group of a bulkhead. A tier without policies never comes here.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

constexpr std::uint32_t kRequestSize = 1024;  // what a request counts where a fair queue counts octets; an assumption

}  // namespace

/// Whose shard of the servers a job goes to: its tenant's, or a client's own.
std::uint64_t Site::shard_identity(JobRef job) const {
    const std::uint32_t tenant = tenant_of(job);
    return tenant == kNone ? combine64(hash_name("client"), requests_[job.index()].caller) : tenant;  // a client, or a tenant
}

/// The group of a job that a bulkhead bounds.
std::uint32_t Site::bulkhead_group(const BulkheadPlan& bulkhead, JobRef job) {
    const std::uint32_t tenant = tenant_of(job);
    switch (bulkhead.by) {
        case BulkheadBy::tenant:
            return tenant;  // of a client's request: none
        case BulkheadBy::partition:
            return tenant == kNone ? BulkheadQueue::kUnbounded : plan_.tenants->partition(tenant, bulkhead.partitioned);
        case BulkheadBy::destination: {
            if (job.is_request()) return BulkheadQueue::kUnbounded;
            Message ahead = messages_[job.index()];
            if (ahead.hop + 1U == path_of(ahead).size()) return BulkheadQueue::kUnbounded;
            ++ahead.hop;
            return next_station(ahead, false).value;
        }
    }
    return BulkheadQueue::kUnbounded;
}

/// Copies of one message to many are of one tenant and one instant. A request is a message of its own.
std::uint32_t Site::message_key(JobRef job) const {
    if (job.is_request()) return truncated<std::uint32_t>(identity_of(job));
    const Message& m = messages_[job.index()];
    return truncated<std::uint32_t>(combine64(m.tenant, static_cast<std::uint64_t>(m.accepted.ns)));
}

WaitingJob Site::waiting_job(std::uint32_t station, JobRef job) {
    const QueuePolicy& policy = stations_[station].policy();
    WaitingJob waiting{.job = job, .key = 0, .cost = 1, .since = now_};
    switch (policy.kind) {
        case QueueKind::plain:
        case QueueKind::checked:
        case QueueKind::lifo: break;
        case QueueKind::fair:
            waiting.key = tenant_of(job);
            if (policy.counts_bytes) waiting.cost = job.is_request() ? kRequestSize : messages_[job.index()].size;
            break;
        case QueueKind::aging: waiting.key = narrow<std::uint32_t>(priority_of(job), "priorities"); break;
        case QueueKind::preemptive: waiting.key = message_key(job); break;
        case QueueKind::bulkhead: waiting.key = bulkhead_group(*tier_of(station).policies.bulkhead, job); break;
    }
    return waiting;
}

/// Is the queue so old that it takes nobody in?
bool Site::sheds(std::uint32_t station, std::uint32_t queue, JobRef job) {
    const Station& s = stations_[station];
    const QueuePolicy& policy = s.policy();
    const InputQueue& line = s.queue_of(queue);
    if (policy.shed_older_than.ns == 0 || line.empty() || priority_of(job) < policy.shed_spare) return false;
    const CheckedQueue* checked = line.policy()->checked();
    const SimDuration age = checked != nullptr ? now_ - checked->first_since() : s.ages().oldest(now_);
    return age > policy.shed_older_than;
}

/// When a job must wait where a policy decides, then it does, or is turned away; where idle workers are held back for others,
/// it may be its turn at once.
Site::Entered Site::wait_by_policy(std::uint32_t station, std::uint32_t queue, JobRef job, bool even_if_full) {
    Station& s = stations_[station];
    if (!even_if_full && sheds(station, queue, job)) {
        ++s.refused;
        return Entered::full;
    }
    ++s.arrivals;
    note_here(Transition::queued, identity_of(job), station);
    s.wait_by_policy(queue, waiting_job(station, job), now_, false);
    if (s.policy().kind == QueueKind::bulkhead) start_waiting(station, queue);
    return Entered::yes;
}

/// A job that had a worker goes back to the head of its queue.
void Site::wait_again(std::uint32_t station, std::uint32_t server, JobRef job) {
    Station& s = stations_[station];
    if (s.is_plain()) s.wait(server, job, priority_of(job), now_, now_, true);
    else s.wait_by_policy(server, waiting_job(station, job), now_, true);
}

/// Whether it waited for too long, by CoDel: since when the queue has not been empty is known, as it was when the job came.
bool Site::waited_too_long(std::uint32_t station, std::uint32_t server, SimTime since) const {
    const QueuePolicy& policy = stations_[station].policy();
    if (policy.codel_target.ns == 0) return false;
    const bool stands = stations_[station].queue_of(server).policy()->busy_since() + policy.codel_interval < since;
    return now_ - since > (stands ? policy.codel_target : policy.codel_interval);
}

/// When the turn of a job has come that nobody waits for any more, or that has waited for too long, then it is turned away.
/// Mail that the tier has accepted is its own, and never is.
bool Site::turned_away(std::uint32_t station, std::uint32_t server, JobRef job) {
    Station& s = stations_[station];
    if (!s.policy().is_checked || (!job.is_request() && !messages_[job.index()].proxied)) return false;
    const bool overdue = job.is_request() && now_ >= deadline_of(job.index());
    const SimTime since = job.is_request() ? requests_[job.index()].since : messages_[job.index()].since;
    if (!overdue && !waited_too_long(station, server, since)) return false;
    end_wait(station, server, job);
    if (BulkheadQueue* bulkhead = s.queue_of(server).policy()->bulkhead()) bulkhead->end(bulkhead->given_to());
    ++s.refused;
    note_here(Transition::refused, identity_of(job), station);
    if (job.is_request()) {
        const Request request = requests_[job.index()];
        requests_.give_back(job.index());
        if (!overdue) answer(station, request, Answer::failed);
    } else {
        const Message proxied = messages_[job.index()];
        if (lives_) lives_->give_up(proxied, job.index());
        proxy_books_.give_up(job.index(), upstream_of(proxied));
        messages_.give_back(job.index());
        reply_upstream(proxied, Reply::deferred, station);
    }
    return true;
}

/// The worker has got a job from a queue with a bulkhead: it counts for the job's group.
void Site::join_bulkhead(std::uint32_t worker) {
    const Worker& w = workers_[worker];
    BulkheadQueue* bulkhead = stations_[w.station].queue_of(w.server).policy()->bulkhead();
    if (bulkhead == nullptr) return;
    if (bulkhead_group_.size() <= worker) bulkhead_group_.resize(workers_.capacity(), BulkheadQueue::kUnbounded);
    bulkhead_group_[worker] = bulkhead->given_to();
}

void Site::leave_bulkhead(std::uint32_t worker) {
    const Worker& w = workers_[worker];
    if (BulkheadQueue* bulkhead = stations_[w.station].queue_of(w.server).policy()->bulkhead()) bulkhead->end(bulkhead_group_[worker]);
}

/// Until when the request's caller waits, where the callee has been told.
SimTime Site::deadline_of(std::uint32_t request) const {
    return request < deadlines_.size() ? deadlines_[request] : SimTime::never();
}

void Site::remember_deadline(std::uint32_t station, std::uint32_t request, SimTime deadline, SimDuration cancel_after) {
    if (deadlines_.size() <= request) {
        deadlines_.resize(requests_.capacity(), SimTime::never());
        given_up_at_.resize(requests_.capacity(), SimTime::never());
    }
    deadlines_[request] = deadline;
    given_up_at_[request] = SimTime::never();
    if (cancel_after == SimDuration::max()) return;
    // One that was on its way for longer than its caller waits is taken back as soon as it is here.
    given_up_at_[request] = std::max(saturating_add(deadline, cancel_after), now_);
    at_for(requests_[request].identity, given_up_at_[request], Act::given_up, request, station);
}

/// When a request's caller has given it up and takes it back, then it leaves the queue that it waits in, or the worker that has
/// it is free. Nobody is answered.
void Site::on_given_up(std::uint32_t request, std::uint32_t station) {
    if (!requests_.alive(request) || given_up_at_[request] != now_) return;  // it has been served; its record is another's
    ++event_count_;
    Station& s = stations_[station];
    std::uint32_t worker = kNone;
    workers_.for_each([&](std::uint32_t index, const Worker& w) {
        if (w.job == JobRef::request(request)) worker = index;
    });
    note_here(Transition::refused, requests_[request].identity, station);
    ++s.refused;
    if (worker != kNone) {
        if (workers_[worker].guard != 0) learn(worker, false);
        book_worker(workers_[worker]);
        workers_[worker].token = 0;
        requests_.give_back(request);
        free_worker(worker);
        return;
    }
    for (std::uint32_t q = 0; q < s.queue_count(); ++q) {
        bool found = false;
        s.queues()[q].remove_if([&](JobRef job) {
            const bool is_it = job == JobRef::request(request);
            found = found || is_it;
            return is_it;
        });
        if (!found) continue;
        end_wait(station, q, JobRef::request(request));
        requests_.give_back(request);
        return;
    }
}

}  // namespace mailquake
