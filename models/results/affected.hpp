// Who was hit. A tenant is affected if in some clock hour from the scenario's start, by hour of acceptance, more than
// 5 % and at least 3 of its measured copies were late, or one was lost or wrongly bounced. It is collateral if copies make it
// affected that had nothing to do with what was hit: its home and partitions were healthy throughout, and the copies whose own
// outside destination and MX list were healthy meet the rule by themselves.
// Left out here: what is excused (held by its own outside destination, or by greylisting, alone); the world does not count it as late.
#pragma once

#include <cstddef>
#include <optional>

#include "models/world/outcome.hpp"

namespace mailquake {

/// The rule above, for one hour of one tenant.
[[nodiscard]] bool hit_in(const HourTally& hour);

[[nodiscard]] bool is_affected(const TenantOutcome& tenant);
/// In how many hours it was hit.
[[nodiscard]] std::size_t hours_hit(const TenantOutcome& tenant);
/// For how long it had trouble: of each hour in which it was hit, from when its first such copy was over the objective (or
/// lost, or bounced) until the last one was through, or the run ended; at least a minute each; what overlaps counts once.
/// Left out: pauses between the late copies of one hour, which count as trouble.
[[nodiscard]] SimDuration time_hit(const TenantOutcome& tenant);
[[nodiscard]] bool is_collateral(const TenantOutcome& tenant);
/// Affected, and only by mail that was lost at the outside destination that it went to, which was hit at that time.
[[nodiscard]] bool is_affected_by_destination(const TenantOutcome& tenant);

/// Affected in an hour that was over when the first fault began, with trouble that had begun by then: mail of that hour which waited
/// well within the objective until the fault made it late is the fault's doing. (One copy that was late before stands for the hour's.)
[[nodiscard]] bool is_affected_before(const TenantOutcome& tenant, SimTime first_fault);

/// Share of all tenants that were affected before the first fault; without a fault, before the first mitigation that did anything;
/// without one, at all. Nothing if no whole hour lies before it, or there are no tenants.
[[nodiscard]] std::optional<double> affected_before_fault(const Outcome& outcome);

}  // namespace mailquake
