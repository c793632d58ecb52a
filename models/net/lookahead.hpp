// The least time in which anything can get from one site to another: the smallest sum of base latencies over any path,
// whatever its links' state. Faults and jitter only add to latencies, routes only choose among paths, so nothing that
// is sent at t arrives before t + min_latency: a valid lookahead for conservative windows (Chandy, Misra 1979).
//
// Invariants: min_latency(a, c) <= min_latency(a, b) + min_latency(b, c).
#pragma once

#include <vector>

#include "models/net/topology.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class Lookahead {
public:
    explicit Lookahead(const Topology& topology);

    /// SimDuration::max() if no path exists at all; the site's own inside latency for from == to.
    [[nodiscard]] SimDuration min_latency(SiteId from, SiteId to) const {
        return least_[from.index() * sites_ + to.index()];
    }

private:
    std::size_t              sites_;
    std::vector<SimDuration> least_;
};

}  // namespace mailquake
