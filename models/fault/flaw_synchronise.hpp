// Flaw: deferred mail is tried again only at whole multiples of an interval on the clock, in all places alike, so that retries come
// in waves. Source: chatmail/relay#979 (no jitter: all deferred mail retried together).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct SynchroniseFlaw {
    static constexpr std::string_view kind = "synchronise";
    SimDuration every = 5_min;
    template <class S = SynchroniseFlaw>
    static constexpr auto keys() {
        return std::tuple{key("every", &S::every).above(0).says("tries happen at whole multiples of this time on the clock")};
    }
};

}  // namespace mailquake
