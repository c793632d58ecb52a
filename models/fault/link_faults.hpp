// Compiles the link faults of a scenario into the links' timeline, before the run.
//
// A fault on a two-way link hits both directions. Where faults on a link overlap, the worst mode wins (black hole over
// refused over up), added latencies add up, the least bandwidth and the greatest loss hold, each against the link's own.
// A flap goes down first, then up, until its own end. Disabled faults, other kinds of faults, and what begins at `end`
// or later leave no trace; what has begun before goes on beyond it, since a reply that waits for its link knows when it is back.
#pragma once

#include <span>

#include "models/fault/fault_timeline.hpp"
#include "models/net/link_timeline.hpp"
#include "models/net/topology.hpp"

namespace mailquake {

/// Every enabled link fault's targets must be links (the loader has checked it). `occurrences`: beside the faults. `end`: of the run.
[[nodiscard]] LinkTimeline build_link_timeline(const Topology& topology, std::span<const FaultSpec> faults,
                                               std::span<const FaultOccurrences> occurrences, SimTime end);
/// As above, where each acts as planned; random ones all the time from their `at` on.
[[nodiscard]] LinkTimeline build_link_timeline(const Topology& topology, std::span<const FaultSpec> faults, SimTime end);

/// Whether the fault is one of the link kinds.
[[nodiscard]] bool is_link_fault(const FaultSpec& fault);

}  // namespace mailquake
