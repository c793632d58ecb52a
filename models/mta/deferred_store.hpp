// Deferred messages of one queue, by their exact due times: unbounded, one timer for the whole store. A binary heap of
// (due, insertion number, message); equal due times leave in the order in which they came.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

class DeferredStore {
public:
    void push(SimTime due, std::uint32_t message) {
        heap_.push_back({due, sequence_++, message});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    /// never() when empty.
    [[nodiscard]] SimTime next_due() const { return heap_.empty() ? SimTime::never() : heap_.front().due; }

    /// Takes the message that is due first; the store is not empty.
    std::uint32_t pop() {
        std::pop_heap(heap_.begin(), heap_.end(), later);
        const std::uint32_t message = heap_.back().message;
        heap_.pop_back();
        return message;
    }

    [[nodiscard]] std::size_t size() const { return heap_.size(); }

    /// Takes out every message for which `leaves(message)` holds, asked in no stated order.
    template <class F>
    void remove_if(F&& leaves) {
        std::erase_if(heap_, [&](const Entry& entry) { return leaves(entry.message); });
        std::make_heap(heap_.begin(), heap_.end(), later);
    }

    /// Every message, in no stated order: for snapshots.
    template <class F>
    void for_each(F&& visit) const {
        for (const Entry& entry : heap_) visit(entry.message);
    }

private:
    struct Entry {
        SimTime due;
        std::uint32_t sequence;
        std::uint32_t message;
    };
    static_assert(sizeof(Entry) == 16);
    static bool later(const Entry& a, const Entry& b) {
        return a.due != b.due ? a.due > b.due : std::bit_cast<std::int32_t>(a.sequence - b.sequence) > 0;
    }

    std::vector<Entry> heap_;
    std::uint32_t sequence_ = 0;
};

}  // namespace mailquake
