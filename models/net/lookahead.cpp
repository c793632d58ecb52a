#include "models/net/lookahead.hpp"

#include "models/net/least_paths.hpp"

namespace mailquake {

Lookahead::Lookahead(const Topology& topology) : sites_(topology.site_count()) {
    std::vector<SimDuration> base;
    for (std::uint32_t i = 0; i < topology.link_count(); ++i) base.push_back(topology.link(LinkId{i}).latency);
    const LeastPaths paths(topology, base);
    for (std::uint32_t from = 0; from < sites_; ++from) {
        std::vector<SimDuration> distances = paths.distances(SiteId{from});
        distances[from] = topology.inside_latency(SiteId{from});
        least_.insert(least_.end(), distances.begin(), distances.end());
    }
}

}  // namespace mailquake
