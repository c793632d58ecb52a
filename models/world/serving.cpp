// Input queues and workers: a job waits, gets a worker, makes its calls, is served, and is handed over.
#include <algorithm>

#include "models/world/site.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

Site::JobLuck Site::luck_of(JobRef job) const {
    if (!job.is_request()) return luck_of(messages_[job.index()]);
    return {requests_[job.index()].identity, 0};
}

std::uint64_t Site::identity_of(JobRef job) const { return luck_of(job).identity; }

std::uint32_t Site::tenant_of(JobRef job) const {
    return job.is_request() ? requests_[job.index()].tenant : messages_[job.index()].tenant;
}

std::size_t Site::priority_of(JobRef job) const {
    return job.is_request() ? requests_[job.index()].priority : plan_.classes[class_of(messages_[job.index()])].priority;
}

/// When a job comes to a station, then it gets a worker at once, or waits, or is turned away. What the tier holds
/// already (`even_if_full`) is never turned away.
Site::Entered Site::enter(std::uint32_t station, JobRef job, bool even_if_full) {
    return enter(station, stations_[station], job, luck_of(job), even_if_full);
}

Site::Entered Site::enter(std::uint32_t station, Station& s, JobRef job, JobLuck luck, bool even_if_full, std::uint32_t offer) {
    const StationPlan& plan = plan_of(station);
    if (plan.watched)
        if (const auto met = met_at_entry(station, job, even_if_full)) return *met;
    const std::uint64_t chooses = offer == 0 ? luck.identity : derived(luck.identity, draws::offer, offer);
    const std::uint32_t server = s.choose_server(plan.spread_luck, chooses, luck.pass, s.is_sharded() ? shard_identity(job) : 0);
    const bool all_down = server == Station::kAllDown;
    if (all_down && !even_if_full) return Entered::down;
    if (!all_down && s.starts_at_once(server)) {
        ++s.arrivals;
        s.wait_time.add(SimDuration::zero());
        start(station, s, server, job, luck);
        return Entered::yes;
    }
    const std::uint32_t queue = all_down ? 0 : server;
    if (s.is_full(queue) && !even_if_full) {
        ++s.refused;
        return Entered::full;
    }
    if (!s.is_plain()) [[unlikely]] return wait_by_policy(station, queue, job, even_if_full);
    ++s.arrivals;
    s.wait(queue, job, s.by_priority() ? priority_of(job) : 0, now_, now_);
    note_here(Transition::queued, luck.identity, station);
    return Entered::yes;
}

void Site::start(std::uint32_t station, Station& s, std::uint32_t server, JobRef job, JobLuck luck) {
    const bool serves_now = tier_of(station).serves_at_once && s.servers()[server].pauses == 0;
    const SimDuration service = serves_now ? own_service(station, luck) : SimDuration::zero();
    note_here(Transition::started, luck.identity, station);
    s.occupy(server, worker_state::serving, now_);
    const std::uint32_t worker = workers_.take();
    Worker& w = workers_[worker];
    w.job = job;
    w.station = station;
    w.server = server;
    w.state = worker_state::serving;
    if (!s.is_plain()) [[unlikely]] join_bulkhead(worker);
    if (serves_now) serve(worker, w, s.servers()[server], service, luck.identity);
    else next_step(worker);
}

/// When a worker is free, then the next waiting job starts. Jobs may end at once: the outermost call goes on then.
[[gnu::noinline]] void Site::start_those_waiting(std::uint32_t station, std::uint32_t server) {
    Station& s = stations_[station];
    if (s.queue_of(server).starting || site_is_down()) return;
    s.queue_of(server).starting = true;
    while (true) {
        const auto [where, job] = s.next_start(server, plan_of(station).spread_luck, now_, [this](JobRef waiting) { return luck_of(waiting); });
        if (job == JobRef::none()) break;
        if (!s.is_plain() && turned_away(station, where, job)) continue;
        end_wait(station, where, job);
        start(station, s, where, job, luck_of(job));
    }
    s.queue_of(server).starting = false;
}

void Site::end_wait(std::uint32_t station, std::uint32_t server, JobRef job) {
    Station& s = stations_[station];
    if (!job.is_request()) {
        end_wait(station, s, server, messages_[job.index()], job.index());
        return;
    }
    const SimTime since = requests_[job.index()].since;
    s.leave_queue(since, now_);
    s.wait_time.add(now_ - since);
    if (lives_) [[unlikely]] explaining_.request_wait(station, server, job.index());
}

void Site::end_wait(std::uint32_t station, Station& s, std::uint32_t server, Message& m, std::uint32_t message) {
    s.leave_queue(m.since, now_);
    s.wait_time.add(now_ - m.since);
    book_queue(station, s, server, m, message);
}

/// When a worker is free while jobs wait for it alone, then it goes on with the next one: as if it were released, chosen and
/// occupied again. False when it has to be released.
bool Site::goes_on(std::uint32_t worker, Worker& w, Station& s) {
    if (w.state != worker_state::serving || site_is_down()) return false;
    const JobRef job = s.next_without_rest(w.server);
    if (job == JobRef::none()) return false;
    const std::uint32_t station = w.station, server = w.server;
    if (job.is_request()) [[unlikely]] {
        go_on_with(worker, w, s, job, luck_of(job), [&] { end_wait(station, server, job); });
    } else {
        Message& m = messages_[job.index()];
        go_on_with(worker, w, s, job, luck_of(m), [&] { end_wait(station, s, server, m, job.index()); });
    }
    return true;
}

/// The wait of the job ends in between: a service that begins at once is drawn before it is booked.
template <class EndWait>
void Site::go_on_with(std::uint32_t worker, Worker& w, Station& s, JobRef job, JobLuck luck, EndWait end_wait) {
    const std::uint32_t station = w.station, server = w.server;
    const Server& own = s.servers()[server];
    const bool serves_now = tier_of(station).serves_at_once && own.pauses == 0;
    const SimDuration service = serves_now ? own_service(station, luck) : SimDuration::zero();
    end_wait();
    note_here(Transition::started, luck.identity, station);
    w.job = job;
    w.token = 0;
    w.call_attempt = 0;
    w.call = w.begun = 0;
    if (serves_now) [[likely]] {  // all are busy as before
        serve(worker, w, own, service, luck.identity);
        return;
    }
    s.queue_of(server).starting = true;
    next_step(worker);
    s.queue_of(server).starting = false;
    start_waiting(station, server);
}

/// The wait in the input queue is over: it is divided by what the queue's workers did meanwhile.
void Site::book_queue(std::uint32_t station, std::uint32_t server, std::uint32_t message) {
    book_queue(station, stations_[station], server, messages_[message], message);
}

void Site::book_queue(std::uint32_t station, Station& s, std::uint32_t server, Message& m, std::uint32_t message) {
    const std::size_t c = class_of(m);
    if (lives_) [[unlikely]] explaining_.wait(station, server, message);
    TimeArea* const cells = ledger_.cells(station, c);
    for (const auto& [state, wait] : s.states_of(server).divide(m.since, now_)) {
        if (cells != nullptr) [[likely]] cells[DelayLedger::of_queue(state)] += wait.ns;
        else proxy_books_.book(message, m, station, DelayLedger::of_queue(state), wait);
    }
    m.since = now_;
}

void Site::book_worker(const Worker& w, Message& m) {
    TimeArea* const cells = ledger_.cells(w.station, class_of(m));
    if (cells != nullptr) [[likely]] cells[DelayLedger::of_worker(w.state)] += (now_ - m.since).ns;
    else proxy_books_.book(w.job.index(), m, w.station, DelayLedger::of_worker(w.state), now_ - m.since);
    if (lives_) [[unlikely]] explaining_.work(w, now_ - m.since);
    m.since = now_;
}

void Site::book_worker(const Worker& w) {
    if (!w.job.is_request()) book_worker(w, messages_[w.job.index()]);
    else if (lives_) [[unlikely]] explaining_.request_work(w);
}

void Site::set_state(std::uint32_t worker, std::size_t state) {
    Worker& w = workers_[worker];
    if (w.state == state) return;  // its books stay open
    book_worker(w);
    stations_[w.station].states_of(w.server).move(w.state, state, now_);
    w.state = narrow<std::uint8_t>(state, "states of a worker");
}

/// When a worker has done one thing for its job, then it makes the next call, or begins its own service.
[[gnu::noinline]] void Site::next_step(std::uint32_t worker) {
    Worker& w = workers_[worker];
    const Server& server = stations_[w.station].servers()[w.server];
    if (server.pauses > 0) {
        w.phase = Phase::stalled;
        set_state(worker, worker_state::stalled);
        return;
    }
    if (tier_of(w.station).flawed_start && w.begun == 0) [[unlikely]] {
        w.begun = 1;
        if (start_flawed(worker)) return;
    }
    if (w.call < tier_of(w.station).calls.size()) {
        w.call_attempt = 0;
        make_call(worker);
        return;
    }
    set_state(worker, worker_state::serving);
    const JobLuck luck = luck_of(w.job);
    serve(worker, w, server, own_service(w.station, luck), luck.identity);
}

/// How long the tier's own service takes. The draw is the longest chain of a step: whoever knows early that he needs it, asks
/// early, so that it overlaps with what is to be booked meanwhile.
SimDuration Site::own_service(std::uint32_t station, JobLuck luck) const {
    const StationPlan& plan = plan_of(station);
    return plan.service.draw(plan.service_luck, luck.identity, luck.pass);
}

/// The tier's own service begins; where something slows it, it takes longer.
void Site::serve(std::uint32_t worker, Worker& w, const Server& server, SimDuration service, std::uint64_t identity) {
    w.phase = Phase::serving;
    if (server.odd != 0) [[unlikely]] service = odd_service(worker, service);
    end_service_at(worker, w, now_ + service, identity);
}

/// A service that is broken off meanwhile leaves its event behind, with a token that nobody has any more: cheaper than an
/// event that can be cancelled.
void Site::end_service_at(std::uint32_t worker, SimTime when) {
    Worker& w = workers_[worker];
    end_service_at(worker, w, when, identity_of(w.job));
}

void Site::end_service_at(std::uint32_t worker, Worker& w, SimTime when, std::uint64_t identity) {
    w.until = when;
    w.token = ++tokens_;
    at_for(identity, when, Act::service_end, worker, w.token);
}

/// When a service ends, then a request is answered, and a message is delivered or goes on to the next tier.
[[gnu::flatten]] void Site::on_service_end(std::uint32_t worker, std::uint32_t token) {
    if (!workers_.alive(worker) || workers_[worker].token != token) [[unlikely]] return;
    ++event_count_;
    Worker& w = workers_[worker];
    const std::uint32_t station = w.station;
    const std::uint32_t index = w.job.index();
    Station& s = stations_[station];
    ++s.served;
    if (w.job.is_request()) {
        end_request(worker);
        return;
    }
    Message& m = messages_[index];
    note_here(Transition::served, m.identity, station);
    book_worker(w, m);
    if (m.hop + 1U < path_of(m).size()) {
        hand_over(worker, w, s, m);
        return;
    }
    deliver(m, index, station);
    free_worker(worker, w, s);
}

[[gnu::noinline]] void Site::end_request(std::uint32_t worker) {
    const Worker& w = workers_[worker];
    const std::uint32_t station = w.station, index = w.job.index();
    if (lives_) explaining_.request_work(w);
    note_here(Transition::served, identity_of(w.job), station);
    const Request request = requests_[index];
    free_worker(worker);
    requests_.give_back(index);
    answer(station, request, Answer::served);
}

void Site::hand_over(std::uint32_t worker, Worker& w, Station& s, Message& m) {
    const std::uint32_t station = w.station;
    const std::uint32_t message = w.job.index();
    ++m.hop;
    if (m.proxied) {
        set_state(worker, worker_state::handing_over);
        w.phase = Phase::handing_over;
        start_attempt(message, kNone, worker, next_station(m, false).value, station);
        return;
    }
    m.failures = m.tries = 0;
    const StationId next = next_station(m, false);
    const std::uint32_t server = w.server;
    const bool direct = tier_of(station).hand_over == HandOver::direct && plan_.addresses[next.index()].site == id_;
    free_worker(worker, w, s);
    if (direct) hand_over_direct(message, station, next, server);
    else send_to(next, message, station, server);
}

/// The next tier takes the message at once, or it waits in the holder's next-hop queue as after a failed attempt.
void Site::hand_over_direct(std::uint32_t message, std::uint32_t holder, StationId next, std::uint32_t server) {
    if (has_nets_) [[unlikely]] replaying_.before_offer(holder, message, next.value);
    const Reply reply = offer(plan_.addresses[next.index()].local, message, 0, id_);
    MQ_CHECK(reply != Reply::pending, "a direct hand-over to a proxy has been refused by the loader");
    if (has_nets_) [[unlikely]] replaying_.after_offer(reply);
    if (reply != Reply::accepted) keep_refused(message, holder, next, reply, server);
}

/// What was refused stays with its holder, or bounces; what was dropped is no more.
[[gnu::noinline]] void Site::keep_refused(std::uint32_t message, std::uint32_t holder, StationId next, Reply reply, std::uint32_t server) {
    if (reply == Reply::dropped) return;
    if (holder < stations_.size() && tier_of(holder).flawed_replies) [[unlikely]] reply = misread(holder, message, reply);
    enter_holder(message, holder);
    if (lives_) explaining_.attempt_fails(message, next.value, reply, now_);
    if (reply == Reply::bounced) {
        leave_holder(message, holder);
        bounce(message, holder);
        return;
    }
    attempt_failed(message, queue_to(holder, next.value, server), reply);
}

/// The worker has nothing to do any more; its job's record is somebody else's.
void Site::free_worker(std::uint32_t worker) {
    Worker& w = workers_[worker];
    free_worker(worker, w, stations_[w.station]);
}

void Site::free_worker(std::uint32_t worker, Worker& w, Station& s) {
    if (w.timer.valid()) [[unlikely]] {
        events_.cancel(w.timer);
        w.timer = EventHandle::none();
    }
    if (goes_on(worker, w, s)) return;
    const std::uint32_t station = w.station, server = w.server;
    if (!s.is_plain()) [[unlikely]] leave_bulkhead(worker);
    s.release(server, w.state, now_);
    workers_.give_back(worker);
    if (!s.queue_of(server).empty()) start_those_waiting(station, server);
}

}  // namespace mailquake
