#include "models/study/warmup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>
#include <vector>

#include "models/spec/quantity_text.hpp"
#include "models/world/simulate.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/narrow.hpp"
#include "sim/experiment/replications.hpp"
#include "sim/stats/mser.hpp"

namespace mailquake {

namespace {

template <class Spec>
std::string first_enabled(const std::vector<Spec>& entries) {
    for (const Spec& entry : entries)
        if (entry.enabled) return entry.name;
    return {};
}

/// Copies that wait anywhere, at the end of each minute.
std::vector<double> waiting_of(const Outcome& outcome) {
    std::vector<double> sum;
    for (const QueueSeries& queue : outcome.queues) {
        sum.resize(std::max(sum.size(), queue.waiting.size()), 0);
        for (std::size_t m = 0; m < queue.waiting.size(); ++m) sum[m] += queue.waiting[m];
    }
    return sum;
}

std::vector<double> mean_series(const ScenarioSpec& scenario, std::uint64_t seed, unsigned threads) {
    const std::function<std::vector<double>(std::uint64_t)> pilot = [&](std::uint64_t r) {
        RunOptions options;
        options.seed = combine64(seed, hash_name("warm-up"));
        options.replication = narrow<std::uint32_t>(r, "replications");
        return waiting_of(simulate(scenario, options));
    };
    std::vector<double> mean;
    for (auto& one : run_replications<std::vector<double>>(kPilots, threads, pilot)) {
        if (one.error) std::rethrow_exception(one.error);
        mean.resize(std::max(mean.size(), one.value->size()), 0);
        for (std::size_t m = 0; m < one.value->size(); ++m) mean[m] += (*one.value)[m] / kPilots;
    }
    return mean;
}

}  // namespace

std::string why_not_stationary(const ScenarioSpec& scenario) {
    for (const auto& [list, name] : {std::pair{"fault", first_enabled(scenario.faults)}, std::pair{"flaw", first_enabled(scenario.flaws)},
                                     std::pair{"mitigation", first_enabled(scenario.mitigations)}})
        if (!name.empty()) return fmt::format("{} '{}' is on, and there is no steady state with it", list, name);
    for (const TenantClassSpec& tenants : scenario.tenants) {
        if (!tenants.diurnal.empty()) return fmt::format("the rate of tenants '{}' follows the hour (`diurnal`)", tenants.name);
        if (std::holds_alternative<ReplayArrivalsSpec>(tenants.arrivals)) return fmt::format("the arrivals of tenants '{}' are replayed", tenants.name);
    }
    if (!scenario.backlog.empty()) return "it starts with a backlog";
    if (scenario.tenants.empty()) return "there is no mail";
    constexpr auto least = 50_min;
    if (scenario.duration < least) return fmt::format("{} are too short: at least {} are needed", print(scenario.duration), print(least));
    return {};
}

Settled settle(const LoadedScenario& scenario, std::uint64_t seed, unsigned threads) {
    if (std::string why = why_not_stationary(scenario.spec); !why.empty()) return {std::nullopt, why};
    const auto cut = mser5(mean_series(scenario.spec, seed, threads));
    if (!cut) return {std::nullopt, fmt::format("its queues have not settled by the middle of the run; more than {} may do", print(scenario.spec.duration))};
    return {static_cast<std::int64_t>(*cut) * 1_min, {}};
}

}  // namespace mailquake
