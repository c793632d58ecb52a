// When each fault of a scenario acts: at its planned time, or at random, drawn before the run.
//
// A random fault (`mtbf` and `mttr`) is an alternating renewal process (Cox, Renewal Theory, 1962, chapter 7): healthy for a
// draw of `mtbf`, failed for a draw of `mttr`, and so on, beginning healthy and new at `at`, or at the end of the warm-up.
// `mtbf` is the time from a repair to the next failure; strictly the mean time to failure. The draws come from a stream of
// the fault's own, so the timeline is known before the run and shared by all sites, and no other draw moves.
// A `conditional` one has its first failure drawn given that it falls into the run: months of health need not be simulated,
// and how likely a run has a failure at all (probability) says what its results must be weighted with.
// A `group` of targets fails and is repaired as one; with `each`, every place of them has draws of its own. Left out: ageing over several runs, failures that depend on load.
//
// Invariants: stretches of a fault are in order and do not overlap; a planned one has one stretch, also past the run's end.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/fault/fault_spec.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

/// A stretch of time [from, to).
struct Stretch {
    SimTime from, to;
    [[nodiscard]] bool covers(SimTime t) const { return from <= t && t < to; }
};

struct FaultOccurrences {
    std::vector<Stretch> acts;
    std::optional<double> probability;   // that a run has at least one; of random faults
};

/// More failures than this are not drawn; the loader refuses laws that would come near.
inline constexpr std::size_t kMostOccurrences = 10'000;

/// The links, sites, places or classes that the fault hits: its target, and its group.
[[nodiscard]] std::vector<std::string> targets_of(const FaultSpec& fault);

/// From when on a fault may act: `at`, or for a random one without it the end of the warm-up.
[[nodiscard]] SimTime begin_of(const FaultSpec& fault, SimDuration warmup);

/// While a planned fault acts; of a random one all the time from its `at` on.
[[nodiscard]] Stretch stretch_of(const FaultSpec& fault);

/// Of a random fault, at one of its places alone (`each`): drawn by that place's hash.
[[nodiscard]] FaultOccurrences draw_fault_at(const FaultSpec& fault, std::uint64_t place, std::uint64_t seed, SimDuration warmup, SimTime end);

/// By fault, also disabled ones. `seed`: of the replication.
[[nodiscard]] std::vector<FaultOccurrences> draw_fault_timeline(std::span<const FaultSpec> faults, std::uint64_t seed, SimDuration warmup,
                                                                SimTime end);

}  // namespace mailquake
