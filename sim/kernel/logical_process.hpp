// A part of the world with its own clock, event list and state, which no other process reads: the unit of parallelism.
// Processes speak over channels alone. The three calls are made by the executor, never two at a time for one process;
// between windows everything that one process wrote is visible to the others.
#pragma once

#include "sim/base/time.hpp"

namespace mailquake {

class LogicalProcess {
public:
    LogicalProcess() = default;
    LogicalProcess(const LogicalProcess&) = delete;
    LogicalProcess& operator=(const LogicalProcess&) = delete;
    virtual ~LogicalProcess() = default;

    /// Time of the next event in its own list; never() when there is none. What waits in channels does not count.
    [[nodiscard]] virtual SimTime next_time() const = 0;
    /// Handles every event strictly before the horizon, those that it schedules meanwhile included. May send.
    virtual void run_until(SimTime horizon) = 0;
    /// Takes what came over its channels into its event list; must be cheap when nothing came. Sends nothing. Returns
    /// false if nothing came.
    virtual bool receive() = 0;
    /// Whether it may have sent anything since this was asked last. After most turns of few events nothing was, and then
    /// nobody needs to look into his channels.
    [[nodiscard]] virtual bool may_have_sent() { return true; }
};

}  // namespace mailquake
