// Which links a packet takes: the least-latency path over links that are up (Dijkstra, Boost.Graph), for every pair of
// sites and every instant of the run.
//
// Routing follows the network late: the routes in force at t are those of the links as they were at t - convergence. A
// link that comes and goes within that time shifts the routes for as long as it was down, one convergence delay later.
// Weights are latencies, faults included, jitter not. Among paths of the same latency the one with fewer hops is taken,
// then the one whose last links have the least names; so an added site or link elsewhere moves nobody.
// Where no path over links that are up leads, but one over links that swallow what crosses them (a black hole tells nobody), that is
// the route: who takes it waits for his time-out. Where none leads at all, who asks is refused.
// Left out: areas and policies (BGP), several paths at once, loops while routers disagree.
//
// Invariants: everything is computed when the object is built and is immutable; equal states of the network share one
// table, so a flapping link costs two tables. A route never crosses the same site twice.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/net/link_timeline.hpp"
#include "models/net/topology.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class Routes {
public:
    Routes(const Topology& topology, const LinkTimeline& timeline, SimDuration convergence);

    /// Links from `from` to `to` in order; empty if there is no route, and for from == to.
    [[nodiscard]] std::span<const LinkId> route(SiteId from, SiteId to, SimTime t) const;
    /// The first instant after t at which any route may differ; never() if none.
    [[nodiscard]] SimTime next_change(SimTime t) const;

private:
    /// Routes of one state of the network: pair p takes links_[first_[p]] .. links_[first_[p + 1]].
    struct Table {
        std::vector<std::uint32_t> first;
        std::vector<LinkId>        links;
    };
    struct Epoch {
        SimTime       from;
        std::uint32_t table;
    };

    struct Seen;
    [[nodiscard]] static Table table_of(const Topology& topology, const std::vector<Seen>& links);
    [[nodiscard]] std::size_t epoch_at(SimTime t) const;

    std::size_t        sites_;
    std::vector<Table> tables_;
    std::vector<Epoch> epochs_;  // ascending; the first holds from the beginning of time
};

}  // namespace mailquake
