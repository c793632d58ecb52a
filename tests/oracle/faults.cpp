// What faults do to servers, which of them they hit, and what a gray failure does to a share of the work.
#include <algorithm>
#include <tuple>
#include <utility>

#include "models/mta/server_share.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// Is the station one of those that a target names: `tier`, `tier@site`, `tier/partition` or `tier/partition@site`?
bool World::names(const std::string& target, const Station& station) const {
    const std::string whole = station.tier->name + (station.partition.empty() ? "" : "/" + station.partition);
    return target == station.tier->name || target == whole || target == station.name || target == station.tier->name + "@" + station.site;
}

/// What begins at one instant, or ends, does so in the scenario's order: tier by tier, place by place, fault by fault.
void World::plan_faults() {
    for (const std::string& name : station_names_) {
        Station& station = stations_[name];
        for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
            const FaultSpec& fault = scenario_.faults[f];
            if (!fault.enabled || !hits(fault, station)) continue;
            for (const Stretch& acts : acts_[f].acts) {
                at(acts.from, Rank::fault, 0, [this, &fault, &station] { for_servers(fault, station, true); });
                at(acts.to, Rank::fault, 0, [this, &fault, &station] { for_servers(fault, station, false); });
            }
        }
    }
    for (std::size_t f = 0; f < scenario_.faults.size(); ++f) {
        if (!scenario_.faults[f].enabled || !std::holds_alternative<SiteDownFault>(scenario_.faults[f].body)) continue;
        for (const Stretch& acts : acts_[f].acts) {
            for (const std::string& site : targets_of(scenario_.faults[f])) {
                at(acts.from, Rank::fault, 0, [this, site] { site_is_gone(site); });
                at(acts.to, Rank::fault, 0, [this, site] { site_is_back(site); });
            }
        }
    }
}

bool World::hits(const FaultSpec& fault, const Station& station) const {
    const std::vector<std::string> targets = targets_of(fault);
    return std::any_of(targets.begin(), targets.end(), [&](const std::string& t) { return names(t, station); });
}

void World::for_servers(const FaultSpec& fault, Station& station, bool begins) {
    const bool crashes = std::holds_alternative<ServerCrashFault>(fault.body);
    const std::vector<Server*> servers = servers_hit(fault, station);
    for (Server* const server : servers) {  // all at once, so that none gets another's work
        if (!crashes || !begins) continue;
        ++server->crashes;
        list_if_free(station, *server);
    }
    for (Server* const server : servers) {
        if (crashes) begins ? crash(station, *server) : restart(station, *server);
        if (std::holds_alternative<ServerPauseFault>(fault.body)) begins ? pause(*server) : resume(*server);
    }
    change_pace(station);
    look_at_stations();
    if (begins) start_waiting(station);  // what the crashed ones leave to others
    look_at_callers(station);
}

/// When what slows services begins or ends, then what is left of those that it slows goes on at the new pace.
void World::change_pace(Station& station) {
    for (Server& server : station.servers) {
        for (const WorkPtr& work : server.busy) {
            const double pace = work->in_service ? slowness(*work) : work->pace, factor = pace / std::exchange(work->pace, pace);
            if (factor == 1) continue;
            if (server.pauses > 0) {
                work->left = part(work->left, factor);
            } else {
                work->ends = now_ + part(work->ends - now_, factor);
                plan_end(work);
            }
        }
    }
}

/// When a server stands still, then its services do; what it gets meanwhile waits in its workers.
void World::pause(Server& server) {
    if (++server.pauses > 1) return;
    for (const WorkPtr& work : server.busy) {
        if (!work->in_service) continue;
        ++work->planned;
        work->left = work->ends - now_;
    }
}

void World::resume(Server& server) {
    if (--server.pauses > 0) return;
    for (const WorkPtr& work : in_order(server.busy)) {
        if (work->over) continue;
        if (std::exchange(work->stalled, false)) {
            next_step(work);
        } else if (work->in_service) {
            work->ends = now_ + work->left;
            plan_end(work);
        }
    }
}

/// When a site is gone, then what is in service there starts anew when it is back; nobody elsewhere hears of it.
void World::site_is_gone(const std::string& site) {
    for (const std::string& name : station_names_) {
        Station& station = stations_[name];
        if (station.site != site) continue;
        ++station.dead;
        for (Server& server : station.servers) {
            ++server.crashes;
            list_if_free(station, server);
            crash(station, server);
        }
    }
    for (const std::string& name : station_names_)
        if (stations_[name].site == site) look_at_callers(stations_[name]);
}

/// When a site is back, then all its servers are, and go on in the scenario's order; then its users and senders hand over what they have
/// written meanwhile.
void World::site_is_back(const std::string& site) {
    std::vector<Station*> stations;
    for (const std::string& name : station_names_) {
        if (stations_[name].site == site) stations.push_back(&stations_[name]);
    }
    for (Station* const station : stations) {
        --station->dead;
        for (Server& server : station->servers) --server.crashes;
        for (const Server& server : station->servers) list_if_free(*station, server);
    }
    for (Station* const station : stations) {
        go_on(*station);
        look_at_stations();  // what it asks of one that goes on after it waits there for an instant
    }
    for (const SenderSpec& sender : scenario_.senders) {
        if (sender.at == site) pump_all(parties_[sender.name]);
    }
    pump_all(parties_["users@" + site]);
}

/// By identity; a tier's own mail last, as it came.
std::vector<WorkPtr> World::in_order(std::vector<WorkPtr> works) {
    const auto key = [](const WorkPtr& w) {
        const bool own = !w->job->request && !w->job->upstream;
        return std::tuple(own, own ? w->job->copy->arrived : SimTime::zero(), w->job->identity);
    };
    std::sort(works.begin(), works.end(), [&](const WorkPtr& a, const WorkPtr& b) { return key(a) < key(b); });
    return works;
}

/// When a server has crashed, then its own mail goes back to the head of the queue, and starts anew; requests fail, and connections to
/// it break. Of a site that is gone nobody hears anything.
void World::crash(Station& station, Server& server) {
    const std::vector<WorkPtr> lost = in_order(std::exchange(server.busy, {}));
    for (const WorkPtr& work : lost) {
        work->over = true;
        note(work->job->identity, "its server crashes, at", station.name);
    }
    for (auto work = lost.rbegin(); work != lost.rend(); ++work) {
        const JobPtr& job = (*work)->job;
        if (job->request || job->upstream) continue;
        ++job->pass;
        ++job->copy->passes;
        wait(station, &server, job, true);
    }
    for (const WorkPtr& work : lost)
        if (work->job->request) answer(station, work->job, Answer::failed);
    for (const WorkPtr& work : lost) {
        if (!work->job->upstream) continue;
        if (work->handing_over) {
            const Life as_sent = work->hands_on->life;  // it may still get there
            work->hands_on->life.elsewhere = false;
            ledger_.leave(work->hands_on, now_);
            Ledger::heard(*work->job->copy, *work->hands_on, false);
            work->hands_on->life = as_sent;
            work->job->copy->doubted = true;  // the next tier may have it, or get it still
        }
        ledger_.leave(work->job->copy, now_);
        work->job->upstream(Reply::broken, work->handing_over ? Decided::further_on : Decided::by_work, *work->job->copy);
    }
}

void World::restart(Station& station, Server& server) {
    if (--server.crashes > 0) return;
    list_if_free(station, server);
    go_on(station);
}

void World::go_on(Station& station) {
    start_waiting(station);
    pump_all(station.party);
}

/// A share of the servers that a target names is a number of them, spread over all its places.
std::vector<bool> World::chosen_servers(const std::string& by, const std::string& target, double share, const Station& station) const {
    std::vector<std::uint32_t> servers;
    std::size_t here = 0;
    for (const std::string& name : station_names_) {
        const Station& other = stations_.at(name);
        if (!names(target, other)) continue;
        if (&other == &station) here = servers.size();
        servers.push_back(static_cast<std::uint32_t>(other.planned));
    }
    std::vector<bool> chosen = choose_servers(draws_.servers_hit(by, station.name), apportion(share, servers)[here], servers[here]);
    const std::vector<bool> planned = chosen;
    for (std::size_t s = planned.size(); s < station.servers.size(); ++s)
        chosen.push_back(is_added_server_hit(share, planned, static_cast<std::uint32_t>(s)));
    return chosen;
}

std::vector<Server*> World::servers_hit(const FaultSpec& fault, Station& station) {
    const double share = std::visit([](const auto& body) {
        if constexpr (requires { body.share; }) return body.share.value;
        else return 1.0;
    }, fault.body);
    std::vector<Server*> servers;
    for (Server& server : station.servers) {
        const std::vector<std::string> targets = targets_of(fault);
        const bool is_hit = std::any_of(targets.begin(), targets.end(), [&](const std::string& t) {
            return names(t, station) && chosen_servers("faults/" + fault.name, t, share, station)[server.number];
        });
        if (is_hit) servers.push_back(&server);
    }
    return servers;
}

/// Does a gray failure turn this work away? Mail gets 4yz, a request no answer.
bool World::is_turned_away(const Station& station, const Job& job, SimTime at) const {
    for (const FaultSpec& fault : scenario_.faults) {
        const auto* gray = std::get_if<GrayFault>(&fault.body);
        if (gray == nullptr || !fault_acts(fault, station, at)) continue;
        const std::uint64_t offer = derived(job.identity, draws::instant, static_cast<std::uint64_t>(at.ns));
        const double luck = job.request ? draws_.of_fault(fault.name, station.name, draws::no_answer, job.identity)
                                        : draws_.of_fault(fault.name, station.name, draws::gray_drop, offer);
        if (luck < gray->dropped.value) return true;
    }
    return false;
}

/// By how much a service takes longer now.
double World::slowness(const Work& work) {
    Station& station = *work.station;
    double factor = 1;
    for (const FaultSpec& fault : scenario_.faults) {
        if (!fault_acts(fault, station)) continue;
        const auto* gray = std::get_if<GrayFault>(&fault.body);
        const auto* slow = std::get_if<ServerSlowFault>(&fault.body);
        if (gray && draws_.of_fault(fault.name, station.name, draws::gray_service, work.job->identity, work.job->pass) < gray->slowed.value)
            factor *= gray->factor.value;
        const std::vector<Server*> hit = slow ? servers_hit(fault, station) : std::vector<Server*>{};
        if (slow && std::find(hit.begin(), hit.end(), work.server) != hit.end()) factor *= slow->factor.value;
    }
    return factor;
}

}  // namespace mailquake::oracle
