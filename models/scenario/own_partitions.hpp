// Tiers of which every tenant has his own (`own: true`), as companies have that run their mail themselves: a partition for each
// tenant whose mail passes the tier, named CLASS-N in the order of the classes, N from 1. The loader makes them before anything
// names or counts partitions; who is where is no chance then (models/traffic/tenant_directory.hpp).
//
// Left out: tenants with several servers of their own in several sites are those of any partitioned tier.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

/// More partitions than this are not made; the loader says so.
inline constexpr std::int64_t kMostOwnPartitions = 60'000;

/// Does mail of the class pass the tier?
[[nodiscard]] bool passes(const TenantClassSpec& tenants, std::string_view tier);

/// How many partitions an own tier has.
[[nodiscard]] std::int64_t own_partitions(const ScenarioSpec& scenario, const TierSpec& tier);

/// Writes the partitions of all tiers that are tenants' own.
void resolve_own_partitions(ScenarioSpec& scenario);

}  // namespace mailquake
