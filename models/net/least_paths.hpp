// Least-cost paths from one site to all others: Dijkstra on Boost.Graph. Shared by routes and lookahead.
//
// The cost of a link is its latency, and among equal sums fewer hops are less. Which of several least paths is taken
// does not depend on any order of ids: at each site the incoming link with the least name wins, then the one from the
// site with the least name.
// Invariants: costs are above zero; the links taken form a tree, so paths to different sites agree where they overlap.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/net/topology.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class LeastPaths {
public:
    /// `latency` per link of the topology; a link of negative latency is not there.
    LeastPaths(const Topology& topology, std::vector<SimDuration> latency);
    ~LeastPaths();
    LeastPaths(const LeastPaths&) = delete;
    LeastPaths& operator=(const LeastPaths&) = delete;

    /// Per site the last link of the least path from `from`; none() where no path leads, and at `from` itself.
    [[nodiscard]] std::vector<LinkId> last_links(SiteId from) const;
    /// Sum of latencies to each site; SimDuration::max() where no path leads, zero at `from` itself.
    [[nodiscard]] std::vector<SimDuration> distances(SiteId from) const;

private:
    [[nodiscard]] std::vector<std::int64_t> costs_from(SiteId from) const;
    [[nodiscard]] bool better(LinkId a, LinkId b) const;

    struct Links;   // those that are there, as Boost.Graph has them

    const Topology& topology_;
    std::vector<SimDuration> latency_;
    std::unique_ptr<const Links> links_;
};

}  // namespace mailquake
