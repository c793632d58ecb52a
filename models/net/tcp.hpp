// What TCP makes of latency, loss and bandwidth: pure functions.
//
// Loss never loses mail. It limits the rate of a long transfer to MSS over
//     RTT sqrt(2p/3) + RTO min(1, 3 sqrt(3p/8)) p (1 + 32 p^2)
// (Padhye, Firoiu, Towsley, Kurose 1998, an acknowledgement for every segment; for a small loss p that is MSS sqrt(3/2) / (RTT sqrt(p)),
// Mathis, Semke, Mahdavi, Ott 1997), and makes each short exchange wait for retransmissions, the k-th after RTO x 2^(k-1). The
// RTO is the round-trip time, at least 200 ms (Linux) and at most 60 s; 1 s before a round trip has been measured, so for
// the first packet of a connection (RFC 6298 2.1). 1 % loss at 70 ms is about 240 kB/s.
// Left out: slow start, receive windows, variance of the round-trip time. Without loss the rate has no limit of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "models/spec/quantity.hpp"
#include "sim/base/time.hpp"

namespace mailquake::tcp {

constexpr double      kMssBits = 1460 * 8.0;         // payload of a full segment [bit]
constexpr SimDuration kLeastRto{200'000'000};
constexpr SimDuration kFirstRto{1'000'000'000};      // of a connection's first packet
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
[[nodiscard]] SimDuration retransmission_delay(double loss, SimDuration round_trip, double u, SimDuration least_rto = kLeastRto);

/// When the k-th first packet of a connection goes out, counted from 0, if none is answered: 0, 1, 3, 7, 15, ... s after the first.
[[nodiscard]] constexpr SimDuration nth_syn(std::uint32_t k) { return kFirstRto * ((std::int64_t{1} << std::min(k, 30U)) - 1); }

}  // namespace mailquake::tcp
