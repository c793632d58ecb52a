// Flaws that can wake: a trigger that goes with the behaviour, in a tier that does what they change.
#include <algorithm>

#include <fmt/format.h>

#include "models/fault/fault_timeline.hpp"
#include "models/scenario/validate.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {
namespace {

/// What a behaviour can be woken by, and where it belongs.
struct Habitat {
    bool by_calls = false;     // call-hangs, call-fails, either
    bool by_poison = false;
    bool by_date_queue = false;
    bool always = false;
    bool needs_next_hop = false;   // acts on what the tier hands over
    bool not_in_proxies = false;   // needs mail that the tier has accepted
};

template <class Body>
constexpr Habitat habitat_of() {
    if constexpr (std::is_same_v<Body, RetryInPlaceFlaw> || std::is_same_v<Body, RequeueAtHeadFlaw>) return {.by_calls = true};
    else if constexpr (std::is_same_v<Body, DropFlaw>) return {.by_calls = true, .by_poison = true, .by_date_queue = true, .always = true, .not_in_proxies = true};
    else if constexpr (std::is_same_v<Body, DuplicateFlaw>) return {.by_poison = true, .by_date_queue = true, .always = true, .not_in_proxies = true};
    else if constexpr (std::is_same_v<Body, MisreadReplyFlaw>) return {.by_date_queue = true, .always = true, .needs_next_hop = true};
    else if constexpr (std::is_same_v<Body, DiscardBackoffFlaw> || std::is_same_v<Body, SynchroniseFlaw> || std::is_same_v<Body, ResetTimersFlaw>)
        return {.by_date_queue = true, .always = true};
    else if constexpr (std::is_same_v<Body, RefuseAllFlaw>) return {.by_date_queue = true};
    else return {.by_calls = true, .by_poison = true, .by_date_queue = true, .always = true};
}

class Flaws {
public:
    Flaws(const ReadScenario& scenario, Diagnostics& diagnostics) : scenario_(scenario), spec_(scenario.spec), diagnostics_(diagnostics) {}

    void run() {
        for (const FlawSpec& flaw : spec_.flaws) {
            const TierSpec* tier = find_entry(spec_.tiers, flaw.in);
            if (tier == nullptr) continue;
            const std::string path = "flaws." + flaw.name;
            const std::size_t before = diagnostics_.errors();
            check_habitat(flaw, *tier, path);
            if (diagnostics_.errors() > before) continue;
            if (is_of_calls(flaw.trigger)) check_calls(flaw, *tier, path);
            else check_woken(flaw, path);
            check_roll_out(flaw, path);
        }
    }

private:
    void error(const std::string& path, std::string message) { diagnostics_.error(scenario_.at(path), std::move(message)); }
    void warning(const std::string& path, std::string message) { diagnostics_.warning(scenario_.at(path), std::move(message)); }

    void check_habitat(const FlawSpec& flaw, const TierSpec& tier, const std::string& path) {
        const Habitat lives = std::visit([](const auto& body) { return habitat_of<std::decay_t<decltype(body)>>(); }, flaw.body);
        const std::string_view kind = std::visit([](const auto& body) { return std::string_view(body.kind); }, flaw.body);
        const bool refuses = std::holds_alternative<RefuseAllFlaw>(flaw.body);
        const bool fits = is_of_calls(flaw.trigger)             ? lives.by_calls
                          : flaw.trigger == Trigger::poison ? lives.by_poison
                          : flaw.trigger == Trigger::always ? lives.always
                                                            : lives.by_date_queue && !(refuses && flaw.trigger == Trigger::date);
        if (!fits) {
            std::string known;
            const auto add = [&](bool is, const char* text) { known += is ? (known.empty() ? "" : ", ") + std::string(text) : ""; };
            add(lives.by_calls, "call-hangs, call-fails, call-hangs-or-fails");
            add(lives.by_poison, "poison");
            add(lives.by_date_queue && !refuses, "date");
            add(lives.by_date_queue, "queue");
            add(lives.always, "always");
            error(path + ".trigger", fmt::format("a flaw of kind {} is not woken by {}; its trigger is one of {}", kind, to_text(flaw.trigger), known));
        }
        if (lives.not_in_proxies && tier.hand_over == HandOver::held)
            error(path + ".in", fmt::format("tier '{}' is a proxy (`hand_over: held`): it has no mail of its own that a flaw of kind {} could act on", tier.name, kind));
        if (lives.needs_next_hop && tier.hand_over == HandOver::held)
            error(path + ".in", fmt::format("tier '{}' is a proxy (`hand_over: held`): it passes replies on as they are", tier.name));
    }

    void check_calls(const FlawSpec& flaw, const TierSpec& tier, const std::string& path) {
        if (tier.calls.empty()) {
            error(path + ".in", fmt::format("tier '{}' makes no calls, so that no call can wake the flaw", tier.name));
            return;
        }
        if (!flaw.call.empty() && find_entry(tier.calls, flaw.call) == nullptr) {
            error(path + ".call", fmt::format("tier '{}' has no call '{}'{}", tier.name, flaw.call, suggestion(flaw.call, names_of(tier.calls), "its calls")));
            return;
        }
        if (flaw.probability.value < 1) error(path + ".probability", "a flaw in calls wakes each time: it has no probability");
        for (const CallSpec& call : tier.calls)
            if (flaw.call.empty() || call.name == flaw.call) check_behaviour(flaw, call, path);
    }

    void check_behaviour(const FlawSpec& flaw, const CallSpec& call, const std::string& path) {
        if (const auto* hold = std::get_if<HoldWorkerFlaw>(&flaw.body); hold != nullptr && flaw.trigger != Trigger::call_fails && hold->hold <= call.timeout)
            error(path + ".hold", fmt::format("a hold of {} is not over the time-out of call '{}' ({}), so that it holds nothing", print(hold->hold), call.name, print(call.timeout)));
        if (const auto* retry = std::get_if<RetryInPlaceFlaw>(&flaw.body); retry != nullptr && retry->attempts == call.attempts)
            warning(path + ".attempts", fmt::format("call '{}' makes {} attempts without the flaw, too", call.name, call.attempts));
        if (const auto* crash = std::get_if<CrashFlaw>(&flaw.body); crash != nullptr && crash->poison_queue > 0)
            error(path + ".poison_queue", "only messages that crash the server themselves are put aside; use a trigger other than a call");
    }

    void check_woken(const FlawSpec& flaw, const std::string& path) {
        if (!flaw.call.empty()) error(path + ".call", fmt::format("no call wakes this flaw: its trigger is {}", to_text(flaw.trigger)));
        const bool by_queue = flaw.trigger == Trigger::queue;
        if (by_queue && !flaw.queue_over) error(path, "a flaw with trigger queue needs `queue_over`: how many must wait");
        if (!by_queue && flaw.queue_over) error(path + ".queue_over", fmt::format("the length of a queue does not wake this flaw: its trigger is {}", to_text(flaw.trigger)));
        const bool drawn = !std::holds_alternative<ResetTimersFlaw>(flaw.body) && !std::holds_alternative<RefuseAllFlaw>(flaw.body);
        if (!drawn && flaw.probability.value < 1) error(path + ".probability", "it acts on a whole tier at once: there is no single message to draw for");
        if (const auto* refuse = std::get_if<RefuseAllFlaw>(&flaw.body); refuse != nullptr && flaw.queue_over && refuse->resume > *flaw.queue_over)
            error(path + ".resume", fmt::format("it takes work again at {} waiting, but refuses from {} on", refuse->resume, *flaw.queue_over));
        if (flaw.trigger == Trigger::date) check_dated(flaw, path);
        if (flaw.trigger == Trigger::poison && flaw.enabled &&
            std::none_of(spec_.faults.begin(), spec_.faults.end(), [](const FaultSpec& fault) { return std::holds_alternative<PoisonFault>(fault.body); }))
            error(path + ".trigger", "no mail is poison in this scenario: it has no fault of kind poison");
    }

    void check_dated(const FlawSpec& flaw, const std::string& path) {
        const bool comes = std::any_of(spec_.faults.begin(), spec_.faults.end(), [&](const FaultSpec& fault) {
            return std::holds_alternative<DateReachedFault>(fault.body) && contains(targets_of(fault), flaw.name);
        });
        if (!comes) error(path + ".trigger", fmt::format("no date wakes it: the scenario has no fault of kind date-reached with the target {}", flaw.name));
    }

    void check_roll_out(const FlawSpec& flaw, const std::string& path) {
        if (!flaw.rings.empty() && !flaw.built_in) error(path + ".rings", "rings of a roll-out need `built_in`: when it begins");
        if (flaw.bake > SimDuration::zero() && flaw.rings.size() < 2) error(path + ".bake", "there is no ring to go on to: give `rings` at least two shares");
        for (std::size_t i = 1; i < flaw.rings.size(); ++i)
            if (flaw.rings[i] <= flaw.rings[i - 1]) error(fmt::format("{}.rings.{}", path, i), fmt::format("{} is not over the ring before ({}); rings grow", print(flaw.rings[i]), print(flaw.rings[i - 1])));
    }

    const ReadScenario& scenario_;
    const ScenarioSpec& spec_;
    Diagnostics& diagnostics_;
};

}  // namespace

void validate_flaws(const ReadScenario& scenario, Diagnostics& diagnostics) { Flaws(scenario, diagnostics).run(); }

}  // namespace mailquake
