// Flaw: the back-off that the schedule computed is discarded: a deferred message is tried again after a uniform time up to
// `within`, whatever its age. Source: kumomta#593 (a throttled backlog looked at again every 0-60 s). It still expires.
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct DiscardBackoffFlaw {
    static constexpr std::string_view kind = "discard-backoff";
    SimDuration within = 60_s;
    template <class S = DiscardBackoffFlaw>
    static constexpr auto keys() {
        return std::tuple{key("within", &S::within).above(0).says("longest wait for the next try; uniform from 0 (kumomta#593: 60s)")};
    }
};

}  // namespace mailquake
