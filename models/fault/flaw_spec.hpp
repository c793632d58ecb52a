// A flaw: the code's doing. Dormant until its trigger, a call that fails or hangs; then a behaviour, in some share of a
// tier's servers. A new behaviour is a file of its own and one more alternative here.
#pragma once

#include <string>
#include <variant>

#include "models/fault/flaw_crash.hpp"
#include "models/fault/flaw_hold_worker.hpp"
#include "models/fault/flaw_requeue_at_head.hpp"
#include "models/fault/flaw_retry_in_place.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

using FlawBody = std::variant<HoldWorkerFlaw, RetryInPlaceFlaw, RequeueAtHeadFlaw, CrashFlaw>;

/// What wakes the flaw: a call that timed out, one that failed at once, or either.
enum class Trigger { call_hangs, call_fails, either };
template <>
struct EnumText<Trigger> {
    static constexpr EnumTable<Trigger, 3> table{{{Trigger::call_hangs, "call-hangs"},
                                                  {Trigger::call_fails, "call-fails"},
                                                  {Trigger::either, "call-hangs-or-fails"}}};
};

struct FlawSpec : Entry {
    bool        enabled = true;
    std::string in;       // tier
    std::string call;     // of that tier, by its name; empty: any
    Trigger     trigger = Trigger::call_hangs;
    Ratio       share{1};
    FlawBody    body;

    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<FlawSpec>(),
            std::tuple{
                key("enabled", &FlawSpec::enabled).says("false: the run goes on as if the entry were not there"),
                key("in", &FlawSpec::in).required().naming(Refers::tier).says("the tier whose code has the flaw"),
                key("call", &FlawSpec::call).says("name of the tier's call that wakes it; any if unsaid"),
                key("trigger", &FlawSpec::trigger).says("what wakes it: a call that times out, one that fails at once, or either"),
                key("share", &FlawSpec::share).above(0).at_most(1).says("share of the tier's servers that have the flaw, chosen by chance; shares nest"),
                one_of("", "kind", &FlawSpec::body).says("what the code does then")});
    }
};

}  // namespace mailquake
