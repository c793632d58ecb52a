// How long the beginning is not to be measured, found by MSER-5 (sim/stats/mser.hpp): a few pilot runs with seeds of their own,
// the number of copies waiting anywhere at the end of each minute, averaged over the pilots; what is cut off is the warm-up.
//
// It means something only where there is one steady state to come to. Refused: rates that follow the hour, replayed
// arrivals, a start with a backlog, any fault, flaw or mitigation that is on, and runs under 50 minutes, which are too few
// batches of five. A series that has not settled by the middle of the run has no answer.
#pragma once

#include <optional>
#include <string>

#include "models/scenario/load.hpp"

namespace mailquake {

inline constexpr std::uint32_t kPilots = 5;

struct Settled {
    std::optional<SimDuration> warmup;   // none: `why` says it
    std::string why;
};

[[nodiscard]] Settled settle(const LoadedScenario& scenario, std::uint64_t seed, unsigned threads);

/// Why MSER-5 means nothing here; an empty text where it does.
[[nodiscard]] std::string why_not_stationary(const ScenarioSpec& scenario);

}  // namespace mailquake
