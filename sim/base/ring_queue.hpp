// A queue of small POD items (indices of records, mostly) in a ring of power-of-two size: the waiting line of a tier.
//
// Push and pop at either end in amortized constant time, one contiguous block, no node per item. The ring
// doubles when full; one of over a thousand items halves when it is less than an eighth full, so a backlog's memory is
// given back once it has drained, and a queue that breathes does not reallocate at every breath.
#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/base/check.hpp"

namespace mailquake {

template <class T>
class RingQueue {
    static_assert(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>, "items are POD");

public:
    RingQueue() = default;
    RingQueue(RingQueue&& other) noexcept { swap(other); }
    RingQueue& operator=(RingQueue&& other) noexcept {
        RingQueue moved(std::move(other));
        swap(moved);
        return *this;
    }
    RingQueue(const RingQueue& other) { assign(other); }
    RingQueue& operator=(const RingQueue& other) {
        RingQueue copy(other);
        swap(copy);
        return *this;
    }

    void push_back(const T& item) {
        const T kept = item;  // may stand in this very ring
        if (size_ == capacity_) resize(capacity_ == 0 ? kLeast : capacity_ * 2);
        items_[(first_ + size_) & (capacity_ - 1)] = kept;
        ++size_;
    }

    void push_front(const T& item) {
        const T kept = item;
        if (size_ == capacity_) resize(capacity_ == 0 ? kLeast : capacity_ * 2);
        first_ = (first_ + capacity_ - 1) & (capacity_ - 1);
        items_[first_] = kept;
        ++size_;
    }

    T pop_front() {
        MQ_CHECK(size_ > 0, "an empty queue has no front");
        const T item = items_[first_];
        first_ = (first_ + 1) & (capacity_ - 1);
        --size_;
        if (capacity_ > kKept && size_ < capacity_ / 8) [[unlikely]] resize(capacity_ / 2);
        return item;
    }

    T pop_back() {
        MQ_CHECK(size_ > 0, "an empty queue has no back");
        const T item = back();
        --size_;
        if (capacity_ > kKept && size_ < capacity_ / 8) [[unlikely]] resize(capacity_ / 2);
        return item;
    }

    [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
    [[nodiscard]] T& front() { return (*this)[0]; }
    [[nodiscard]] const T& front() const { return (*this)[0]; }

    /// i-th from the front.
    [[nodiscard]] T& operator[](std::size_t i) {
        MQ_DCHECK(i < size_, "an item of the queue");
        return items_[(first_ + i) & (capacity_ - 1)];
    }
    [[nodiscard]] const T& operator[](std::size_t i) const {
        MQ_DCHECK(i < size_, "an item of the queue");
        return items_[(first_ + i) & (capacity_ - 1)];
    }

    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    void clear() { *this = RingQueue(); }

private:
    static constexpr std::size_t kLeast = 8;
    static constexpr std::size_t kKept = 1024;  // not worth giving back

    void swap(RingQueue& other) noexcept {
        std::swap(items_, other.items_);
        std::swap(capacity_, other.capacity_);
        std::swap(first_, other.first_);
        std::swap(size_, other.size_);
    }
    void assign(const RingQueue& other) {
        if (other.capacity_ == 0) return;
        items_ = std::make_unique<T[]>(other.capacity_);
        capacity_ = other.capacity_;
        for (; size_ < other.size_; ++size_) items_[size_] = other[size_];
    }
    [[gnu::noinline]] void resize(std::size_t capacity) {
        auto items = std::make_unique_for_overwrite<T[]>(capacity);
        for (std::size_t i = 0; i < size_; ++i) items[i] = items_[(first_ + i) & (capacity_ - 1)];
        items_ = std::move(items);
        capacity_ = capacity;
        first_ = 0;
    }

    std::unique_ptr<T[]> items_;
    std::size_t capacity_ = 0;  // zero or a power of two
    std::size_t first_ = 0;
    std::size_t size_ = 0;
};

}  // namespace mailquake
