// What operators do at a set time: calls that are cut off, servers that are added, mail that is let in slowly, held, put off or tried now.
//
// Source: models/fault/measures.hpp, mitigation_spec.hpp. Left out: conditions, and the kinds that are not here.
#include <algorithm>
#include <utility>

#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

/// The mitigations of a kind that act on a station now.
template <class Kind>
std::vector<const Kind*> World::acting(const Station& station) const {
    std::vector<const Kind*> found;
    for (const MitigationSpec& m : scenario_.mitigations) {
        const auto* body = std::get_if<Kind>(&m.body);
        if (body == nullptr || !m.enabled || now_ < m.at.at || !names(body->target, station)) continue;
        if (!body->length || now_ < saturating_add(m.at.at, *body->length)) found.push_back(body);
    }
    return found;
}

void World::plan_mitigations() {
    for (const std::string& name : station_names_) {
        for (const MitigationSpec& m : scenario_.mitigations) {
            if (m.enabled) plan_mitigation(m, stations_[name]);
        }
    }
}

void World::plan_mitigation(const MitigationSpec& mitigation, Station& station) {
    const SimTime begins = mitigation.at.at;
    if (const auto* add = std::get_if<AddServersMitigation>(&mitigation.body); add && names(add->target, station))
        at(begins, Rank::fault, 0, [this, add, &station] { add_servers(station, add->servers); });
    if (const auto* all = std::get_if<FlushMitigation>(&mitigation.body); all && names(all->target, station))
        at(begins, Rank::fault, 0, [this, &station] { flush(station.party); });
    if (const auto* hold = std::get_if<HoldMitigation>(&mitigation.body); hold && hold->length && names(hold->target, station))
        at(saturating_add(begins, *hold->length), Rank::fault, 0, [this, hold, &station] { release_held(station, *hold); });
    if (const auto* stop = std::get_if<SuspendMitigation>(&mitigation.body); stop && names(stop->target, station)) {
        at(begins, Rank::fault, 0, [this, &station] {
            for (auto& [to, hop] : station.party.hops) pump(station.party, hop);
        });
    }
}

void World::add_servers(Station& station, std::int64_t servers) {
    const std::size_t workers = station.servers.front().workers;
    for (std::int64_t i = 0; i < servers; ++i) {
        Server& server = station.servers.emplace_back();
        server.number = station.servers.size() - 1;
        server.workers = workers;
        list_if_free(station, server);
        for (const FaultSpec& fault : scenario_.faults) {  // what a tier suffers, new servers do
            if (!fault_acts(fault, station)) continue;
            if (std::holds_alternative<ServerCrashFault>(fault.body)) crash(station, server);
            if (std::holds_alternative<ServerPauseFault>(fault.body)) pause(server);
        }
    }
    start_waiting(station);
}

/// All that a tier has put off is due now. What is held is not: that is for who holds it (postqueue -f leaves the hold queue alone).
void World::flush(Party& party) {
    for (auto& [when, back] : std::exchange(party.put_off, {})) at(now_, Rank::scan, when.second, back);
}

bool World::is_cut_off(const Station& callee) const { return !acting<CutOffMitigation>(callee).empty(); }

/// A throttle lets one in each 1 / rate, and `burst` at once after a rest.
bool World::is_let_in(Station& station) {
    for (const ThrottleMitigation* throttle : acting<ThrottleMitigation>(station)) {
        const TimeArea step = std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / throttle->rate.per_second));
        TimeArea& ahead = station.let_in[throttle];
        if (ahead - step * (throttle->burst - 1) > now_.ns) return false;
        ahead = std::max<TimeArea>(ahead, now_.ns) + step;
    }
    return true;
}

const HoldMitigation* World::holds(const Station& station, const Copy& copy) const {
    for (const HoldMitigation* hold : acting<HoldMitigation>(station)) {
        const bool of_class = hold->tenant_class.empty() || hold->tenant_class == scenario_.tenants[copy.tenant_class].name;
        const bool large = !hold->larger_than || copy.size > *hold->larger_than;
        if (of_class && large && (!hold->direction || *hold->direction == copy.direction)) return hold;
    }
    return nullptr;
}

void World::hold_back(Station& station, const HoldMitigation& hold, const JobPtr& job) {
    note(job->identity, "deferred by", station.name);
    job->offer = 0;  // when it comes back, nobody offers it
    station.held[&hold].push_back(job);
}

/// When a hold ends, then what it holds is let in, all at once or one after the other.
void World::release_held(Station& station, const HoldMitigation& hold) {
    double before = 0;
    const double rate = hold.release ? hold.release->per_second : 1;
    for (const JobPtr& job : std::exchange(station.held[&hold], {})) {
        at(now_ + SimDuration{static_cast<std::int64_t>(before / rate * 1e9)}, Rank::scan, job->identity, [this, &station, job] {
            enter(station, server_for(station, *job), job);
        });
        before += hold.release ? 1 : 0;
    }
}

bool World::is_suspended(const Party& party, const NextHop& hop) const {
    if (party.station == nullptr) return false;
    const auto stops = acting<SuspendMitigation>(*party.station);
    return std::any_of(stops.begin(), stops.end(), [&](const SuspendMitigation* s) { return s->to.empty() || names(s->to, *hop.to); });
}

}  // namespace mailquake::oracle
