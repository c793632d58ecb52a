// How what waited when a fault ended leaves: at each tier of a site, the copies (and requests) that were in its queues at the end of a
// fault, the last time that it acts, and are there still. Where there is no fault, what waits when the run begins. A part of its site.
//
// Looked at once a second in the first minute, then at times that are 1 % of the way apart: so the times are known to a second, or to 1 %.
// Left out: what a worker has at that instant does not wait; copies that came here later do not count, however old they are.
// Invariant: nothing here changes what happens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/world/outcome.hpp"

namespace mailquake {

class Site;

class Draining {
public:
    explicit Draining(Site& site) : site_(site) {}

    void begin();
    /// A fault ends (its number), or it is time to look at those that have.
    void on_end(std::uint32_t fault);
    void on_look();
    void collect(Outcome& outcome) const;

    static constexpr std::uint32_t kStart = 0xffff'ffffU;   // in the stead of a fault

private:
    struct Place {
        std::uint32_t tier = 0;
        std::vector<std::uint32_t> stations;   // local
    };
    struct Watch {
        std::uint32_t place = 0, fault = 0;
        SimTime       from;
        std::uint64_t waiting = 0;
        std::optional<SimTime> drained, empty;
    };
    /// Of those that wait at a place, how many came up to an instant.
    [[nodiscard]] std::uint64_t waiting_since(const Place& place, SimTime t) const;
    void look_again();

    Site& site_;
    std::vector<Place> places_;
    std::vector<Watch> watches_;
    SimTime next_look_ = SimTime::never();
};

}  // namespace mailquake
