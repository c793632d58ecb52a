// A part of the world with its own clock, event list and state, which no other process reads: the unit of parallelism.
// Processes speak over channels alone. The three calls are made by the executor, never two at a time for one process;
// between windows everything that one process wrote is visible to the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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
    /// As receive(), where the process of that number alone has sent anything since this one received last: with many
    /// processes, looking into the channels from all others costs more than a turn's events.
    virtual bool receive_from(std::size_t) { return receive(); }
    /// Adds the numbers of the processes to which it has sent since this was asked last, each once; false: it cannot tell, and
    /// all others may have got something. After most turns of few events there are none.
    [[nodiscard]] virtual bool list_receivers(std::vector<std::uint32_t>&) { return false; }
};

}  // namespace mailquake
