// Least delay between any two of n processes: how early something that one of them does can touch another, by any path.
//
// Direct lookaheads are set per ordered pair, then close() takes all shortest sums (Floyd and Warshall). The diagonal is
// the shortest cycle through a process: how early its own doing can come back to it. A pair without a path is at
// unreachable().
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/time.hpp"

namespace mailquake {

class LookaheadMatrix {
public:
    explicit LookaheadMatrix(std::size_t n) : n_(n), at_(n * n, unreachable()) {}

    [[nodiscard]] static constexpr SimDuration unreachable() { return SimDuration::max(); }

    /// Direct lookahead from i to j, above zero, i != j; the least one counts when set more than once.
    void set(std::size_t i, std::size_t j, SimDuration lookahead);
    void close();

    [[nodiscard]] SimDuration at(std::size_t i, std::size_t j) const {
        MQ_DCHECK(i < n_ && j < n_, "a process of this matrix");
        return at_[i * n_ + j];
    }
    /// To j from each, in one row; of a closed matrix.
    [[nodiscard]] std::span<const SimDuration> to(std::size_t j) const { return {&to_[j * n_], n_}; }
    [[nodiscard]] std::size_t size() const { return n_; }
    [[nodiscard]] bool closed() const { return closed_; }

private:
    std::size_t n_;
    bool closed_ = false;
    std::vector<SimDuration> at_;  // row i: from i
    std::vector<SimDuration> to_;  // the same, row j: to j
};

}  // namespace mailquake
