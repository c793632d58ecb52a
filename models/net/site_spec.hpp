// A site: a data center, or a piece of the outside world. Everything stands in a site; sites share nothing but links.
#pragma once

#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

struct SiteSpec : Entry {
    bool        outside = false;         // populations of senders, receivers or clients; not ours to operate
    SimDuration latency = {250'000};     // one way, between two servers inside the site [ns]

    template <class S = SiteSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("outside", &S::outside).says("a piece of the outside world: populations of senders, receivers or clients"),
                key("latency", &S::latency).at_least(0).at_most(1).says("one-way delay between two servers inside the site")});
    }
};

}  // namespace mailquake
