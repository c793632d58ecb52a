#include "models/net/tcp.hpp"

#include <algorithm>
#include <cmath>

#include "sim/base/elementary.hpp"

namespace mailquake::tcp {

namespace {

constexpr SimDuration kForEver = 30_d;  // longer than anything waits

}  // namespace

double loss_limited_rate(SimDuration round_trip, double loss) {
    if (loss <= 0 || round_trip.ns <= 0) return kUnlimited;
    return kMathisConstant * kMssBits / (round_trip.seconds() * std::sqrt(loss));
}

SimDuration transmission_time(Bytes size, double bits_per_second) {
    const double ns = std::ceil(static_cast<double>(size.count) * 8e9 / bits_per_second);
    return ns < static_cast<double>(kForEver.ns) ? SimDuration{static_cast<std::int64_t>(ns)} : kForEver;
}

SimDuration retransmission_delay(double loss, SimDuration round_trip, double u) {
    if (loss <= 0) return SimDuration::zero();
    if (loss >= 1) return kForEver;
    // The packet is lost at least k times with probability loss^k.
    auto lost = static_cast<std::int64_t>(math::log(1 - u) / math::log(loss));
    SimDuration delay = SimDuration::zero();
    SimDuration timeout = std::clamp(round_trip, kLeastRto, kLongestRto);
    for (; lost > 0 && timeout < kLongestRto; --lost, timeout = std::min(timeout * 2, kLongestRto)) delay += timeout;
    if (lost > kForEver / kLongestRto) return kForEver;
    return std::min(delay + timeout * lost, kForEver);
}

}  // namespace mailquake::tcp
