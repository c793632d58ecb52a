// A job as it goes into a queue with an order of its own: who it is, since when it waits, and what that queue sorts it by.
#pragma once

#include <cstdint>

#include "models/mta/job.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct WaitingJob {
    JobRef        job;
    std::uint32_t key = 0;       // the flow or group it belongs to; of an aging queue: its priority
    std::uint32_t cost = 1;      // of its service, in the unit of a fair queue's quantum
    SimTime       since;         // it waits since
};

}  // namespace mailquake
