// What a site has planned: its event list, and what comes first at one instant.
//
// At one instant events act by rank, then by identity (a message's, a request's), as design and second world have it
// (ARCHITECTURE.md, section 5): a rule that does not depend on which handler happened to plan first. Left out: two events of one
// instant, rank and identity act by kind; those of one kind in no stated order (two parcels about one copy within a nanosecond).
#pragma once

#include <cstdint>

#include "models/mta/job.hpp"
#include "models/world/parcel.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

struct SiteAgenda {
    /// `origin`: the site's number.
    explicit SiteAgenda(std::uint32_t origin) : events_(origin) {}

    enum class Act : std::uint32_t {
        arrival,        // a: source
        offer,          // a: attempt; a transfer within the site ends
        attempt_fails,  // a: attempt, b: Reply; the network ends it
        attempt_times_out,  // a: attempt
        greeting_timeout,   // a: station, b: number of a caller in its listen backlog
        retry_due,      // a: next-hop queue
        expiry,         // lives of copies that wait for their next hop end
        service_end,    // a: worker, b: its token; of an older one nothing comes
        call_timer,     // a: worker
        answer,         // a: worker, b: station that answers (global) << 34 | token << 2 | Answer; from this very site
        parcel,         // a: parcel
        trouble,        // a: station, b: server fault << 1 | begins
        restart,        // a: station, b: server; after a crash by a flaw
        add_servers,    // a: station, b: index of the plan's entry
        site_trouble,   // a: stretch of the site << 1 | begins
        client_try,     // a: client, b: population
        client_timeout, // a: client, b: population
        session_end,    // a: client, b: population
        measure,        // a: station, b: index of the plan's entry; what operators do at an instant
        look,           // are there conditions on which they act?
        network_change, // links have changed, or a site is down: are sessions broken?
        minute,         // once a minute
        client_sample,  // every 10 s, where there are clients
        warm,           // warm-up ends
        snapshot,       // a qshape that was asked for
        fault_over,     // a: fault, or Draining::kStart
        drain_look,     // at what waited when faults ended
        throttle_end,   // a: next-hop queue
        revival,        // a: next-hop queue; its destination has been dead for long enough
        hedge,          // a: worker, b: its token; of an older call nothing comes
        given_up,       // a: request, b: station; of one that has been served nothing comes
        autoscale,      // a: station
        scale_out,      // a: station, b: how many servers
        look_at_pressure,  // a: station
        monitor,        // a: dashboard; its signals are looked at
        announce,       // a: dashboard, b: incident, try and step
        count_
    };

    /// What comes first at one instant of a site: measuring first, and new work last.
    enum class Rank : std::uint8_t { look, trouble, reply, service_end, timer, scan, arrival };
    static constexpr Rank rank_of(Act act) {
        switch (act) {
            case Act::minute:
            case Act::client_sample:
            case Act::warm:
            case Act::snapshot:
            case Act::fault_over:
            case Act::drain_look: return Rank::look;
            case Act::trouble:
            case Act::restart:
            case Act::site_trouble:
            case Act::network_change:
            case Act::measure:
            case Act::add_servers:
            case Act::scale_out: return Rank::trouble;
            case Act::attempt_fails:
            case Act::greeting_timeout:
            case Act::answer: return Rank::reply;
            case Act::service_end: return Rank::service_end;
            case Act::retry_due:
            case Act::expiry: return Rank::scan;
            case Act::arrival:
            case Act::offer:
            case Act::parcel: return Rank::arrival;
            case Act::attempt_times_out:
            case Act::call_timer:
            case Act::client_try:
            case Act::client_timeout:
            case Act::session_end:
            case Act::look:
            case Act::throttle_end:
            case Act::revival:
            case Act::hedge:
            case Act::given_up:
            case Act::autoscale:
            case Act::look_at_pressure:
            case Act::monitor:
            case Act::announce:
            case Act::count_: break;
        }
        return Rank::timer;
    }
    /// An event's place among those of its instant: its rank (3 bits) and the upper bits of an identity.
    static constexpr std::uint64_t order_of(Rank rank, std::uint64_t identity) {
        return identity >> 3 | std::uint64_t{underlying(rank)} << 61;
    }
    /// For what is told by numbers: as an identity, it sorts by the number.
    static constexpr std::uint64_t first_by_number(std::uint64_t number) { return number << 3; }

    /// The place of what comes from another site.
    static constexpr std::uint64_t order_of(const Parcel& parcel) {
        switch (parcel.kind) {
            case ParcelKind::offer: return order_of(Rank::arrival, parcel.message.identity);
            case ParcelKind::reply: return order_of(Rank::reply, parcel.message.identity);
            case ParcelKind::request: return order_of(Rank::arrival, parcel.request.identity);
            case ParcelKind::answer: return order_of(Rank::reply, parcel.request.identity);
            case ParcelKind::report:
            case ParcelKind::finding:
            case ParcelKind::order: break;
        }
        return order_of(Rank::timer, first_by_number(parcel.from));
    }

    /// What happens to nobody in particular: those of one instant and rank in the order in which they were planned.
    void at(SimTime when, Act act, std::uint32_t a = 0, std::uint64_t b = 0) { at_for(first_by_number(planned_++), when, act, a, b); }
    /// What happens to a message or a request.
    void at_for(std::uint64_t identity, SimTime when, Act act, std::uint32_t a = 0, std::uint64_t b = 0) {
        events_.insert(make_event(when, order_of(rank_of(act), identity), underlying(act), a, b));
    }
    /// The same, of what may be cancelled.
    EventHandle timer_for(std::uint64_t identity, SimTime when, Act act, std::uint32_t a = 0, std::uint64_t b = 0) {
        return events_.insert_cancellable(make_event(when, order_of(rank_of(act), identity), underlying(act), a, b));
    }

    static constexpr std::uint32_t kNoStation = (1U << 30) - 1;   // no such number of a station has fewer bits
    /// What Act::answer says.
    [[nodiscard]] static std::uint64_t answer_event(std::uint32_t station, std::uint32_t token, Answer answer) {
        return std::uint64_t{station} << 34 | std::uint64_t{token} << 2 | static_cast<std::uint64_t>(answer);
    }

    EventList     events_;
    std::uint64_t planned_ = 0;  // events without an identity, so far
};

}  // namespace mailquake
