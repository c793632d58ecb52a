// A flaw: the code's doing. Dormant until its trigger; then a behaviour, in some share of a tier's servers. What may wake it:
//   call-hangs, call-fails, call-hangs-or-fails   a call of the tier times out, fails at once, or either
//   poison    a poison message gets a worker (models/fault/poison.hpp)
//   date      a job gets a worker (or a message is deferred, a reply is read) while a date-reached fault acts that names the flaw
//   queue     the same, while more than `queue_over` wait in the tier's input queues there
//   always    the same, at any time
// Which of those that could wake it do is drawn with `probability`. The code comes with a build: from `built_in` on, in rings of
// servers, one after the other; without it the flaw was there before the run. A fix (remove-flaw) takes it away at a rate.
// Of retries and replies, which no server owns, the share of messages stands for the share of servers.
// A new behaviour is a file of its own and one more alternative here.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/fault/flaw_crash.hpp"
#include "models/fault/flaw_discard_backoff.hpp"
#include "models/fault/flaw_drop.hpp"
#include "models/fault/flaw_duplicate.hpp"
#include "models/fault/flaw_fail_closed.hpp"
#include "models/fault/flaw_fail_open.hpp"
#include "models/fault/flaw_hold_worker.hpp"
#include "models/fault/flaw_leak_worker.hpp"
#include "models/fault/flaw_misread_reply.hpp"
#include "models/fault/flaw_refuse_all.hpp"
#include "models/fault/flaw_requeue_at_head.hpp"
#include "models/fault/flaw_reset_timers.hpp"
#include "models/fault/flaw_retry_in_place.hpp"
#include "models/fault/flaw_synchronise.hpp"
#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

using FlawBody = std::variant<HoldWorkerFlaw, RetryInPlaceFlaw, RequeueAtHeadFlaw, CrashFlaw, LeakWorkerFlaw, DropFlaw, DuplicateFlaw,
                              FailOpenFlaw, FailClosedFlaw, MisreadReplyFlaw, DiscardBackoffFlaw, ResetTimersFlaw, SynchroniseFlaw, RefuseAllFlaw>;

/// What wakes the flaw.
enum class Trigger { call_hangs, call_fails, either, poison, date, queue, always };
template <>
struct EnumText<Trigger> {
    static constexpr EnumTable<Trigger, 7> table{{{Trigger::call_hangs, "call-hangs"},
                                                  {Trigger::call_fails, "call-fails"},
                                                  {Trigger::either, "call-hangs-or-fails"},
                                                  {Trigger::poison, "poison"},
                                                  {Trigger::date, "date"},
                                                  {Trigger::queue, "queue"},
                                                  {Trigger::always, "always"}}};
};
[[nodiscard]] constexpr bool is_of_calls(Trigger trigger) {
    return trigger == Trigger::call_hangs || trigger == Trigger::call_fails || trigger == Trigger::either;
}

struct FlawSpec : Entry {
    bool        enabled = true;
    std::string in;       // tier
    std::string call;     // of that tier, by its name; empty: any
    Trigger     trigger = Trigger::call_hangs;
    Ratio       share{1};
    Ratio       probability{1};
    std::optional<std::int64_t> queue_over;      // with trigger queue
    std::optional<Instant> built_in;             // the build that has it begins to roll out
    std::vector<Ratio> rings;                    // of that roll-out: shares of the servers, growing
    SimDuration bake = SimDuration::zero();      // from ring to ring
    FlawBody    body;

    template <class S = FlawSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("enabled", &S::enabled).says("false: the run goes on as if the entry were not there"),
                key("in", &S::in).required().naming(Refers::tier).says("the tier whose code has the flaw"),
                key("call", &S::call).says("name of the tier's call that wakes it; any if unsaid"),
                key("trigger", &S::trigger).says("what wakes it: a call that times out, one that fails at once, or either; a poison message, a date, a long queue; or nothing in particular"),
                key("share", &S::share).above(0).at_most(1).says("share of the tier's servers that have the flaw, rounded to a number of them over all its sites; which ones is drawn by seed; a greater share holds a smaller one"),
                key("probability", &S::probability).above(0).at_most(1).says("chance that it wakes when it could, drawn for each message or request; not of flaws in calls"),
                key("queue_over", &S::queue_over).at_least(0).says("with trigger queue: it is awake while more than so many wait at that place"),
                key("built_in", &S::built_in).says("when the build that has it begins to be rolled out; unsaid: it was there before"),
                key("rings", &S::rings).above(0).at_most(1).says("of that roll-out: shares of the servers that have the build after each step, growing; all at once if unsaid"),
                key("bake", &S::bake).at_least(0).says("time from one ring to the next"),
                one_of("", "kind", &S::body).says("what the code does then")});
    }
};

}  // namespace mailquake
