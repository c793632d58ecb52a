// Means of what a scenario says, for arithmetic on loads: a law's mean, a class's shares over partitions and hours of the day.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "models/mta/tier_spec.hpp"
#include "models/spec/law_spec.hpp"
#include "models/traffic/tenant_class_spec.hpp"

namespace mailquake {

using Hours = std::array<double, 24>;

/// Mean of the law [s].
[[nodiscard]] double mean_seconds(const LawSpec& law);

/// Where the mail of a class's tenants is: every tenant's home and partitions are drawn by its name, once and for all seeds
/// (models/traffic/tenant_directory.hpp). Of a class of more than kMostCounted tenants the shares are those that it states.
class Placements {
public:
    static constexpr std::int64_t kMostCounted = 20'000;
    /// As placement_shares().
    [[nodiscard]] const std::vector<double>& on_partitions(const TierSpec& tier, const TenantClassSpec* tenants);
    /// Share of the class's mail at each of so many homes.
    [[nodiscard]] const std::vector<double>& at_homes(const TenantClassSpec& tenants, std::size_t homes);

private:
    std::map<std::pair<const TierSpec*, const TenantClassSpec*>, std::vector<double>> partitions_;
    std::map<const TenantClassSpec*, std::vector<double>> homes_;
};

/// Share of the class's mail (nullptr: of clients) on each partition of the tier: as stated, and what is left over evenly for the
/// others, before tenants are drawn; sums to 1. A tier without partitions has one.
[[nodiscard]] std::vector<double> placement_shares(const TierSpec& tier, const TenantClassSpec* tenants);

/// The class's hourly factors, of mean 1.
[[nodiscard]] Hours hourly_factors(const TenantClassSpec& tenants);

}  // namespace mailquake
