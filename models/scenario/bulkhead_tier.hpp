// Whose partitions a bulkhead by partition tells apart: the tier that it names, or the first partitioned one that its own tier
// calls. Asked by the loader, which says what is wrong, and by the plan, where something is there. Left out: partitions of
// tiers further along the path, unless they are named.
#pragma once

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// Null when there is none, or the named one has no partitions.
[[nodiscard]] const TierSpec* bulkhead_tier(const ScenarioSpec& scenario, const TierSpec& tier);

}  // namespace mailquake
