// Sites so close to each other that windows between them would be too short to pay: less than 100 us apart, they become
// one logical process. Inside, they take turns as in a serial run; outside, they have one horizon.
//
// Invariant: results are the same as if each site were a process of its own; only the windows differ.
#pragma once

#include <vector>

#include "models/world/site.hpp"
#include "sim/kernel/lookahead.hpp"
#include "sim/kernel/logical_process.hpp"
#include "sim/parallel/executor.hpp"

namespace mailquake {

/// From here on two sites are processes of their own.
inline constexpr SimDuration kLeastLookahead = 100_us;

class Cluster final : public LogicalProcess {
public:
    /// `inside` is closed; member i is its row and column i.
    Cluster(std::vector<Site*> members, LookaheadMatrix inside);

    [[nodiscard]] SimTime next_time() const override;
    void run_until(SimTime horizon) override;
    void receive() override;

private:
    std::vector<LogicalProcess*> members_;
    LookaheadMatrix inside_;
    std::unique_ptr<WindowExecutor> turns_;
};

/// Which sites share a process: for each site the number of its cluster, numbered by their first members.
[[nodiscard]] std::vector<std::size_t> clusters_of(const Plan& plan);

}  // namespace mailquake
