// Unordered events in chunks. A bag is one pointer, to where the next event goes, so that thousands of bags fit a cache;
// chunks come from a pool and go back to it as a bag is emptied. The chunk that was given back last is given out first:
// what was read just now is written next, still in the cache.
//
// Costs: a push is constant; nothing is allocated while the pool has free chunks, and the pool never shrinks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "sim/kernel/event.hpp"

namespace mailquake {

struct EventChunk {
    static constexpr std::size_t kBytes = 1024;
    static constexpr std::size_t kEvents = kBytes / sizeof(Event) - 1;

    EventChunk*   previous;  // of the same bag, or of the pool's free ones
    EventChunk*   second;    // the one before the previous
    EventChunk*   third;     // and the one before that: null where there is none
    std::uint64_t before;    // events in the bag's previous chunks
    Event         events[kEvents];

    /// Tells the cache that the chunk is read soon.
    void prefetch() const {
        for (std::size_t at = 0; at < kBytes; at += 64) __builtin_prefetch(reinterpret_cast<const char*>(this) + at);
    }

    /// The chunk that an event lies in.
    [[nodiscard]] static EventChunk* of(Event* event) {
        return reinterpret_cast<EventChunk*>(reinterpret_cast<std::uintptr_t>(event) & ~(kBytes - 1));
    }
};
static_assert(sizeof(EventChunk) == EventChunk::kBytes && std::is_trivially_copyable_v<EventChunk>);

class ChunkPool {
public:
    [[nodiscard]] EventChunk* take() {
        if (free_ == nullptr) grow();
        return std::exchange(free_, free_->previous);
    }
    void give_back(EventChunk* chunk) {
        chunk->previous = free_;
        free_ = chunk;
    }

private:
    struct alignas(EventChunk::kBytes) Cell {
        std::byte bytes[EventChunk::kBytes];
    };
    void grow();

    EventChunk* free_ = nullptr;
    std::vector<std::unique_ptr<Cell[]>> blocks_;
    std::size_t block_ = 32;  // chunks in the next block
};

class EventBag {
public:
    [[nodiscard]] bool empty() const { return tail_ == nullptr; }

    void push(const Event& event, ChunkPool& pool) {
        if ((reinterpret_cast<std::uintptr_t>(tail_) & (EventChunk::kBytes - 1)) == 0) [[unlikely]] add_chunk(pool);
        copy_fields(event, *tail_++);
    }

    [[nodiscard]] std::size_t size() const {
        if (empty()) return 0;
        const EventChunk* const last = EventChunk::of(tail_ - 1);
        return last->before + static_cast<std::size_t>(tail_ - last->events);
    }

    /// Empties the bag: f(first, last) for each run of events, in the order of their pushes. f may push into other bags.
    template <class F>
    void drain(ChunkPool& pool, F f) {
        if (empty()) return;
        Event* const end = std::exchange(tail_, nullptr);
        EventChunk* chunk = turn(EventChunk::of(end - 1));
        while (chunk != nullptr) {
            EventChunk* const next = chunk->previous;
            if (chunk->third != nullptr) chunk->third->prefetch();
            f(static_cast<const Event*>(chunk->events),
              static_cast<const Event*>(next == nullptr ? end : chunk->events + EventChunk::kEvents));
            pool.give_back(chunk);
            chunk = next;
        }
    }
    /// f(event) for each, the newest run first.
    template <class F>
    void for_each(F f) const {
        Event* end = tail_;
        while (end != nullptr) {
            EventChunk* const chunk = EventChunk::of(end - 1);
            if (chunk->third != nullptr) chunk->third->prefetch();
            for (const Event* event = chunk->events; event != end; ++event) f(*event);
            end = chunk->previous == nullptr ? nullptr : chunk->previous->events + EventChunk::kEvents;
        }
    }

    /// Tells the cache that the bag is emptied soon.
    void prefetch() const {
        if (empty()) return;
        const EventChunk* const chunk = EventChunk::of(tail_ - 1);
        __builtin_prefetch(chunk);
        __builtin_prefetch(&chunk->events[1]);
        __builtin_prefetch(&chunk->events[3]);
    }

private:
    /// Makes the links lead from the oldest chunk, which is returned, to the newest.
    static EventChunk* turn(EventChunk* chunk) {
        EventChunk *newer = nullptr, *second = nullptr, *third = nullptr;
        for (;;) {
            EventChunk* const older = chunk->previous;
            if (chunk->third != nullptr) chunk->third->prefetch();
            chunk->previous = newer;
            chunk->second = second;
            chunk->third = third;
            if (older == nullptr) return chunk;
            third = second;
            second = newer;
            newer = chunk;
            chunk = older;
        }
    }
    void add_chunk(ChunkPool& pool) {
        EventChunk* const chunk = pool.take();
        if (tail_ == nullptr) {
            chunk->previous = chunk->second = chunk->third = nullptr;
            chunk->before = 0;
        } else {
            EventChunk* const full = EventChunk::of(tail_ - 1);
            chunk->previous = full;
            chunk->second = full->previous;
            chunk->third = full->second;
            chunk->before = full->before + EventChunk::kEvents;
        }
        tail_ = chunk->events;
    }

    Event* tail_ = nullptr;  // where the next event goes; at a chunk's end when that is full; null when empty
};
static_assert(sizeof(EventBag) == 8);

}  // namespace mailquake
