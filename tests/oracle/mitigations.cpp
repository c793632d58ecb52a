// What operators do at a set time: calls that are cut off, servers that are added, mail that is let in slowly, held, put off or tried now.
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
        Station& s = stations_[name];
        for (const MitigationSpec& m : scenario_.mitigations) {
            const auto plan = [&]<class Kind>(const Kind* body, SimTime when, auto what) {
                if (body != nullptr && m.enabled && names(body->target, s)) at(when, Rank::fault, 0, [what, body, &s] { what(*body, s); });
            };
            const auto* hold = std::get_if<HoldMitigation>(&m.body);
            plan(std::get_if<AddServersMitigation>(&m.body), m.at.at, [this](const auto& add, Station& to) { add_servers(to, add.servers); });
            plan(std::get_if<FlushMitigation>(&m.body), m.at.at, [this](const auto&, Station& of) { flush(of.party); });
            plan(std::get_if<SuspendMitigation>(&m.body), m.at.at, [this](const auto&, Station& of) { pump_all(of.party); });
            if (hold && hold->length) plan(hold, saturating_add(m.at.at, *hold->length), [this](const auto& h, Station& at) { release_held(at, h); });
        }
    }
}

/// New servers suffer what their tier does.
void World::add_servers(Station& station, std::int64_t servers) {
    for (std::int64_t i = 0; i < servers; ++i) {
        Server& server = station.servers.emplace_back();
        server.number = station.servers.size() - 1;
        server.workers = station.servers.front().workers;
        for (const FaultSpec& fault : scenario_.faults) {
            const std::vector<Server*> hit = servers_hit(fault, station);
            if (!fault_acts(fault, station) || std::find(hit.begin(), hit.end(), &server) == hit.end()) continue;
            if (std::holds_alternative<ServerCrashFault>(fault.body)) ++server.crashes;
            if (std::holds_alternative<ServerPauseFault>(fault.body)) pause(server);
        }
        server.crashes += station.dead;
        list_if_free(station, server);
    }
    start_waiting(station);
    look_at_callers(station);
}

/// All that a tier has put off is due now. What is held is not: that is for who holds it (postqueue -f leaves the hold queue alone).
void World::flush(Party& party) {
    for (auto& [to, hop] : party.hops) {  // dead destinations get another chance (qmgr_message_resolve)
        if (hop.feedback && hop.feedback->dead) revive(party, hop);
    }
    for (auto& [when, back] : std::exchange(party.put_off, {})) at(now_, Rank::scan, when.second, back);
}

bool World::is_cut_off(const Station& callee) const { return !acting<CutOffMitigation>(callee).empty(); }

bool World::is_let_in(Station& station) {
    const auto turned_away = [&](const ThrottleMitigation* t) { return take_turn(station.let_in[t], t->rate.per_second, t->burst) > now_.ns; };
    const auto throttles = acting<ThrottleMitigation>(station);
    return std::none_of(throttles.begin(), throttles.end(), turned_away);
}

const HoldMitigation* World::holds(const Station& station, const Copy& copy) const {
    for (const HoldMitigation* hold : acting<HoldMitigation>(station)) {
        const bool of_class = hold->tenant_class.empty() || hold->tenant_class == scenario_.tenants[copy.tenant_class].name;
        const bool large = !hold->larger_than || copy.size > *hold->larger_than;
        if (of_class && large && (!hold->direction || *hold->direction == copy.direction)) return hold;
    }
    return nullptr;
}

/// When a hold ends, then what it holds is let in, all at once or one after the other; nobody offers it then.
void World::release_held(Station& station, const HoldMitigation& hold) {
    std::int64_t before = 0;
    for (const JobPtr& job : std::exchange(station.held[&hold], {})) {
        const SimDuration wait{hold.release ? before++ * std::max<std::int64_t>(1, static_cast<std::int64_t>(1e9 / hold.release->per_second + 0.5)) : 0};
        job->offer = 0;
        at(now_ + wait, Rank::scan, job->identity, [this, &station, job] { let_go(station, job); });
    }
}

bool World::is_suspended(const Party& party, const NextHop& hop) const {
    const auto stops = party.station ? acting<SuspendMitigation>(*party.station) : std::vector<const SuspendMitigation*>{};
    return std::any_of(stops.begin(), stops.end(), [&](const auto* s) { return s->to.empty() || names(s->to, *hop.to); });
}

}  // namespace mailquake::oracle
