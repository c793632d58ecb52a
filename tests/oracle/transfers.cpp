// The stages of a mail, a packet and a reply. Where a path breaks in a stage, the stage stands still until there is one again.
#include <algorithm>

#include "models/net/tcp.hpp"
#include "tests/oracle/network.hpp"

namespace mailquake::oracle {
namespace {

SimDuration part(SimDuration longest, double share) {
    return {static_cast<std::int64_t>(static_cast<double>(longest.ns) * share)};
}

}  // namespace

Passage Wires::mail(const std::string& from, const std::string& to, SimTime now, Bytes size, RandomStream& luck) {
    const Jitter jitter{luck.uniform(), luck.uniform()};
    const NetworkSpec& net = scenario_.network;
    const Both path = both(from, to, now);
    if (!path.forth.found) return {Passage::End::refused, now};
    if (path.forth.mode == Mode::refused) return {Passage::End::refused, now + path.forth.to_break * 2};
    SimTime t = now;
    if (!path.work()) {
        t = works_from(from, to, now);
        if (t - now > net.connect_timeout) return {Passage::End::timed_out, now + net.connect_timeout};
    }
    const Both open = both(from, to, t);
    const SimDuration there = open.forth.latency + part(open.forth.jitter, jitter.forth);
    const SimDuration trip = there + open.back.latency + part(open.back.jitter, jitter.back);
    const double loss = tcp::combined_loss(open.forth.loss, open.back.loss);
    t += trip * net.round_trips;
    if (loss > 0) {
        for (std::int64_t i = 0; i < net.round_trips; ++i) t += tcp::retransmission_delay(loss, trip, luck.uniform());
    }
    if (from != to) {
        Link& first = links_[open.forth.first];
        const SimTime begins = std::max(now, first.busy_until);
        if (begins - now > net.data_timeout) return {Passage::End::timed_out, t + net.data_timeout};
        first.busy_until = begins + tcp::transmission_time(size, state(first, now).bandwidth);
        t += begins - now;
        t += tcp::transmission_time(size, std::min(open.forth.bandwidth, tcp::loss_limited_rate(trip, open.forth.loss)));
    }
    t += there;
    if (open.forth.loss > 0) t += tcp::retransmission_delay(open.forth.loss, open.forth.latency + open.back.latency, luck.uniform());
    return {Passage::End::delivered, t};
}

Passage Wires::packet(const std::string& from, const std::string& to, SimTime now, RandomStream& luck) {
    const double jitter = luck.uniform();
    const Both path = both(from, to, now);
    if (!path.forth.found) return {Passage::End::refused, now};
    if (path.forth.mode == Mode::refused) return {Passage::End::refused, now + path.forth.to_break * 2};
    if (path.forth.mode == Mode::black_hole) return {Passage::End::timed_out, SimTime::never()};
    SimTime t = now + path.forth.latency + part(path.forth.jitter, jitter);
    const SimDuration trip = path.forth.latency + path.back.latency;
    if (path.forth.loss > 0) t += tcp::retransmission_delay(path.forth.loss, trip, luck.uniform());
    return {Passage::End::delivered, t};
}

Passage Wires::reply(const std::string& from, const std::string& to, SimTime now, RandomStream& luck) {
    const double jitter = luck.uniform();
    const SimDuration patience = scenario_.network.reply_timeout;
    const SimTime t = works_from(from, to, now);
    if (t == SimTime::never() || t - now > patience) return {Passage::End::timed_out, now + patience};
    const Both path = both(from, to, t);
    SimTime arrives = t + path.forth.latency + part(path.forth.jitter, jitter);
    const SimDuration trip = path.forth.latency + path.back.latency;
    if (path.forth.loss > 0) arrives += tcp::retransmission_delay(path.forth.loss, trip, luck.uniform());
    return {Passage::End::delivered, arrives};
}

}  // namespace mailquake::oracle
