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
    const double rto = std::clamp(round_trip, kLeastRto, kLongestRto).seconds();
    const double timeouts = std::min(1.0, 3 * std::sqrt(3 * loss / 8)) * loss * (1 + 32 * loss * loss);
    return kMssBits / (round_trip.seconds() * std::sqrt(2 * loss / 3) + rto * timeouts);
}

SimDuration transmission_time(Bytes size, double bits_per_second) {
    const double ns = std::ceil(static_cast<double>(size.count) * 8e9 / bits_per_second);
    return ns < static_cast<double>(kForEver.ns) ? SimDuration{static_cast<std::int64_t>(ns)} : kForEver;
}

SimDuration retransmission_delay(double loss, SimDuration round_trip, double u, SimDuration least_rto) {
    if (loss <= 0) return SimDuration::zero();
    if (loss >= 1) return kForEver;
    // The packet is lost at least k times with probability loss^k.
    auto lost = static_cast<std::int64_t>(math::log(1 - u) / math::log(loss));
    SimDuration delay = SimDuration::zero();
    SimDuration timeout = std::clamp(round_trip, least_rto, kLongestRto);
    for (; lost > 0 && timeout < kLongestRto; --lost, timeout = std::min(timeout * 2, kLongestRto)) delay += timeout;
    if (lost > kForEver / kLongestRto) return kForEver;
    return std::min(delay + timeout * lost, kForEver);
}

}  // namespace mailquake::tcp
