// The pending events of one logical process, in the order (time, order, kind).
//
// A ladder queue (Tang, Goh, Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete event
// simulation", ACM TOMACS 15(3), 2005): what acts next lies sorted in a short array, the bottom; later events unsorted in
// the rungs' bags, each for a stretch of time, the later the outer the rung. The next bag is sorted into an empty bottom,
// or spread over a new rung when it holds many. Unlike theirs, a rung's last bag takes all that is later, so that far
// timers do not widen the stretches of near ones; widths come from a sampled median; and a bottom that cannot be spread,
// because it is of one instant, keeps what comes late in a heap. Costs: constant amortized under a steady load, at any
// spread of times; O(log n) at worst, as a heap's, provided the sample is fair.
//
// A cancelled event stays until its bag is opened, or until a cancel or an opened bag finds that the dead outnumber the
// living and sweeps them out: constant amortized time. Memory follows the most events that were alive at one time.
//
// Invariants, checked in every build: nothing is scheduled before the event that was popped last.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/cancel_slots.hpp"
#include "sim/kernel/event.hpp"
#include "sim/kernel/event_bag.hpp"

namespace mailquake {

class EventList {
public:
    /// `origin` is the logical process's number, the same in every run.
    explicit EventList(std::uint32_t origin);
    EventList(const EventList&) = delete;
    EventList& operator=(const EventList&) = delete;

    /// An event of this process's own; time is no earlier than the last popped event's, kind < kKinds.
    void schedule(SimTime time, std::uint32_t kind, std::uint32_t a = 0, std::uint64_t b = 0) {
        MQ_CHECK(kind < kKinds, "a kind has 31 bits");
        push(make_event(time, take_order(), kind, a, b));
    }

    /// The same, of an event that may be cancelled.
    EventHandle schedule_cancellable(SimTime time, std::uint32_t kind, std::uint32_t a = 0, std::uint64_t b = 0) {
        MQ_CHECK(kind < kKinds, "a kind has 31 bits");
        MQ_CHECK(time >= last_, "an event is not scheduled into the past");
        const EventHandle handle = slots_.take(a);
        push(make_event(time, take_order(), kind | kCancellable, handle.slot, b));
        return handle;
    }

    /// An event with an order that its maker gave it; not cancellable.
    void insert(const Event& event) {
        MQ_CHECK(event.kind < kKinds, "a kind has 31 bits");
        push(event);
    }

    /// The same, of an event that may be cancelled.
    EventHandle insert_cancellable(const Event& event) {
        MQ_CHECK(event.kind < kKinds, "a kind has 31 bits");
        MQ_CHECK(event.time >= last_, "an event is not scheduled into the past");
        const EventHandle handle = slots_.take(event.a);
        push(make_event(event.time, event.order, event.kind | kCancellable, handle.slot, event.b));
        return handle;
    }

    /// The next order of this origin: for what is sent to another process and inserted there.
    [[nodiscard]] std::uint64_t take_order() {
        MQ_CHECK(next_seq_ < kSequenceNumbers, "an origin has 2^48 sequence numbers");
        return make_order(origin_, next_seq_++);
    }

    /// True when the event was pending and now never acts; false when it has acted, was cancelled, or is none().
    bool cancel(EventHandle handle) {
        if (!slots_.holds(handle)) return false;
        slots_.revoke(handle);
        --alive_;
        ++dead_;
        if (is_of_slot(*head_, handle.slot)) settle();
        if (has_too_many_dead()) sweep();
        return true;
    }

    /// Whether the event is still to act.
    [[nodiscard]] bool pending(EventHandle handle) const { return slots_.holds(handle); }

    /// Time of the next event; never() when there is none.
    [[nodiscard]] SimTime next_time() const { return empty() ? SimTime::never() : head_->time; }

    /// Takes the next event out; the list is not empty.
    Event pop() {
        MQ_CHECK(!empty(), "an empty event list has no next event");
        Event event;
        copy_fields(*head_++, event);
        last_ = event.time;
        --alive_;
        if ((event.kind & kCancellable) != 0) {
            event.kind &= ~kCancellable;
            event.a = slots_.redeem(event.a);
        }
        if (head_ == end_ || !is_settled()) settle();
        return event;
    }

    /// Events alive.
    [[nodiscard]] std::size_t size() const { return alive_; }
    [[nodiscard]] bool empty() const { return alive_ == 0; }
    /// Entries held, dead ones included.
    [[nodiscard]] std::size_t entries() const { return alive_ + dead_; }
    [[nodiscard]] std::uint32_t origin() const { return origin_; }

    /// Kinds are smaller.
    static constexpr std::uint32_t kKinds = std::uint32_t{1} << 31;

private:
    /// Bags side by side, for the times from `start` to `last`; those before `next` have been opened.
    struct alignas(64) Rung {
        std::int64_t  start = 0;
        std::int64_t  last = 0;     // no later time is here
        unsigned      shift = 0;    // a bag holds 2^shift ns
        std::uint32_t next = 0;     // bag to open
        std::uint32_t final = 0;    // last bag, of all that is later than the others hold
        std::vector<EventBag> bags;

        [[nodiscard]] std::size_t bag_of(std::int64_t time) const {
            const std::uint64_t bag = (static_cast<std::uint64_t>(time) - static_cast<std::uint64_t>(start)) >> shift;
            return bag < final ? bag : final;
        }
        [[nodiscard]] std::int64_t first_of(std::uint32_t bag) const {
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) + (std::uint64_t{bag} << shift));
        }
        [[nodiscard]] std::int64_t last_of(std::uint32_t bag) const {
            return bag == final ? last : first_of(bag + 1) - 1;
        }
    };
    static constexpr std::uint32_t kCancellable = kKinds;   // in an entry's kind: its `a` is the number of a slot
    static constexpr std::size_t kDeadAllowed = 64;         // so many cost nothing worth a sweep
    static constexpr std::size_t kSorted = 64;              // a bag of so many is sorted, of more spread
    static constexpr std::ptrdiff_t kBottom = 32;             // a bottom of more is spread when it can be
    static constexpr std::ptrdiff_t kTwoWays = 8;           // in fewer, looking for the nearer end does not pay
    static constexpr std::size_t kRungs = 16;               // more are not made: then the bottom grows
    static constexpr std::size_t kBagEvents = 16;            // wished for in a bag
    static constexpr std::uint64_t kWidest = 2048;          // bags below the median, at most; 8 times as many in all

    void push(const Event& event) {
        MQ_CHECK(event.time >= last_, "an event is not scheduled into the past");
        ++alive_;
        place(event);
    }
    void place(const Event& event) {
        if (event.time.ns <= bottom_last_) return insert_into_bottom(event);
        Rung* rung = &rungs_[depth_ - 1];
        while (event.time.ns > rung->last) --rung;
        rung->bags[rung->bag_of(event.time.ns)].push(event, pool_);
    }
    /// The events that are earlier or those that are later make way, whichever are fewer; among a few, the earlier, since what is
    /// far away lies at the end.
    void insert_into_bottom(const Event& event) {
        const std::ptrdiff_t n = end_ - head_;
        if (n >= kBottom) [[unlikely]] return insert_crowded(event);
        if (head_ != bottom_.data() && (n < kTwoWays || before(event, head_[n / 2]))) {
            Event* at = --head_;
            for (; at + 1 != end_ && before(at[1], event); ++at) copy_fields(at[1], *at);
            copy_fields(event, *at);
            return;
        }
        if (end_ == bottom_.data() + bottom_.size()) [[unlikely]] make_room();
        Event* at = end_++;
        for (; at != head_ && before(event, at[-1]); --at) copy_fields(at[-1], *at);
        copy_fields(event, *at);
    }

    static bool is_of_slot(const Event& entry, std::uint32_t slot) {
        return (entry.kind & kCancellable) != 0 && entry.a == slot;
    }
    [[nodiscard]] bool is_dead(const Event& entry) const {
        return (entry.kind & kCancellable) != 0 && !slots_.is_alive(entry.a);
    }
    /// True when the bottom's head is surely the next event to act.
    [[nodiscard]] bool is_settled() const {
        return (dead_ == 0 || (head_->kind & kCancellable) == 0) && beside_.empty();
    }
    [[nodiscard]] bool has_too_many_dead() const { return dead_ > kDeadAllowed && dead_ > alive_; }
    void settle();
    bool refill();
    void sort_few_into_bottom(EventBag& bag, std::int64_t first, std::int64_t last);
    void sort_into_bottom(EventBag& bag, std::int64_t last);
    void spread(EventBag& bag, std::int64_t last);
    Rung& push_rung(std::int64_t start, std::int64_t last, unsigned shift, std::uint64_t bags);
    void insert_crowded(Event event);
    void insert_beside(const Event& event);
    void pop_beside();
    void make_room();
    void empty_bottom_into(EventBag& bag);
    void spread_bottom();
    void spread_all();
    void sweep();
    bool drop_if_dead(const Event& entry);

    // The bottom is [head_, end_) in bottom_: all events up to bottom_last_, and never none unless the list is empty.
    Event*        head_;
    Event*        end_;
    std::int64_t  bottom_last_ = std::numeric_limits<std::int64_t>::max();
    std::size_t   depth_ = 0;              // rungs in use; the innermost is the last of them
    std::size_t   alive_ = 0;
    std::size_t   dead_ = 0;               // entries that were cancelled
    std::uint32_t origin_;
    std::uint64_t next_seq_ = 0;
    SimTime       last_{std::numeric_limits<std::int64_t>::min()};  // of the event popped last
    ChunkPool     pool_;
    CancelSlots   slots_;
    std::vector<Event> bottom_;
    std::vector<Event> beside_;            // heap of what came late into a crowded bottom; none before its head
    std::array<Event, kSorted> few_;       // a bag's events on their way into the bottom
    std::array<Rung, kRungs> rungs_;
};

}  // namespace mailquake
