#include "models/world/start_demand.hpp"

#include <limits>
#include <type_traits>

namespace mailquake {

namespace {

constexpr double kForEver = std::numeric_limits<double>::infinity();

/// Mean crashes of a job that meets the flaw with this chance.
double crashes(const FlawSpec& flaw, const CrashFlaw& body, double chance) {
    if (body.poison_queue > 0 && flaw.trigger == Trigger::poison && flaw.probability.value >= 1) return chance * static_cast<double>(body.poison_queue);
    if (flaw.trigger == Trigger::poison || flaw.probability.value >= 1) return kForEver;  // it comes back, and crashes again
    return chance / (1 - chance);
}

/// What one flaw that wakes with this chance makes of it.
void meet(StartDemand& demand, const FlawSpec& flaw, double chance, double workers) {
    const double met = demand.worked * chance;
    std::visit(
        [&](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (std::is_same_v<Body, HoldWorkerFlaw>) {
                demand.held_seconds += met * body.hold.seconds();
            } else if constexpr (std::is_same_v<Body, LeakWorkerFlaw>) {
                demand.held_seconds = kForEver;
                demand.worked -= met;
            } else if constexpr (std::is_same_v<Body, CrashFlaw>) {
                demand.held_seconds += demand.worked * crashes(flaw, body, chance) * workers * body.restart.seconds();
                if (body.poison_queue > 0) demand.worked -= met;
            } else if constexpr (std::is_same_v<Body, DropFlaw> || std::is_same_v<Body, FailClosedFlaw>) {
                demand.worked -= met;
            } else if constexpr (std::is_same_v<Body, FailOpenFlaw>) {
                demand.worked -= met;
                demand.unworked += met;
            } else if constexpr (std::is_same_v<Body, DuplicateFlaw>) {
                demand.copies += met;
            }
        },
        flaw.body);
}

}  // namespace

StartDemand start_demand(const StartChance& start, std::span<const FlawSpec> flaws, const LoadCondition& condition) {
    StartDemand demand;
    for (const FlawSpec& flaw : flaws) {
        if (!flaw.enabled || flaw.in != start.tier) continue;
        double chance = flaw.share.value * flaw.probability.value;
        if (flaw.trigger == Trigger::poison) chance *= start.poison;
        else if (flaw.trigger == Trigger::date) chance *= condition.is_reached(flaw.name) ? 1 : 0;
        else if (flaw.trigger != Trigger::always) chance = 0;
        if (chance > 0) meet(demand, flaw, chance, start.workers);
    }
    return demand;
}

}  // namespace mailquake
