// Settings that are written but can have no effect, and entries that nothing uses: warnings, since silence is what users
// of such tools complain of most.
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "models/scenario/topology_layer.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

class Effects {
public:
    Effects(const ReadScenario& scenario, Diagnostics& diagnostics)
        : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics), tiers_(name_index(spec_.tiers)), uses_(spec_.tiers.size()) {}

    void run() {
        gather();
        for (const TierSpec& tier : spec_.tiers) check_tier(tier);
        for (const SiteSpec& site : spec_.sites) check_site(site);
        check_senders();
        for (const TenantClassSpec& tenants : spec_.tenants) check_class(tenants);
        for (const ClientSpec& client : spec_.clients) check_client(client);
        if (spec_.links.empty() && scenario_.says("network")) warning("network", "there are no links that this could hold for");
    }

private:
    /// What a tier has to do; that clients sign in there is a call.
    struct TierUse {
        bool on_path = false;
        bool hands_over = false;
        bool called = false;
    };
    [[nodiscard]] TierUse use_of(std::string_view tier) const {
        const auto index = tiers_.find(tier);
        return index ? uses_[*index] : TierUse{};
    }

    /// Warns where a value is written that has no effect, and says why.
    void no_effect(const std::string& path, std::string_view why) {
        if (scenario_.says(path)) warning(path, fmt::format("no effect: {}", why));
    }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    void gather() {
        for (const TenantClassSpec& tenants : spec_.tenants) {
            for (const auto* path : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal}) {
                for (std::size_t i = 0; i < path->size(); ++i) {
                    TierUse& use = uses_[*tiers_.find((*path)[i])];
                    use.on_path = true;
                    use.hands_over = use.hands_over || i + 1 < path->size();
                }
            }
            priorities_.insert(tenants.priority);
        }
        for (const TierSpec& tier : spec_.tiers) {
            for (const CallSpec& call : tier.calls) uses_[*tiers_.find(call.to)].called = true;
            by_priority_ = by_priority_ || tier.queue.discipline == Discipline::priority;
        }
        for (const ClientSpec& client : spec_.clients) uses_[*tiers_.find(client.tier)].called = true;
    }

    void check_tier(const TierSpec& tier) {
        const std::string path = "tiers." + tier.name;
        const TierUse use = use_of(tier.name);
        const bool on_path = use.on_path;
        if (!on_path && !use.called) {
            diagnostics_.warning(tier.pos, fmt::format("tier '{}' gets nothing to do: it is on no path, nobody calls it, and no client signs in there", tier.name));
            return;
        }
        const bool hands_over = use.hands_over;
        const bool defers = on_path && std::any_of(tier.calls.begin(), tier.calls.end(), [](const CallSpec& call) { return call.on_failure == OnFailure::defer; });
        if (!hands_over) no_effect(path + ".hand_over", "this tier is the last of every path, or on none");
        if ((!hands_over || tier.hand_over != HandOver::queued) && !defers)
            no_effect(path + ".next_hop", hands_over ? "mail is not handed over `queued`, and no call defers it" : "this tier hands nothing over, and no call defers mail");
        if (!tier.queue.limit) no_effect(path + ".queue.on_full", "the queue has no `limit`");
        if (tier.queue.discipline == Discipline::priority && on_path && priorities_.size() < 2)
            no_effect(path + ".queue.discipline", "all tenant classes have the same `priority`");
        if (on_path && tier.hand_over != HandOver::held)
            for (const CallSpec& call : tier.calls)
                if (call.on_failure == OnFailure::refuse)
                    diagnostics_.error(scenario_.at(fmt::format("{}.calls.{}.on_failure", path, call.name)),
                                       "this tier has accepted the mail before it calls, so it can refuse it no more; `defer` or `bounce` it, or be a proxy (`hand_over: held`)");
        if (!on_path)
            for (const CallSpec& call : tier.calls)
                if (call.on_failure == OnFailure::bounce) no_effect(fmt::format("{}.calls.{}.on_failure", path, call.name), "no mail passes this tier that could bounce");
        for (const TierSiteSpec& site : tier.sites)
            if (!site.servers && !site.workers && !site.service)
                warning(fmt::format("{}.sites.{}", path, site.name), fmt::format("no effect: no figure of its own is given for '{}'", site.name));
        check_notice(tier.next_hop.retry, tier.next_hop.notice_after, path + ".next_hop.notice_after");
        check_fallback(tier.next_hop, path + ".next_hop");
    }

    void check_fallback(const NextHopSpec& next_hop, const std::string& path) {
        const auto has = [&](FallbackOn failure) { return std::find(next_hop.fallback_on.begin(), next_hop.fallback_on.end(), failure) != next_hop.fallback_on.end(); };
        if (has(FallbackOn::none) && next_hop.fallback_on.size() > 1)
            diagnostics_.error(scenario_.at(path + ".fallback_on"), "`none` stands alone: it says that an attempt goes on after no failure");
        if (next_hop.fallback_on.empty())
            diagnostics_.error(scenario_.at(path + ".fallback_on"), "an empty list; `none` says that an attempt goes on after no failure");
        if (!has(FallbackOn::four_yz)) no_effect(path + ".sessions", "`fallback_on` has no `4yz`, and whatever else fails has no session");
    }

    void check_notice(const RetrySpec& retry, const std::optional<SimDuration>& notice_after, const std::string& path) {
        if (!notice_after) return;
        std::visit(
            [&](const auto& schedule) {
                if constexpr (requires { schedule.expire; })
                    if (schedule.expire <= *notice_after)
                        no_effect(path, fmt::format("the message is given up at {}, before the notice at {}", print(schedule.expire), print(*notice_after)));
            },
            retry);
    }

    void check_site(const SiteSpec& site) {
        const auto stands_here = [&](const auto& entries) {
            return std::any_of(entries.begin(), entries.end(), [&](const auto& entry) { return entry.at == site.name; });
        };
        const bool has_tier = std::any_of(spec_.tiers.begin(), spec_.tiers.end(), [&](const TierSpec& tier) { return contains(tier.at, site.name); });
        if (has_tier || stands_here(spec_.senders) || stands_here(spec_.clients)) return;
        const auto links = std::count_if(spec_.links.begin(), spec_.links.end(), [&](const LinkSpec& link) { return link.from == site.name || link.to == site.name; });
        const YamlNode* written = scenario_.paths.find("sites." + site.name);
        const bool from_topology = written != nullptr && scenario_.sources.sources[written->place.source].label == kTopologyLabel;  // maps have leaves
        if (links < 2 && !from_topology) diagnostics_.warning(site.pos, fmt::format("nothing is at site '{}': no tier, sender or client, and no way leads through it", site.name));
    }

    void check_senders() {
        for (const SenderSpec& sender : spec_.senders) {
            const bool used = std::any_of(spec_.tenants.begin(), spec_.tenants.end(), [&](const TenantClassSpec& tenants) {
                return tenants.directions.inbound.value > 0 && (tenants.senders.empty() || find_entry(tenants.senders, sender.name) != nullptr);
            });
            if (!used) diagnostics_.warning(sender.pos, fmt::format("sender '{}' sends to no tenant class", sender.name));
            check_notice(sender.retry, sender.notice_after, fmt::format("senders.{}.notice_after", sender.name));
        }
    }

    void check_class(const TenantClassSpec& tenants) {
        const std::string path = "tenants." + tenants.name;
        const YamlNode* written = scenario_.paths.find(path);
        const auto key_without_effect = [&](std::string_view key, std::string_view why) {
            if (written != nullptr && written->find(key) != nullptr) no_effect(fmt::format("{}.{}", path, key), why);
        };
        if (tenants.directions.inbound.value == 0) {
            key_without_effect("mx", "no mail comes from outside");
            key_without_effect("senders", "no mail comes from outside");
            if (tenants.directions.internal.value == 0) key_without_effect("homes", "no mail goes to a mailbox");
        }
        if (tenants.count == 1 && std::holds_alternative<ZipfSkewSpec>(tenants.skew)) key_without_effect("skew", "there is one tenant");
        if (!by_priority_) key_without_effect("priority", "no tier has `queue.discipline: priority`");
        for (const PlacementSpec& placement : tenants.placement)
            if (const TierUse use = use_of(placement.name); !use.on_path && !use.called)
                no_effect(fmt::format("{}.placement.{}", path, placement.name), "nobody goes to this tier or calls it");
    }

    void check_client(const ClientSpec& client) {
        const std::string path = "clients." + client.name;
        if (client.retry.factor.value == 1 && client.retry.cap >= client.retry.base) no_effect(path + ".retry.cap", "waits do not grow: `factor` is 1x");
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
    NameIndex tiers_;
    std::vector<TierUse> uses_;   // by tier
    std::set<std::int64_t> priorities_;
    bool by_priority_ = false;
};

}  // namespace

void validate_effects(const ReadScenario& scenario, Diagnostics& diagnostics) { Effects(scenario, diagnostics).run(); }

}  // namespace mailquake
