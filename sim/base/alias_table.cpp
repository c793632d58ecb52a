#include "sim/base/alias_table.hpp"

#include <cmath>
#include <limits>

#include "sim/base/check.hpp"

namespace mailquake {

namespace {

double checked_total(std::span<const double> weights) {
    double total = 0;
    for (double w : weights) {
        MQ_CHECK(w >= 0, "a weight is not negative");
        total += w;
    }
    MQ_CHECK(total > 0 && std::isfinite(total), "weights have a finite sum above zero");
    return total;
}

}  // namespace

AliasTable::AliasTable(std::span<const double> weights) : columns_(weights.size()) {
    const double scale = static_cast<double>(weights.size()) / checked_total(weights);
    std::vector<double> share(weights.size());  // of a column; 1 on average
    std::vector<std::uint32_t> small, large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        share[i] = weights[i] * scale;
        (share[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
        const std::uint32_t poor = small.back(), rich = large.back();
        small.pop_back();
        columns_[poor] = {static_cast<std::uint64_t>(share[poor] * 0x1p64), poor, rich};
        share[rich] -= 1 - share[poor];
        if (share[rich] < 1) {
            large.pop_back();
            small.push_back(rich);
        }
    }
    // What is left has a share of 1 but for rounding. An entry without weight is never left: while it waits, the shares
    // that are left sum up to the number of columns that are left, so one of the others is rich.
    constexpr std::uint64_t whole = std::numeric_limits<std::uint64_t>::max();
    for (const auto* left : {&large, &small}) {
        for (std::uint32_t i : *left) columns_[i] = {whole, i, i};
    }
}

}  // namespace mailquake
