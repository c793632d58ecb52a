// A share of servers is a number of them (models/mta/server_share.hpp). One that rounds to none hits nothing: a warning, with the
// least share that is one server.
#include <algorithm>
#include <type_traits>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "models/fault/fault_timeline.hpp"
#include "models/mta/server_share.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {
namespace {

class Shares {
public:
    Shares(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const FaultSpec& fault : spec_.faults) {
            if (!fault.enabled) continue;
            std::visit(
                [&](const auto& body) {
                    using Body = std::decay_t<decltype(body)>;
                    if constexpr (std::is_same_v<Body, ServerCrashFault> || std::is_same_v<Body, ServerPauseFault> || std::is_same_v<Body, ServerSlowFault>)
                        for (const std::string& target : targets_of(fault)) check(fault, body.share, target);
                },
                fault.body);
        }
        for (const FlawSpec& flaw : spec_.flaws)
            if (flaw.enabled) warn_of_none(flaw.share, servers_of(flaw.in), fmt::format("flaws.{}.share", flaw.name), "tier '" + flaw.in + "'");
    }

private:
    /// A fault that comes to each place by itself takes its share of each.
    void check(const FaultSpec& fault, Ratio share, const std::string& target) {
        const std::vector<std::uint32_t> servers = servers_of(target);
        const std::string path = fmt::format("faults.{}.share", fault.name), whose = "target '" + target + "'";
        if (!fault.each) {
            warn_of_none(share, servers, path, whose);
            return;
        }
        for (const std::uint32_t here : servers) {
            if (apportion(share.value, std::vector{here}).front() > 0) continue;
            warn_of_none(share, {here}, path, "a place of " + whose);
            return;
        }
    }

    void warn_of_none(Ratio share, const std::vector<std::uint32_t>& servers, const std::string& path, const std::string& whose) {
        std::uint64_t all = 0, hit = 0;
        for (const std::uint32_t n : servers) all += n;
        for (const std::uint32_t n : apportion(share.value, servers)) hit += n;
        if (all == 0 || hit > 0) return;
        diagnostics_.warning(scenario_.at(path), fmt::format("no effect: {} of the {} server{} of {} is none; from {} on it is one", print(share), all,
                                                             all == 1 ? "" : "s", whose, print(Ratio{0.5 / static_cast<double>(all)})));
    }

    /// Of each station that the target means; none where it is no place of a tier.
    [[nodiscard]] std::vector<std::uint32_t> servers_of(const std::string& text) const {
        const PlaceText target = split_place(text);
        std::vector<std::uint32_t> servers;
        for (const TierSpec& tier : spec_.tiers) {
            if (tier.name != target.tier) continue;
            for (const std::string& site : tier.at) {
                if (!target.site.empty() && target.site != site) continue;
                const std::size_t partitions = target.partition.empty() ? std::max<std::size_t>(1, tier.partitions.size()) : 1;
                servers.insert(servers.end(), partitions, narrow<std::uint32_t>(tier.servers_at(site), "servers"));
            }
        }
        return servers;
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_shares(const ReadScenario& scenario, Diagnostics& diagnostics) { Shares(scenario, diagnostics).run(); }

}  // namespace mailquake
