// The stages of a mail, a packet and a reply. Where a path breaks in a stage, the stage stands still until there is one again.
#include <algorithm>
#include <cmath>

#include "models/net/tcp.hpp"
#include "tests/oracle/network.hpp"

namespace mailquake::oracle {

/// Passes a stage that takes `time_on(path)` on a path that stays as it is. Where the path changes in it, the rest is done on the new
/// one; where there is none, it stands still, at most so long. Moves `t` to its end, or to where patience ends.
bool Wires::pass(const std::string& from, const std::string& to, SimTime& t, const Patience& patience, const TimeOn& time_on) const {
    const SimTime begun = t;
    SimDuration pace{0}, rest{0};
    while (true) {
        const SimTime works = works_from(from, to, t);
        const SimTime give_up = (patience.only_stalls ? t : begun) + patience.longest;
        if (works > give_up) {
            t = give_up;
            return false;
        }
        t = works;
        const Both path = both(from, to, t);
        const SimDuration whole = time_on(path);
        if (pace.ns == 0) rest = whole;
        else if (pace != whole) rest = {static_cast<std::int64_t>((TimeArea{rest.ns} * whole.ns + pace.ns - 1) / pace.ns)};
        pace = whole;
        SimTime change = next_change(t);
        while (change < t + rest && both(from, to, change) == path) change = next_change(change);
        if (t + rest <= change) {
            t += rest;
            break;
        }
        rest = rest - (change - t);
        t = change;
    }
    if (patience.only_stalls || t - begun <= patience.longest) return true;
    t = begun + patience.longest;
    return false;
}

/// One way on an open connection; what is lost is sent again.
bool Wires::pass_flight(const std::string& from, const std::string& to, SimTime& t, double jitter, RandomStream& luck) const {
    const Both begins = both(from, to, t);
    SimDuration again{0};
    if (begins.forth.loss > 0) again = tcp::retransmission_delay(begins.forth.loss, begins.forth.latency + begins.back.latency, luck.uniform());
    return pass(from, to, t, {scenario_.network.reply_timeout, false}, [&](const Both& b) {
        return b.forth.latency + part(b.forth.jitter, jitter) + again;
    });
}

/// When a link has sent so much that begins with it at `t`: at the rate of each moment (a cut is not counted).
SimTime Wires::sent_by(const Link& link, SimTime t, Bytes size) const {
    SimDuration pace{0}, rest{0};
    for (SimTime change = next_change(t); t != SimTime::never(); t = change, change = next_change(t)) {
        const SimDuration whole = tcp::transmission_time(size, state(link, t).bandwidth);
        if (pace.ns == 0) rest = whole;
        else rest = {static_cast<std::int64_t>((TimeArea{rest.ns} * whole.ns + pace.ns - 1) / pace.ns)};
        if (t + rest <= change) return t + rest;
        pace = whole;
        rest = rest - (change - t);
    }
    return SimTime::never();
}

Passage Wires::mail(const std::string& from, const std::string& to, SimTime now, Bytes size, RandomStream& luck) {
    const double forth = luck.uniform(), back = luck.uniform();
    const NetworkSpec& net = scenario_.network;
    const Both path = both(from, to, now);
    if (!path.forth.found) return {Passage::End::refused, now};
    if (path.forth.mode == Mode::refused) return {Passage::End::refused, now + path.forth.to_break * 2};
    SimTime t = now;
    for (SimDuration wait = 1_s; !both(from, to, t).work() || is_dead(to, t); wait = wait * 2) {  // the first packet again, after 1, 2, 4, ... s
        t += wait;
        if (t - now > net.connect_timeout) return {Passage::End::timed_out, now + net.connect_timeout};
    }
    const auto there = [&](const Both& b) { return b.forth.latency + part(b.forth.jitter, forth); };
    const auto trip = [&](const Both& b) { return there(b) + b.back.latency + part(b.back.jitter, back); };
    for (std::int64_t i = 0; i < net.round_trips; ++i) {
        const Both begins = both(from, to, t);
        const double loss = tcp::combined_loss(begins.forth.loss, begins.back.loss);
        const SimDuration again = loss > 0 ? tcp::retransmission_delay(loss, trip(begins), luck.uniform(), i == 0 ? 1_s : 200_ms) : SimDuration{0};
        const auto time_on = [&](const Both& b) { return trip(b) + again; };
        const SimDuration longest = i == 0 ? net.connect_timeout - (t - now) : i == 1 ? net.greeting_timeout : net.data_timeout;  // the first one connects
        const Passage::End failed = i == 0 ? Passage::End::timed_out : i == 1 ? Passage::End::no_greeting : Passage::End::broken;
        if (!pass(from, to, t, {longest, false}, time_on)) return {failed, t};  // connection, EHLO, MAIL and RCPT, DATA
    }
    if (from != to) {
        Link& first = links_[path.forth.first];
        const SimTime begins = std::max(now, first.busy_until);
        if (begins - now > net.data_timeout) return {Passage::End::broken, t + net.data_timeout};
        first.busy_until = sent_by(first, begins, size);
        t += begins - now;
        const auto data = [&](const Both& b) {
            return tcp::transmission_time(size, std::min(b.forth.bandwidth, tcp::loss_limited_rate(trip(b), b.forth.loss)));
        };
        if (!pass(from, to, t, {net.data_timeout, true}, data)) return {Passage::End::broken, t};
    }
    const bool arrives = pass_flight(from, to, t, forth, luck);
    return {arrives ? Passage::End::delivered : Passage::End::broken, t};
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

/// A reply waits for the path to be back, and goes as the last byte of mail does.
Passage Wires::reply(const std::string& from, const std::string& to, SimTime now, RandomStream& luck) {
    const double jitter = luck.uniform();
    SimTime t = now;
    return {pass_flight(from, to, t, jitter, luck) ? Passage::End::delivered : Passage::End::timed_out, t};
}

}  // namespace mailquake::oracle
