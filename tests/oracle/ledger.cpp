// Booking, and the division of waits.
#include "tests/oracle/ledger.hpp"

#include <algorithm>
#include <utility>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

namespace {

void go_on(Copy& copy, const std::string& cause, Ledger::Sum sum) {
    copy.life.past = std::make_shared<Past>(Past{{copy.tenant_class, copy.life.place, cause}, sum, copy.life.past});
}

}  // namespace

void Ledger::next(const CopyPtr& copy, const std::string& place, const std::string& cause, SimTime now) {
    close(*copy, now);
    copy->life.place = place;
    copy->life.cause = cause;
    alive_.insert(copy);
}

void Ledger::taken(const CopyPtr& copy, const CopyPtr& here, const std::string& place, SimTime now, SimDuration kept) {
    copy->life.elsewhere = true;
    here->life = {copy->life.since + kept, place, "transfer", false, copy->life.past, here->life.waits};
    if (kept.ns > 0) go_on(*here, "queue: stalled", {kept.ns, 0});
    next(here, place, "waits", now);
}

void Ledger::heard(Copy& copy, const Copy& about, bool is_accepted) {
    copy.life.elsewhere = is_accepted;
    if (copy.life.since >= about.life.since) return;
    copy.life.since = about.life.since;
    copy.life.past = about.life.past;
}

void Ledger::close(Copy& copy, SimTime now) {
    if (copy.life.elsewhere) return;
    if (copy.life.since < now) go_on(copy, copy.life.cause, {(now - copy.life.since).ns, 0});
    copy.life.since = now;
}

void Ledger::leave(const CopyPtr& copy, SimTime now) {
    close(*copy, now);
    alive_.erase(copy);
}

void Ledger::end(const CopyPtr& copy, SimTime now) {
    leave(copy, now);
    book(copy->life);
}

void Ledger::book(const Life& life) {
    for (Past* past = life.past.get(); past != nullptr && !std::exchange(past->is_booked, true); past = past->before.get()) {
        rows_[past->row].time += past->sum.time;
        rows_[{past->row.tenant_class, past->row.place, "queue"}].error += past->sum.error;
    }
}

void Ledger::close_all(SimTime now) {
    for (const CopyPtr& copy : alive_) {
        if (copy->life.waits && !copy->life.waits()) continue;
        if (copy->life.cause == "failed attempt") copy->life.cause = "transfer";  // it may succeed still
        close(*copy, now);
        book(copy->life);
    }
}

void Ledger::look(const void* queue, SimTime now, const States& states) {
    auto& looks = looks_[queue];
    if (!looks.empty() && looks.back().first == now) looks.pop_back();  // it took no time
    if (looks.empty() || looks.back().second != states) looks.emplace_back(now, states);
}

/// What each state had of the wait is in proportion to its area under the number of workers; what rounding leaves goes to the largest
/// remainders. The engine looks at the workers when somebody comes, but not before a 64th of the time since the one came who waits longest.
void Ledger::waited(const Job& job, const void* queue, SimTime now) {
    Copy& copy = *job.copy;
    if (job.request || job.since == now) return;
    std::map<std::string, TimeArea> areas;
    TimeArea all = 0;
    SimTime until = now;
    const auto& looks = looks_[queue];
    for (auto look = looks.rbegin(); look != looks.rend() && until > job.since; ++look) {
        const SimDuration lasts = until - std::max(look->first, job.since);
        for (const auto& [state, workers] : look->second) areas[state] += TimeArea{lasts.ns} * workers;
        for (const auto& [state, workers] : look->second) all += TimeArea{lasts.ns} * workers;
        until = std::max(look->first, job.since);
    }
    const std::int64_t wait = (now - job.since).ns;
    std::int64_t left = wait;
    std::vector<std::pair<TimeArea, std::string>> remainders;
    std::map<std::string, TimeArea> shares;
    for (const auto& [state, area] : areas) {
        shares[state] = area * wait / all;
        left -= static_cast<std::int64_t>(shares[state]);
        remainders.emplace_back(area * wait % all, state);
    }
    std::sort(remainders.rbegin(), remainders.rend());
    for (std::size_t i = 0; left > 0; ++i, --left) ++shares[remainders.at(i).second];
    for (const auto& [state, share] : shares) go_on(copy, "queue: " + state, {share, 0});
    go_on(copy, "queue", {0, std::min(wait, (job.since - job.oldest).ns / 64 + 2)});
    copy.life.since = now;
}

Doing World::doing(const Server& server, const Work* work) {
    if (server.crashes > 0) return {"absent"};
    if (work == nullptr) return {"idle"};
    if (work->stalled || (server.pauses > 0 && work->in_service)) return {"stalled"};
    if (work->handing_over) return {"handing over"};
    if (work->in_service) return {work->pace > 1 ? "service, slowed" : "service"};
    if (work->held_by != nullptr) return {"flaw ", &work->held_by->name};
    const bool is_silent = work->silent && *work->silent;
    return {is_silent ? "fault: no answer from " : "call ", &work->station->tier->calls.at(work->call).name};
}

/// A copy that a worker has goes through what that does; only one that is handed over is on its way.
void World::look_at_workers(Station& station) {
    bool changed = false;
    for (Server& server : station.servers) {
        const std::pair looked(server.crashes, server.busy.size());
        changed |= std::exchange(server.looked, looked) != looked;
        for (const WorkPtr& work : server.busy) {
            const Doing now_does = doing(server, work.get());
            if (std::exchange(work->doing, now_does) == now_does) continue;
            changed = true;
            if (!work->job->request && !work->handing_over) ledger_.next(work->job->copy, station.name, now_does.text(), now_);
        }
    }
    if (!changed) return;
    Ledger::States all;
    for (const Server& server : station.servers) {
        Ledger::States own;
        for (const WorkPtr& work : server.busy) ++own[work->doing.text()];
        if (server.workers > server.busy.size()) own[doing(server, nullptr).text()] += static_cast<std::int64_t>(server.workers - server.busy.size());
        for (const auto& [state, workers] : own) all[state] += workers;
        ledger_.look(&server.queue, now_, own);
    }
    ledger_.look(&station.queue, now_, all);
}

void World::end_lives() {
    now_ = end_;
    for (auto& [name, station] : stations_) {
        for (const JobPtr& job : station.queue) ledger_.waited(*job, &station.queue, now_);
        for (const Server& server : station.servers)
            for (const JobPtr& job : server.queue) ledger_.waited(*job, &server.queue, now_);
    }
    ledger_.close_all(now_);
}

}  // namespace mailquake::oracle
