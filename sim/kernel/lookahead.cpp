#include "sim/kernel/lookahead.hpp"

#include <algorithm>

namespace mailquake {

void LookaheadMatrix::set(std::size_t i, std::size_t j, SimDuration lookahead) {
    MQ_CHECK(i < n_ && j < n_ && i != j, "lookahead is between two different processes");
    MQ_CHECK(lookahead.ns > 0, "a lookahead is above zero");
    at_[i * n_ + j] = std::min(at_[i * n_ + j], lookahead);
    closed_ = false;
}

void LookaheadMatrix::close() {
    for (std::size_t k = 0; k < n_; ++k) {
        for (std::size_t i = 0; i < n_; ++i) {
            if (at(i, k) == unreachable()) continue;
            for (std::size_t j = 0; j < n_; ++j) {
                if (at(k, j) == unreachable()) continue;
                const SimDuration sum{saturating_add(SimTime{at(i, k).ns}, at(k, j)).ns};
                at_[i * n_ + j] = std::min(at(i, j), sum);
            }
        }
    }
    to_.resize(n_ * n_);
    for (std::size_t i = 0; i < n_; ++i)
        for (std::size_t j = 0; j < n_; ++j) to_[j * n_ + i] = at(i, j);
    closed_ = true;
}

}  // namespace mailquake
