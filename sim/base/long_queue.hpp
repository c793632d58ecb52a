// A FIFO queue of indices that may grow to 10^8 and more: the waiting line of a tier in an outage.
//
// The first few thousand stand in a ring (ring_queue.hpp), which is all there is of a short queue. Those behind them stand in
// pieces: a run of consecutive indices is its first one and a length, whatever its length, since a slab gives a backlog's
// records one after the other; anything else is an array of a thousand. So an index costs four bytes at most and next to
// nothing in a run, and what has been served is given back piece by piece. Nothing is allocated while the queue is short.
//
// Invariant: who is in a piece came after all who are in the ring.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>

#include "sim/base/ring_queue.hpp"

namespace mailquake {

/// T is an index, or a word that holds one: 32 bits.
template <class T>
class LongQueue {
    static_assert(sizeof(T) == sizeof(std::uint32_t) && std::is_trivially_copyable_v<T>);

public:
    void push_back(T item) {
        if (near_.size() < kNear && (!far_ || far_->pieces.empty())) [[likely]] near_.push_back(item);
        else push_far(std::bit_cast<std::uint32_t>(item));
    }
    void push_front(T item) { near_.push_front(item); }

    T pop_front() {
        const T item = near_.pop_front();
        if (far_ && near_.empty()) [[unlikely]] come_near();
        return item;
    }

    /// Takes out the first such item; quick if it is near the front. False: there is none.
    [[nodiscard]] bool erase(T item) {
        std::size_t k = 0;
        while (k < near_.size() && near_[k] != item) ++k;
        if (k < near_.size()) {
            for (; k > 0; --k) near_[k] = near_[k - 1];
            (void)pop_front();
            return true;
        }
        bool found = false;
        for (std::size_t n = far_ && far_->size > 0 ? size() : 0; n > 0; --n) {  // all go round once
            const T next = pop_front();
            if (found || next != item) push_back(next);
            else found = true;
        }
        return found;
    }

    [[nodiscard]] const T& front() const { return near_.front(); }
    [[nodiscard]] bool empty() const { return near_.empty(); }
    [[nodiscard]] std::size_t size() const { return near_.size() + (far_ ? far_->size : 0); }

    /// Every item, from the front.
    template <class F>
    void for_each(F&& visit) const {
        for (std::size_t i = 0; i < near_.size(); ++i) visit(near_[i]);
        if (!far_) return;
        for (const Piece& piece : far_->pieces)
            for (std::uint32_t i = piece.begin; i < piece.end; ++i) visit(std::bit_cast<T>(piece.at(i)));
    }

private:
    static constexpr std::size_t kNear = 4096;
    static constexpr std::uint32_t kArray = 1024;

    /// Items `begin` to `end` of a run or an array.
    struct Piece {
        std::uint32_t first;                       // of the run
        std::uint32_t begin = 0, end = 1;
        std::unique_ptr<std::uint32_t[]> array;    // null: a run

        [[nodiscard]] std::uint32_t at(std::uint32_t i) const { return array ? array[i] : first + i; }
        [[nodiscard]] bool takes(std::uint32_t item) const { return array ? end < kArray : item == first + end; }
        void add(std::uint32_t item) {
            if (array) array[end] = item;
            ++end;
        }
        /// A short run becomes the begin of an array.
        void spell_out() {
            auto items = std::make_unique_for_overwrite<std::uint32_t[]>(kArray);
            for (std::uint32_t i = 0; i < end; ++i) items[i] = first + i;
            array = std::move(items);
        }
    };
    struct Far {
        std::deque<Piece> pieces;
        std::size_t size = 0;
    };

    [[gnu::noinline]] void push_far(std::uint32_t item) {
        if (!far_) far_ = std::make_unique<Far>();
        auto& pieces = far_->pieces;
        ++far_->size;
        if (!pieces.empty()) {
            Piece& last = pieces.back();
            if (!last.array && !last.takes(item) && last.end < kArray / 2) last.spell_out();
            if (last.takes(item)) return last.add(item);
        }
        pieces.push_back({.first = item, .array = nullptr});
    }

    /// The ring is used up: the next ones move into it.
    [[gnu::noinline]] void come_near() {
        auto& pieces = far_->pieces;
        while (!pieces.empty() && near_.size() < kArray) {
            Piece& piece = pieces.front();
            for (; piece.begin < piece.end && near_.size() < kArray; ++piece.begin, --far_->size)
                near_.push_back(std::bit_cast<T>(piece.at(piece.begin)));
            if (piece.begin == piece.end) pieces.pop_front();
        }
    }

    RingQueue<T> near_;
    std::unique_ptr<Far> far_;  // null until the queue was long
};

}  // namespace mailquake
