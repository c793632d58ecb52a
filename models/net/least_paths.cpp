#include "models/net/least_paths.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

#include <limits>
#include <utility>

namespace mailquake {

namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property,
                                    boost::property<boost::edge_weight_t, std::int64_t>>;

constexpr std::int64_t kUnreached = std::numeric_limits<std::int64_t>::max();

/// Cost of a link: its latency in the upper bits, one hop in the lower ten. 70 s x 1024 leaves room for 10^5 hops; paths
/// of more than 1023 hops would count a nanosecond more.
constexpr std::int64_t kHops = 1024;
std::int64_t cost_of(SimDuration latency) { return latency.ns * kHops + 1; }

}  // namespace

struct LeastPaths::Links {
    explicit Links(std::size_t sites) : graph(sites) {}
    Graph graph;
};

LeastPaths::LeastPaths(const Topology& topology, std::vector<SimDuration> latency) : topology_(topology), latency_(std::move(latency)) {
    auto links = std::make_unique<Links>(topology_.site_count());
    for (std::uint32_t i = 0; i < latency_.size(); ++i) {
        const DirectedLink& link = topology_.link(LinkId{i});
        if (latency_[i].ns >= 0) boost::add_edge(link.from.index(), link.to.index(), cost_of(latency_[i]), links->graph);
    }
    links_ = std::move(links);
}

LeastPaths::~LeastPaths() = default;

std::vector<std::int64_t> LeastPaths::costs_from(SiteId from) const {
    const Graph& graph = links_->graph;
    std::vector<std::int64_t> costs(topology_.site_count(), kUnreached);
    boost::dijkstra_shortest_paths(
        graph, boost::vertex(from.index(), graph),
        boost::distance_map(boost::make_iterator_property_map(costs.begin(), boost::get(boost::vertex_index, graph))));
    return costs;
}

bool LeastPaths::better(LinkId a, LinkId b) const {
    if (!b.valid()) return true;
    const DirectedLink& x = topology_.link(a);
    const DirectedLink& y = topology_.link(b);
    return std::pair(std::string_view(x.name), std::string_view(topology_.site_name(x.from))) <
           std::pair(std::string_view(y.name), std::string_view(topology_.site_name(y.from)));
}

std::vector<LinkId> LeastPaths::last_links(SiteId from) const {
    const std::vector<std::int64_t> costs = costs_from(from);
    std::vector<LinkId> last(topology_.site_count());
    for (std::uint32_t i = 0; i < latency_.size(); ++i) {
        const DirectedLink& link = topology_.link(LinkId{i});
        if (latency_[i].ns < 0 || costs[link.from.index()] == kUnreached) continue;
        const bool is_least = costs[link.from.index()] + cost_of(latency_[i]) == costs[link.to.index()];
        if (is_least && better(LinkId{i}, last[link.to.index()])) last[link.to.index()] = LinkId{i};
    }
    return last;
}

std::vector<SimDuration> LeastPaths::distances(SiteId from) const {
    std::vector<SimDuration> distances;
    for (std::int64_t cost : costs_from(from)) {
        distances.push_back(cost == kUnreached ? SimDuration::max() : SimDuration{cost / kHops});
    }
    return distances;
}

}  // namespace mailquake
