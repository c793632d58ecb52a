// What travels between sites: mail that is offered, replies to it, requests and answers, reports to dashboards,
// what operators see and what they decide. A plain record; its meaning for
// each kind is said at its fields.
#pragma once

#include <cstdint>
#include <type_traits>

#include "models/mail/message.hpp"
#include "models/mta/job.hpp"

namespace mailquake {

/// The receiver's reply to a message, or what the sender makes of silence.
enum class Reply : std::uint8_t {
    accepted,     // 250: the receiver owns it
    pending,      // a proxy has it in its hands and will reply later; between sites: the caller waits for the greeting, or has it
    deferred,     // 4yz
    greylisted,   // 4yz of greylisting
    bounced,      // 5yz
    dropped,      // accepted and thrown away: the receiver loses it
    unreachable,  // refused or no connection: another address may be tried at once
    timed_out,    // no connection in time
    not_greeted,  // no greeting in time
    shut,         // 421 at the greeting: the server takes nobody in
    broken,       // the dialogue broke off, or the reply to the data did not come in time
};

/// No dialogue came about, or it broke.
[[nodiscard]] constexpr bool is_no_session(Reply reply) { return reply >= Reply::unreachable; }

/// The last three are control messages: of monitoring; of what a look has found; that a mitigation is done from now on.
enum class ParcelKind : std::uint8_t { offer, reply, request, answer, report, finding, order };

struct Parcel {
    ParcelKind    kind;
    Reply         reply;        // reply
    Answer        answer = Answer::failed;  // answer
    std::uint8_t  waited = 0;   // offer: what may keep it waiting has been asked (Waited, a bit each)
    std::uint16_t from;         // site of the sender
    std::uint16_t population;   // answer: of a client, or which dashboard; report: which dashboard; finding, order: which condition
    std::uint32_t station;      // offer, request: global id of the destination; answer: of who answers; finding: see Finding::whole
    std::uint32_t let_in = 0;   // offer of a copy that greylisting had put off: how long after its acceptance it was let in [ms]; 0: not yet
    std::uint64_t key;          // offer, reply: the attempt (Attempt::key); answer: caller << 32 | token; request: its deadline
                                // [ns], 0 if the callee is told none; report: which signals speak, a bit each; finding: see Finding::part
    SimTime       since;        // reply that is no acceptance: up to here the way has booked the message's life; finding: when it was so
    SimDuration   cancel_after = SimDuration::max();  // request: how long after its deadline it is taken back; the longest: never;
                                // offer that was kept waiting: for how long; reply `pending`: how long its sender waits for the next one
    Message       message{};    // offer; of a reply: whose it is
    Request       request{};    // request; of an answer: the kind of caller
};
static_assert(std::is_trivially_copyable_v<Parcel>);

}  // namespace mailquake
