// Which servers a fault or a flaw hits, and what a gray failure does to a share of the work.
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
        servers.push_back(static_cast<std::uint32_t>(other.servers.size()));
    }
    return choose_servers(draws_.servers_hit(by, station.name), apportion(share, servers)[here], servers[here]);
}

std::vector<Server*> World::servers_hit(const FaultSpec& fault, Station& station) {
    double share = 1;
    if (const auto* crash = std::get_if<ServerCrashFault>(&fault.body)) share = crash->share.value;
    if (const auto* pause = std::get_if<ServerPauseFault>(&fault.body)) share = pause->share.value;
    if (const auto* slow = std::get_if<ServerSlowFault>(&fault.body)) share = slow->share.value;
    std::set<std::size_t> numbers;
    for (const std::string& target : targets_of(fault)) {
        const bool is_whole = share == 1;
        if (!is_whole && !names(target, station)) continue;
        const std::vector<bool> chosen = is_whole ? std::vector<bool>(station.servers.size(), true)
                                                  : chosen_servers("faults/" + fault.name, target, share, station);
        for (const Server& server : station.servers) if (chosen[server.number]) numbers.insert(server.number);
    }
    std::vector<Server*> servers;
    for (const std::size_t number : numbers) servers.push_back(&station.servers[number]);
    return servers;
}

/// Does a gray failure turn this work away, now? Mail gets 4yz, a request no answer.
bool World::is_turned_away(const Station& station, const Job& job) const {
    for (const FaultSpec& fault : scenario_.faults) {
        const auto* gray = std::get_if<GrayFault>(&fault.body);
        if (gray != nullptr && fault_acts(fault, station) && draws_.gray_drop(fault.name, station.name, job, now_) < gray->dropped.value) return true;
    }
    return false;
}

/// By how much the service of a job takes longer that begins now.
double World::gray_factor(const Station& station, const Job& job) const {
    double factor = 1;
    for (const FaultSpec& fault : scenario_.faults) {
        const auto* gray = std::get_if<GrayFault>(&fault.body);
        if (gray != nullptr && fault_acts(fault, station) && draws_.gray_service(fault.name, station.name, job) < gray->slowed.value) factor *= gray->factor.value;
    }
    return factor;
}

}  // namespace mailquake::oracle
