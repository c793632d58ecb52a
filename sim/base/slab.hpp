// Records by the million, addressed by a 32-bit index: waiting messages, requests, sessions.
//
// Records stand in chunks of about 64 KiB that never move, so references stay good while other records come and go. A
// free record holds the index of the next free one: last given back, first taken. A bit per record tells which are
// alive: the record's own member `gone`, which is 0 in T{} and 1 in a free one, or, where T has none, one of the slab's. A
// record costs its own size, or an eighth of a byte more, and no allocation of its own. Memory is kept until the slab dies. Left out: generations; whoever keeps an index past give_back keeps a wrong one (debug builds check that a
// record in use is alive).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

/// Records with a bit of their own that tells whether they are free, outside of their first four bytes.
template <class T>
concept MarksItself = requires(T record) { record.gone = 1; };

template <class T>
class Slab {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>, "records are POD");
    static_assert(sizeof(T) >= sizeof(std::uint32_t), "a free record holds a link");

public:
    /// Index of a record that was not alive; the record is T{}. Whoever fills it does so in place: a copy of what was just
    /// written, field by field, would wait for the cache.
    std::uint32_t take() {
        if (first_free_ == kNone) [[unlikely]] add_chunk_or_extend();
        const std::uint32_t index = first_free_;
        T& record = at(index);
        std::memcpy(&first_free_, static_cast<const void*>(&record), sizeof first_free_);
        record = T{};
        if constexpr (!MarksItself<T>) live_[index >> 6] |= bit(index);
        ++size_;
        return index;
    }

    /// The record is free from here on; its index will be handed out again first.
    void give_back(std::uint32_t index) {
        MQ_CHECK(alive(index), "a record is given back once, while it is alive");
        T& record = at(index);
        std::memcpy(static_cast<void*>(&record), &first_free_, sizeof first_free_);
        first_free_ = index;
        if constexpr (MarksItself<T>) record.gone = 1;
        else live_[index >> 6] &= ~bit(index);
        --size_;
    }

    [[nodiscard]] T& operator[](std::uint32_t index) {
        MQ_DCHECK(alive(index), "a record that is used is alive");
        return at(index);
    }
    [[nodiscard]] const T& operator[](std::uint32_t index) const {
        MQ_DCHECK(alive(index), "a record that is used is alive");
        return chunks_[index / kPerChunk][index % kPerChunk];
    }

    [[nodiscard]] bool alive(std::uint32_t index) const {
        if constexpr (MarksItself<T>) return index < used_ && chunks_[index / kPerChunk][index % kPerChunk].gone == 0;
        else return index < used_ && (live_[index >> 6] & bit(index)) != 0;
    }
    /// Records alive.
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    /// Records for which there is memory.
    [[nodiscard]] std::size_t capacity() const { return chunks_.size() * kPerChunk; }

    /// fn(index, T&) for every record alive, in order of index. fn may give back the record it is called with.
    template <class F>
    void for_each(F&& fn) {
        for_each_live([&](std::uint32_t index) { fn(index, at(index)); });
    }
    template <class F>
    void for_each(F&& fn) const {
        for_each_live([&](std::uint32_t index) { fn(index, (*this)[index]); });
    }

private:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
    static constexpr std::uint32_t kPerChunk =
        narrow<std::uint32_t>(std::bit_floor(sizeof(T) < 1024 ? std::size_t{65536} / sizeof(T) : std::size_t{64}), "records of a chunk");
    static_assert(kPerChunk >= 64);

    static constexpr std::uint64_t bit(std::uint32_t index) { return std::uint64_t{1} << (index & 63); }
    T& at(std::uint32_t index) { return chunks_[index / kPerChunk][index % kPerChunk]; }

    /// No record is free: the next one that was never used becomes so.
    [[gnu::noinline]] void add_chunk_or_extend() {
        if (used_ == capacity()) {
            MQ_CHECK(capacity() + kPerChunk < kNone, "a slab holds fewer than 2^32 records");
            chunks_.push_back(std::make_unique_for_overwrite<T[]>(kPerChunk));
            if constexpr (!MarksItself<T>) live_.resize(capacity() / 64, 0);
        }
        const std::uint32_t none = kNone;
        std::memcpy(static_cast<void*>(&at(used_)), &none, sizeof none);
        first_free_ = used_++;
    }

    template <class F>
    void for_each_live(F&& fn) const {
        if constexpr (MarksItself<T>) {
            std::size_t left = size_;
            for (std::uint32_t index = 0; left > 0; ++index) {
                if (!alive(index)) continue;
                --left;
                fn(index);
            }
            return;
        }
        for (std::size_t word = 0; word < live_.size(); ++word) {
            for (std::uint64_t rest = live_[word]; rest != 0; rest &= rest - 1) {
                fn(narrow<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)), "records of a slab"));
            }
        }
    }

    std::vector<std::unique_ptr<T[]>> chunks_;
    std::vector<std::uint64_t> live_;   // a bit per record of capacity(), where records have none
    std::uint32_t first_free_ = kNone;
    std::uint32_t used_ = 0;            // records that were ever taken
    std::size_t   size_ = 0;
};

}  // namespace mailquake
