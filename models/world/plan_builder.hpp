// Builds a Plan from a scenario, part by part: sites, tiers, tenants, sources, then what is planned to happen. The
// scenario has been validated; a name that is not found here is a mistake of ours.
#pragma once

#include <map>
#include <span>
#include <utility>

#include "models/spec/law_of.hpp"
#include "models/world/plan.hpp"

namespace mailquake {

[[nodiscard]] Network planned_network(const ScenarioSpec& scenario, std::span<const FaultOccurrences> fault_times, SimTime end);

class PlanBuilder {
public:
    PlanBuilder(Plan& plan, const ScenarioSpec& scenario) : plan_(plan), scenario_(scenario) {}
    void build();

private:
    void add_sites();
    void add_tiers();
    [[nodiscard]] std::vector<std::optional<std::uint32_t>> own_first(const TierSpec& tier) const;
    void add_stations(TierId tier, const TierSpec& spec);
    void add_classes();
    [[nodiscard]] std::vector<MxHost> hosts_of(const std::vector<MxSpec>& mx) const;
    void add_tenants();
    void add_populations();
    void add_sources();
    void add_inbound(std::uint16_t tenant_class);
    void add_from_inside(std::uint16_t tenant_class, Direction direction);
    void share_replay(std::uint16_t tenant_class, const std::vector<SimDuration>& times);
    void add_source(SourcePlan source, double rate, double part, const TenantClassSpec& spec);
    void finish_source(SourcePlan source, double per_second, std::span<const double> hourly, std::vector<ArrivalClock::Window> windows);
    void add_clients();
    void add_backlog();
    [[nodiscard]] std::vector<std::uint32_t> tenants_at(const BacklogPlan& backlog, std::string_view partition) const;
    void add_faults();
    void add_fault_at_each(std::uint32_t fault, const std::string& target, std::uint64_t place, DisturbancePlan& d);
    void add_fault(std::uint32_t fault, const std::string& target, const Stretch& when, std::uint64_t place, DisturbancePlan& d);
    void add_trouble(std::uint32_t site, const Stretch& when);
    void mark_hit_places();
    void add_campaigns(const SourcePlan& source, double part, const TenantClassSpec& spec);
    [[nodiscard]] const std::vector<ArrivalClock::Window>& bursts_of(const TenantClassSpec& spec, const MmppArrivalsSpec& mmpp);
    void add_health();
    void add_flaws();
    [[nodiscard]] const std::vector<bool>& campaign_members(std::size_t fault, std::uint16_t tenant_class, const TenantClassSpec& spec, std::size_t count);
    void choose_flawed_servers(FlawPlan& flaw) const;
    void add_fix(const FlawSpec& spec, FlawPlan& flaw) const;
    void mark_watched();
    void mark_slow();
    void add_mitigations();
    void add_condition(std::uint32_t mitigation, const MitigationCondition& condition);
    void add_measures(std::uint32_t mitigation, SimTime at, DisturbancePlan& d);
    void add_policies();
    void add_dashboards();
    void add_audience(const AudienceSpec& spec, DashboardPlan& plan) const;
    [[nodiscard]] SignalPlan signal(const SignalSpec& spec) const;
    [[nodiscard]] ChannelPlan channel(const ChannelSpec& spec, const std::string& dashboard, std::uint16_t at);
    [[nodiscard]] BulkheadPlan bulkhead(const TierSpec& spec) const;

    [[nodiscard]] std::uint16_t site(const std::string& name) const;
    [[nodiscard]] TierId tier(const std::string& name) const;
    [[nodiscard]] std::size_t class_index(const std::string& name) const;
    /// Stations that `tier[/partition][@site]` means.
    [[nodiscard]] std::vector<std::uint32_t> stations_of(const std::string& target) const;
    [[nodiscard]] std::vector<TierId> path(const std::vector<std::string>& names) const;
    [[nodiscard]] SimDuration start_of_day() const;

    Plan& plan_;
    const ScenarioSpec& scenario_;
    std::map<std::pair<std::size_t, std::uint16_t>, std::vector<bool>> campaign_members_;  // by fault and class: which of its tenants
    std::map<std::string, std::vector<ArrivalClock::Window>> bursts_;                               // by class
    std::vector<std::shared_ptr<const AliasTable>> class_alias_;
    std::vector<std::shared_ptr<const std::vector<std::uint32_t>>> class_tenants_;
};

}  // namespace mailquake
