// Which servers a fault or a flaw hits, and what a gray failure does to a share of the work.
#include <algorithm>

#include "models/mta/server_share.hpp"
#include "tests/oracle/world.hpp"

namespace mailquake::oracle {

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

/// Does a gray failure turn this work away, now? Mail gets 4yz, a request no answer.
bool World::is_turned_away(const Station& station, const Job& job) const {
    for (const FaultSpec& fault : scenario_.faults) {
        const auto* gray = std::get_if<GrayFault>(&fault.body);
        if (gray == nullptr || !fault_acts(fault, station)) continue;
        const std::uint64_t offer = derived(job.identity, draws::instant, static_cast<std::uint64_t>(now_.ns));
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
