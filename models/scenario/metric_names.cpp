#include "models/scenario/metric_names.hpp"

#include <fmt/format.h>

#include "models/scenario/validate.hpp"

namespace mailquake {

namespace {

/// The tiers that have the partition.
std::vector<std::string> tiers_with(const ScenarioSpec& scenario, const std::string& partition) {
    std::vector<std::string> tiers;
    for (const TierSpec& tier : scenario.tiers)
        if (contains(tier.partitions, partition)) tiers.push_back(tier.name);
    return tiers;
}

std::vector<std::string> all_partitions(const ScenarioSpec& scenario) {
    std::vector<std::string> all;
    for (const TierSpec& tier : scenario.tiers) all.insert(all.end(), tier.partitions.begin(), tier.partitions.end());
    return all;
}

bool of_tenants(const MetricType& type) {
    return type.source == MetricSource::tenants || type.source == MetricSource::tenant_share;
}

class NamesInMetric {
public:
    NamesInMetric(const MetricText& metric, const ScenarioSpec& scenario) : metric_(metric), scenario_(scenario) {}

    std::vector<std::string> check() {
        for (const Selector& selector : metric_.selectors) check(selector);
        if (errors_.empty() && of_tenants(*metric_.type)) check_tier_of_tenants();
        if (metric_.selectors.empty()) check_there_is_something();
        return std::move(errors_);
    }

private:
    void error(const std::string& text) { errors_.push_back(fmt::format("{}: {}", metric_.text(), text)); }

    void must_be_in(const Selector& selector, const std::vector<std::string>& names) {
        if (contains(names, selector.value)) return;
        const auto& type = selector_type(selector.kind);
        if (names.empty()) error(fmt::format("there is no {} '{}': the scenario has none", type.noun, selector.value));
        else error(fmt::format("there is no {} '{}'{}", type.noun, selector.value, suggestion(selector.value, names, "there")));
    }

    void check(const Selector& selector) {
        switch (selector.kind) {
            case SelectorKind::tenant_class: must_be_in(selector, names_of(scenario_.tenants)); break;
            case SelectorKind::tier: must_be_in(selector, names_of(scenario_.tiers)); break;
            case SelectorKind::site: check_site(selector); break;
            case SelectorKind::partition: check_partition(selector); break;
            case SelectorKind::fault: must_be_in(selector, names_of(scenario_.faults)); break;
            case SelectorKind::flaw: must_be_in(selector, names_of(scenario_.flaws)); break;
            case SelectorKind::mitigation: must_be_in(selector, names_of(scenario_.mitigations)); break;
            case SelectorKind::clients: must_be_in(selector, names_of(scenario_.clients)); break;
        }
    }

    void check_site(const Selector& selector) {
        const Selector* tier = metric_.find(SelectorKind::tier);
        const TierSpec* spec = tier == nullptr || tier->unequal ? nullptr : find_entry(scenario_.tiers, tier->value);
        must_be_in(selector, spec == nullptr ? names_of(scenario_.sites) : spec->at);
    }

    void check_partition(const Selector& selector) {
        const Selector* tier = metric_.find(SelectorKind::tier);
        const TierSpec* spec = tier == nullptr || tier->unequal ? nullptr : find_entry(scenario_.tiers, tier->value);
        must_be_in(selector, spec == nullptr ? all_partitions(scenario_) : spec->partitions);
    }

    /// Tenants have a partition for each partitioned tier: which one is meant must be known.
    void check_tier_of_tenants() {
        const Selector* tier = metric_.find(SelectorKind::tier);
        const Selector* partition = metric_.find(SelectorKind::partition);
        if (tier != nullptr && partition == nullptr) error("tier= says whose partition is meant, but partition= is missing");
        if (tier != nullptr && tier->unequal) error("the tier whose partition is meant is named by tier=, not tier!=");
        if (tier != nullptr || partition == nullptr) return;
        const auto tiers = tiers_with(scenario_, partition->value);
        if (tiers.size() > 1)
            error(fmt::format("tiers {} have a partition '{}'; say which one, as tier={}", fmt::join(tiers, ", "), partition->value, tiers.front()));
    }

    void check_there_is_something() {
        if (metric_.type->source == MetricSource::recovery && scenario_.faults.empty()) error("the scenario has no faults to recover from");
        if (metric_.type->takes(SelectorKind::clients) && scenario_.clients.empty()) error("the scenario has no clients");
        if (metric_.type->takes(SelectorKind::tenant_class) && scenario_.tenants.empty()) error("the scenario has no tenants");
    }

    const MetricText& metric_;
    const ScenarioSpec& scenario_;
    std::vector<std::string> errors_;
};

void complete(MetricText& metric, const ScenarioSpec& scenario) {
    const Selector* partition = metric.find(SelectorKind::partition);
    if (!of_tenants(*metric.type) || partition == nullptr || metric.find(SelectorKind::tier) != nullptr) return;
    const auto tiers = tiers_with(scenario, partition->value);
    if (tiers.size() == 1) metric.selectors.push_back({SelectorKind::tier, tiers.front(), false});
}

}  // namespace

std::vector<std::string> errors_in_names(const Measure& measure, const ScenarioSpec& scenario) {
    std::vector<std::string> errors = NamesInMetric(measure.metric, scenario).check();
    if (!measure.over) return errors;
    for (std::string& error : NamesInMetric(*measure.over, scenario).check()) errors.push_back(std::move(error));
    return errors;
}

void complete_tier(Measure& measure, const ScenarioSpec& scenario) {
    complete(measure.metric, scenario);
    if (measure.over) complete(*measure.over, scenario);
}

}  // namespace mailquake
