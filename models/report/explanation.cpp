#include "models/report/explanation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "models/report/cascade_graph.hpp"
#include "models/report/collateral_delay.hpp"
#include "models/report/split.hpp"
#include "models/report/unfold.hpp"
#include "models/world/delay_ledger.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

namespace {

struct CauseName {
    DelayCause cause;
    std::string name;
};

std::string only_one(const std::vector<std::string>& names, const char* otherwise) {
    return names.size() == 1 ? names.front() : otherwise;
}

/// What a state of a place's workers is to somebody who waits for them, or is in their hands.
CauseName cause_of(const BookedPlace& place, const WorkerDoing& doing) {
    switch (doing.kind) {
        case WorkerDoing::Kind::idle: return {DelayCause::policy, place.bulkhead ? "bulkhead" : "idle workers"};
        case WorkerDoing::Kind::service: return {DelayCause::service, ""};
        case WorkerDoing::Kind::absent: return {DelayCause::fault, only_one(place.absent_by, "absent workers")};
        case WorkerDoing::Kind::stalled: return {DelayCause::fault, only_one(place.stalled_by, "stalled workers")};
        case WorkerDoing::Kind::handing_over: return {DelayCause::handing_over, ""};
        case WorkerDoing::Kind::call: return {DelayCause::call, doing.callee};
        case WorkerDoing::Kind::no_answer: return {DelayCause::fault, "no answer from " + doing.callee};
        case WorkerDoing::Kind::flaw: return {DelayCause::flaw, doing.name};
        case WorkerDoing::Kind::slowed: return {DelayCause::service, ""};  // what made it longer is split off
    }
    check_failed("a state of workers is something", __FILE__, __LINE__, "WorkerDoing::Kind");
}

CauseName cause_of(const BookedPlace& place, HopCause cause) {
    switch (cause) {
        case HopCause::slot:
            return place.throttle ? CauseName{DelayCause::policy, "throttle"} : CauseName{DelayCause::slot, ""};
        case HopCause::transfer: return {DelayCause::transit, place.tarpit ? "tarpit" : ""};
        case HopCause::attempt_failed: return {DelayCause::failed_attempt, ""};
        case HopCause::retry: return {DelayCause::back_off, ""};
        case HopCause::outside_retry: return {DelayCause::sender_wait, ""};
        case HopCause::before_start: return {DelayCause::before_start, ""};
        case HopCause::held_back: return {DelayCause::policy, "held back"};
    }
    check_failed("a hop has a cause", __FILE__, __LINE__, "HopCause");
}

CauseName cause_of(const SlowedBy& slowed) {
    switch (slowed.what) {
        case SlowedBy::What::own: return {DelayCause::service, ""};
        case SlowedBy::What::fault: return {DelayCause::fault, slowed.fault};
        case SlowedBy::What::load: return {DelayCause::service, "load"};
    }
    check_failed("a service is slowed by something", __FILE__, __LINE__, "SlowedBy::What");
}

/// Collects parts; what has the same names is one.
class Parts {
public:
    explicit Parts(const Outcome& outcome) : outcome_(outcome), unfolding_(*outcome.lives) {}

    void add(const BookedRow& row);
    [[nodiscard]] std::vector<DelayPart> sorted() const;

private:
    void put(const DelayPart& part, const Layers& amount);
    void put_between(DelayPart part, const BookedRow& row, const Layers& amount);
    void put_between(DelayPart part, const HopWhy& why, const Layers& amount);
    void put_slot(const DelayPart& part, std::uint32_t place, const Layers& amount);
    void put_state(DelayPart part, const BookedPlace& place, std::size_t state, const Layers& amount);
    void put_met(DelayPart part, const Unfolding::Met& met, const Layers& amount);
    using Key = std::tuple<std::string, std::string, Whereabouts, std::vector<std::string>, std::string, Whereabouts,
                           DelayCause, std::string, HopTrouble, std::string>;

    const Outcome& outcome_;
    Unfolding unfolding_;
    std::map<Key, DelayPart> parts_;
};

void Parts::put(const DelayPart& part, const Layers& amount) {
    const Key key{part.tenant_class, part.place, part.in, part.calls, part.at, part.at_in, part.cause, part.name, part.after, part.had_by};
    DelayPart& sum = parts_.try_emplace(key, part).first->second;
    sum.collateral += amount[2];
    sum.late += amount[1] + amount[2];
    sum.all += amount[0] + amount[1] + amount[2];
}

/// Held for the next hop, or on the way to it.
void Parts::put_between(DelayPart part, const BookedRow& row, const Layers& amount) {
    const BookedPlace& place = outcome_.lives->places[row.place];
    const auto [cause, name] = cause_of(place, static_cast<HopCause>(row.column - 2 * place.states.size()));
    part.in = part.at_in = Whereabouts::between;
    part.cause = cause;
    part.name = name;
    if (cause == DelayCause::slot) put_slot(part, row.place, amount);
    else put_between(part, row.why, amount);
}

/// Waiting for a connection: as those who had the holder's connections while others waited.
void Parts::put_slot(const DelayPart& part, std::uint32_t place, const Layers& amount) {
    std::vector<HopWhy> whys;
    std::vector<std::string> destinations;
    std::vector<TimeArea> weights;
    for (const SlotUse& use : outcome_.lives->slots) {
        if (use.place != place) continue;
        whys.push_back(use.why);
        destinations.push_back(use.to == HopWhy::kNone ? "" : outcome_.lives->places[use.to].name);
        weights.push_back(use.time);
    }
    if (whys.empty()) {
        put(part, amount);
        return;
    }
    const std::array parts{split(amount[0], weights), split(amount[1], weights), split(amount[2], weights)};
    for (std::size_t i = 0; i < whys.size(); ++i) {
        DelayPart of_destination = part;
        of_destination.had_by = destinations[i];
        put_between(of_destination, whys[i], {parts[0][i], parts[1][i], parts[2][i]});
    }
}

/// What came between; of a wait for a connection, between those who had it and their next hop.
void Parts::put_between(DelayPart part, const HopWhy& why, const Layers& amount) {
    const bool slot = part.cause == DelayCause::slot;
    if (why.fault != HopWhy::kNone) part.name = outcome_.faults[why.fault].name;
    switch (why.what) {
        case HopTrouble::none:
        case HopTrouble::late_answer: break;
        case HopTrouble::loss:
            if (slot) part.after = why.what;
            else part.cause = DelayCause::loss;
            break;
        case HopTrouble::bandwidth:
            if (slot) part.after = why.what;
            else part.cause = DelayCause::bandwidth;
            break;
        case HopTrouble::stalled:
            if (slot) {
                part.after = why.what;
                break;
            }
            part.cause = DelayCause::fault;
            if (part.name.empty()) part.name = "path down";
            break;
        case HopTrouble::unreachable:
        case HopTrouble::timed_out:
        case HopTrouble::turned_away:
        case HopTrouble::greylisted:
        case HopTrouble::call_failed:
        case HopTrouble::disk_lost:
        case HopTrouble::put_aside:
        case HopTrouble::suspended:
            part.after = why.what;
            part.at = outcome_.lives->places[why.station].name;
            break;
    }
    put(part, amount);
}

/// What a worker at a place does; a service that took longer than drawn is divided as all of that place were.
void Parts::put_state(DelayPart part, const BookedPlace& place, std::size_t state, const Layers& amount) {
    const auto put_as = [&](const CauseName& cause, const Layers& some) {
        part.cause = cause.cause;
        part.name = cause.name;
        put(part, some);
    };
    if (place.states[state].kind != WorkerDoing::Kind::slowed || place.slowed.empty()) {
        put_as(cause_of(place, place.states[state]), amount);
        return;
    }
    std::vector<TimeArea> weights;
    for (const SlowedBy& slowed : place.slowed) weights.push_back(slowed.time);
    const std::array parts{split(amount[0], weights), split(amount[1], weights), split(amount[2], weights)};
    for (std::size_t i = 0; i < weights.size(); ++i) put_as(cause_of(place.slowed[i]), {parts[0][i], parts[1][i], parts[2][i]});
}

/// What was met in a call.
void Parts::put_met(DelayPart part, const Unfolding::Met& met, const Layers& amount) {
    part.calls = met.calls;
    if (met.place) {
        const BookedPlace& there = outcome_.lives->places[*met.place];
        part.at = there.name;
        part.at_in = met.in_queue ? Whereabouts::queue : Whereabouts::worker;
        put_state(part, there, met.state, amount);
        return;
    }
    part.at.clear();
    part.at_in = Whereabouts::between;
    part.cause = met.why.what == HopTrouble::loss          ? DelayCause::loss
                 : met.why.what == HopTrouble::late_answer ? DelayCause::fault
                                                           : DelayCause::call;
    part.name = part.cause == DelayCause::fault ? outcome_.faults[met.why.fault].name : met.calls.back();
    put(part, amount);
}

void Parts::add(const BookedRow& row) {
    const BookedPlace& place = outcome_.lives->places[row.place];
    const Layers amount{row.all - row.late, row.late - row.collateral, row.collateral};
    const std::size_t states = place.states.size();
    DelayPart part;
    part.tenant_class = outcome_.classes[row.tenant_class].name;
    part.place = part.at = place.name;
    if (row.column >= 2 * states) {
        put_between(part, row, amount);
        return;
    }
    const bool in_queue = row.column < states;
    const WorkerDoing& doing = place.states[row.column % states];
    part.in = part.at_in = in_queue ? Whereabouts::queue : Whereabouts::worker;
    if (doing.kind != WorkerDoing::Kind::call) {
        put_state(part, place, row.column % states, amount);
        return;
    }
    const auto whose = in_queue ? std::nullopt : std::optional(row.tenant_class);
    unfolding_.unfold(amount, row.place, doing.call, whose, [&](const Unfolding::Met& met, const Layers& some) { put_met(part, met, some); });
}

std::vector<DelayPart> Parts::sorted() const {
    std::vector<DelayPart> list;
    for (const auto& [key, part] : parts_) list.push_back(part);
    std::stable_sort(list.begin(), list.end(), [](const DelayPart& a, const DelayPart& b) {
        return a.late != b.late ? a.late > b.late : a.all > b.all;
    });
    return list;
}

void add(DelayTotal& to, const CopyTotal& more) {
    to.copies += more.copies;
    to.censored += more.censored;
    to.delay += more.delay;
}

/// `directory/p3@na-east`: `directory`.
std::string tier_of(const std::string& place) { return place.substr(0, place.find_first_of("/@")); }

/// How the last attempt failed, or why there was none.
std::string after_text(const DelayPart& part) {
    if (!part.name.empty()) {
        if (part.after == HopTrouble::call_failed) return fmt::format(" after failed calls of {} (fault {})", tier_of(part.at), part.name);
        return part.after == HopTrouble::none ? "" : fmt::format(" (fault {})", part.name);
    }
    switch (part.after) {
        case HopTrouble::unreachable: return fmt::format(" ({} could not be reached)", tier_of(part.at));
        case HopTrouble::timed_out: return fmt::format(" ({} did not reply in time)", tier_of(part.at));
        case HopTrouble::turned_away: return fmt::format(" ({} turned it away)", tier_of(part.at));
        case HopTrouble::greylisted: return fmt::format(" (greylisted by {})", tier_of(part.at));
        case HopTrouble::call_failed: return fmt::format(" after failed calls of {}", tier_of(part.at));
        case HopTrouble::disk_lost: return " (its shadow waited for a lost disk)";
        case HopTrouble::put_aside: return " (put aside)";
        case HopTrouble::suspended: return " (its queue was suspended)";
        case HopTrouble::none:
        case HopTrouble::loss:
        case HopTrouble::late_answer:
        case HopTrouble::stalled:
        case HopTrouble::bandwidth: break;
    }
    return "";
}

/// What the attempts that had the connections, or the shared processes, had to do with.
std::string slot_text(const DelayPart& part) {
    const std::string failed = part.had_by.empty() ? "failed attempts" : "failed attempts at " + part.had_by;
    const std::string whose = part.had_by.empty() ? "" : " for " + part.had_by;
    const std::string fault = part.name.empty() ? "" : fmt::format(" (fault {})", part.name);
    switch (part.after) {
        case HopTrouble::none: return part.had_by.empty() ? "" : fmt::format(" that mail{} has", whose);
        case HopTrouble::loss: return fmt::format(" that lossy transfers{} have{}", whose, fault);
        case HopTrouble::stalled: return fmt::format(" that stalled transfers{} have{}", whose, fault);
        case HopTrouble::bandwidth: return fmt::format(" that transfers{} have which wait for a link", whose);
        case HopTrouble::late_answer:
        case HopTrouble::unreachable:
        case HopTrouble::timed_out:
        case HopTrouble::turned_away:
        case HopTrouble::greylisted:
        case HopTrouble::call_failed:
        case HopTrouble::disk_lost:
        case HopTrouble::put_aside:
        case HopTrouble::suspended: return fmt::format(" that {} have{}", failed, after_text(part));
    }
    return "";
}

/// What the worker or those in front are held by, at the place where the cause stands.
std::string held_by(const DelayPart& part) {
    switch (part.cause) {
        case DelayCause::service:
            return std::string(part.at_in == Whereabouts::queue ? "others' service" : "service") + (part.name.empty() ? "" : ", slowed by the load");
        case DelayCause::call: return "the way to " + part.name;
        case DelayCause::fault: return part.at_in == Whereabouts::between && !part.calls.empty() ? fmt::format("late answers (fault {})", part.name) : "fault: " + part.name;
        case DelayCause::flaw: return "flaw " + part.name;
        case DelayCause::policy: return part.name;
        case DelayCause::slot: return (part.had_by.empty() ? "waiting for a connection" : "waiting for a delivery process") + slot_text(part);
        case DelayCause::transit: return part.name.empty() ? "on the way" : "on the way, " + part.name;
        case DelayCause::loss:
            return !part.calls.empty() ? "loss on the way to " + part.name : part.name.empty() ? "loss on the way" : fmt::format("loss on the way (fault {})", part.name);
        case DelayCause::bandwidth: return "waiting for a link's bandwidth";
        case DelayCause::failed_attempt: return "failed attempts" + after_text(part);
        case DelayCause::back_off: return "back-off until the next try" + after_text(part);
        case DelayCause::sender_wait: return "the sender's wait until the next try" + after_text(part);
        case DelayCause::handing_over: return "handing over";
        case DelayCause::before_start: return "before the start";
    }
    check_failed("a cause has a phrase", __FILE__, __LINE__, "DelayCause");
}

}  // namespace

std::string cause_text(const DelayPart& part) {
    if (part.in == Whereabouts::between) return held_by(part);
    std::string calls;
    for (const std::string& callee : part.calls) calls += (calls.empty() ? "" : " > ") + callee;
    if (!part.calls.empty()) {
        const std::string there = part.at_in == Whereabouts::between ? held_by(part)
                                  : part.at_in == Whereabouts::queue ? fmt::format("its queue, {}", held_by(part))
                                                                     : held_by(part);
        return fmt::format("{}call of {}: {}", part.in == Whereabouts::queue ? "in a queue behind workers in a " : "",
                           calls, there);
    }
    if (part.in == Whereabouts::worker)
        return part.cause == DelayCause::flaw ? "held by " + held_by(part) : held_by(part);
    switch (part.cause) {
        case DelayCause::flaw: return "in a queue behind workers held by flaw " + part.name;
        case DelayCause::service: return "in a queue behind " + held_by(part);
        case DelayCause::fault: return "in a queue behind workers held by a fault: " + part.name;
        case DelayCause::handing_over: return "in a queue behind workers that hand over";
        case DelayCause::policy: return "in a queue by policy: " + part.name;
        case DelayCause::call:
        case DelayCause::slot:
        case DelayCause::transit:
        case DelayCause::loss:
        case DelayCause::bandwidth:
        case DelayCause::failed_attempt:
        case DelayCause::back_off:
        case DelayCause::sender_wait:
        case DelayCause::before_start: break;
    }
    return "in a queue: " + held_by(part);
}

Explanation explain(const ScenarioSpec& scenario, const Outcome& outcome) {
    MQ_CHECK(outcome.lives.has_value(), "a run that is explained keeps the lives of its copies");
    Explanation e;
    e.scenario = scenario.name;
    e.start = scenario.start;
    e.version = MAILQUAKE_VERSION;
    e.seed = outcome.seed;
    e.replication = outcome.replication;
    e.fingerprint = outcome.fingerprint.hex();
    e.simulated = (outcome.end - SimTime::zero()).seconds();
    e.objective = scenario.slo.delay.seconds();
    for (const ClassLives& c : outcome.lives->classes) {
        add(e.mail, c.all);
        add(e.late, c.late);
        add(e.collateral, c.collateral);
    }
    Parts parts(outcome);
    for (const BookedRow& row : outcome.lives->rows) parts.add(row);
    e.parts = parts.sorted();
    e.cascade = cascade_graph(scenario, outcome);
    e.collaterals = collateral_delays(outcome);
    return e;
}

}  // namespace mailquake
