// Finds a small number by a key: flows by tenant, bulkhead groups by partition or destination. For the queues that keep state
// for whoever is waiting just now (fair_queue.hpp, bulkhead_queue.hpp), out of millions who are not.
//
// Open addressing with linear probing, at most half full; entries that go are closed up behind, so that no tombstones gather.
// It grows and shrinks by factors of two: O(1) a step in the mean, and memory for those who are there. It is never walked, so
// no order of its own can get into a run.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "sim/base/check.hpp"

namespace mailquake {

class KeyTable {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    KeyTable() : entries_(kLeast) {}

    /// What is kept for `key`; kNone if nothing is.
    [[nodiscard]] std::uint32_t find(std::uint32_t key) const {
        for (std::size_t at = home(key); entries_[at].value != kNone; at = next(at))
            if (entries_[at].key == key) return entries_[at].value;
        return kNone;
    }
    /// Keeps `value` (not kNone) for a key that is not there.
    void insert(std::uint32_t key, std::uint32_t value) {
        MQ_DCHECK(value != kNone && find(key) == kNone, "a key is inserted once, with a value");
        if (++size_ * 2 > entries_.size()) resize(entries_.size() * 2);
        put({key, value});
    }
    /// Forgets a key that is there.
    void erase(std::uint32_t key) {
        std::size_t hole = home(key);
        while (entries_[hole].value == kNone || entries_[hole].key != key) {
            MQ_CHECK(entries_[hole].value != kNone, "a key that is forgotten is there");
            hole = next(hole);
        }
        for (std::size_t at = next(hole); entries_[at].value != kNone; at = next(at)) {
            const std::size_t wanted = home(entries_[at].key);
            const bool may_move = ((at - wanted) & mask()) >= ((at - hole) & mask());
            if (!may_move) continue;
            entries_[hole] = entries_[at];
            hole = at;
        }
        entries_[hole] = {};
        --size_;
        if (entries_.size() > kLeast && size_ * 8 < entries_.size()) resize(entries_.size() / 2);
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t capacity() const { return entries_.size(); }

private:
    static constexpr std::size_t kLeast = 16;
    struct Entry { std::uint32_t key = 0, value = kNone; };

    [[nodiscard]] std::size_t mask() const { return entries_.size() - 1; }
    [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
    [[nodiscard]] std::size_t home(std::uint32_t key) const {
        return static_cast<std::size_t>((key * 0x9e37'79b9'7f4a'7c15U) >> 32) & mask();
    }
    void put(Entry entry) {
        std::size_t at = home(entry.key);
        while (entries_[at].value != kNone) at = next(at);
        entries_[at] = entry;
    }
    void resize(std::size_t capacity) {
        std::vector<Entry> old(capacity);
        old.swap(entries_);
        for (const Entry& entry : old)
            if (entry.value != kNone) put(entry);
    }

    std::vector<Entry> entries_;
    std::size_t size_ = 0;
};

}  // namespace mailquake
