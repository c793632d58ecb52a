#include "models/traffic/tenant_directory.hpp"

#include <algorithm>

#include "sim/base/elementary.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

/// Uniform in [0, 1), by name alone: the same in every replication, so that the estate does not change with the seed.
double weight_of(const SkewSpec& skew, std::uint32_t rank) {
    if (const auto* zipf = std::get_if<ZipfSkewSpec>(&skew)) return math::pow(rank + 1.0, -zipf->exponent);
    return 1.0;
}

/// Cumulative shares over the partitions: those that the class states, the rest evenly over the others.
std::vector<double> cumulative_shares(const TenantClassSpec& spec, const TenantDirectory::Partitioned& tier) {
    std::vector<double> share(tier.partitions.size(), -1);
    double stated = 0;
    for (const PlacementSpec& placement : spec.placement) {
        if (placement.name != tier.tier) continue;
        for (const ShareSpec& entry : placement.shares) {
            const auto at = std::find(tier.partitions.begin(), tier.partitions.end(), entry.name);
            if (at == tier.partitions.end()) continue;
            share[static_cast<std::size_t>(at - tier.partitions.begin())] = entry.share.value;
            stated += entry.share.value;
        }
    }
    const auto open = static_cast<double>(std::count(share.begin(), share.end(), -1.0));
    const double rest = open > 0 ? std::max(0.0, 1 - stated) / open : 0;
    double sum = 0;
    for (double& s : share) { sum += s < 0 ? rest : s; s = sum; }
    for (double& s : share) s /= sum;
    return share;
}

}  // namespace

TenantDirectory::TenantDirectory(std::span<const TenantClassSpec> classes,
                                 const std::vector<std::vector<std::uint16_t>>& homes,
                                 std::span<const Partitioned> partitioned)
    : stride_(partitioned.size()) {
    for (std::size_t c = 0; c < classes.size(); ++c) {
        const TenantClassSpec& spec = classes[c];
        first_.push_back(size());
        std::vector<std::vector<double>> cumulative;
        for (const Partitioned& tier : partitioned) cumulative.push_back(cumulative_shares(spec, tier));
        double total = 0;
        for (std::uint32_t rank = 0; rank < spec.count; ++rank) {
            const std::uint64_t name = hash_name(spec.name + "/" + std::to_string(rank));
            Tenant tenant;
            tenant.tenant_class = narrow<std::uint16_t>(c, "tenant classes");
            tenant.rank = rank;
            tenant.weight = weight_of(spec.skew, rank);
            total += tenant.weight;
            const std::size_t spread = homes[c].size();
            tenant.home = homes[c][std::min(spread - 1, static_cast<std::size_t>(uniform_of(mix64(combine64(name, 1))) *
                                                                                 static_cast<double>(spread)))];
            tenants_.push_back(tenant);
            classes_.push_back(tenant.tenant_class);
            homes_.push_back(tenant.home);
            for (std::size_t p = 0; p < stride_; ++p) {
                const auto& own = partitioned[p].own_first;
                if (!own.empty()) {
                    partitions_.push_back(narrow<std::uint16_t>(own[c] ? *own[c] + rank : 0, "partitions"));
                    continue;
                }
                const double u = uniform_of(mix64(combine64(name, hash_name(partitioned[p].tier))));
                const auto& shares = cumulative[p];
                const auto at = std::upper_bound(shares.begin(), shares.end(), u) - shares.begin();
                partitions_.push_back(narrow<std::uint16_t>(std::min<std::ptrdiff_t>(at, std::ssize(shares) - 1), "partitions"));
            }
        }
        for (std::uint32_t t = first_.back(); t < size(); ++t) tenants_[t].weight /= total;
    }
    first_.push_back(size());
}

}  // namespace mailquake
