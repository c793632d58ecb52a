// Who the tenants are: class, volume, home site, partitions. Built once, shared, never changed. A tenant's home and
// partitions are drawn by its name ("CLASS/RANK"), so adding a class moves nobody; shares nest.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/traffic/tenant_class_spec.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

struct Tenant {
    std::uint16_t tenant_class = 0;
    std::uint16_t home = 0;        // site
    std::uint32_t rank = 0;        // within the class, from 0; the largest first where volume is skewed
    double        weight = 0;      // share of the class's volume
};

class TenantDirectory {
public:
    /// A partitioned tier as the directory needs it.
    struct Partitioned {
        std::string tier;
        std::vector<std::string> partitions;
        std::vector<std::optional<std::uint32_t>> own_first{};  // by class, of a tier that is tenants' own: the first one's partition
    };

    /// `homes[c]` are the sites (indices) over which class c is spread; `partitioned` the tiers with partitions.
    TenantDirectory(std::span<const TenantClassSpec> classes, const std::vector<std::vector<std::uint16_t>>& homes,
                    std::span<const Partitioned> partitioned);

    [[nodiscard]] std::uint32_t size() const { return narrow<std::uint32_t>(tenants_.size(), "tenants"); }
    [[nodiscard]] const Tenant& operator[](std::uint32_t tenant) const { return tenants_[tenant]; }
    /// The same as the tenant's own, from arrays of their own: what every step of a message asks for.
    [[nodiscard]] std::uint16_t class_of(std::uint32_t tenant) const { return classes_[tenant]; }
    [[nodiscard]] std::uint16_t home_of(std::uint32_t tenant) const { return homes_[tenant]; }
    /// Index of the tenant's partition of the p-th partitioned tier.
    [[nodiscard]] std::uint16_t partition(std::uint32_t tenant, std::size_t p) const {
        return partitions_[tenant * stride_ + p];
    }
    /// First tenant of a class; its tenants stand in a row, by rank.
    [[nodiscard]] std::uint32_t first_of(std::size_t tenant_class) const { return first_[tenant_class]; }
    [[nodiscard]] std::uint32_t end_of(std::size_t tenant_class) const { return first_[tenant_class + 1]; }

private:
    std::vector<Tenant> tenants_;
    std::vector<std::uint16_t> classes_, homes_;  // beside tenants_
    std::vector<std::uint16_t> partitions_;
    std::size_t stride_ = 0;
    std::vector<std::uint32_t> first_;
};

}  // namespace mailquake
