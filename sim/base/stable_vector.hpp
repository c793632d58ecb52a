// A vector whose items stay where they are while it grows, so that references to them stay good: an allocation each, and an
// index costs one look-up (a std::deque's costs a division). For what there are hundreds of, made once.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace mailquake {

template <class T>
class StableVector {
    template <class Inner, class Item>
    struct Iterator {
        Inner inner;
        Item& operator*() const { return **inner; }
        Iterator& operator++() { ++inner; return *this; }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.inner == b.inner; }
    };
    using Items = std::vector<std::unique_ptr<T>>;

public:
    void push_back(T item) { items_.push_back(std::make_unique<T>(std::move(item))); }

    [[nodiscard]] T& operator[](std::size_t i) { return *items_[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return *items_[i]; }
    [[nodiscard]] std::size_t size() const { return items_.size(); }

    auto begin() { return Iterator<typename Items::iterator, T>{items_.begin()}; }
    auto end() { return Iterator<typename Items::iterator, T>{items_.end()}; }
    auto begin() const { return Iterator<typename Items::const_iterator, const T>{items_.begin()}; }
    auto end() const { return Iterator<typename Items::const_iterator, const T>{items_.end()}; }

private:
    Items items_;
};

}  // namespace mailquake
