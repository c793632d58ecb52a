// Mitigations that can act: at a time within the run or on a condition that can come, on what they can change.
#include <algorithm>
#include <optional>
#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include "models/fault/condition.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

class Mitigations {
public:
    Mitigations(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const MitigationSpec& mitigation : spec_.mitigations) {
            const std::string path = "mitigations." + mitigation.name;
            check_time(mitigation, path);
            check_body(mitigation, path);
        }
        for (std::size_t i = 0; i < spec_.mitigations.size(); ++i)
            for (std::size_t k = 0; k < i; ++k) check_overlap(spec_.mitigations[k], spec_.mitigations[i]);
    }

private:
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    /// On what a mitigation acts for a time, as a text; and for how long.
    struct Subject {
        std::string text;
        std::optional<SimDuration> length;
    };
    [[nodiscard]] static std::optional<Subject> subject_of(const MitigationSpec& mitigation) {
        return std::visit(
            [](const auto& body) -> std::optional<Subject> {
                using Body = std::decay_t<decltype(body)>;
                if constexpr (std::is_same_v<Body, CutOffMitigation> || std::is_same_v<Body, BypassMitigation> || std::is_same_v<Body, ThrottleMitigation>) return Subject{body.target, body.length};
                else if constexpr (std::is_same_v<Body, SuspendMitigation>) return Subject{body.target + (body.to.empty() ? "" : " to " + body.to), body.length};
                else if constexpr (std::is_same_v<Body, RouteAroundMitigation>) return Subject{body.tier + "@" + body.site, body.length};
                else if constexpr (std::is_same_v<Body, HoldMitigation>)
                    return Subject{fmt::format("{} {} {} {} {}", body.target, to_text(body.mail), body.tenant_class, body.larger_than ? body.larger_than->count : 0, body.direction ? to_text(*body.direction) : ""), body.length};
                else return std::nullopt;
            },
            mitigation.body);
    }

    /// Two of a kind on one target at one time are a slip, if both are done at a time.
    void check_overlap(const MitigationSpec& first, const MitigationSpec& second) {
        if (!first.enabled || !second.enabled || first.body.index() != second.body.index() || !first.when.empty() || !second.when.empty()) return;
        const auto a = subject_of(first), b = subject_of(second);
        if (!a || !b || a->text != b->text) return;
        const auto end_of = [](const MitigationSpec& mitigation, const Subject& subject) { return subject.length ? saturating_add(mitigation.at.at, *subject.length) : SimTime::never(); };
        if (end_of(first, *a) <= second.at.at || end_of(second, *b) <= first.at.at) return;
        const std::string path = fmt::format("mitigations.{}.at", second.name);
        const auto kind = std::visit([](const auto& body) { return std::string_view(body.kind); }, second.body);
        error(path, fmt::format("mitigation '{}' and mitigation '{}' are both {} on '{}', and overlap in time; make them one", first.name, second.name, kind, a->text.substr(0, a->text.find(' '))));
        diagnostics_.also(scenario_.at(fmt::format("mitigations.{}.at", first.name)), "the first one is here");
    }

    void check_time(const MitigationSpec& mitigation, const std::string& path) {
        const bool at = scenario_.says(path + ".at");
        if (mitigation.when.empty()) {
            if (!at) error(path, "the mitigation has neither `at` nor `when`: say at what time or on what condition it is done");
            check_begins_in_run(scenario_, mitigation.enabled, mitigation.at, "mitigation", path + ".at", diagnostics_);
            return;
        }
        if (at && mitigation.at.at > SimTime::zero()) error(path + ".at", "it is done on a condition (`when`): leave out `at`");
        if (std::holds_alternative<RouteAroundMitigation>(mitigation.body))
            error(path + ".when", "a tier is routed around at a time alone, since all sites know of it from the plan: say `at`, or give the tier `health` checks, which do it when it fails");
        const auto condition = parse_condition(mitigation.when);
        if (const auto* wrong = std::get_if<std::string>(&condition)) {
            error(path + ".when", *wrong);
            return;
        }
        check_place(std::get<MitigationCondition>(condition), mitigation, path + ".when");
    }

    void check_place(const MitigationCondition& condition, const MitigationSpec& mitigation, const std::string& path) {
        const TierSpec* tier = find_entry(spec_.tiers, condition.tier);
        if (tier == nullptr) {
            error(path, fmt::format("unknown tier '{}'{}", condition.tier, suggestion(condition.tier, names_of(spec_.tiers), "known ones")));
            return;
        }
        const auto* move = std::get_if<FailOverMitigation>(&mitigation.body);
        if (condition.site.empty() && move != nullptr && !contains(tier->at, move->from))
            error(path, fmt::format("tier '{}' is not at '{}', which is relieved and where it is looked at; say whose it is: {}@SITE, or {}@* of all together", tier->name, move->from, tier->name, tier->name));
        if (!condition.site.empty() && condition.site != kTogether && !contains(tier->at, condition.site))
            error(path, fmt::format("tier '{}' is not at '{}'{}", tier->name, condition.site, suggestion(condition.site, tier->at, "its sites")));
    }

    void check_body(const MitigationSpec& mitigation, const std::string& path) {
        if (const auto* fix = std::get_if<RemoveFlawMitigation>(&mitigation.body)) {
            const FlawSpec* flaw = find_entry(spec_.flaws, fix->flaw);
            if (flaw != nullptr && !flaw->enabled && mitigation.enabled)
                warning(path + ".flaw", fmt::format("flaw '{}' is not enabled, so that there is nothing to remove", flaw->name));
        }
        if (const auto* move = std::get_if<FailOverMitigation>(&mitigation.body); move != nullptr && move->from == move->to)
            error(path + ".to", fmt::format("a fail-over from '{}' to itself", move->from));
        if (const auto* hold = std::get_if<HoldMitigation>(&mitigation.body)) {
            refuse_proxy(hold->target, path, "holds");
            if (hold->release && !hold->length) error(path + ".release", "mail that is held to the end is not released: say `for` how long it is held");
        }
        if (const auto* bypass = std::get_if<BypassMitigation>(&mitigation.body)) refuse_proxy(bypass->target, path, "passes by");
        if (const auto* drain = std::get_if<DrainAsideMitigation>(&mitigation.body)) refuse_proxy(drain->target, path, "puts aside");
        if (const auto* replay = std::get_if<ReplayMitigation>(&mitigation.body)) check_replay(*replay, path);
        if (const auto* throttle = std::get_if<ThrottleMitigation>(&mitigation.body)) {
            if (throttle->up_to.has_value() != throttle->over.has_value())
                error(path + (throttle->up_to ? ".up_to" : ".over"), fmt::format("`{}` needs `{}`: what the rate grows to, and how long that takes", throttle->up_to ? "up_to" : "over", throttle->up_to ? "over" : "up_to"));
        }
        if (const auto* around = std::get_if<RouteAroundMitigation>(&mitigation.body)) check_around(*around, path);
        if (const auto* suspend = std::get_if<SuspendMitigation>(&mitigation.body)) check_suspend(*suspend, path);
    }

    /// The tier has next-hop queues, and if only some are meant, then there are such.
    void check_suspend(const SuspendMitigation& suspend, const std::string& path) {
        const TierSpec* tier = find_entry(spec_.tiers, split_place(suspend.target).tier);
        if (tier == nullptr) return;
        const std::vector<std::string> next = next_hops(tier->name);
        if (tier->hand_over != HandOver::queued || next.empty()) {
            const auto why = next.empty() ? std::string("it hands nothing over") : fmt::format("`hand_over: {}`", to_text(tier->hand_over));
            error(path + ".target", fmt::format("tier '{}' has no next-hop queues to suspend: {}", tier->name, why));
            return;
        }
        if (suspend.to.empty()) return;
        const PlaceText to = split_place(suspend.to);
        const TierSpec* destination = find_entry(spec_.tiers, to.tier);
        if (!contains(next, std::string(to.tier)))
            error(path + ".to", fmt::format("tier '{}' hands nothing over to '{}'{}", tier->name, to.tier, suggestion(to.tier, next, "its next hops")));
        else if (destination != nullptr && !destination->mx.empty() && !to.site.empty())
            error(path + ".to", fmt::format("the sites of '{}' are MX hosts of one destination, which has one queue: leave out '@{}'", to.tier, to.site));
    }

    [[nodiscard]] std::vector<std::string> next_hops(const std::string& tier) const {
        std::vector<std::string> next;
        for (const TenantClassSpec& tenants : spec_.tenants)
            for (const auto* way : {&tenants.paths.inbound, &tenants.paths.outbound, &tenants.paths.internal})
                for (std::size_t i = 0; i + 1 < way->size(); ++i)
                    if ((*way)[i] == tier && !contains(next, (*way)[i + 1])) next.push_back((*way)[i + 1]);
        return next;
    }

    void refuse_proxy(const std::string& target, const std::string& path, std::string_view what) {
        const TierSpec* tier = find_entry(spec_.tiers, split_place(target).tier);
        if (tier != nullptr && tier->hand_over == HandOver::held)
            error(path + ".target", fmt::format("tier '{}' is a proxy (`hand_over: held`): it has no mail of its own that one {}", tier->name, what));
    }

    void check_replay(const ReplayMitigation& replay, const std::string& path) {
        const TierSpec* tier = find_entry(spec_.tiers, split_place(replay.target).tier);
        if (tier == nullptr) return;
        if (!tier->safety_net) error(path + ".target", fmt::format("tier '{}' keeps nothing that could be sent again: give it a `safety_net`", tier->name));
        else if (replay.of && *replay.of > tier->safety_net->keep)
            warning(path + ".of", fmt::format("tier '{}' keeps what it has handed on for {} alone", tier->name, print(tier->safety_net->keep)));
    }

    void check_around(const RouteAroundMitigation& around, const std::string& path) {
        const TierSpec* tier = find_entry(spec_.tiers, around.tier);
        if (tier == nullptr) return;
        if (!contains(tier->at, around.site)) error(path + ".site", fmt::format("tier '{}' is not at '{}'{}", tier->name, around.site, suggestion(around.site, tier->at, "its sites")));
        else if (tier->at.size() == 1) error(path + ".site", fmt::format("tier '{}' is at '{}' alone: there is no way around it", tier->name, around.site));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void check_begins_in_run(const ReadScenario& scenario, bool enabled, Instant at, std::string_view what, const std::string& path, Diagnostics& diagnostics) {
    if (!enabled) return;
    const SimDuration begin{at.at.ns};
    const SimDuration end = scenario.until ? std::min(*scenario.until, scenario.spec.duration) : scenario.spec.duration;
    if (begin < end) return;
    const std::string message = fmt::format("{} after the end: it begins at {}, but the run ends at {}", what, print(begin), print(end));
    if (scenario.until) diagnostics.warning(scenario.at(path), message);
    else diagnostics.error(scenario.at(path), message);
}

void validate_mitigations(const ReadScenario& scenario, Diagnostics& diagnostics) { Mitigations(scenario, diagnostics).run(); }

}  // namespace mailquake
