// Sites so close to each other that windows between them would be too short to pay: less than 100 us apart, they become
// one logical process. Inside, they take turns as in a serial run; outside, they have one horizon.
//
// While a cluster runs, its members receive from each other alone: a channel from outside may be written to meanwhile.
// What came over those is received between windows, as everywhere.
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
    /// `inside` is closed; member i, of number numbers[i] in the plan, is its row and column i.
    Cluster(const std::vector<Site*>& members, std::vector<std::uint32_t> numbers, LookaheadMatrix inside);

    [[nodiscard]] SimTime next_time() const override;
    void run_until(SimTime horizon) override;
    bool receive() override;

private:
    /// A site as the others of its cluster see it.
    class Member final : public LogicalProcess {
    public:
        Member(Site& site, const std::vector<std::uint32_t>& cluster) : site_(site), cluster_(cluster) {}
        [[nodiscard]] SimTime next_time() const override { return site_.next_time(); }
        void run_until(SimTime horizon) override { site_.run_until(horizon); }
        bool receive() override {
            bool came = false;
            for (std::uint32_t neighbour : cluster_) came = site_.receive_from_site(neighbour) || came;
            return came;
        }
        bool receive_all() { return site_.receive(); }

    private:
        Site& site_;
        const std::vector<std::uint32_t>& cluster_;
    };

    std::vector<std::uint32_t> numbers_;
    std::vector<std::unique_ptr<Member>> sites_;
    std::vector<LogicalProcess*> members_;   // the same
    LookaheadMatrix inside_;
    std::unique_ptr<WindowExecutor> turns_;
};

/// Which sites share a process: for each site the number of its cluster, numbered by their first members.
[[nodiscard]] std::vector<std::size_t> clusters_of(const Plan& plan);

}  // namespace mailquake
