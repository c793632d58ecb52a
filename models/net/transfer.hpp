// How long mail and packets take between two sites, and what becomes of them when a link is down.
//
//   plan_mail   connection and dialogue (round_trips x RTT) -> wait for bandwidth -> data -> last byte's flight
//   plan_packet one request or answer, one way             plan_reply the reply on a connection that is open
//
// Mail: data takes size / min(bandwidth, loss-limited rate). Bandwidth is served in order at the sending site's first
// link: a transfer waits for what was planned before it, counted from `now` (as if all dialogues were equally long), and
// occupies the link for its size at the bandwidth of each moment. Over several hops: sum of latencies, least bandwidth, combined loss.
// Both directions must work. When the transfer begins and there is no route, or the first link that is down refuses:
// `refused`, at once or after the round trip to that link. A black hole, or a way back that does not work, swallows the first packet,
// which is sent again after 1, 3, 7, 15, ... s (RFC 6298): the connection comes about if one of them finds the path back, else it is
// `timed_out` after connect_timeout. When a link goes down
// later (either way), TCP stalls until the path is back or routes have found another one; the round trip after the connection may not
// exceed greeting_timeout, else it is `not_greeted`; no other one of the dialogue, and no stall of the data, may exceed data_timeout, nor the last
// byte's flight reply_timeout, else it is `broken`. So ends a
// wait for bandwidth over data_timeout, too; it then takes none.
// Left out: contention in transit, beyond the first link; TCP's own pause after a stall; slow start; that transfers which a
// cut has stalled share the bandwidth when it is over; bandwidth that
// is free because a planned transfer failed; the load of dialogues, packets and replies.
// Sources: RFC 5321 4.5.3.2 (time-outs), models/net/tcp.hpp (loss).
//
// Invariants: nothing is delivered before now + Lookahead::min_latency; without loss plan_mail draws two numbers, the
// others one; a greater size is never delivered earlier, all else equal; what happens to links that a transfer does not
// use does not move it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/net/network_spec.hpp"
#include "models/net/routes.hpp"
#include "models/net/topology.hpp"
#include "models/spec/quantity.hpp"
#include "sim/base/random_stream.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

struct TransferPlan {
    /// Of time-outs: timed_out before there was a connection, not_greeted in the next round trip, broken later.
    enum class End : std::uint8_t { delivered, refused, timed_out, not_greeted, broken };
    End         end = End::delivered;
    SimTime     at;                    // delivered: the receiver has it all; else: the sender knows that it failed
    SimDuration queued_for_bandwidth;  // part of it that was waiting for the first link [ns]
    SimDuration lost{0};               // part of it that loss added: what was sent again, and data that came slower for it [ns]
    SimDuration stalled{0};            // part of it in which nothing moved, because the path was down [ns]
};

/// The network as all sites see it: immutable, shared.
struct Network {
    Network(Topology topology_, LinkTimeline timeline_, const NetworkSpec& spec_);

    Topology     topology;
    LinkTimeline timeline;
    Routes       routes;
    NetworkSpec  spec;
};

/// The network as one site sends into it: mutable, owned by the site's logical process. `network` must outlive it.
class SendingLinks {
public:
    SendingLinks(const Network& network, SiteId from);

    /// Is a site there at this time? One that is down swallows the first packet of a connection, as a black hole does.
    using IsThere = std::function<bool(SimTime)>;

    /// A mail of `size` from this site. Within the site: dialogue and flight at inside latency, no bandwidth. `is_there`: asked of a site
    /// that is down when the transfer begins.
    [[nodiscard]] TransferPlan plan_mail(SiteId to, SimTime now, Bytes size, RandomStream& luck, const IsThere* is_there = nullptr);

    /// A small request or answer. Loss delays it by retransmissions. A link that refuses: `refused`, `at` the time the
    /// sender knows. A black hole swallows it: `timed_out` at never(), so the sender's own time-out decides.
    [[nodiscard]] TransferPlan plan_packet(SiteId to, SimTime now, RandomStream& luck);

    /// The reply to a mail, on the connection that is still open: a link that is down stalls it; it arrives when the
    /// path is back, or `timed_out` at now + patience.
    [[nodiscard]] TransferPlan plan_reply(SiteId to, SimTime now, SimDuration patience, RandomStream& luck);

    [[nodiscard]] SiteId site() const { return from_; }

private:
    /// One way to a site as it is from some instant until the next change of anything in the network.
    struct Way {
        LinkId      first;                     // none(): no route
        LinkMode    mode = LinkMode::up;       // the first link that is not up decides
        SimDuration latency;                   // sum [ns]
        SimDuration jitter;                    // sum [ns]
        SimDuration latency_to_break;          // up to the link that is not up [ns]
        double      bandwidth = 0;             // least [bit/s]
        double      loss = 0;                  // combined

        [[nodiscard]] bool works() const { return first.valid() && mode == LinkMode::up; }
        friend bool operator==(const Way&, const Way&) = default;
    };
    /// Both ways between here and one other site.
    struct Path {
        Way  forth;
        Way  back;
        SimTime from = SimTime::never();       // holds from here ...
        SimTime until = SimTime::zero();       // ... to here; nothing yet
        [[nodiscard]] bool works() const { return forth.works() && back.works(); }
    };
    /// Where the jitter of one transfer lies between nothing and its largest; drawn once.
    struct Jitter {
        double forth;
        double back;
    };
    /// How long a stage of a transfer may take: as a whole, or without any progress.
    struct Patience {
        SimDuration longest;
        bool        only_stalls;
    };

    [[nodiscard]] Way way(SiteId from, SiteId to, SimTime t) const;
    /// Both ways at t; the reference holds until the next call for the same site.
    [[nodiscard]] const Path& path(SiteId to, SimTime t);
    [[nodiscard]] SimTime same_until(SiteId to, const Path& as, SimTime enough);
    [[nodiscard]] static SimDuration one_way(const Way& way, double jitter);
    [[nodiscard]] static SimDuration round_trip(const Path& path, Jitter jitter);

    /// How long a stage takes on a path that stays as it is, and how much of that is loss.
    struct StageTime {
        SimDuration whole;
        SimDuration lost;
    };

    [[nodiscard]] static SimDuration at_another_pace(SimDuration rest, SimDuration was, SimDuration is);
    [[nodiscard]] SimTime sent_by(LinkId link, SimTime clock, Bytes size) const;
    template <class TimeOn>
    [[nodiscard]] bool pass(TransferPlan& plan, SiteId to, Patience patience, TimeOn time_on);
    [[nodiscard]] SimDuration undisturbed_dialogue(const Path& now, SimTime clock, Jitter jitter) const;
    [[nodiscard]] bool find_path(TransferPlan& plan, SiteId to, const IsThere* is_there);
    [[nodiscard]] bool pass_dialogue(TransferPlan& plan, SiteId to, Jitter jitter, RandomStream& luck, const IsThere* is_there);
    [[nodiscard]] bool pass_data(TransferPlan& plan, SiteId to, Jitter jitter, Bytes size);
    [[nodiscard]] bool pass_flight(TransferPlan& plan, SiteId to, SimDuration patience, double jitter, RandomStream& luck);

    const Network&       network_;
    SiteId               from_;
    SimDuration          least_patience_;  // with a round trip of the dialogue [ns]
    std::vector<Path>    paths_;       // per site, as last used
    std::vector<SimTime> busy_until_;  // per link of the topology; only those from here are used
};

}  // namespace mailquake
