// Areas of several states at some instants, ascending in time: what they were like when somebody began to wait. A ring of
// rows that grows and never shrinks; entry times are mostly looked up in order, so a look-up begins where the last one
// ended.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class AreaCheckpoints {
public:
    explicit AreaCheckpoints(std::size_t states) : states_(states) {}

    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] SimTime newest() const { return at(size_ - 1); }
    [[nodiscard]] SimTime at(std::size_t k) const { return times_[place(k)]; }
    [[nodiscard]] const TimeArea* areas(std::size_t k) const { return &areas_[place(k) * states_]; }

    /// A checkpoint later than the others; its areas are to be written where this points to.
    TimeArea* add(SimTime now) {
        if (size_ == times_.size()) grow();
        times_[place(size_)] = now;
        return &areas_[place(size_++) * states_];
    }

    /// Whether the one found last stands between the two, so that the last one at or before t is no earlier than `from`.
    [[nodiscard]] bool found_between(SimTime from, SimTime t) const {
        if (hint_ >= size_) return false;
        const SimTime found = at(hint_);
        return from <= found && found <= t;
    }

    /// The last one at or before t, which is no earlier than the first.
    [[nodiscard]] std::size_t before(SimTime t) {
        MQ_CHECK(size_ > 0 && at(0) <= t, "a wait begins after the first checkpoint of its queue");
        std::size_t k = hint_ < size_ && at(hint_) <= t ? hint_ : 0;
        for (std::size_t near = 0; k + 1 < size_ && at(k + 1) <= t; ++k)
            if (++near == kNear) {
                k = search(k, t);
                break;
            }
        return hint_ = k;
    }

    /// Drops what lies before the last one at or before `oldest`.
    void forget_before(SimTime oldest) {
        while (size_ > 1 && at(1) <= oldest) {
            first_ = (first_ + 1) & (times_.size() - 1);
            --size_;
            if (hint_ > 0) --hint_;
        }
    }

private:
    static constexpr std::size_t kNear = 8;  // so many steps are as good as a search

    [[nodiscard]] std::size_t place(std::size_t k) const { return (first_ + k) & (times_.size() - 1); }
    /// The last one at or before t among those from `low`, which is.
    [[nodiscard, gnu::noinline]] std::size_t search(std::size_t low, SimTime t) const {
        std::size_t high = size_;
        while (high - low > 1) {
            const std::size_t middle = low + (high - low) / 2;
            if (at(middle) <= t) low = middle;
            else high = middle;
        }
        return low;
    }
    [[gnu::noinline]] void grow() {
        const std::size_t capacity = times_.empty() ? 8 : 2 * times_.size();
        std::vector<SimTime> times(capacity);
        std::vector<TimeArea> areas(capacity * states_);
        for (std::size_t k = 0; k < size_; ++k) {
            times[k] = at(k);
            for (std::size_t s = 0; s < states_; ++s) areas[k * states_ + s] = this->areas(k)[s];
        }
        times_.swap(times);
        areas_.swap(areas);
        first_ = 0;
    }

    std::size_t states_;
    std::vector<SimTime>  times_;   // a power of two, or none
    std::vector<TimeArea> areas_;   // beside it, a row of states each [worker x ns]
    std::size_t first_ = 0, size_ = 0;
    std::size_t hint_ = 0;          // where the last look-up ended
};

}  // namespace mailquake
