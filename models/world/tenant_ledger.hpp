// What each tenant's copies have come to, as one site has seen it. Counts of all copies (for conservation), sums and
// hours of the measured ones. Merged over the sites after the run. Tenants are kept in pages that exist once touched.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "models/world/outcome.hpp"

namespace mailquake {

/// What each copy touches comes first: with thousands of tenants every line of it is one that the cache has lost.
struct alignas(64) TenantAccount {
    TimeArea      delay_sum = 0;
    std::vector<HourTally> hours;    // by hour of acceptance, in order of first touch
    std::uint64_t measured = 0;      // accepted here
    std::uint64_t measured_delivered = 0;
    SimDuration   delay_max{0};
    MessageCounts counts;
    std::uint64_t late = 0;
    std::uint64_t received = 0;      // over a channel, accepted here
    std::uint64_t handed = 0;        // over a channel, accepted there and known to be so
    std::unique_ptr<std::vector<HitHour>> hit_hours;   // in order of first touch; of those who name a place that is hit
    [[gnu::noinline]] HitHour& hit_hour(std::uint32_t h) {
        if (!hit_hours) hit_hours = std::make_unique<std::vector<HitHour>>();
        for (auto it = hit_hours->rbegin(); it != hit_hours->rend(); ++it)
            if (it->hour == h) return *it;
        hit_hours->push_back({.hour = h});
        return hit_hours->back();
    }
    HourTally& hour(std::uint32_t h) {
        for (auto it = hours.rbegin(); it != hours.rend(); ++it)
            if (it->hour == h) return *it;
        return add_hour(h);
    }

private:
    [[gnu::noinline]] HourTally& add_hour(std::uint32_t h) {
        hours.push_back({.hour = h});
        return hours.back();
    }
};

class TenantLedger {
public:
    explicit TenantLedger(std::uint32_t tenants) : pages_((tenants + kPage - 1) / kPage) {}

    [[nodiscard]] TenantAccount& operator[](std::uint32_t tenant) {
        auto& page = pages_[tenant / kPage];
        if (!page) page = std::make_unique<Page>();
        return (*page)[tenant % kPage];
    }
    /// Tells the cache that the tenant's account is written soon.
    void prefetch(std::uint32_t tenant) const {
        const auto& page = pages_[tenant / kPage];
        if (!page) return;
        const auto* const account = reinterpret_cast<const char*>(&(*page)[tenant % kPage]);
        __builtin_prefetch(account, 1);
        __builtin_prefetch(account + 64, 1);
    }
    /// The account, or nothing if this site never touched it.
    [[nodiscard]] const TenantAccount* find(std::uint32_t tenant) const {
        const auto& page = pages_[tenant / kPage];
        return page ? &(*page)[tenant % kPage] : nullptr;
    }

private:
    static constexpr std::uint32_t kPage = 64;
    using Page = std::array<TenantAccount, kPage>;
    std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace mailquake
