// An event: at a time, of a kind, about something. POD; what `kind`, `a` and `b` mean is the process's own business.
//
// Events of one process are in total order: by time, then by `order`, a word from whoever plans them, then by kind. A process that
// has no rule of its own for what comes first at one instant takes make_order: by origin (the logical process that made the event),
// then by the origin's own sequence number. Either is the same on any number of threads.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "sim/base/time.hpp"

namespace mailquake {

struct Event {
    SimTime       time;
    std::uint64_t order = 0;  // among events of one time: the least acts first
    std::uint32_t kind = 0;
    std::uint32_t a = 0;
    std::uint64_t b = 0;
};
static_assert(sizeof(Event) == 32 && std::is_trivially_copyable_v<Event>);

/// Greatest origin, and how many sequence numbers one has.
inline constexpr std::uint32_t kMaxOrigin = 0xffff;
inline constexpr std::uint64_t kSequenceNumbers = std::uint64_t{1} << 48;

/// origin <= kMaxOrigin, seq < kSequenceNumbers.
[[nodiscard]] constexpr std::uint64_t make_order(std::uint32_t origin, std::uint64_t seq) {
    return (std::uint64_t{origin} << 48) | seq;
}

/// Whether a acts before b.
[[nodiscard]] constexpr bool before(const Event& a, const Event& b) {
    if (a.time != b.time) return a.time < b.time;
    return a.order != b.order ? a.order < b.order : a.kind < b.kind;
}

/// An event whose kind and `a` are written in one piece: they are read so soon after, and what is read in one piece after
/// it was written in two waits for the cache.
[[nodiscard]] inline Event make_event(SimTime time, std::uint64_t order, std::uint32_t kind, std::uint32_t a, std::uint64_t b) {
    static_assert(offsetof(Event, a) == offsetof(Event, kind) + sizeof kind && std::endian::native == std::endian::little);
    const std::uint64_t both = std::uint64_t{a} << 32 | kind;
    Event event;
    event.time = time;
    event.order = order;
    std::memcpy(&event.kind, &both, sizeof both);
    event.b = b;
    return event;
}

/// to = from, word by word: a copy in one piece of what was just written in words would wait for the cache.
inline void copy_fields(const Event& from, Event& to) {
    std::uint64_t kind_and_a = 0;
    std::memcpy(&kind_and_a, &from.kind, sizeof kind_and_a);
    to.time = from.time;
    to.order = from.order;
    std::memcpy(&to.kind, &kind_and_a, sizeof kind_and_a);
    to.b = from.b;
}

}  // namespace mailquake
