#include "models/world/load_shares.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "models/traffic/tenant_directory.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

double mean_seconds(const LawSpec& law) {
    return std::visit(
        [](const auto& spec) {
            if constexpr (std::is_same_v<std::decay_t<decltype(spec)>, EmpiricalSpec>) {
                double sum = 0;
                for (SimDuration value : spec.values) sum += value.seconds();
                return spec.values.empty() ? 0.0 : sum / static_cast<double>(spec.values.size());
            } else {
                return spec.mean.seconds();
            }
        },
        law);
}

namespace {

/// Of a tier that is tenants' own: each one's share of his class's mail at his own partition, CLASS-N.
std::vector<double> own_shares(const TierSpec& tier, const TenantClassSpec& tenants) {
    std::vector<double> shares(tier.partitions.size(), 0);
    const auto* zipf = std::get_if<ZipfSkewSpec>(&tenants.skew);
    double sum = 0;
    for (std::size_t p = 0; p < shares.size(); ++p) {
        const std::string_view name = tier.partitions[p];
        if (!name.starts_with(tenants.name + "-")) continue;
        const std::string rank(name.substr(tenants.name.size() + 1));
        if (rank.find_first_not_of("0123456789") != std::string::npos) continue;
        sum += shares[p] = zipf == nullptr ? 1 : math::pow(std::stod(rank), -zipf->exponent);
    }
    for (double& share : shares) share /= sum;
    return shares;
}

}  // namespace

std::vector<double> placement_shares(const TierSpec& tier, const TenantClassSpec* tenants) {
    if (tier.own && tenants != nullptr) return own_shares(tier, *tenants);
    const std::size_t n = std::max<std::size_t>(1, tier.partitions.size());
    std::vector<double> shares(n, -1);
    double stated = 0;
    for (std::size_t p = 0; tenants != nullptr && p < tier.partitions.size(); ++p) {
        for (const PlacementSpec& placement : tenants->placement) {
            if (placement.name != tier.name) continue;
            for (const ShareSpec& share : placement.shares) {
                if (share.name == tier.partitions[p]) stated += shares[p] = share.share.value;
            }
        }
    }
    const auto open = static_cast<double>(std::count(shares.begin(), shares.end(), -1.0));
    double sum = 0;
    for (double& share : shares) sum += share = share < 0 ? std::max(0.0, 1 - stated) / open : share;
    for (double& share : shares) share /= sum;
    return shares;
}

const std::vector<double>& Placements::on_partitions(const TierSpec& tier, const TenantClassSpec* tenants) {
    const auto [entry, is_new] = partitions_.try_emplace({&tier, tenants});
    std::vector<double>& shares = entry->second;
    if (!is_new) return shares;
    shares = placement_shares(tier, tenants);
    if (tenants == nullptr || tier.own || tier.partitions.empty() || tenants->count > kMostCounted) return shares;
    const std::vector<TenantDirectory::Partitioned> partitioned = {{tier.name, tier.partitions}};
    const TenantDirectory directory(std::span(tenants, 1), {{0}}, partitioned);
    std::fill(shares.begin(), shares.end(), 0);
    for (std::uint32_t t = 0; t < directory.size(); ++t) shares[directory.partition(t, 0)] += directory[t].weight;
    return shares;
}

const std::vector<double>& Placements::at_homes(const TenantClassSpec& tenants, std::size_t homes) {
    const auto [entry, is_new] = homes_.try_emplace(&tenants);
    std::vector<double>& shares = entry->second;
    if (!is_new) return shares;
    shares.assign(homes, 1 / static_cast<double>(homes));
    if (homes < 2 || tenants.count > kMostCounted) return shares;
    std::vector<std::uint16_t> numbers;
    for (std::size_t h = 0; h < homes; ++h) numbers.push_back(narrow<std::uint16_t>(h, "homes"));
    const TenantDirectory directory(std::span(&tenants, 1), {numbers}, {});
    std::fill(shares.begin(), shares.end(), 0);
    for (std::uint32_t t = 0; t < directory.size(); ++t) shares[directory[t].home] += directory[t].weight;
    return shares;
}

Hours hourly_factors(const TenantClassSpec& tenants) {
    Hours hours;
    hours.fill(1);
    double sum = 0;
    for (Factor factor : tenants.diurnal) sum += factor.value;
    for (std::size_t h = 0; h < tenants.diurnal.size() && h < hours.size() && sum > 0; ++h) hours[h] = tenants.diurnal[h].value * 24 / sum;
    return hours;
}

}  // namespace mailquake
