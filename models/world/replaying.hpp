// Safety Nets at a site (models/mta/safety_net_spec.hpp): what its stations have handed on is kept, operators have it sent again,
// and the last tier finds out whether that was of use. A part of its site, with state of its own.
//
// A replayed copy is a message of its own, of kind replay, from the station's input queue on. Where something may be
// replayed, mail that a disk, a flaw or a full queue loses is not dropped yet: its record lies with whoever lost it until its
// replay comes to the end of its path at the same site, and is then delivered in its stead. What still lies there at the end of
// the run is dropped then. Left out: mail that is lost at another site than its replay ends at stays lost; replays of replays;
// a copy that was doubled by a time-out behind a proxy, and then lost.
// In the books a replayed copy is generated inside, and a duplicate where its path ends outside; one that is thrown away, or
// lost, is taken out of them again: what counts is the mail that it repeats.
// Invariants: every copy that is kept here as lost is owned by this site, and booked up to when it was lost; without a mitigation
// that replays nothing is kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/mta/safety_net.hpp"
#include "models/world/parcel.hpp"
#include "models/world/plan.hpp"

namespace mailquake {

class Site;

class Replaying {
public:
    explicit Replaying(Site& site) : site_(site) {}

    void begin();
    /// Around an offer that is answered at once, after which the record may be anybody's; offers nest.
    void before_offer(std::uint32_t holder, std::uint32_t message, std::uint32_t station);
    void after_offer(Reply reply);
    /// Its holder has handed on this copy to a station (its global id).
    void keep(std::uint32_t holder, const Message& m, std::uint32_t station);
    /// Sends again what the station has handed on; returns how many copies.
    std::uint64_t replay(std::uint32_t station, const MeasurePlan& measure);
    void end_replay(std::uint32_t message, std::uint32_t station);
    /// A replayed copy is thrown away, or lost: the mail that it repeats is what counts.
    void discard(std::uint32_t message, std::uint32_t station);
    /// The copy is lost, unless its replay comes.
    void await_replay(std::uint32_t message, std::uint32_t station);
    /// The run ends: what was lost stays lost.
    void give_up();

private:
    [[nodiscard]] std::uint64_t identity_of_replay(const Message& m) const;
    [[nodiscard]] bool ends_outside(const Message& m) const;
    void count(const Message& m, std::int64_t n);

    struct Offered { std::uint32_t holder, station; Message copy; };
    struct Lost { std::uint32_t message, station; };

    Site& site_;
    std::vector<std::optional<SafetyNet>> nets_;   // by station
    std::vector<Offered> offered_;                 // the innermost last
    std::map<std::uint64_t, Lost> lost_;           // by the identity that its replay has
};

}  // namespace mailquake
