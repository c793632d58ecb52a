// A condition on which operators act: `queue(transport) > 1000 for 5min`. It holds at a site when it was so at each look in that
// time; looks are 10 s apart. What is done then is done at that site, once. What can be looked at, of a tier:
//   queue(TIER) > N        copies and requests that wait in its input queues
//   deferred(TIER) > N     copies that wait behind it, or in it, for their next try
//   oldest(TIER) > TIME    age in its input queues of the one that has waited longest
//   busy(TIER) > SHARE     of the workers of its servers that are up
// Whose: TIER, each site its own; TIER@SITE, that one alone; TIER@*, all its sites together (sums; the oldest of any). The latter two are
// decided at one site (the named one; the tier's first) and done everywhere, once the word has come there.
// Left out: the end of an action by a condition; conditions joined by `and` or `or`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sim/base/time.hpp"

namespace mailquake {

inline constexpr SimDuration kLookEvery = 10_s;
inline constexpr std::string_view kTogether = "*";

enum class Looked : std::uint8_t { queue, deferred, oldest, busy };

struct LookedText {
    std::string_view word;   // as it is written, up to the tier
    Looked           what;
};
inline constexpr std::array kLookedTexts{LookedText{"queue(", Looked::queue}, LookedText{"deferred(", Looked::deferred}, LookedText{"oldest(", Looked::oldest},
                                         LookedText{"busy(", Looked::busy}};

struct MitigationCondition {
    Looked       what = Looked::queue;
    std::string  tier;
    std::string  site;                           // empty: each site for itself; kTogether: all sites of the tier
    double       over = 0;                       // copies, [s], or a share of 1
    SimDuration  length = SimDuration::zero();   // for which it must have held
};

/// What the text says, or what is wrong with it.
[[nodiscard]] std::variant<MitigationCondition, std::string> parse_condition(std::string_view text);

}  // namespace mailquake
