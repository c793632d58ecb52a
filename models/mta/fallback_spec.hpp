// When one try of a copy goes on at its destination's next address, as MX and smart-host lists have it: to another MX host of an
// outside destination, or to the next site of a relay tier, that is one that the mail passes through (`next_hop.fallback_on`).
//
//   connect    nobody is there, or the connection is refused or does not come about in time
//   greeting   no greeting in time, or 421 at the greeting: the server takes nobody in (flaw refuse-all, where a full queue says 4yz)
//   4yz        any other temporary refusal: a full queue, greylisting, a proxy that could not pass the copy on; and what breaks later
//   none       the copy waits for its next try
//
// The connection slot is held through all of a try. At most `addresses` are tried, and at most `sessions` of those that end with a
// 4yz, which are the ones that have got beyond the greeting. Only the last failure is known to the destination's queue (concurrency
// feedback, the memory of hosts). Mailboxes, partitions and calls have one place, a
// proxy passes its copy on to one, and users' outboxes have one server. Source: Postfix, smtp_connect.c and
// smtp_trouble.c: it goes on after all of them, at most 5 addresses (smtp_mx_address_limit) and 2 sessions (smtp_mx_session_limit).
// Left out: a 5yz at the greeting, after which Postfix goes on, too; addresses that it has connections to already (its session cache).
#pragma once

#include <vector>

#include "models/spec/enum_text.hpp"

namespace mailquake {

enum class FallbackOn { connect, greeting, four_yz, none };
template <>
struct EnumText<FallbackOn> {
    static constexpr EnumTable<FallbackOn, 4> table{
        {{FallbackOn::connect, "connect"}, {FallbackOn::greeting, "greeting"}, {FallbackOn::four_yz, "4yz"}, {FallbackOn::none, "none"}}};
};

/// Which failures these are, as a set.
class Fallbacks {
public:
    constexpr Fallbacks() = default;
    explicit Fallbacks(const std::vector<FallbackOn>& list) {
        for (const FallbackOn failure : list)
            if (failure != FallbackOn::none) bits_ |= bit(failure);
    }
    [[nodiscard]] constexpr bool any() const { return bits_ != 0; }
    [[nodiscard]] constexpr bool has(FallbackOn failure) const { return (bits_ & bit(failure)) != 0; }

private:
    [[nodiscard]] static constexpr unsigned bit(FallbackOn failure) { return failure == FallbackOn::connect ? 1U : failure == FallbackOn::greeting ? 2U : 4U; }
    unsigned bits_ = 0;
};

}  // namespace mailquake
