// Flaw: what wakes it crashes the whole server. What it had in service starts anew, at the head of the queue, after the restart;
// so a poison message that wakes it comes back, and the server crashes again: a crash loop. With `poison_queue: n` a message
// that was in service in n crashes goes to a poison queue instead, where nobody touches it to the end of the run (Exchange:
// never resumed or expired automatically). Innocent messages that were in service beside it are counted, too, as there.
// Left out: back-off of restarts. Source: Exchange transport (poison queue, crash count); crash loops of Kubernetes likewise.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CrashFlaw {
    static constexpr std::string_view kind = "crash";
    SimDuration  restart;
    std::int64_t poison_queue = 0;   // 0: none
    template <class S = CrashFlaw>
    static constexpr auto keys() {
        return std::tuple{key("restart", &S::restart).required().above(0).says("from the crash until the server serves again"),
                          key("poison_queue", &S::poison_queue).at_least(0).at_most(200).says("crashes in which a message was in service until it is put aside for good; 0: never")};
    }
};

}  // namespace mailquake
