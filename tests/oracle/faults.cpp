// What faults do to servers.
#include <algorithm>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// Is the station one of those that a target names: `tier`, `tier@site`, `tier/partition` or `tier/partition@site`?
bool World::names(const std::string& target, const Station& station) const {
    const std::string whole = station.tier->name + (station.partition.empty() ? "" : "/" + station.partition);
    return target == station.tier->name || target == whole || target == station.name || target == station.tier->name + "@" + station.site;
}

void World::plan_faults() {
    for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
        const FaultSpec& fault = scenario_.faults[f];
        if (!fault.enabled) continue;
        for (auto& [name, place] : stations_) {
            Station& station = place;
            const std::vector<std::string> targets = targets_of(fault);
            if (std::none_of(targets.begin(), targets.end(), [&](const std::string& t) { return names(t, station); })) continue;
            for (const Stretch& acts : acts_[f].acts) {
                for (Server& server : station.servers) plan_fault(fault, acts, station, server);
            }
        }
    }
}

void World::plan_fault(const FaultSpec& fault, Stretch acts, Station& station, Server& server) {
    if (std::holds_alternative<ServerCrashFault>(fault.body)) {
        at(acts.from, Rank::fault, server.number, [this, &station, &server] { crash(station, server); });
        at(acts.to, Rank::fault, server.number, [this, &station, &server] { restart(station, server); });
    }
    if (const auto* slow = std::get_if<ServerSlowFault>(&fault.body)) {
        const double factor = slow->factor.value;
        at(acts.from, Rank::fault, server.number, [this, &server, factor] { change_speed(server, factor); });
        at(acts.to, Rank::fault, server.number, [this, &server, factor] { change_speed(server, 1 / factor); });
    }
}

/// When a server gets slower, or as fast again, then what is left of the work in service takes so much longer.
void World::change_speed(Server& server, double factor) {
    server.slowness *= factor;
    for (const WorkPtr& work : server.busy) {
        if (!work->in_service) continue;
        work->ends = now_ + SimDuration{static_cast<std::int64_t>(static_cast<double>((work->ends - now_).ns) * factor)};
        plan_end(work);
    }
}

/// When a server crashes, then what it has in service goes back to the head of the queue, and starts anew.
void World::crash(Station& station, Server& server) {
    ++server.crashes;
    std::vector<WorkPtr> lost;
    std::swap(lost, server.busy);
    for (auto work = lost.rbegin(); work != lost.rend(); ++work) {
        (*work)->over = true;
        const JobPtr job = (*work)->job;
        note(job->identity, "its server crashes, at", station.name);
        if (job->upstream) {
            job->upstream(Reply::no_connection, (*work)->handing_over ? Decided::further_on : Decided::by_work, *job->copy);
            continue;
        }
        ++job->pass;
        if (!job->request) ++job->copy->passes;
        wait(station, &server, job, true);
    }
    start_waiting(station);
}

void World::restart(Station& station, Server& server) {
    --server.crashes;
    start_waiting(station);
}

}  // namespace mailquake::oracle
