#include "sim/stats/mser.hpp"

#include <vector>

namespace mailquake {

std::optional<std::size_t> mser5(std::span<const double> series) {
    constexpr std::size_t fewest = 10;
    const std::size_t batches = series.size() / kMserBatch;
    if (batches < fewest) return std::nullopt;
    std::vector<double> y(batches, 0);
    for (std::size_t i = 0; i < batches * kMserBatch; ++i) y[i / kMserBatch] += series[i] / kMserBatch;
    // From the end on, so that mean and squares of all that is kept are at hand for each d (Welford).
    double mean = 0, squares = 0, least = 0;
    std::size_t best = batches, kept = 0;
    for (std::size_t d = batches; d-- > 0;) {
        ++kept;
        const double off = y[d] - mean;
        mean += off / static_cast<double>(kept);
        squares += off * (y[d] - mean);
        if (kept < kMserBatch) continue;   // the error of a handful says nothing
        const double error = squares / (static_cast<double>(kept) * static_cast<double>(kept));
        if (best == batches || error <= least) {
            least = error;
            best = d;
        }
    }
    if (best > batches / 2) return std::nullopt;
    return best * kMserBatch;
}

}  // namespace mailquake
