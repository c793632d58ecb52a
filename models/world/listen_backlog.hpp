// Callers whose connection nobody has taken up yet. A server that stands still (fault server-pause) greets nobody: its kernel
// completes the TCP handshake and the caller waits in the listen backlog, until the server goes on or the caller's time-out for the
// greeting is over (network.greeting_timeout). Such an attempt ends as not greeted: nothing was accepted, and nothing can be doubled.
// A part of its site.
//
// Which server a connection gets follows the tier's `spread`, before all else and once; servers that stand still are known by health
// checks alone, where the tier has any. With `spread: shared` any server that is not held takes the connection up, so callers wait while all
// servers that are up stand still. What waits goes on in the order in which it came. A server that crashes refuses its callers; when a site is
// gone, they hear nothing, and time out.
// A receiver looks at a connection when the mail's last byte would be there, as it does for all else: the wait comes on top of the
// transfer. A greeting that cannot be there in time, by the shortest way, is not waited for. What `direct` hands over is no
// connection, and waits in the input queue, as calls do.
// Left out: the length of the backlog (Linux: 4,096); a pause that begins in the middle of a dialogue, whose caller would wait for another
// reply; delayed transfers of a caller that is gone meanwhile, unless it is of the same site.
// Sources: listen(2), net.core.somaxconn; RFC 5321 4.5.3.2.1 (5 minutes for the initial 220); postconf(5): smtp_helo_timeout (300s).
//
// Invariants: a caller is in here once, or not at all; the time in here is booked where it was spent, to the stalled workers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/world/attempt.hpp"
#include "models/world/parcel.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

class Site;
class Station;

class ListenBacklog {
public:
    explicit ListenBacklog(Site& site) : site_(site) {}

    void begin();
    /// When an offer comes to a station some of whose servers stand still, then it waits, or its server takes it up. False: the site goes
    /// on with it as ever.
    [[nodiscard]] bool takes(const Parcel& parcel);
    [[nodiscard]] bool takes(std::uint32_t slot);
    /// When servers of a station go on, come or go, then those that wait for them are taken up, or hear that nobody is there.
    void look(std::uint32_t station) {
        if (!callers_.empty() && !callers_[station].empty()) look_at(station);
    }
    /// When a caller has waited for long enough, then it hangs up.
    void on_time_out(std::uint32_t station, std::uint64_t number);
    /// A caller that had waited was turned away: its own site books the wait. Returns the copy as it was sent.
    [[nodiscard]] Message turned_away(const Parcel& parcel);
    /// The same of an attempt of this site: all of it has failed, the wait for its greeting, too.
    void turned_away(std::uint32_t slot);
    [[nodiscard]] static SimDuration kept(const Parcel& parcel) {
        return (parcel.waited & kGreeted) != 0 ? parcel.cancel_after : SimDuration::zero();
    }

private:
    static constexpr std::uint32_t kAnyServer = 0xffff'fffeU;   // Station::kAllDown is another answer
    static constexpr std::uint16_t kHere = 0xffffU;
    struct Caller {
        std::uint32_t server;          // whose connection it is
        std::uint32_t index;           // its attempt, of this site; else its parcel
        std::uint64_t key;             // of the attempt
        std::uint16_t from;            // its site, or kHere
        bool          unheard = false; // the site has been gone meanwhile: nobody knows of the connection
        SimTime       since;
        EventHandle   timer = EventHandle::none();
    };
    enum class Fate { waits, is_taken, is_refused };

    [[nodiscard]] Station& station(std::uint32_t station) const;
    [[nodiscard]] bool is_asked(std::uint32_t station, const Message& offered) const;
    [[nodiscard]] std::uint32_t server_for(std::uint32_t station, const Message& offered);
    [[nodiscard]] std::uint32_t choose(std::uint32_t station, const Message& offered);
    [[nodiscard]] bool is_for_proxy(std::uint32_t station, const Message& offered) const;
    [[nodiscard]] bool is_known(std::uint32_t station, std::uint32_t server) const;
    [[nodiscard]] bool is_held(std::uint32_t station, std::uint32_t server) const;
    [[nodiscard]] Fate fate_of(std::uint32_t station, const Caller& caller) const;
    void keep(std::uint32_t station, Caller caller, std::uint64_t identity);
    void look_at(std::uint32_t station);
    void take_up(std::uint32_t station, const Caller& caller);
    void take_up(std::uint32_t station, Parcel parcel, std::uint32_t server);
    void take_up(std::uint32_t station, std::uint32_t slot, std::uint32_t server);
    void refuse(std::uint32_t station, const Caller& caller);
    void tell(const Caller& caller, Reply reply, SimDuration patience);
    [[nodiscard]] SimDuration way_to(std::uint16_t site) const;

    Site& site_;
    std::vector<std::map<std::uint64_t, Caller>> callers_;   // by station, in the order in which they came; empty: no server ever stands still
    std::uint64_t came_ = 0;
};

}  // namespace mailquake
