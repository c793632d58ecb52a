#include "sim/experiment/shapley.hpp"

#include <bit>

#include "sim/base/check.hpp"

namespace mailquake {

std::vector<double> shapley_shares(const std::vector<double>& values) {
    MQ_CHECK(std::has_single_bit(values.size()) && values.size() <= (std::size_t{1} << 16), "a value for each subset");
    const auto n = static_cast<std::size_t>(std::countr_zero(values.size()));
    // Weight of a subset of k others: k! (n - k - 1)! / n!
    std::vector<double> weight(n);
    for (std::size_t k = 0; k < n; ++k) {
        double orders = 1;   // n! / (k! (n - k - 1)!) = n * C(n - 1, k)
        for (std::size_t i = 1; i <= k; ++i) orders *= static_cast<double>(n - i) / static_cast<double>(i);
        weight[k] = 1 / (orders * static_cast<double>(n));
    }
    std::vector<double> shares(n, 0);
    for (std::size_t set = 0; set < values.size(); ++set)
        for (std::size_t i = 0; i < n; ++i) {
            const std::size_t cause = std::size_t{1} << i;
            if ((set & cause) == 0) shares[i] += weight[static_cast<std::size_t>(std::popcount(set))] * (values[set | cause] - values[set]);
        }
    return shares;
}

}  // namespace mailquake
