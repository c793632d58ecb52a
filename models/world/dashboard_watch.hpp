// What a site keeps for one dashboard while the run lasts: how each signal has been here, and, where the dashboard stands, its desk
// with the incidents so far. Left out: what is told to whom, which is known from the plan after the run (telling.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/dashboard/incident_desk.hpp"
#include "models/world/dashboard_outcome.hpp"
#include "sim/base/ring_queue.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct SignalWatch {
    /// Of what a signal counts, since the start: when it was looked at.
    struct Sample {
        SimTime       at;
        std::uint64_t part, whole;
    };
    SimTime           since = SimTime::never();   // it has been so since; never: it is not
    RingQueue<Sample> window;                     // oldest first
};

struct DashboardWatch {
    std::vector<SignalWatch> signals;
    std::uint64_t            looks = 0;

    std::optional<IncidentDesk>  desk;            // where the dashboard stands
    std::vector<DashboardNotice> notices;         // of the desk: the last one is the present incident's, if there is one
    std::uint32_t                tries = 0;       // to publish it, so far
    std::size_t                  unanswered = 0;  // needs of the present try
};

/// An advisory that has come to its tenant.
struct HeardMail {
    std::uint64_t identity;
    SimTime       at;
};

}  // namespace mailquake
