// How many entries there may be of what is numbered in few bits in every message, request or worker: the n-th too many is an
// error at its place. Lists that only memory bounds are not asked about.
#include <fmt/format.h>

#include "models/scenario/validate.hpp"

namespace mailquake {
namespace {

constexpr std::size_t kNumberedIn16Bits = 65'536;
constexpr std::size_t kTiersOfPath = 256;      // Message::hop has 8 bits
constexpr std::size_t kStatesOfWorker = 256;   // a worker's state has 8 bits; a tier has these of its own:
constexpr std::size_t kStatesOfAnyTier = 6;    // idle, serving, absent, stalled, handing over, slowed

class Sizes {
public:
    Sizes(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        check_entries(spec_.sites, "sites");
        check_entries(spec_.tenants, "tenant classes");
        check_entries(spec_.clients, "populations of clients");
        check_entries(spec_.mitigations, "mitigations");
        check_entries(spec_.dashboards, "dashboards");
        for (const TierSpec& tier : spec_.tiers) {
            if (tier.partitions.size() > kNumberedIn16Bits)
                refuse(tier.partitions, fmt::format("tiers.{}.partitions", tier.name), kNumberedIn16Bits, fmt::format("partitions of tier '{}'", tier.name));
            check_states(tier);
        }
        for (const TenantClassSpec& tenants : spec_.tenants)
            for (const Direction direction : {Direction::inbound, Direction::outbound, Direction::internal})
                if (const auto& path = tenants.paths.of(direction); path.size() > kTiersOfPath)
                    refuse(path, fmt::format("tenants.{}.paths.{}", tenants.name, to_text(direction)), kTiersOfPath,
                           fmt::format("tiers in the {} path of tenant class '{}'", to_text(direction), tenants.name));
    }

private:
    template <class Spec>
    void check_entries(const std::vector<Spec>& entries, std::string_view what) {
        if (entries.size() > kNumberedIn16Bits)
            diagnostics_.error(entries[kNumberedIn16Bits].pos, fmt::format("{} {}; there may be {}", entries.size(), what, kNumberedIn16Bits));
    }

    void refuse(const std::vector<std::string>& list, const std::string& path, std::size_t most, const std::string& what) {
        diagnostics_.error(scenario_.at(fmt::format("{}.{}", path, most)), fmt::format("{} {}; there may be {}", list.size(), what, most));
    }

    /// Two for each call (it waits for an answer, or for one that will not come), one for each flaw.
    void check_states(const TierSpec& tier) {
        std::size_t flaws = 0;
        for (const FlawSpec& flaw : spec_.flaws) flaws += flaw.in == tier.name && flaw.enabled ? 1U : 0U;
        constexpr std::size_t most = kStatesOfWorker - kStatesOfAnyTier;
        if (2 * tier.calls.size() + flaws > most)
            diagnostics_.error(tier.pos, fmt::format("tier '{}' has {} calls and {} flaws; twice the calls and the flaws may be {} together",
                                                     tier.name, tier.calls.size(), flaws, most));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_sizes(const ReadScenario& scenario, Diagnostics& diagnostics) { Sizes(scenario, diagnostics).run(); }

}  // namespace mailquake
