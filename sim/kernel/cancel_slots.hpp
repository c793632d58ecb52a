// Which of the events that may be cancelled still are to act. Such an event, and only such a one, owns a slot from its
// making until its entry is taken out of the event list; the slot's number travels in the entry, in place of the event's
// `a`, which waits here.
//
// A handle is (slot, generation). Generations are even while the event is to act and odd from then on, so a handle of an
// event that acted or was cancelled never matches again; a slot whose generations are used up is not given out any more,
// so this holds for ever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// Names a scheduled event that may be cancelled. Keeping one past its event is safe.
struct EventHandle {
    std::uint32_t slot = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t generation = 0;

    [[nodiscard]] static constexpr EventHandle none() { return {}; }
    [[nodiscard]] constexpr bool valid() const { return *this != none(); }
    friend constexpr bool operator==(EventHandle, EventHandle) = default;
};
static_assert(sizeof(EventHandle) == 8);

class CancelSlots {
public:
    /// A slot for an event that carries `a`.
    EventHandle take(std::uint32_t a) {
        if (first_free_ == kNone) return append(a);
        const std::uint32_t slot = first_free_;
        Slot& taken = slots_[slot];
        first_free_ = taken.word;
        taken.word = a;
        return {slot, ++taken.generation};
    }

    /// Whether the handle's event is still to act.
    [[nodiscard]] bool holds(EventHandle handle) const {
        return handle.slot < slots_.size() && slots_[handle.slot].generation == handle.generation;
    }
    [[nodiscard]] bool is_alive(std::uint32_t slot) const { return (slots_[slot].generation & 1) == 0; }

    /// The event will not act; its slot stays until its entry is found. The handle holds.
    void revoke(EventHandle handle) { ++slots_[handle.slot].generation; }

    /// The event acts now: gives its `a` back, and the slot up.
    std::uint32_t redeem(std::uint32_t slot) {
        const std::uint32_t a = slots_[slot].word;
        ++slots_[slot].generation;
        release(slot);
        return a;
    }

    /// Gives up the slot of an event that was revoked.
    void release(std::uint32_t slot) {
        if (slots_[slot].generation == std::numeric_limits<std::uint32_t>::max()) return;
        slots_[slot].word = first_free_;
        first_free_ = slot;
    }

private:
    struct Slot {
        std::uint32_t generation;  // even: to act; odd: acted or cancelled
        std::uint32_t word;        // `a` of its event, or the next free slot
    };
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    EventHandle append(std::uint32_t a) {
        MQ_CHECK(slots_.size() < kNone, "fewer than 2^32 events can be cancelled");
        slots_.push_back({0, a});
        return {narrow<std::uint32_t>(slots_.size() - 1, "events that can be cancelled"), 0};
    }

    std::vector<Slot> slots_;
    std::uint32_t first_free_ = kNone;
};

}  // namespace mailquake
