#include "models/mail/size_law.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "sim/base/check.hpp"
#include "sim/base/elementary.hpp"
#include "sim/base/special_functions.hpp"

namespace mailquake {

namespace {

/// Share of messages below a size; between two knots the logarithm of the size is uniform.
struct Knot {
    double octets;
    double share;
};
constexpr double kKiB = 1024;
constexpr std::array<Knot, 13> kTable{{{512, 0},                     // ours: the table begins at 2 KiB
                                       {2 * kKiB, .2353},
                                       {4 * kKiB, .4917},
                                       {8 * kKiB, .676},
                                       {16 * kKiB, .7958},
                                       {32 * kKiB, .8536},
                                       {64 * kKiB, .9047},
                                       {128 * kKiB, .933},
                                       {256 * kKiB, .9574},
                                       {512 * kKiB, .9724},
                                       {1024 * kKiB, .9849},
                                       {2048 * kKiB, .9996},
                                       {4096 * kKiB, 1}}};          // ours: the table ends at 2 MiB

double table_quantile(double u) {
    const auto above = std::find_if(kTable.begin() + 1, kTable.end() - 1, [u](const Knot& knot) { return u < knot.share; });
    const Knot& high = *above;
    const Knot& low = *(above - 1);
    const double doublings = &low == &kTable.front() ? 2 : 1;  // from 512 octets to 2 KiB, then from power to power
    return low.octets * math::exp2(doublings * (u - low.share) / (high.share - low.share));
}

/// A log-uniform size between a and b has mean (b - a) / ln(b / a).
double table_mean() {
    double mean = 0;
    for (std::size_t i = 1; i < kTable.size(); ++i) {
        const Knot& low = kTable[i - 1];
        const Knot& high = kTable[i];
        mean += (high.share - low.share) * (high.octets - low.octets) / math::log(high.octets / low.octets);
    }
    return mean;
}

Bytes octets(double x) {
    constexpr double most = 1e15;
    return {static_cast<std::int64_t>(std::clamp(x + 0.5, 1.0, most))};
}

}  // namespace

SizeLaw::SizeLaw(const SizesSpec& spec) {
    std::visit(
        [this](const auto& s) {
            using Spec = std::decay_t<decltype(s)>;
            if constexpr (std::is_same_v<Spec, TableSizesSpec>) {
                kind_ = Kind::table;
                mean_ = table_mean();
            } else if constexpr (std::is_same_v<Spec, FixedSizesSpec>) {
                kind_ = Kind::fixed;
                fixed_ = s.size;
                mean_ = static_cast<double>(s.size.count);
            } else {
                static_assert(std::is_same_v<Spec, LognormalSizesSpec>);
                kind_ = Kind::lognormal;
                mean_ = static_cast<double>(s.mean.count);
                const double variance = math::log1p(s.cv * s.cv);
                log_sd_ = std::sqrt(variance);
                log_mean_ = math::log(mean_) - variance / 2;
            }
        },
        spec);
}

Bytes SizeLaw::quantile(double u) const {
    switch (kind_) {
        case Kind::table: return octets(table_quantile(u));
        case Kind::fixed: return fixed_;
        case Kind::lognormal: {
            const double inner = std::clamp(u, 0x1p-54, 1 - 0x1p-53);
            return octets(math::exp(log_mean_ + log_sd_ * math::normal_quantile(inner)));
        }
    }
    MQ_CHECK(false, "a size law has one of the known kinds");
}

double SizeLaw::mean() const { return mean_; }

}  // namespace mailquake
