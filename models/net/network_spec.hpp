// What holds for the whole network: how long routes take to follow a change, and the time-outs of a mail dialogue.
#pragma once

#include "models/spec/key.hpp"
#include "models/spec/quantity.hpp"

#include <tuple>

namespace mailquake {

struct NetworkSpec {
    SimDuration convergence = {5'000'000'000};         // from a link's change to the routes' [ns]
    SimDuration connect_timeout = {30'000'000'000};    // Postfix smtp_connect_timeout [ns]
    SimDuration greeting_timeout = {300'000'000'000};  // RFC 5321 4.5.3.2.1, Postfix smtp_helo_timeout: wait for the 220 [ns]
    SimDuration data_timeout = {180'000'000'000};      // RFC 5321 4.5.3.2.5: longest stall of a data block [ns]
    SimDuration reply_timeout = {600'000'000'000};     // RFC 5321 4.5.3.2.6: wait for the reply to end of data [ns]
    std::int64_t round_trips = 4;                      // of a mail dialogue up to end of data, on top of the reply's

    template <class S = NetworkSpec>
    static constexpr auto keys() {
        return std::tuple{
            key("convergence", &S::convergence).at_least(0).says("time from a change of a link until routes follow it"),
            key("connect_timeout", &S::connect_timeout).above(0).says("how long a caller waits for a connection (Postfix: 30s)"),
            key("greeting_timeout", &S::greeting_timeout).above(0).says("how long a caller waits for the greeting of a receiver whose servers stand still (RFC 5321, Postfix: 5 min)"),
            key("data_timeout", &S::data_timeout).above(0).says("longest stall in a transfer (RFC 5321: 3 min for a data block)"),
            key("reply_timeout", &S::reply_timeout).above(0).says("longest wait for the reply to a message (RFC 5321: 10 min)"),
            key("round_trips", &S::round_trips).at_least(1).at_most(20).says("round trips of a mail dialogue before its data (connection, EHLO, MAIL, RCPT and DATA, with pipelining)")};
    }
};

}  // namespace mailquake
