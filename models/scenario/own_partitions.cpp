#include "models/scenario/own_partitions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace mailquake {

bool passes(const TenantClassSpec& tenants, std::string_view tier) {
    for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal})
        if (std::find(path->begin(), path->end(), tier) != path->end()) return true;
    return false;
}

std::int64_t own_partitions(const ScenarioSpec& scenario, const TierSpec& tier) {
    std::int64_t count = 0;
    for (const TenantClassSpec& tenants : scenario.tenants)
        if (passes(tenants, tier.name)) count += tenants.count;
    return count;
}

void resolve_own_partitions(ScenarioSpec& scenario) {
    for (TierSpec& tier : scenario.tiers) {
        if (!tier.own || !tier.partitions.empty() || own_partitions(scenario, tier) > kMostOwnPartitions) continue;
        for (const TenantClassSpec& tenants : scenario.tenants) {
            if (!passes(tenants, tier.name)) continue;
            for (std::int64_t n = 1; n <= tenants.count; ++n) tier.partitions.push_back(fmt::format("{}-{}", tenants.name, n));
        }
    }
}

}  // namespace mailquake
