#include "tests/catch.hpp"

#include <cmath>

#include "models/net/tcp.hpp"

using namespace mailquake;

TEST_CASE("tcp: one per cent loss at 70 ms is about 240 kB/s, and ten per cent a fifth of that") {
    // Padhye et al. 1998 with 1460 octets, RTT 70 ms, RTO 200 ms, worked out apart from the program [octets a second].
    CHECK(tcp::loss_limited_rate(70_ms, 0.01) / 8 == Approx(239'971).epsilon(1e-5));
    CHECK(tcp::loss_limited_rate(70_ms, 0.02) / 8 == Approx(159'817).epsilon(1e-5));
    CHECK(tcp::loss_limited_rate(70_ms, 0.05) / 8 == Approx(84'801).epsilon(1e-5));
    CHECK(tcp::loss_limited_rate(70_ms, 0.10) / 8 == Approx(43'698).epsilon(1e-4));
    // Mathis et al. 1997: without time-outs it is MSS sqrt(3/2) / (RTT sqrt(p)).
    CHECK(tcp::loss_limited_rate(70_ms, 1e-6) / 8 == Approx(1460 * std::sqrt(1.5e6) / 0.07).epsilon(1e-4));
    CHECK(tcp::loss_limited_rate(70_ms, 0) == tcp::kUnlimited);
    CHECK(tcp::transmission_time({1000}, tcp::kUnlimited) == 0_s);
}

TEST_CASE("tcp: the first packet of a connection is sent again after 1, 3, 7, 15 and 31 s") {
    for (const auto& [k, after] : {std::pair{0U, 0_s}, {1U, 1_s}, {2U, 3_s}, {3U, 7_s}, {4U, 15_s}, {5U, 31_s}}) CHECK(tcp::nth_syn(k) == after);
    CHECK(tcp::retransmission_delay(0.5, 10_ms, 0.51, tcp::kFirstRto) == 1_s);
    CHECK(tcp::retransmission_delay(0.5, 10_ms, 0.88, tcp::kFirstRto) == 7_s);
}

TEST_CASE("tcp: retransmissions wait 200 ms, then twice as long, up to a minute") {
    const double p = 0.5;
    CHECK(tcp::retransmission_delay(p, 10_ms, 0.0) == 0_s);
    CHECK(tcp::retransmission_delay(p, 10_ms, 0.49) == 0_s);       // got over at once
    CHECK(tcp::retransmission_delay(p, 10_ms, 0.51) == 200_ms);    // lost once
    CHECK(tcp::retransmission_delay(p, 10_ms, 0.76) == 600_ms);    // lost twice: 200 + 400
    CHECK(tcp::retransmission_delay(p, 10_ms, 0.88) == 1400_ms);
    CHECK(tcp::retransmission_delay(p, 500_ms, 0.76) == 1500_ms);  // RTO is the round trip if that is longer
    CHECK(tcp::retransmission_delay(0, 10_ms, 0.999) == 0_s);
    // 200 ms doubles nine times to 51.2 s; then every minute: 102.2 s after nine losses, 60 s for each further one.
    CHECK(tcp::retransmission_delay(p, 10_ms, 1 - std::ldexp(1.0, -11) * 1.5) == 102'200_ms + 60_s);
    CHECK(tcp::retransmission_delay(1, 10_ms, 0.1) == 30_d);
}
