// Means of what a scenario says, for arithmetic on loads: a law's mean, a class's shares over partitions and hours of the day.
#pragma once

#include <array>
#include <vector>

#include "models/mta/tier_spec.hpp"
#include "models/spec/law_spec.hpp"
#include "models/traffic/tenant_class_spec.hpp"

namespace mailquake {

using Hours = std::array<double, 24>;

/// Mean of the law [s].
[[nodiscard]] double mean_seconds(const LawSpec& law);

/// Share of the class's mail (nullptr: of clients) on each partition of the tier: as stated, and what is left over evenly for the
/// others; sums to 1. A tier without partitions has one.
[[nodiscard]] std::vector<double> placement_shares(const TierSpec& tier, const TenantClassSpec* tenants);

/// The class's hourly factors, of mean 1.
[[nodiscard]] Hours hourly_factors(const TenantClassSpec& tenants);

}  // namespace mailquake
