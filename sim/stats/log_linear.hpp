// The buckets of the histograms: log-linear over int64 >= 0, as in HdrHistogram (Gil Tene). An octave is cut into S = 2^s
// equal buckets; values below 2S have a bucket each. A bucket is represented by its middle, so that the relative error of
// a represented value is at most 1 / (2S); s is the least with 1 / (2S) <= the error that was asked for.
#pragma once

#include <bit>
#include <cstdint>

#include "sim/base/check.hpp"
#include "sim/base/narrow.hpp"

namespace mailquake {

class LogLinear {
public:
    explicit LogLinear(double relative_error) {
        MQ_CHECK(relative_error >= 1e-4 && relative_error <= 0.5, "the relative error is from 0.0001 to 0.5");
        while (0.5 / static_cast<double>(std::uint64_t{1} << bits_) > relative_error) ++bits_;
        each_ = (std::uint64_t{2} << bits_) - 1;
    }

    [[nodiscard]] std::uint32_t bucket(std::int64_t value) const {
        MQ_CHECK(value >= 0, "a histogram takes no negative values");
        const auto v = static_cast<std::uint64_t>(value);
        const std::uint32_t shift = narrow<std::uint32_t>(std::bit_width(v | each_), "bits") - bits_ - 1;
        return (shift << bits_) + truncated<std::uint32_t>(v >> shift);  // below 2^(s + 1): all its bits
    }
    /// Least value of the bucket.
    [[nodiscard]] std::int64_t low(std::uint32_t bucket) const {
        const std::uint32_t shift = shift_of(bucket);
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(bucket - (shift << bits_)) << shift);
    }
    /// Middle of the bucket, rounded down.
    [[nodiscard]] std::int64_t middle(std::uint32_t bucket) const {
        return low(bucket) + static_cast<std::int64_t>(((std::uint64_t{1} << shift_of(bucket)) - 1) / 2);
    }
    [[nodiscard]] double width(std::uint32_t bucket) const { return static_cast<double>(std::uint64_t{1} << shift_of(bucket)); }
    [[nodiscard]] std::uint32_t per_octave() const { return std::uint32_t{1} << bits_; }
    /// Greatest relative error of a represented value.
    [[nodiscard]] double relative_error() const { return 0.5 / static_cast<double>(per_octave()); }
    friend bool operator==(LogLinear, LogLinear) = default;

private:
    [[nodiscard]] std::uint32_t shift_of(std::uint32_t bucket) const {
        const std::uint32_t octave = bucket >> bits_;
        return octave < 2 ? 0 : octave - 1;
    }

    std::uint32_t bits_ = 0;  // s
    std::uint64_t each_ = 0;  // up to here, 2S - 1, a value has a bucket of its own
};

/// The rank, from 1 to n, of the q-quantile among n values in order: the least k with k >= q n (and at least 1). Takes a
/// hair off q n, so that 0.1 * 30 is 3 and not the 3.0000000000000004 of doubles.
[[nodiscard]] std::uint64_t quantile_rank(double q, std::uint64_t n);

}  // namespace mailquake
