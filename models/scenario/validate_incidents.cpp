// Faults, flaws and mitigations that can act: within the run, on what exists, not twice at once.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "models/fault/fault_timeline.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/law_of.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

std::string_view kind_of(const FaultSpec& fault) {
    return std::visit([](const auto& body) { return std::string_view(body.kind); }, fault.body);
}

/// Kinds beside the links' that hit no tier.
constexpr std::array kNotOnTiers{SiteDownFault::kind, LoadSurgeFault::kind, CampaignFault::kind, PoisonFault::kind, DateReachedFault::kind};

class Incidents {
public:
    Incidents(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const FaultSpec& fault : spec_.faults) check_fault(fault);
        check_overlaps();
    }

private:
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    void check_begin(bool enabled, Instant at, std::string_view what, const std::string& path) { check_begins_in_run(scenario_, enabled, at, what, path, diagnostics_); }

    void check_fault(const FaultSpec& fault) {
        const std::string path = "faults." + fault.name;
        if (fault.target.empty() && fault.group.empty()) error(path, "the fault hits nothing: give it a `target`, or a `group` of them");
        check_group(fault, path);
        if (fault.mtbf || fault.mttr) check_random(fault, path);
        else check_planned(fault, path);
        const Instant begin{begin_of(fault, spec_.warmup)};
        check_begin(fault.enabled, begin, "fault", path + ".at");
        if (fault.enabled && begin.at.ns < spec_.warmup.ns)
            error(path + ".at", fmt::format("the fault begins at {}, within the warm-up of {}, whose mail is not measured; let the warm-up end before it",
                                            print(begin), print(spec_.warmup)));
        check_own_keys(fault, path);
    }

    void check_group(const FaultSpec& fault, const std::string& path) {
        std::set<std::string> seen{fault.target};
        for (std::size_t i = 0; i < fault.group.size(); ++i)
            if (!seen.insert(fault.group[i]).second) error(fmt::format("{}.group.{}", path, i), fmt::format("'{}' is named twice", fault.group[i]));
    }

    /// What a fault that comes when it is planned must say; some may last for good.
    void check_planned(const FaultSpec& fault, const std::string& path) {
        const bool lost = std::holds_alternative<TierLostFault>(fault.body);
        const bool may_last = lost || std::holds_alternative<DateReachedFault>(fault.body);
        if (!scenario_.says(path + ".at") && fault.with.empty()) error(path, "the fault has no `at`: say when it begins, or make it random with `mtbf` and `mttr`");
        if (fault.length == SimDuration::zero() && !may_last) error(path, "the fault has no `for`: say how long it lasts");
        if (lost && fault.length > SimDuration::zero()) error(path + ".for", "a tier that is lost is lost for good; one that comes back is a server-crash");
        const MitigationSpec* cause = fault.with.empty() ? nullptr : find_entry(spec_.mitigations, fault.with);
        if (cause != nullptr && !cause->when.empty())
            error(path + ".with", fmt::format("mitigation '{}' acts on a condition; a fault can only come with one that is done at a time", fault.with));
        if (fault.each) error(path + ".each", "only a random fault, with `mtbf` and `mttr`, can come to each place by itself: this one comes when it is planned");
        if (fault.conditional) error(path + ".conditional", "only a random fault, with `mtbf` and `mttr`, can be conditional: this one happens anyway");
    }

    void check_random(const FaultSpec& fault, const std::string& path) {
        if (fault.mtbf.has_value() != fault.mttr.has_value()) {
            error(path + (fault.mtbf ? ".mtbf" : ".mttr"), fmt::format("`{}` needs `{}`: healthy and failed stretches take turns", fault.mtbf ? "mtbf" : "mttr", fault.mtbf ? "mttr" : "mtbf"));
            return;
        }
        if (fault.each && fault.conditional) error(path + ".conditional", "each place fails by itself (`each`): given that one of them does, it is not known which");
        if (fault.each && (kind_of(fault).starts_with("link-") || std::any_of(kNotOnTiers.begin(), kNotOnTiers.end(), [&](std::string_view kind) { return kind == kind_of(fault); })))
            error(path + ".each", fmt::format("a fault of kind {} hits no tier, whose places could fail each by itself", kind_of(fault)));
        if (!fault.with.empty()) error(path + ".with", "a random fault comes by itself, not with a mitigation");
        if (fault.length > SimDuration::zero()) error(path + ".for", "a random fault lasts as its `mttr` says");
        if (std::holds_alternative<TierLostFault>(fault.body)) error(path + ".mttr", "a tier that is lost is lost for good: nothing repairs it");
        const SimDuration up = law_of(*fault.mtbf).mean(), down = law_of(*fault.mttr).mean();
        const SimTime begin = begin_of(fault, spec_.warmup), end = SimTime::zero() + spec_.duration;
        if (begin >= end) return;
        const double expected = (end - begin).seconds() / std::max(1e-3, (up + down).seconds());
        if (expected > static_cast<double>(kMostOccurrences) / 2)
            error(path + ".mtbf", fmt::format("about {:.0f} failures in this run; at most {} make sense as single faults", expected, kMostOccurrences / 2));
        const double chance = probability_up_to(*fault.mtbf, end - begin - 1_ns);
        constexpr double rare = 0.05;
        if (fault.conditional && chance <= 0) error(path + ".conditional", "it cannot happen within the run, so that nothing can be drawn given that it does");
        else if (fault.enabled && !fault.conditional && !fault.each && chance < rare)
            warning(path + ".mtbf", fmt::format("only {} of the runs will have this fault; with `conditional: true` each has it, and the chance is reported", print(Ratio{std::round(chance * 1e6) / 1e6})));
    }

    void check_own_keys(const FaultSpec& fault, const std::string& path) {
        if (const auto* no_answer = std::get_if<NoAnswerFault>(&fault.body); no_answer != nullptr && no_answer->on.has_value() != no_answer->off.has_value())
            error(path + (no_answer->on ? ".on" : ".off"), fmt::format("`{}` needs `{}`: stretches with the fault and without take turns",
                                                                     no_answer->on ? "on" : "off", no_answer->on ? "off" : "on"));
        if (const auto* slow = std::get_if<ServerSlowFault>(&fault.body); slow != nullptr && slow->factor.value == 1)
            warning(path + ".factor", "a factor of 1x slows nothing");
        if (const auto* gray = std::get_if<GrayFault>(&fault.body); gray != nullptr && gray->dropped.value == 0 && gray->slowed.value == 0)
            error(path, "a gray failure that neither drops nor slows anything: give it `dropped` or `slowed`");
        if (fault.enabled && std::holds_alternative<CacheLossFault>(fault.body)) check_cache_loss(fault, path);
        if (const auto* flap = std::get_if<LinkFlapFault>(&fault.body)) check_flap(fault, *flap, path);
        if (const auto* campaign = std::get_if<CampaignFault>(&fault.body)) check_campaign(fault, *campaign, path);
        if (std::holds_alternative<DateReachedFault>(fault.body)) check_date(fault, path);
    }

    /// Each stretch down is planned before the run, as each failure of a random fault is.
    void check_flap(const FaultSpec& fault, const LinkFlapFault& flap, const std::string& path) {
        const SimTime begin = begin_of(fault, spec_.warmup), end = SimTime::zero() + spec_.duration;
        if (begin >= end || flap.down + flap.up <= SimDuration::zero()) return;
        double acts = std::min(fault.length, end - begin).seconds();
        if (fault.mtbf && fault.mttr) {
            const double up = law_of(*fault.mtbf).mean().seconds(), down = law_of(*fault.mttr).mean().seconds();
            acts = (end - begin).seconds() * down / std::max(1e-9, up + down);
        }
        const double stretches = acts / (flap.down + flap.up).seconds();
        if (stretches > static_cast<double>(kMostOccurrences))
            error(path + ".down", fmt::format("about {:.0f} stretches down in this run; at most {} make sense: longer ones, or link-loss", stretches, kMostOccurrences));
    }

    void check_cache_loss(const FaultSpec& fault, const std::string& path) {
        for (const std::string& target : targets_of(fault)) {
            const TierSpec* tier = find_entry(spec_.tiers, split_place(target).tier);
            const bool caches = tier != nullptr && (tier->greylist || std::any_of(tier->calls.begin(), tier->calls.end(), [](const CallSpec& call) { return call.cached.value > 0; }));
            if (!caches) error(path + ".target", fmt::format("tier '{}' has no caches to lose: none of its calls has `cached`, and it does not greylist", split_place(target).tier));
        }
    }

    void check_campaign(const FaultSpec& fault, const CampaignFault& campaign, const std::string& path) {
        for (const std::string& target : targets_of(fault)) {
            const TenantClassSpec* tenants = find_entry(spec_.tenants, target);
            if (tenants != nullptr && campaign.tenants > tenants->count)
                error(path + ".tenants", fmt::format("tenant class '{}' has {} tenants", target, tenants->count));
        }
    }

    void check_date(const FaultSpec& fault, const std::string& path) {
        for (const std::string& target : targets_of(fault)) {
            const FlawSpec* flaw = find_entry(spec_.flaws, target);
            if (flaw != nullptr && flaw->trigger != Trigger::date) error(path + ".target", fmt::format("no date wakes flaw '{}': its trigger is {}", target, to_text(flaw->trigger)));
        }
    }

    /// Two of a kind on one target at one time are a slip, if both are planned.
    void check_overlaps() {
        for (std::size_t i = 0; i < spec_.faults.size(); ++i)
            for (std::size_t k = 0; k < i; ++k) check_overlap(spec_.faults[k], spec_.faults[i]);
    }

    void check_overlap(const FaultSpec& first, const FaultSpec& second) {
        if (!first.enabled || !second.enabled || kind_of(first) != kind_of(second) || first.mtbf || second.mtbf) return;
        if (std::holds_alternative<CampaignFault>(first.body) || std::holds_alternative<PoisonFault>(first.body)) return;
        const Stretch a = stretch_of(first), b = stretch_of(second);
        if (a.to <= b.from || b.to <= a.from) return;
        const std::vector<std::string> targets = targets_of(first);
        for (const std::string& target : targets_of(second)) {
            if (!contains(targets, target)) continue;
            error(fmt::format("faults.{}.at", second.name), fmt::format("fault '{}' and fault '{}' are both {} on '{}', and overlap in time; make them one", first.name,
                                                                        second.name, kind_of(second), target));
            diagnostics_.also(scenario_.at(fmt::format("faults.{}.at", first.name)), "the first one is here");
            return;
        }
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_incidents(const ReadScenario& scenario, Diagnostics& diagnostics) {
    Incidents(scenario, diagnostics).run();
    validate_flaws(scenario, diagnostics);
    validate_mitigations(scenario, diagnostics);
}

}  // namespace mailquake
