// The policies of a tier, compiled for running: what its queue does, whom its bulkhead tells apart, what guards its calls.
//
// Plain parameters, names resolved, beside TierPlan and CallPlan (plan.hpp), which hold them. What they act on: the queue itself
// (models/mta/queue_policy.hpp), queueing.cpp, guarding.cpp. A tier without policies has these in their default state, which
// the message path asks for once, in a branch that is never taken.
#pragma once

#include <cstdint>
#include <optional>

#include "models/mta/autoscale_spec.hpp"
#include "models/mta/back_pressure.hpp"
#include "models/mta/bulkhead_spec.hpp"
#include "models/mta/call_guard.hpp"
#include "models/mta/deadline_spec.hpp"
#include "models/mta/greylist_spec.hpp"
#include "models/mta/hedge_spec.hpp"
#include "models/mta/queue_policy.hpp"
#include "models/mta/safety_net_spec.hpp"
#include "models/mta/shadow_spec.hpp"
#include "models/mta/tarpit_spec.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/random_stream.hpp"

namespace mailquake {

struct BulkheadPlan {
    BulkheadBy  by = BulkheadBy::partition;
    std::size_t partitioned = 0;             // by partition: of which tier, in the tenant directory
    double      share = 0;                   // of a queue's workers; or
    std::uint32_t workers = 0;

    /// Workers of one group, where `all` serve a queue.
    [[nodiscard]] std::uint32_t bound(std::uint32_t all) const {
        if (workers > 0) return workers;
        return share * all < 1 ? 1 : whole_part<std::uint32_t>(share * all + 1e-9, "workers of a group");
    }
};

struct TierPolicies {
    QueuePolicy queue;                       // `bound` is the station's
    std::optional<BulkheadPlan> bulkhead;
    std::optional<AutoscaleSpec> autoscale;
    std::optional<BackPressureSpec> back_pressure;
    std::optional<TarpitSpec> tarpit;
    std::optional<ShadowSpec> shadow;
    std::optional<SafetyNetSpec> safety_net;
    std::optional<GreylistSpec> greylist;
    StreamKey     greylist_luck;             // by the tier's name: a first contact is one at every site
    bool asks_at_door = false;               // is mail put off when it is offered?
};

struct CallPolicies {
    GuardPlan guard;
    std::optional<DeadlineSpec> deadline;
    std::optional<HedgeSpec> hedge;
    std::uint64_t place = 0;                 // identity of the call's name: what the throttle draws by
    bool any = false;                        // is any of these there?
};

}  // namespace mailquake
