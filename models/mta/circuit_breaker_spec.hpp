// Circuit breaker on a call: when too many calls fail, none is made for a while; then one tries.
//
//   closed --errors >= `errors` of at least `volume` calls in `window`--> open --after `open`--> half-open: one probe
//     ^------------------------------ the probe is answered ---------------------------------------'  fails: open again
//
// Parameters and defaults: Hystrix (20 calls in a rolling window of 10 s, 50 % errors, open for 5 s); Nygard, "Release It!".
// The window is ten slices that roll, as Hystrix's. One breaker for each place that calls and each partition of the callee: all
// servers of a tier at a site learn together. A call that is not made has failed at once: the call's `on_failure` decides.
// Left out: a breaker per server of the callee (Envoy's outlier detection); limits on pending calls.
#pragma once

#include <tuple>

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct CircuitBreakerSpec {
    std::int64_t volume = 20;
    Ratio        errors{0.5};
    SimDuration  window = 10_s;
    SimDuration  open = 5_s;

    template <class S = CircuitBreakerSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("volume", &S::volume).at_least(1).says("calls in the window before it can open (Hystrix: 20)"),
            key("errors", &S::errors).above(0).at_most(1).says("share of them that failed or timed out, from which it opens (Hystrix: 50%)"),
            key("window", &S::window).above(0).says("over how long calls are counted (Hystrix: 10s)"),
            key("open", &S::open).above(0).says("how long no call is made, before one tries (Hystrix: 5s)")};
    }
};

}  // namespace mailquake
