// Fault: servers of a tier stand still, as after SIGSTOP, or when a host hangs; service resumes where it was. Who offers mail to one waits for
// its greeting, and fails when network.greeting_timeout is over (models/world/listen_backlog.hpp); requests wait in the queue, and their
// callers time out. Health checks are not answered.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct ServerPauseFault {
    static constexpr std::string_view kind = "server-pause";
    Ratio share{1};
    template <class S = ServerPauseFault>
    static constexpr auto keys() {
        return std::tuple{key("share", &S::share).above(0).at_most(1).says("share of the target's servers, rounded to a number of them over all its sites and partitions; which ones is drawn by seed; a greater share holds a smaller one")};
    }
};

}  // namespace mailquake
