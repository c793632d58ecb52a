// A plain event list to hold the fast one (event_list.hpp) against, event for event; no model uses it.
//
// A 4-ary heap over {time, order, slot}; what an event carries waits in its slot, so that sifting moves 24 bytes. Every
// operation costs O(log n). The interface is that of EventList, whose comments say what it means.
//
// Time-outs are common and mostly cancelled, so cancel() is a mark: the entry stays in the heap until it comes to the
// top. Entries that are dead never outnumber those alive by more than a few: then the heap is rebuilt without them, so
// a cancel costs constant amortized time and memory follows the events alive. The top is always alive.
//
// Invariants, checked in every build: nothing is scheduled before the event that was popped last; an order is given once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/cancel_slots.hpp"
#include "sim/kernel/event.hpp"

namespace mailquake {

class ReferenceEventList {
public:
    /// `origin` is the logical process's number, the same in every run.
    explicit ReferenceEventList(std::uint32_t origin) : origin_(origin) {
        MQ_CHECK(origin <= kMaxOrigin, "an origin has 16 bits");
    }

    /// An event of this process's own; time is no earlier than the last popped event's.
    void schedule(SimTime time, std::uint32_t kind, std::uint32_t a = 0, std::uint64_t b = 0) {
        push(Event{time, take_order(), kind, a, b});
    }
    EventHandle schedule_cancellable(SimTime time, std::uint32_t kind, std::uint32_t a = 0, std::uint64_t b = 0) {
        return push(Event{time, take_order(), kind, a, b});
    }

    /// An event with an order of another process's, from a channel; not cancellable.
    void insert(const Event& event) { push(event); }

    /// The next order of this origin: for what is sent to another process and inserted there.
    [[nodiscard]] std::uint64_t take_order() {
        MQ_CHECK(next_seq_ < kSequenceNumbers, "an origin has 2^48 sequence numbers");
        return make_order(origin_, next_seq_++);
    }

    /// True when the event was pending and now never acts; false when it has acted, was cancelled, or is none().
    bool cancel(EventHandle handle) {
        if (handle.slot >= slots_.size()) return false;
        Slot& slot = slots_[handle.slot];
        if (slot.generation != handle.generation || slot.state != kAlive) return false;
        slot.state = kDead;
        ++slot.generation;
        ++dead_;
        if (heap_.front().slot == handle.slot) drop_dead_top();
        else if (dead_ > kDeadAllowed && dead_ > heap_.size() / 2) compact();
        return true;
    }

    /// Whether the event is still to act.
    [[nodiscard]] bool pending(EventHandle handle) const {
        return handle.slot < slots_.size() && slots_[handle.slot].generation == handle.generation &&
               slots_[handle.slot].state == kAlive;
    }

    /// Time of the next event; never() when there is none.
    [[nodiscard]] SimTime next_time() const { return heap_.empty() ? SimTime::never() : SimTime{heap_.front().time}; }

    /// Takes the next event out; the list is not empty.
    Event pop() {
        MQ_CHECK(!heap_.empty(), "an empty event list has no next event");
        const Entry top = heap_.front();
        const Slot& slot = slots_[top.slot];
        const Event event{SimTime{top.time}, top.order, slot.kind, slot.a, slot.b};
        last_ = event.time;
        ++slots_[top.slot].generation;
        release(top.slot);
        remove_top();
        drop_dead_top();
        return event;
    }

    /// Events alive.
    [[nodiscard]] std::size_t size() const { return heap_.size() - dead_; }
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    /// Entries held, dead ones included.
    [[nodiscard]] std::size_t entries() const { return heap_.size(); }
    [[nodiscard]] std::uint32_t origin() const { return origin_; }

private:
    struct Entry {
        std::int64_t  time;
        std::uint64_t order;
        std::uint32_t slot;
    };
    struct Slot {
        std::uint64_t b = 0;
        std::uint32_t kind = 0;
        std::uint32_t a = 0;
        std::uint32_t generation = 0;
        std::uint32_t state = kAlive;  // kAlive, kDead (cancelled, its entry still in the heap), or the next free slot
    };
    static_assert(sizeof(Entry) == 24 && sizeof(Slot) == 24);

    static constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t kAlive = kNoSlot - 1;
    static constexpr std::uint32_t kDead = kNoSlot - 2;
    static constexpr std::size_t kArity = 4;
    static constexpr std::size_t kDeadAllowed = 64;  // so many cost nothing worth a rebuild

    static bool before(const Entry& x, const Entry& y) {
        __extension__ using Key = __int128;  // one comparison without a branch on ties
        const Key kx = (static_cast<Key>(x.time) << 64) | x.order;
        const Key ky = (static_cast<Key>(y.time) << 64) | y.order;
        return kx < ky;
    }

    EventHandle push(const Event& event) {
        MQ_CHECK(event.time >= last_, "an event is not scheduled into the past");
        const std::uint32_t index = take_slot();
        Slot& slot = slots_[index];
        slot.b = event.b;
        slot.kind = event.kind;
        slot.a = event.a;
        slot.state = kAlive;
        const Entry entry{event.time.ns, event.order, index};
        heap_.push_back(entry);
        sift_up(0, heap_.size() - 1, entry);
        return {index, slot.generation};
    }

    std::uint32_t take_slot() {
        if (first_free_ != kNoSlot) {
            const std::uint32_t index = first_free_;
            first_free_ = slots_[index].state;
            return index;
        }
        MQ_CHECK(slots_.size() < kDead, "an event list holds fewer than 2^32 events");
        slots_.emplace_back();
        return narrow<std::uint32_t>(slots_.size() - 1, "pending events");
    }
    void release(std::uint32_t index) {
        slots_[index].state = first_free_;
        first_free_ = index;
    }

    /// The entry rises from the hole, no higher than `top`.
    void sift_up(const std::size_t top, std::size_t hole, const Entry entry) {
        Entry* const heap = heap_.data();
        while (hole > top) {
            const std::size_t parent = (hole - 1) / kArity;
            if (!before(entry, heap[parent])) break;
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = entry;
    }
    /// The hole at `at` sinks to the bottom along the least children, then the entry rises from there: it came from the
    /// bottom and mostly belongs near it, so comparing it on the way down would be wasted.
    void sift_down(const std::size_t at, const Entry entry) {
        Entry* const heap = heap_.data();
        const std::size_t n = heap_.size();
        std::size_t hole = at;
        std::size_t child = kArity * hole + 1;
        for (; child + kArity <= n; child = kArity * hole + 1) {
            const std::size_t left = child + (before(heap[child + 1], heap[child]) ? 1 : 0);
            const std::size_t right = child + 2 + (before(heap[child + 3], heap[child + 2]) ? 1 : 0);
            const std::size_t least = before(heap[right], heap[left]) ? right : left;
            heap[hole] = heap[least];
            hole = least;
        }
        if (child < n) {
            std::size_t least = child;
            while (++child < n) least = before(heap[child], heap[least]) ? child : least;
            heap[hole] = heap[least];
            hole = least;
        }
        sift_up(at, hole, entry);
    }
    void remove_top() {
        const Entry last = heap_.back();
        heap_.pop_back();
        if (!heap_.empty()) sift_down(0, last);
    }
    void drop_dead_top() {
        while (dead_ > 0 && !heap_.empty() && slots_[heap_.front().slot].state == kDead) {
            release(heap_.front().slot);
            --dead_;
            remove_top();
        }
    }
    void compact();

    std::vector<Entry> heap_;
    std::vector<Slot>  slots_;
    std::size_t   dead_ = 0;               // entries of heap_ that were cancelled
    std::uint32_t first_free_ = kNoSlot;
    std::uint32_t origin_;
    std::uint64_t next_seq_ = 0;
    SimTime       last_{std::numeric_limits<std::int64_t>::min()};  // of the event popped last
};

}  // namespace mailquake
