// What a scenario's topology allows a cascade to do: which queue can fill which, and which fault, flaw or mitigation can fill a
// queue. By names alone, as the scenario has them; times and amounts are others' matter (cascade_graph.hpp has the rule).
// Left out: fail-overs and health checks, which send mail and calls elsewhere for a while.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/report/explanation.hpp"
#include "models/scenario/scenario_spec.hpp"

namespace mailquake {

class CascadeTopology {
public:
    explicit CascadeTopology(const ScenarioSpec& scenario) : scenario_(scenario) {}

    /// The workers of `caller`'s tier wait for that of `callee`, an input queue; a next-hop queue: a failed call defers mail.
    [[nodiscard]] bool calls(const CascadeNode& caller, const CascadeNode& callee) const;
    /// The mail in `from`, a next-hop queue, goes next to `to`, an input queue, or to a proxy that hands over to it.
    [[nodiscard]] bool hands_to(const CascadeNode& from, const CascadeNode& to) const;
    /// The workers of `proxy`'s tier wait for the reply of that of `to`.
    [[nodiscard]] bool holds_for(const CascadeNode& proxy, const CascadeNode& to) const;

    /// Of a queue's own tier, site, links or classes.
    [[nodiscard]] bool hits(const FaultSpec& fault, const CascadeNode& queue) const;
    /// On the way of clients that sign in at the queue's place.
    [[nodiscard]] bool cuts_off_clients(const FaultSpec& fault, const CascadeNode& queue) const;
    /// Of a tier that the queue's tier calls, or the way there.
    [[nodiscard]] bool hits_callee(const FaultSpec& fault, const CascadeNode& queue) const;
    [[nodiscard]] bool is_target(const FaultSpec& fault, std::string_view tier) const;
    /// Takes servers away, so that a queue's books show it.
    [[nodiscard]] bool is_on_servers(const FaultSpec& fault) const;
    [[nodiscard]] bool wakes(const FaultSpec& fault, const FlawSpec& flaw) const;
    /// By other means than that it holds workers.
    [[nodiscard]] bool hits(const FlawSpec& flaw, const CascadeNode& queue) const;
    /// Whether what workers do can be such a flaw's doing.
    [[nodiscard]] bool shows(const FlawSpec& flaw, const WorkerDoing& doing) const;
    /// Operators have the queue's mail wait.
    [[nodiscard]] bool keeps_back(const MitigationSpec& mitigation, const CascadeNode& queue) const;
    /// Operators have a backlog come to the queue at once: what is replayed, or tried now.
    [[nodiscard]] bool lets_go(const MitigationSpec& mitigation, const CascadeNode& queue) const;

private:
    [[nodiscard]] const TierSpec* tier(std::string_view name) const;
    [[nodiscard]] bool stands_at(std::string_view tier, std::string_view site) const;
    [[nodiscard]] bool is_outside(std::string_view site) const;
    /// Would somebody at `from` go to `site` for this tier?
    [[nodiscard]] bool goes_there(std::string_view from, std::string_view tier, std::string_view site) const;
    [[nodiscard]] std::vector<std::string> next_tiers(const CascadeNode& holder) const;
    [[nodiscard]] std::vector<std::string> after(std::string_view tier) const;

    const ScenarioSpec& scenario_;
};

}  // namespace mailquake
