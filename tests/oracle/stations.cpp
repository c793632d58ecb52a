// How a station serves: input queues, workers, the order of calls and service, and where mail goes then.
#include <algorithm>
#include <iterator>
#include <utility>

#include "sim/base/check.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {
namespace {

bool is_shared(const Station& station) { return station.tier->spread == Spread::shared; }

/// Since when one waits there, at least; the engine knows it to a second.
SimTime oldest_at(const Station& station, SimTime now, Rules rules) {
    SimTime oldest = now;
    for (const JobPtr& job : station.queue) oldest = std::min(oldest, job->since);
    for (const Server& server : station.servers)
        for (const JobPtr& job : server.queue) oldest = std::min(oldest, job->since);
    return rules == Rules::of_design ? oldest : SimTime{oldest.ns / 1'000'000'000 * 1'000'000'000};
}

/// A worker may be free though somebody waits for it: in the instant in which a site is back.
bool begins_at_once(const Station& station, const Server* server) {
    return server != nullptr && server->can_start() && (is_shared(station) ? station.queue : server->queue).empty();
}

}  // namespace

/// When a job comes to a station, then it begins at once if a worker is free for it, else it waits.
void World::enter(Station& station, Server* server, const JobPtr& job) {
    job->since = now_;
    ++records_[station.name].arrivals;
    if (begins_at_once(station, server)) return start(station, *server, job);
    wait(station, server, job, false);
}

/// A tier's own mail, whatever the queue's limit.
void World::enter_queue(Station& station, const CopyPtr& copy) {
    auto job = std::make_shared<Job>();
    job->copy = copy;
    job->identity = copy->identity;
    job->pass = copy->failures + copy->passes;
    enter(station, server_for(station, *job), job);
}

void World::wait(Station& station, Server* server, const JobPtr& job, bool at_head) {
    std::deque<JobPtr>& queue = is_shared(station) ? station.queue : server->queue;
    if (!at_head) note(job->identity, "waits in the queue of", station.name);
    if (at_head) job->since = now_;
    if (!job->request) ledger_.next(job->copy, station.name, "waits", now_);
    job->first = at_head;
    job->oldest = oldest_at(station, now_, rules_);
    job->offer = 0;  // which server takes it from the queue is drawn for the copy itself
    const auto urgency = [&](const JobPtr& j) {
        return station.tier->queue.discipline == Discipline::priority ? scenario_.tenants[j->copy->tenant_class].priority : 0;
    };
    const auto goes_before = [&](const JobPtr& other) { return at_head ? urgency(other) >= urgency(job) : urgency(other) > urgency(job); };
    queue.insert(std::find_if(queue.begin(), queue.end(), goes_before), job);
}

/// Who is served next: the first one, or while the queue is too long, the last one, unless one was put back at its head.
std::deque<JobPtr>::iterator World::next_of(const Station& station, std::deque<JobPtr>& queue) {
    const QueueSpec& spec = station.tier->queue;
    const bool is_long = spec.discipline == Discipline::lifo_under_overload && !queue.front()->first && queue.size() > static_cast<std::size_t>(spec.lifo.above);
    return is_long ? std::prev(queue.end()) : queue.begin();
}

/// The server that the job goes to; of servers that share a queue, one that can begin now, or none.
Server* World::server_for(Station& station, const Job& job) {
    std::deque<Server>& all = station.servers;
    const auto load = [&](const Server* s) { return s->busy.size() + s->queue.size(); };
    std::vector<Server*> fit;
    if (is_shared(station)) {
        for (const std::size_t number : station.free) fit.push_back(&all[number]);
    } else {
        for (Server& s : all) if (s.crashes == 0) fit.push_back(&s);
    }
    if (fit.empty()) return is_shared(station) ? nullptr : &all.front();
    if (is_shared(station) && fit.size() == 1) return fit.front();
    switch (station.tier->spread) {
        case Spread::shared: return fit[draws_.server(station.name, draws::next_server, job, fit.size())];
        case Spread::random: return fit[draws_.server(station.name, draws::spread, job, fit.size())];
        case Spread::round_robin: return fit[station.turn++ % fit.size()];
        case Spread::least_loaded:
            return *std::min_element(fit.begin(), fit.end(), [&](const Server* a, const Server* b) { return load(a) < load(b); });
        case Spread::two_choices: {
            const auto [a, b] = draws_.two_servers(station.name, job, fit.size());
            return load(fit[b]) < load(fit[a]) ? fit[b] : fit[a];
        }
        case Spread::shuffle_shard: MQ_CHECK(false, "shuffle sharding is not in the second world");
    }
    MQ_CHECK(false, "work is spread in a known way");
}

bool World::is_full(const Station& station, const Server* server) const {
    if (!station.tier->queue.limit) return false;
    if (begins_at_once(station, server)) return false;
    const std::size_t waiting = is_shared(station) ? station.queue.size() : server->queue.size();
    return waiting >= static_cast<std::size_t>(*station.tier->queue.limit);
}

/// When a worker is free, then the first one that waits for it gets it.
void World::start_waiting(Station& station) {
    if (std::exchange(station.starting, true)) return;  // who is done at once frees a worker for the next turn
    while (is_shared(station) && !station.queue.empty()) {
        const auto next = next_of(station, station.queue);
        Server* const server = server_for(station, **next);
        if (server == nullptr) break;
        const JobPtr job = *next;
        station.queue.erase(next);
        start(station, *server, job);
    }
    for (Server& server : station.servers) {
        while (server.can_start() && !server.queue.empty()) {
            const auto next = next_of(station, server.queue);
            const JobPtr job = *next;
            server.queue.erase(next);
            start(station, server, job);
        }
    }
    station.starting = false;
}

/// Who gets a free worker goes to the end of the list; who is taken out, the last one takes his place.
void World::list_if_free(Station& station, const Server& server) {
    const auto at = std::find(station.free.begin(), station.free.end(), server.number);
    if (server.can_start() && at == station.free.end()) station.free.push_back(server.number);
    if (server.can_start() || at == station.free.end()) return;
    *at = station.free.back();
    station.free.pop_back();
}

void World::start(Station& station, Server& server, const JobPtr& job) {
    note(job->identity, "gets a worker of", station.name);
    records_[station.name].waits.emplace_back(now_, now_ - job->since);
    ledger_.waited(*job, is_shared(station) ? &station.queue : &server.queue, now_);
    auto work = std::make_shared<Work>();
    work->job = job;
    work->station = &station;
    work->server = &server;
    server.busy.push_back(work);
    list_if_free(station, server);
    next_step(work);
}

/// First the calls of a tier, in their order, then its own service.
void World::next_step(const WorkPtr& work) {
    if (work->server->pauses > 0) {
        work->stalled = true;
        return;
    }
    if (work->call < work->station->tier->calls.size()) return make_call(work);
    serve(work);
}

void World::serve(const WorkPtr& work) {
    work->in_service = true;
    const SimDuration drawn = work->station->service.draw(draws_.key("tiers/" + work->station->name, draws::service), work->job->identity, work->job->pass);
    work->pace = slowness(*work);
    work->ends = now_ + part(drawn, work->pace);
    plan_end(work);
}

void World::plan_end(const WorkPtr& work) {
    const std::uint64_t plan = ++work->planned;
    at(work->ends, Rank::service, work->job->identity, [this, work, plan] {
        if (!work->over && plan == work->planned) end_service(work);
    });
}

/// When a service ends, then mail is delivered, or goes on as its tier hands it over.
void World::end_service(const WorkPtr& work) {
    work->in_service = false;
    note(work->job->identity, "served by", work->station->name);
    if (work->job->request) {
        Request& request = *work->job->request;
        StationRecord& record = records_[work->station->name];
        request.served = true;
        request.in_vain = request.from == work->station->site && !request.awaited();
        record.wasted += request.in_vain ? 1 : 0;
        answer(*work->station, work->job, Answer::good);
        return release(work);
    }
    hand_over(work);
}

void World::hand_over(const WorkPtr& work) {
    const CopyPtr copy = work->job->copy;
    Station& station = *work->station;
    if (copy->hop + 1 == path_of(*copy).size()) {
        release(work);
        if (work->job->upstream) work->job->upstream(Reply::accepted, Decided::by_work, *copy);
        return deliver(copy, station.name);
    }
    if (station.tier->hand_over == HandOver::held) return pass_through(work);
    ++copy->hop;
    copy->failures = copy->passes = 0;
    copy->server = work->server->number;
    if (NextHop& hop = hop_of(station.party, *copy); station.tier->hand_over == HandOver::direct && hop.to->site == station.site) {
        ++hop.busy;
        tried_.emplace(copy->identity, copy->hop);
        ledger_.next(copy, station.name, "failed attempt", now_);
        release(work);
        return offer(*hop.to, copy, [this, &station, &hop, copy](Reply reply, Decided, const Copy&) { end_attempt(station.party, hop, copy, reply); });
    }
    release(work);
    send_on(station.party, copy);
}

/// A proxy's worker is held until the next tier has replied, and passes the reply on.
void World::pass_through(const WorkPtr& work) {
    ledger_.next(work->job->copy, work->station->name, "handing over", now_);
    const CopyPtr copy = work->hands_on = std::make_shared<Copy>(*work->job->copy);
    work->job->copy->life.elsewhere = true;
    ledger_.next(copy, work->station->name, "failed attempt", now_);
    ++copy->hop;
    Station& next = next_station(work->station->site, *copy);
    work->handing_over = true;
    transfer(copy, work->station->party, next, [this, work, copy](Reply reply) {
        release(work);
        ledger_.leave(copy, now_);
        Ledger::heard(*work->job->copy, *copy, reply == Reply::accepted);
        ledger_.leave(work->job->copy, now_);
        if (reply == Reply::timed_out || copy->doubted) work->job->copy->doubted = true;
        work->job->upstream(reply >= Reply::no_connection && reply != Reply::timed_out ? Reply::later : reply, Decided::further_on, *work->job->copy);
    }, work);
}

void World::release(const WorkPtr& work) {
    work->over = true;
    std::erase(work->server->busy, work);
    list_if_free(*work->station, *work->server);
    start_waiting(*work->station);
}

void World::deliver(const CopyPtr& copy, const std::string& place) {
    copy->over = true;
    ledger_.end(copy, now_);
    end_copy(*copy, "delivered at", place);
    ++accounts_[copy->tenant].delivered;
}

/// A bounce is never bounced.
void World::discard(const CopyPtr& copy, const Party& party) {
    end_copy(*copy, "discarded by", party.name);
    ++accounts_[copy->tenant].discarded;
}

void World::send_back(const CopyPtr& copy, Party& party, const std::string& how) {
    copy->over = true;
    ledger_.end(copy, now_);
    if (copy->kind != MailKind::mail) return discard(copy, party);
    end_copy(*copy, how, party.name);
    ++(how == "bounced by" ? accounts_[copy->tenant].bounced : accounts_[copy->tenant].expired);
    report(copy, party, MailKind::bounce);
}

/// When a party bounces a copy or tells of its delay, then it sends mail of its own to the author. The author is there where senders
/// and users are; from a station it is a way, out for mail that came in, and in for mail that was to go out.
void World::report(const CopyPtr& about, Party& party, MailKind kind, std::uint32_t n) {
    auto copy = std::make_shared<Copy>(*about);
    copy->identity = report_identity(about->identity, kind, n);
    copy->kind = kind;
    copy->size = Bytes{4096};
    copy->accepted = copy->arrived = copy->life.since = now_;
    copy->life.elsewhere = false;
    copy->life.past = nullptr;
    copy->hop = copy->failures = copy->passes = 0;
    copy->doubted = copy->over = false;
    if (about->direction == Direction::inbound) copy->direction = Direction::outbound;
    if (about->direction == Direction::outbound) copy->direction = Direction::inbound;
    note(copy->identity, "accepted", party.name);
    begin_mail(*copy);
    std::erase_if(tried_, [&](const auto& attempt) { return attempt.first == copy->identity; });  // two copies of one mail may both bounce
    ++accounts_[copy->tenant].generated;
    const std::vector<std::string>& path = path_of(*copy);
    for (std::size_t h = 0; h + 1 < path.size(); ++h) {
        if (party.tier == path[h]) copy->hop = h + 1;  // it goes on from here
    }
    if (!party.limited || path.empty()) return deliver(copy, party.name);
    copy->server = some_server(party, *copy);
    send_on(party, copy);
}

/// When a copy is with a party for too long, then at the next full minute its author hears of it: party by party, as the copies came.
void World::watch(Party& party, const CopyPtr& copy) {
    if (!party.limits.notice_after || copy->kind != MailKind::mail) return;
    SimTime due = SimTime::zero();
    while (due < copy->arrived + *party.limits.notice_after) due += 60_s;
    at(due, Rank::measure, party.number, [this, &party, copy] {
        if (copy->over) return;
        note(copy->identity, "delay notice sent by", party.name);
        const bool works_on_it = path_of(*copy)[copy->hop] == party.tier;
        report(copy, party, MailKind::notice, party.limited ? static_cast<std::uint32_t>(copy->hop) + (works_on_it ? 1 : 0) : 0);
    });
}

void World::drop(const Job& job, const std::string& place) {
    note(job.identity, "dropped by", place);
    mails_[job.copy->mail].ends.emplace_back(now_, "dropped by");
    ++accounts_[job.copy->tenant].dropped;
}

/// A receiver has the copy, and its sender keeps it, too.
void World::leave_duplicate(const Copy& copy, const std::string& place) {
    note(copy.identity, "a duplicate stays at", place);
    ++mails_[copy.mail].copies;
    ++accounts_[copy.tenant].duplicated;
}

}  // namespace mailquake::oracle
