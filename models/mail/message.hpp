// A copy of a message, as the party that holds it knows it: 48 bytes in a slab. The unit counted everywhere is the copy:
// mail for several recipient domains or mailboxes was split before it got here. What can be drawn again from the
// identity (the recipient's place, the order of MX hosts) is not stored. A waiting copy has no event; queues hold its
// slab index.
#pragma once

#include <cstdint>
#include <type_traits>

#include "models/spec/enum_text.hpp"
#include "models/mail/draws.hpp"
#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

enum class Direction : std::uint8_t { inbound, outbound, internal };
template <>
struct EnumText<Direction> {
    static constexpr EnumTable<Direction, 3> table{
        {{Direction::inbound, "inbound"}, {Direction::outbound, "outbound"}, {Direction::internal, "internal"}}};
};
inline constexpr std::size_t kDirections = 3;

/// Mail of a tenant, or mail about it: bounces and delay notices travel as mail with a null return path; an advisory is a
/// dashboard's mail to the tenant's administrator. A replay is mail that a Safety Net has sent again.
enum class MailKind : std::uint8_t { mail, bounce, notice, advisory, replay };
template <>
struct EnumText<MailKind> {
    static constexpr EnumTable<MailKind, 5> table{
        {{MailKind::mail, "mail"}, {MailKind::bounce, "bounce"}, {MailKind::notice, "notice"}, {MailKind::advisory, "advisory"},
         {MailKind::replay, "replay"}}};
};

struct Message {
    std::uint64_t identity;   // (source, k-th arrival of it), or (parent, kind, n); keys every draw about this copy
    SimTime       accepted;   // by the first party that held it; delay counts from here
    SimTime       arrived;    // at the party that holds it now; a proxied copy keeps its upstream attempt here (Attempt::key)
    SimTime       since;      // its life is booked in the ledger up to here; of a deferred copy: its due time
    std::uint32_t tenant;
    std::uint32_t size;       // [octets]
    std::uint16_t failures;   // failed attempts at this hop; of a proxied copy: the upstream site
    std::uint16_t tenant_class;  // the tenant's: every step asks for it
    std::uint8_t  hop;        // index of the tier in its path that has it, or gets it next
    MailKind      kind : 3;
    std::uint8_t  proxied : 1;  // held on behalf of an upstream party, who still owns it
    std::uint8_t  noticed : 1;  // its sender has had a delay notice from the party that holds it
    std::uint8_t  measured : 1; // accepted between warm-up and cool-down, and of kind mail
    std::uint8_t  gone : 1;     // the record is free
    std::uint8_t  greylisted : 1;  // its sender was told to wait by greylisting, and nothing else had failed by then
    Direction     direction : 2;
    std::uint16_t doubted : 1;  // an attempt at this hop ended without its reply: the next party may have accepted the copy already
    std::uint16_t tries : 13;  // MX hosts tried in this attempt; in a tier: passes that a flaw or crash cut short
};
static_assert(sizeof(Message) == 48);

/// Which pass through a tier this is: what it draws there, it draws anew in each. In a tier neither counter is ever set back.
[[nodiscard]] constexpr std::uint32_t pass_of(const Message& m) {
    return std::uint32_t{m.tries} + (m.proxied ? 0U : std::uint32_t{m.failures});
}

/// Nothing has happened to the copy at this hop yet, and its party owns it. (Compilers make one comparison of this.)
[[nodiscard]] constexpr bool is_first_offer(const Message& m) {
    return m.failures == 0 && m.proxied == 0 && m.noticed == 0 && m.doubted == 0 && m.tries == 0;
}

/// How often this copy was offered at this hop before. A proxy has the number of its upstream party's attempt in `tries`.
[[nodiscard]] constexpr std::uint32_t offers_before(const Message& m) {
    return (m.proxied ? 0U : std::uint32_t{m.failures}) << 14 | m.tries;
}

/// One more failed attempt. The counter keys random streams, so its end stops the run.
constexpr void count_failure(Message& m) {
    MQ_CHECK(m.failures < 0xffff, "a copy has failed 65,535 times at one hop: its holder's retry schedule (next_hop.retry) tries too often");
    ++m.failures;
}
inline constexpr std::uint32_t kMostTries = (1U << 13) - 1;
/// Attempts at a hop beyond kMostTries stop the run; passes through a tier beyond them give the copy a new identity (Site::begin_pass).
constexpr void set_tries(Message& m, std::uint32_t tries) {
    MQ_CHECK(tries <= kMostTries, "a copy was offered to a proxy (hand_over: held) 8,191 times: its sender's retry schedule (retry) tries too often");
    m.tries = truncated<std::uint16_t>(tries) & kMostTries;
}
constexpr void count_try(Message& m) { set_tries(m, m.tries + 1U); }
static_assert(std::is_trivially_copyable_v<Message>);

/// Identity of a copy that another copy gave rise to.
[[nodiscard]] inline std::uint64_t report_identity(std::uint64_t parent, MailKind kind, std::uint32_t n) {
    return derived(parent, draws::report, (static_cast<std::uint64_t>(kind) << 32) | n);
}

}  // namespace mailquake
