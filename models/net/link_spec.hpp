// A link between two sites; directed, and written once for both directions unless `two_way: false`.
#pragma once

#include "models/spec/entry.hpp"
#include "models/spec/quantity.hpp"

namespace mailquake {

/// Carries TCP: loss slows mail and, past the time-outs of RFC 5321 4.5.3.2, fails an attempt; it never loses mail
/// (models/net/tcp.hpp). The name defaults to `from--to`; the way back of a two-way link has the same name.
/// Left out: congestion between links that share a fibre.
struct LinkSpec : Entry {
    static constexpr std::string_view name_default = "from--to";
    std::string from;
    std::string to;
    bool        two_way = true;
    SimDuration latency;                     // one way, without queueing [ns]; faults add to it
    SimDuration jitter = SimDuration::zero();  // uniform 0..jitter, drawn per transfer; only adds [ns]
    Bandwidth   bandwidth{10e9};             // in each direction [bit/s]; served in order at the sending site
    Ratio       loss{0};                     // of packets, independent; faults override it

    template <class S = LinkSpec>
    static constexpr auto keys() {
        return std::tuple_cat(
            entry_keys<S>(),
            std::tuple{
                key("from", &S::from).required().naming(Refers::site).says("sending site"),
                key("to", &S::to).required().naming(Refers::site).says("receiving site"),
                key("two_way", &S::two_way).says("the same figures hold in the other direction, too"),
                key("latency", &S::latency).required().above(0).at_most(10).says("one-way delay without queueing"),
                key("jitter", &S::jitter).at_least(0).at_most(10).says("largest extra delay of a transfer; uniform from 0"),
                key("bandwidth", &S::bandwidth).above(0).says("capacity in each direction"),
                key("loss", &S::loss).at_least(0).at_most(0.99).says("share of packets lost; slows mail, never loses it")});
    }
};

}  // namespace mailquake
