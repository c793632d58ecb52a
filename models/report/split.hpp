// A sum of time divided in proportion to weights, in whole nanoseconds: the parts sum to it (largest remainder; among equals
// the first). Without any weight the first part gets all. Weights are taken with 50 bits at most, so that products fit.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

[[nodiscard]] inline std::vector<TimeArea> split(TimeArea amount, std::vector<TimeArea> weights) {
    std::vector<TimeArea> parts(weights.size(), 0);
    if (weights.empty()) return parts;
    TimeArea total = std::accumulate(weights.begin(), weights.end(), TimeArea{0});
    int shift = 0;
    while (total >> shift >= TimeArea{1} << 50) ++shift;
    for (TimeArea& w : weights) w >>= shift;
    total = std::accumulate(weights.begin(), weights.end(), TimeArea{0});
    if (total == 0) {
        parts.front() = amount;
        return parts;
    }
    std::vector<TimeArea> rests;
    TimeArea given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        parts[i] = amount * weights[i] / total;
        rests.push_back(amount * weights[i] % total);
        given += parts[i];
    }
    std::vector<std::size_t> order(weights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rests[a] > rests[b]; });
    for (std::size_t i = 0; given < amount; ++i, ++given) ++parts[order[i]];
    return parts;
}

}  // namespace mailquake
