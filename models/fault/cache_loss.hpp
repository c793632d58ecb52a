// Fault: the caches of a tier are lost when the fault begins. Its calls that a cache answered (`cached` of the call) go to the
// callee until the cache is warm again: for the fault's length nothing is kept, then the share grows back to its usual value
// linearly over `refill`. So a callee sized for the misses meets all there is: at 90 % hits ten times its usual load.
// What a tier that greylists knows of senders is such a cache: without it everybody is a first contact.
// Left out: caches that fill faster under more load, single flight for equal keys.
// Source: Bronson et al., Metastable failures in distributed systems, HotOS'21 (hidden capacity 300 against 3000 advertised).
#pragma once

#include <string_view>
#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CacheLossFault {
    static constexpr std::string_view kind = "cache-loss";
    SimDuration refill = SimDuration::zero();
    template <class S = CacheLossFault>
    static constexpr auto keys() {
        return std::tuple{key("refill", &S::refill).at_least(0).says("from the fault's end until the caches answer as much as before, linearly")};
    }
};

}  // namespace mailquake
