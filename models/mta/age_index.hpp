// How old is the oldest one in a queue that is not left in order? Counts by second of arrival: entering and leaving cost
// O(1), memory is four bytes per second between the oldest and now. Ages are exact to a second.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/base/ring_queue.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class AgeIndex {
public:
    void enter(SimTime arrived) {
        const std::int64_t second = second_of(arrived);
        if (place_of(second) >= counts_.size()) [[unlikely]] reach(second);
        ++counts_[place_of(second)];
        ++size_;
    }

    void leave(SimTime arrived) {
        const std::int64_t second = second_of(arrived);
        MQ_CHECK(place_of(second) < counts_.size(), "who leaves a queue has entered it");
        std::uint32_t& count = counts_[place_of(second)];
        MQ_CHECK(count > 0, "who leaves a queue has entered it in that second");
        --size_;
        if (--count > 0 || second != first_ || counts_.size() == 1) return;
        while (!counts_.empty() && counts_.front() == 0) { counts_.pop_front(); ++first_; }
    }

    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// How many have arrived up to the end of the second that holds `t`.
    [[nodiscard]] std::uint64_t up_to(SimTime t) const {
        std::uint64_t n = 0;
        const std::int64_t last = second_of(t);
        for (std::size_t i = 0; i < counts_.size() && first_ + static_cast<std::int64_t>(i) <= last; ++i) n += counts_[i];
        return n;
    }

    /// Age of the oldest one at `now`; zero when empty.
    [[nodiscard]] SimDuration oldest(SimTime now) const {
        return size_ == 0 ? SimDuration::zero() : now - SimTime{first_ * 1'000'000'000};
    }

private:
    static std::int64_t second_of(SimTime t) {
        if (t.ns >= 0) [[likely]] return static_cast<std::int64_t>(static_cast<std::uint64_t>(t.ns) / 1'000'000'000U);
        return -((-t.ns + 999'999'999) / 1'000'000'000);
    }

    /// Of a second's count; beyond the others where it has none yet.
    [[nodiscard]] std::size_t place_of(std::int64_t second) const { return static_cast<std::size_t>(second - first_); }
    void reach(std::int64_t second) {
        if (size_ == 0) first_ = second;  // of the last one that left, a zero may have stayed
        while (second < first_) { counts_.push_front(0); --first_; }
        while (second >= first_ + static_cast<std::int64_t>(counts_.size())) counts_.push_back(0);
    }

    RingQueue<std::uint32_t> counts_;
    std::int64_t  first_ = 0;   // second of counts_.front(), which is zero only if it is alone
    std::uint64_t size_ = 0;
};

}  // namespace mailquake
