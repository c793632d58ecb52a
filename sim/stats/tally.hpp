// Count, sum, least, greatest and variance of durations (or of any integers), kept exactly: the sum in 128 bits, the sum
// of squares in 192, so that 10^9 messages of five days each fit and the order of adding or merging means nothing. Doubles
// appear in what is reported, never in what is kept.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "sim/base/time.hpp"

namespace mailquake {

class Tally {
public:
    void add(SimDuration d) { add(d.ns); }
    void add(std::int64_t value) {
        ++count_;
        sum_ += value;
        min_ = std::min(min_, value);
        max_ = std::max(max_, value);
        add_squares(static_cast<Squares>(static_cast<TimeArea>(value) * value), 0);
    }
    void merge(const Tally& other) {
        count_ += other.count_;
        sum_ += other.sum_;
        min_ = std::min(min_, other.min_);
        max_ = std::max(max_, other.max_);
        add_squares(other.squares_, other.squares_carry_);
    }

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] TimeArea sum() const { return sum_; }
    /// Least and greatest value; 0 when nothing was added.
    [[nodiscard]] std::int64_t min() const { return count_ == 0 ? 0 : min_; }
    [[nodiscard]] std::int64_t max() const { return count_ == 0 ? 0 : max_; }
    /// Mean [ns]; 0 when nothing was added.
    [[nodiscard]] double mean() const { return count_ == 0 ? 0 : static_cast<double>(sum_) / static_cast<double>(count_); }
    /// Unbiased sample variance [ns^2]; 0 for fewer than two values.
    [[nodiscard]] double variance() const {
        if (count_ < 2) return 0;
        const auto n = static_cast<long double>(count_), sum = static_cast<long double>(sum_);
        const long double squares = static_cast<long double>(squares_) + static_cast<long double>(squares_carry_) * 0x1p128L;
        return static_cast<double>(std::max(0.0L, (squares - sum * (sum / n)) / (n - 1)));
    }

private:
    __extension__ using Squares = unsigned __int128;
    void add_squares(Squares low, std::uint64_t carry) {
        squares_ += low;
        squares_carry_ += carry + (squares_ < low ? 1 : 0);
    }

    TimeArea      sum_ = 0;
    Squares       squares_ = 0;        // sum of squares, lower 128 bits
    std::uint64_t squares_carry_ = 0;  // and above
    std::uint64_t count_ = 0;
    std::int64_t  min_ = std::numeric_limits<std::int64_t>::max();
    std::int64_t  max_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace mailquake
