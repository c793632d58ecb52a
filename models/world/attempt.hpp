// An attempt to hand a message over: it holds a connection slot of its next-hop queue (or, of a proxy, a worker) from
// the connection to the reply.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/event_list.hpp"

namespace mailquake {

inline constexpr std::uint32_t kNoWorker = std::numeric_limits<std::uint32_t>::max();

/// What keeps an offer waiting at its receiver is asked once each.
enum Waited : std::uint8_t { kTarpitted = 1, kGreeted = 2 };

struct Attempt {
    std::uint32_t message;             // of the sender's slab
    std::uint32_t queue;               // next-hop queue; no meaning for a proxy's
    std::uint32_t worker = kNoWorker;  // of a proxy, which is held meanwhile
    std::uint32_t station;             // global id of the destination
    std::uint32_t token;               // tells attempts apart that had the same slot
    std::uint16_t host = 0;            // how many MX hosts of the destination have failed in it
    std::uint8_t  sessions = 0;        // how many of these, or of a relay tier's sites, failed after their greeting
    std::uint8_t  waited = 0;          // at the present one: Waited, a bit each
    SimTime       began;               // at the present one
    EventHandle   timer = EventHandle::none();
    std::uint32_t gone = 0;            // the record is free

    /// Names the attempt to the receiver: slot and token.
    [[nodiscard]] static std::uint64_t key(std::uint32_t slot, std::uint32_t token) {
        return (static_cast<std::uint64_t>(slot) << 32) | token;
    }
};

/// An attempt as others know it: by the site that makes it, and its key.
struct AttemptName {
    std::uint16_t site;
    std::uint64_t key;
    friend auto operator<=>(AttemptName, AttemptName) = default;
};

}  // namespace mailquake
