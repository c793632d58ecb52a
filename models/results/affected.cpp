#include "models/results/affected.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mailquake {

bool hit_in(const HourTally& hour) {
    if (hour.bad > 0) return true;
    return hour.late >= 3 && std::uint64_t{hour.late} * 20 > hour.accepted;   // more than 5 %, in integers
}

bool is_affected(const TenantOutcome& tenant) {
    return std::any_of(tenant.hours.begin(), tenant.hours.end(), hit_in);
}

std::size_t hours_hit(const TenantOutcome& tenant) {
    return static_cast<std::size_t>(std::count_if(tenant.hours.begin(), tenant.hours.end(), hit_in));
}

SimDuration time_hit(const TenantOutcome& tenant) {
    std::vector<std::pair<SimTime, SimTime>> stretches;
    for (const HourTally& h : tenant.hours) {
        const SimTime from = std::min(h.trouble_from, h.trouble_to);   // nobody noted a time: a minute
        if (hit_in(h)) stretches.emplace_back(from, std::max(h.trouble_to, from + 1_min));
    }
    std::sort(stretches.begin(), stretches.end());
    SimDuration sum{0};
    SimTime until = SimTime::zero();
    for (const auto& [from, to] : stretches) {
        if (to <= until) continue;
        sum += to - std::max(from, until);
        until = to;
    }
    return sum;
}

namespace {

/// What the hour would be without some of its copies.
HourTally without(HourTally hour, std::uint32_t accepted, std::uint32_t late, std::uint32_t bad) {
    hour.accepted -= accepted;
    hour.late -= late;
    hour.bad -= bad;
    return hour;
}

/// Is some hour hit, after `change(hour, copies of it that name a place that is hit)`?
template <class Change>
bool is_hit_after(const TenantOutcome& tenant, Change&& change) {
    auto hit = tenant.hit_hours.begin();
    return std::any_of(tenant.hours.begin(), tenant.hours.end(), [&](const HourTally& hour) {
        while (hit != tenant.hit_hours.end() && hit->hour < hour.hour) ++hit;
        return hit_in(hit != tenant.hit_hours.end() && hit->hour == hour.hour ? change(hour, *hit) : hour);
    });
}

}  // namespace

bool is_collateral(const TenantOutcome& tenant) {
    return tenant.own_healthy &&
           is_hit_after(tenant, [](const HourTally& h, const HitHour& hit) { return without(h, hit.accepted, hit.late, hit.bad); });
}

bool is_affected_by_destination(const TenantOutcome& tenant) {
    return is_affected(tenant) &&
           !is_hit_after(tenant, [](const HourTally& h, const HitHour& hit) { return without(h, 0, hit.bad_there, hit.bad_there); });
}

bool is_affected_before(const TenantOutcome& tenant, SimTime first_fault) {
    return std::any_of(tenant.hours.begin(), tenant.hours.end(), [&](const HourTally& h) {
        return SimTime::zero() + (std::int64_t{h.hour} + 1) * 1_h <= first_fault && h.trouble_from < first_fault && hit_in(h);
    });
}

std::optional<double> affected_before_fault(const Outcome& outcome) {
    if (outcome.tenants.empty()) return std::nullopt;
    const SimTime first = first_disturbance(outcome).value_or(SimTime::never());
    if (first < SimTime::zero() + 1_h) return std::nullopt;
    const auto hit = std::count_if(outcome.tenants.begin(), outcome.tenants.end(),
                                   [&](const TenantOutcome& t) { return is_affected_before(t, first); });
    return static_cast<double>(hit) / static_cast<double>(outcome.tenants.size());
}

}  // namespace mailquake
