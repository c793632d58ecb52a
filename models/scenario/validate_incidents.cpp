// Faults, flaws and mitigations that can act: within the run, on what exists, not twice at once.
#include <fmt/format.h>

#include "models/scenario/validate.hpp"
#include "models/spec/place_text.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

std::string_view kind_of(const FaultSpec& fault) {
    return std::visit([](const auto& body) { return std::string_view(body.kind); }, fault.body);
}

class Incidents {
public:
    Incidents(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const FaultSpec& fault : spec_.faults) check_fault(fault);
        check_overlaps();
        for (const FlawSpec& flaw : spec_.flaws) check_flaw(flaw);
        for (const MitigationSpec& mitigation : spec_.mitigations) check_mitigation(mitigation);
    }

private:
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    /// What begins after the end never happens: an error, but only a warning when --until has cut the run.
    void check_begin(bool enabled, Instant at, std::string_view what, const std::string& path) {
        if (!enabled) return;
        const SimDuration begin{at.at.ns};
        const SimDuration end = scenario_.until ? std::min(*scenario_.until, spec_.duration) : spec_.duration;
        if (begin < end) return;
        const std::string message = fmt::format("{} after the end: it begins at {}, but the run ends at {}", what, print(begin), print(end));
        if (scenario_.until) warning(path, message);
        else error(path, message);
    }

    void check_fault(const FaultSpec& fault) {
        const std::string path = "faults." + fault.name;
        check_begin(fault.enabled, fault.at, "fault", path + ".at");
        if (fault.enabled && fault.at.at.ns < spec_.warmup.ns)
            error(path + ".at", fmt::format("the fault begins at {}, within the warm-up of {}, whose mail is not measured; let the warm-up end before it",
                                            print(fault.at), print(spec_.warmup)));
        if (const auto* no_answer = std::get_if<NoAnswerFault>(&fault.body); no_answer != nullptr && no_answer->on.has_value() != no_answer->off.has_value())
            error(path + (no_answer->on ? ".on" : ".off"), fmt::format("`{}` needs `{}`: stretches with the fault and without take turns",
                                                                     no_answer->on ? "on" : "off", no_answer->on ? "off" : "on"));
        if (const auto* slow = std::get_if<ServerSlowFault>(&fault.body); slow != nullptr && slow->factor.value == 1)
            warning(path + ".factor", "a factor of 1x slows nothing");
    }

    void check_overlaps() {
        for (std::size_t i = 0; i < spec_.faults.size(); ++i) {
            const FaultSpec& second = spec_.faults[i];
            for (std::size_t k = 0; k < i; ++k) {
                const FaultSpec& first = spec_.faults[k];
                if (!first.enabled || !second.enabled || first.target != second.target || kind_of(first) != kind_of(second)) continue;
                if (first.at.at + first.length <= second.at.at || second.at.at + second.length <= first.at.at) continue;
                error(fmt::format("faults.{}.at", second.name), fmt::format("fault '{}' and fault '{}' are both {} on '{}', and overlap in time; make them one", first.name,
                                                                            second.name, kind_of(second), second.target));
                diagnostics_.also(scenario_.at(fmt::format("faults.{}.at", first.name)), "the first one is here");
            }
        }
    }

    void check_flaw(const FlawSpec& flaw) {
        const std::string path = "flaws." + flaw.name;
        const TierSpec* tier = find_entry(spec_.tiers, flaw.in);
        if (tier == nullptr) return;
        if (tier->calls.empty()) {
            error(path + ".in", fmt::format("tier '{}' makes no calls, so that no call can wake the flaw", tier->name));
            return;
        }
        if (!flaw.call.empty() && find_entry(tier->calls, flaw.call) == nullptr) {
            error(path + ".call", fmt::format("tier '{}' has no call '{}'{}", tier->name, flaw.call, suggestion(flaw.call, names_of(tier->calls), "its calls")));
            return;
        }
        for (const CallSpec& call : tier->calls)
            if (flaw.call.empty() || call.name == flaw.call) check_behaviour(flaw, call, path);
    }

    void check_behaviour(const FlawSpec& flaw, const CallSpec& call, const std::string& path) {
        if (const auto* hold = std::get_if<HoldWorkerFlaw>(&flaw.body); hold != nullptr && flaw.trigger != Trigger::call_fails && hold->hold <= call.timeout)
            error(path + ".hold", fmt::format("a hold of {} is not over the time-out of call '{}' ({}), so that it holds nothing", print(hold->hold), call.name, print(call.timeout)));
        if (const auto* retry = std::get_if<RetryInPlaceFlaw>(&flaw.body); retry != nullptr && retry->attempts == call.attempts)
            warning(path + ".attempts", fmt::format("call '{}' makes {} attempts without the flaw, too", call.name, call.attempts));
    }

    void check_mitigation(const MitigationSpec& mitigation) {
        const std::string path = "mitigations." + mitigation.name;
        check_begin(mitigation.enabled, mitigation.at, "mitigation", path + ".at");
        if (const auto* fix = std::get_if<RemoveFlawMitigation>(&mitigation.body)) {
            const FlawSpec* flaw = find_entry(spec_.flaws, fix->flaw);
            if (flaw != nullptr && !flaw->enabled && mitigation.enabled)
                warning(path + ".flaw", fmt::format("flaw '{}' is not enabled, so that there is nothing to remove", flaw->name));
        }
        if (const auto* move = std::get_if<FailOverMitigation>(&mitigation.body); move != nullptr && move->from == move->to)
            error(path + ".to", fmt::format("a fail-over from '{}' to itself", move->from));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_incidents(const ReadScenario& scenario, Diagnostics& diagnostics) { Incidents(scenario, diagnostics).run(); }

}  // namespace mailquake
