// What a site keeps of each thing that is in it: kinds of events, workers, holders, next-hop queues, sources, clients. Plain
// records; what they mean to each other is the site's (site.hpp), which has these names as its own.
//
// A record of the message path is as small as its fields allow. Left out: messages, requests and attempts, which others know as
// well (models/mail/message.hpp, models/mta/job.hpp, attempt.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/mail/draws.hpp"
#include "models/mta/age_index.hpp"
#include "models/mta/job.hpp"
#include "models/mta/next_hop_queue.hpp"
#include "models/world/outcome.hpp"
#include "models/world/plan.hpp"
#include "sim/base/first_words.hpp"
#include "sim/base/ring_queue.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

struct SiteRecords {
    /// What keys the draws of transfers from a site.
    struct NetworkKeys {
        NetworkKeys(std::uint64_t seed, std::uint64_t place)
            : mail(seed, place, draws::mail_transfer), reply(seed, place, draws::reply_transfer), request(seed, place, draws::request_transfer),
              answer(seed, place, draws::answer_transfer), finding(seed, place, draws::finding_transfer), report(seed, place, draws::report_transfer) {}
        StreamKey mail, reply, request, answer, finding, report;
    };

    static constexpr std::uint32_t kNone = 0xffff'ffffU;
    /// What a station says to who comes. `put_off` is a 4yz, whatever its full queue says; `closed`, where that says 4yz, a 421.
    enum class Entered : std::uint8_t { yes, full, down, put_off, closed };
    enum class Phase : std::uint8_t { calling, held, serving, handing_over, stalled };
    struct Worker {
        JobRef        job;
        std::uint32_t station = 0;       // local
        std::uint32_t server = 0;
        std::uint32_t token = 0;         // of its present call or service: what comes for an older one is late
        std::uint32_t call_attempt = 0;
        std::uint16_t call = 0;
        std::uint16_t guard = 0;         // of its present call, if that is guarded (guarding.cpp); 0: it is not
        std::uint8_t  state = 0;         // in the station's WorkerStates
        Phase         phase = Phase::calling;
        std::uint8_t  begun = 0;         // flaws that wake when a job starts have been asked
        std::uint8_t  gone = 0;          // the record is free
        EventHandle   timer = EventHandle::none();  // of its present call
        SimTime       until;             // end of service, or of the stall: what is left of it [ns]
        SimTime       call_began;
        double        pace = 1;          // by which its service takes longer now (slowing.cpp); said only where its server is odd
    };
    /// Who holds mail between tiers here: a station, or a population of senders or users.
    struct Holder {
        const HolderPlan* plan;
        std::string   name;
        std::uint64_t hash;
        StreamKey     retry_luck, host_luck, overflow_luck;
        StreamKey     scan_luck;              // of the phase of its queue scans
        std::vector<std::uint32_t> queue_to;  // next-hop queue by destination station; kNone. Of several servers with queues of their own: the first one's
        std::vector<std::vector<std::uint32_t>> queue_of_server{};  // the same by server, where each has queues of its own
        AgeIndex      ages;                   // of the mail between tiers, by arrival here
        BacklogCount* backlog;                // which counts it, too
        struct Watched { std::uint32_t message; SimTime arrived; std::uint64_t identity; };
        RingQueue<Watched> watched;           // in order of arrival, for delay notices
        /// Of processes that its destinations share: how many are at work, who waits for one, and since when.
        struct Processes {
            std::int64_t  running = 0;
            std::set<std::pair<SimTime, std::uint32_t>> line{};
            bool          starting = false;
        };
        std::vector<Processes> processes = std::vector<Processes>(1);  // by server, where each has its own
    };
    /// A try that has failed: when, and which one it was.
    struct FailedTry { SimTime at; std::uint32_t number; };
    struct HopQueue {
        NextHopQueue  queue;
        std::uint32_t holder;
        std::uint32_t station;                // global id of the destination; of a pen, its own
        bool          pen;                    // what the tier itself defers: comes back to its own input queue
        std::uint32_t server = kNone;         // whose it is, where each server has queues of its own
        std::uint32_t throttle_of = kNone;    // the queue that has the throttle of this place (adapting.cpp)
        bool          shares_processes = false;  // its holder's destinations do (sharing_processes.cpp)
        bool          in_line = false;        // there
        bool          per_host = false;       // its host's failures are remembered (remembering_hosts.cpp):
        bool          past_cutoff = false;    // it has failed for so long that mail for it bounces
        std::uint32_t host_failures = 0;
        SimTime       host_failed = SimTime::never();  // since when it cannot be reached; never: it can
        SimTime       host_due = SimTime::zero();      // nothing is tried before
        bool          watched = false;        // who comes is looked at: a ready queue, suspensions, lives that end by a timer (readying.cpp)
        bool          asks_first = false;     // before an attempt there is more to ask than a slot: a throttle, the host's memory, the first one's age
        bool          asks_when_due = false;  // what is due may be no attempt: a pen's, or too old (expiring.hpp)
        Expires       expires = Expires::after_attempt;
        bool          pumping = false;        // its attempts are being started further up the stack
        SimTime       throttled_until = SimTime::never();  // of a throttle: when it is looked at next, if that is known
        RingQueue<std::uint32_t> turns{};     // of a throttle: the queues that wait for it
        bool          awaits_turn = false;    // there
        std::int64_t  processes = 0;          // that are at work for it, as last counted
        SimTime       revives_at = SimTime::never();  // of a dead destination: when it is tried again
    };
    /// Arrivals are drawn by the handful, ahead of their time: draws that wait for nothing overlap, and nothing waits for them.
    struct Source {
        static constexpr std::size_t kAhead = kWordsAtOnce;
        std::uint32_t plan;
        std::uint64_t arrivals = 0;           // so many are over
        std::uint64_t next = 0;               // identity of the next one's message
        ArrivalCount  units{};                // of those drawn
        ArrivalClock::Cursor cursor{};
        std::array<SimTime, kAhead>       times{};    // of arrival k at k % kAhead: this handful's
        std::array<std::uint32_t, kAhead> tenants{};
        // Of users' mail that always goes to one station here, which takes the record itself: that, and the queue on its way.
        StationId     straight_to = StationId::none();
        std::uint32_t straight_by = kNone;  // once there is one
    };
    enum class ClientState : std::uint8_t { signed_in, losing, waiting, trying, gone };
    struct Client {
        SimTime       first_try;
        EventHandle   timer = EventHandle::none();
        std::uint32_t sign_in = 0;            // how many sign-ins before this one
        std::uint32_t token = 0;
        std::uint32_t attempt = 0;
        ClientState   state = ClientState::signed_in;
        std::uint16_t site = 0;               // that it holds its session with
    };
    struct Population {
        std::uint32_t plan;
        std::vector<Client> clients;
        ClientOutcome result;
        std::uint64_t signed_in = 0;
        SimTime       below_since = SimTime::never();
    };

    /// How many servers a station has and wants, beside those that are planned.
    struct Scale {
        std::uint32_t servers = 0;             // there or on the way, without the drained ones
        std::uint32_t on_the_way = 0;
        std::vector<std::uint32_t> drained;    // the last one comes back first
        TimeArea      busy = 0, all = 0;       // of its workers, when it was last looked at
        SimTime       decides_at = SimTime::zero();
    };
};

}  // namespace mailquake
