// Deferred messages of one queue, by their exact due times: unbounded, one timer for the whole store. A binary heap of
// (due, identity, message): of those that are due at one time the one with the least identity comes first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/base/narrow.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class DeferredStore {
public:
    void push(SimTime due, std::uint64_t identity, std::uint32_t message) {
        heap_.push_back({due, truncated<std::uint32_t>(identity >> 32), message});
        std::push_heap(heap_.begin(), heap_.end(), later);
    }

    /// never() when empty.
    [[nodiscard]] SimTime next_due() const { return heap_.empty() ? SimTime::never() : heap_.front().due; }

    /// Of the message that is due first, as far as the store knows it: the upper half. The store is not empty.
    [[nodiscard]] std::uint64_t next_identity() const { return std::uint64_t{heap_.front().identity} << 32; }

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
        std::uint32_t identity;  // the upper half: enough for an order
        std::uint32_t message;
    };
    static_assert(sizeof(Entry) == 16);
    static bool later(const Entry& a, const Entry& b) {
        return a.due != b.due ? a.due > b.due : a.identity > b.identity;
    }

    std::vector<Entry> heap_;
};

}  // namespace mailquake
