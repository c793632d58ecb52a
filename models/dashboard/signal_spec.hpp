// A signal: what monitoring looks at, and from which value on it speaks. Signals are looked at in each site for itself, every
// `look` of their dashboard; what they say travels to the dashboard's site as a control message over the links.
//
//   oldest        age of the oldest that waits in a tier's queue    queue         how many wait there
//   late-mail     share of mail that came through late              failed-calls  calls of a tier that timed out
//   sign-ins      share of sign-in tries that succeeded
// Of several places that a target names any one is enough. Shares and counts are over a sliding `window`, and of what ended in
// it: mail that is stuck is in no share until it is through, as in real message tracking.
// Left out: synthetic probes, signals of sums over sites, alarms that come by themselves (false ones come of thresholds).
// Sources: Postfix (qshape, age of the oldest), Exchange (queue length and "delivery latency" monitors), Google's SRE book,
// chapter 6 (latency, errors, saturation as signals; symptoms over causes).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"
#include "models/traffic/backlog_spec.hpp"

namespace mailquake {

/// The oldest that waits has waited for so long.
struct OldestSignal {
    static constexpr std::string_view kind = "oldest";
    std::string  target;
    BacklogQueue queue = BacklogQueue::input;
    SimDuration  over;
    template <class S = OldestSignal>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose queue is looked at"),
                          key("queue", &S::queue).says("its input queue, or what waits behind it for its next hop"),
                          key("over", &S::over).required().above(0).says("age of the oldest one from which the signal speaks")};
    }
};

/// So many wait.
struct QueueSignal {
    static constexpr std::string_view kind = "queue";
    std::string  target;
    BacklogQueue queue = BacklogQueue::input;
    std::int64_t over = 0;
    template <class S = QueueSignal>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose queue is looked at"),
                          key("queue", &S::queue).says("its input queue, or what waits behind it for its next hop"),
                          key("over", &S::over).required().at_least(0).at_most(1e9).says("the signal speaks when more than so many wait")};
    }
};

/// Of the measured mail that came through at a site, so much was late.
struct LateMailSignal {
    static constexpr std::string_view kind = "late-mail";
    Ratio       over{0.05};
    SimDuration window = 15_min;
    template <class S = LateMailSignal>
    static constexpr auto keys() {
        return std::tuple{key("over", &S::over).at_least(0).at_most(1).says("share of late mail, of what came through at a site, over which the signal speaks"),
                          key("window", &S::window).above(0).says("time over which mail is counted")};
    }
};

/// So many calls of a tier have timed out.
struct FailedCallsSignal {
    static constexpr std::string_view kind = "failed-calls";
    std::string  target;
    std::int64_t over = 0;
    SimDuration  window = 5_min;
    template <class S = FailedCallsSignal>
    static constexpr auto keys() {
        return std::tuple{key("target", &S::target).required().naming(Refers::tier_place).says("tier, tier@site or tier/partition[@site] whose calls are looked at"),
                          key("over", &S::over).required().at_least(0).at_most(1e9).says("the signal speaks when more than so many of its calls have timed out, at a site"),
                          key("window", &S::window).above(0).says("time over which calls are counted")};
    }
};

/// Of the tries of clients to sign in, too few succeeded.
struct SignInSignal {
    static constexpr std::string_view kind = "sign-ins";
    std::string clients;
    Ratio       under{0.9};
    SimDuration window = 5_min;
    template <class S = SignInSignal>
    static constexpr auto keys() {
        return std::tuple{key("clients", &S::clients).required().naming(Refers::client).says("population of clients whose tries are counted"),
                          key("under", &S::under).above(0).at_most(1).says("share of tries that succeeded under which the signal speaks"),
                          key("window", &S::window).above(0).says("time over which tries are counted")};
    }
};

using SignalBody = std::variant<OldestSignal, QueueSignal, LateMailSignal, FailedCallsSignal, SignInSignal>;

struct SignalSpec : Entry {
    SimDuration held = SimDuration::zero();   // key `for`
    SignalBody  body;

    template <class S = SignalSpec>
    static constexpr auto keys() {
        return std::tuple_cat(entry_keys<S>(),
                              std::tuple{key("for", &S::held).at_least(0).says("it speaks once that has been so for this long"),
                                         one_of("", "kind", &S::body).says("what is looked at")});
    }
};

}  // namespace mailquake
