// What TCP makes of latency, loss and bandwidth: pure functions.
//
// Loss never loses mail. It limits the rate of a long transfer to MSS / (RTT sqrt(p)) x C (Mathis, Semke, Mahdavi, Ott
// 1997), and makes each short exchange wait for retransmissions, the k-th after RTO x 2^(k-1). MSS 1460 octets and
// C = 1.22 are given from memory, as is the formula's use for mail: 1 % loss at 70 ms is about 250 kB/s. RTO is the
// round-trip time, at least 200 ms and at most 60 s (from memory, too).
// Left out: slow start, time-outs within a long transfer (the formula flatters a loss of more than some per cent),
// receive windows. Without loss the rate has no limit of its own.
#pragma once

#include <limits>

#include "models/spec/quantity.hpp"
#include "sim/base/time.hpp"

namespace mailquake::tcp {

constexpr double      kMssBits = 1460 * 8.0;         // payload of a full segment [bit]
constexpr double      kMathisConstant = 1.22;
constexpr SimDuration kLeastRto{200'000'000};
constexpr SimDuration kLongestRto{60'000'000'000};
constexpr double      kUnlimited = std::numeric_limits<double>::infinity();

/// Loss-limited rate of one connection [bit/s]; kUnlimited without loss or without a round-trip time.
[[nodiscard]] double loss_limited_rate(SimDuration round_trip, double loss);

/// Time for `size` at `bits_per_second`, rounded up to the ns, at most 30 days; zero at an unlimited rate.
[[nodiscard]] SimDuration transmission_time(Bytes size, double bits_per_second);

/// Share of packets that do not get over two stretches with these losses, one after the other.
[[nodiscard]] constexpr double combined_loss(double a, double b) { return 1.0 - (1.0 - a) * (1.0 - b); }

/// Extra delay of one packet or exchange that is lost with probability `loss` each time it is sent: a geometric number
/// of time-outs, by inversion of u in [0, 1): a greater u is a longer delay. At most 30 days, which nobody waits for.
[[nodiscard]] SimDuration retransmission_delay(double loss, SimDuration round_trip, double u);

}  // namespace mailquake::tcp
