#include "models/net/transfer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/net/tcp.hpp"
#include "sim/base/check.hpp"

namespace mailquake {

using End = TransferPlan::End;

Network::Network(Topology topology_, LinkTimeline timeline_, const NetworkSpec& spec_)
    : topology(std::move(topology_)),
      timeline(std::move(timeline_)),
      routes(topology, timeline, spec_.convergence),
      spec(spec_) {}

SendingLinks::SendingLinks(const Network& network, SiteId from)
    : network_(network),
      from_(from),
      least_patience_(std::min({network.spec.connect_timeout, network.spec.greeting_timeout, network.spec.data_timeout})),
      paths_(network.topology.site_count()),
      busy_until_(network.topology.link_count(), SimTime::zero()) {}

SendingLinks::Way SendingLinks::way(SiteId from, SiteId to, SimTime t) const {
    Way way;
    double got_over = 1;
    for (LinkId link : network_.routes.route(from, to, t)) {
        const LinkState& state = network_.timeline.at(link, t);
        if (!way.first.valid()) {
            way.first = link;
            way.bandwidth = state.bandwidth;
        }
        if (way.mode == LinkMode::up && state.mode != LinkMode::up) {
            way.mode = state.mode;
            way.latency_to_break = way.latency;
        }
        way.latency += state.latency;
        way.jitter += state.jitter;
        way.bandwidth = std::min(way.bandwidth, state.bandwidth);
        got_over *= 1 - state.loss;
    }
    way.loss = 1 - got_over;
    return way;
}

const SendingLinks::Path& SendingLinks::path(SiteId to, SimTime t) {
    Path& path = paths_[to.index()];
    if (t < path.from || t >= path.until) {
        path.forth = way(from_, to, t);
        path.back = way(to, from_, t);
        path.from = t;
        path.until = std::min(network_.timeline.next_change(t), network_.routes.next_change(t));
    }
    return path;
}

SimDuration SendingLinks::one_way(const Way& way, double jitter) {
    return way.latency + SimDuration{static_cast<std::int64_t>(static_cast<double>(way.jitter.ns) * jitter)};
}

SimDuration SendingLinks::round_trip(const Path& path, Jitter jitter) {
    return one_way(path.forth, jitter.forth) + one_way(path.back, jitter.back);
}

/// Until when the path stays as it is, at least if that is before `enough`, whatever changes elsewhere in the network: so that a fault that does not touch
/// a transfer does not move it by a rounded nanosecond either.
SimTime SendingLinks::same_until(SiteId to, const Path& as, SimTime enough) {
    SimTime until = as.until;
    while (until < enough) {
        const Path& next = path(to, until);
        if (next.forth != as.forth || next.back != as.back) break;
        until = next.until;
    }
    return until;
}

/// What is left of a stage that lasts `was` on one path and `is` on another, rounded up to the ns.
SimDuration SendingLinks::at_another_pace(SimDuration rest, SimDuration was, SimDuration is) {
    if (is == was) return rest;
    const TimeArea product = TimeArea{rest.ns} * is.ns;
    return {static_cast<std::int64_t>((product + was.ns - 1) / was.ns)};
}

/// Moves plan.at through one stage, which lasts time_on(path).whole on a path that works and stands still on one that does
/// not; where the path changes, the part that is left goes on at the new pace. What loss and stalls have of it is added to the
/// plan. False: patience ended, and plan.at shows when.
template <class TimeOn>
bool SendingLinks::pass(TransferPlan& plan, SiteId to, Patience patience, TimeOn time_on) {
    SimTime& clock = plan.at;
    SimTime give_up = saturating_add(clock, patience.longest);
    SimDuration pace = SimDuration::zero(), rest = pace;  // of the stage as a whole on the present path; of what is left of it
    while (true) {
        Path now = path(to, clock);
        const StageTime stage = now.works() ? time_on(now) : StageTime{};
        if (now.works()) {
            rest = pace == SimDuration::zero() ? stage.whole : at_another_pace(rest, pace, stage.whole);
            pace = stage.whole;
        }
        const SimTime done = now.works() ? clock + rest : SimTime::never();
        if (done > now.until) now.until = same_until(to, now, now.works() ? done : give_up);
        const SimTime goal = std::min(done, now.until);
        if (now.works() && patience.only_stalls) give_up = saturating_add(goal, patience.longest);
        if (goal > give_up || goal == SimTime::never()) {
            clock = give_up;
            return false;
        }
        if (!now.works()) plan.stalled += goal - clock;
        else if (stage.lost.ns > 0) plan.lost += SimDuration{static_cast<std::int64_t>(static_cast<double>((goal - clock).ns) * (static_cast<double>(stage.lost.ns) / static_cast<double>(pace.ns)))};
        if (now.works()) rest = rest - (goal - clock);
        clock = goal;
        if (goal == done) return true;
    }
}

/// The dialogue's length if nothing is lost, changes or takes too long meanwhile, as nearly always; else zero.
SimDuration SendingLinks::undisturbed_dialogue(const Path& now, SimTime clock, Jitter jitter) const {
    const SimDuration trip = round_trip(now, jitter);
    const SimDuration whole = trip * network_.spec.round_trips;
    const bool is_calm = now.works() && now.forth.loss <= 0 && now.back.loss <= 0 && whole <= now.until - clock &&
                         trip <= least_patience_;
    return is_calm ? whole : SimDuration::zero();
}

/// Where nothing comes through, the first packet of the connection is sent again after 1, 3, 7, ... s: one of them must find a path.
bool SendingLinks::find_path(TransferPlan& plan, SiteId to, const IsThere* is_there) {
    const SimTime begun = plan.at;
    for (std::uint32_t k = 1; !path(to, plan.at).works() || (is_there != nullptr && !(*is_there)(plan.at)); ++k) {
        const SimDuration sent = std::min(tcp::nth_syn(k), network_.spec.connect_timeout);
        plan.stalled += begun + sent - plan.at;
        plan.at = begun + sent;
        if (tcp::nth_syn(k) > network_.spec.connect_timeout) return false;
    }
    return true;
}

/// Connection first, then the rest of the dialogue, round trip by round trip; what is lost is sent again.
bool SendingLinks::pass_dialogue(TransferPlan& plan, SiteId to, Jitter jitter, RandomStream& luck, const IsThere* is_there) {
    if (const SimDuration whole = undisturbed_dialogue(path(to, plan.at), plan.at, jitter); whole.ns > 0 && is_there == nullptr) {
        plan.at += whole;
        return true;
    }
    const SimTime begun = plan.at;
    if (!find_path(plan, to, is_there)) return false;
    for (std::int64_t trip = 0; trip < network_.spec.round_trips; ++trip) {
        const Path& now = path(to, plan.at);
        const double loss = tcp::combined_loss(now.forth.loss, now.back.loss);
        const SimDuration again = loss > 0 ? tcp::retransmission_delay(loss, round_trip(now, jitter), luck.uniform(), trip == 0 ? tcp::kFirstRto : tcp::kLeastRto) : SimDuration::zero();
        plan.end = trip == 0 ? End::timed_out : trip == 1 ? End::not_greeted : End::broken;  // connection, greeting, MAIL and RCPT, DATA
        const SimDuration longest = trip == 0   ? network_.spec.connect_timeout - (plan.at - begun)
                                    : trip == 1 ? network_.spec.greeting_timeout
                                                : network_.spec.data_timeout;
        if (!pass(plan, to, {longest, false}, [&](const Path& p) { return StageTime{round_trip(p, jitter) + again, again}; })) return false;
    }
    return true;
}

/// As fast as the narrowest link or, with loss, the congestion window allows.
bool SendingLinks::pass_data(TransferPlan& plan, SiteId to, Jitter jitter, Bytes size) {
    return pass(plan, to, {network_.spec.data_timeout, true}, [&](const Path& p) {
        const SimDuration whole = tcp::transmission_time(size, std::min(p.forth.bandwidth, tcp::loss_limited_rate(round_trip(p, jitter), p.forth.loss)));
        return StageTime{whole, p.forth.loss > 0 ? whole - tcp::transmission_time(size, p.forth.bandwidth) : SimDuration::zero()};
    });
}

/// One way on an open connection.
bool SendingLinks::pass_flight(TransferPlan& plan, SiteId to, SimDuration patience, double jitter, RandomStream& luck) {
    const Path& now = path(to, plan.at);
    const SimDuration again = now.forth.loss > 0 ? tcp::retransmission_delay(now.forth.loss, now.forth.latency + now.back.latency, luck.uniform()) : SimDuration::zero();
    return pass(plan, to, {patience, false}, [&](const Path& p) { return StageTime{one_way(p.forth, jitter) + again, again}; });
}

/// When a link has sent so much that begins with it at `clock`: at the rate of each moment.
SimTime SendingLinks::sent_by(LinkId link, SimTime clock, Bytes size) const {
    const LinkTimeline& timeline = network_.timeline;
    SimDuration pace = tcp::transmission_time(size, timeline.at(link, clock).bandwidth), rest = pace;
    for (SimTime change = timeline.next_change(link, clock); change < clock + rest; change = timeline.next_change(link, clock)) {
        const SimDuration whole = tcp::transmission_time(size, timeline.at(link, change).bandwidth);
        rest = at_another_pace(rest - (change - clock), pace, whole);
        pace = whole;
        clock = change;
    }
    return clock + rest;
}

TransferPlan SendingLinks::plan_mail(SiteId to, SimTime now, Bytes size, RandomStream& luck, const IsThere* is_there) {
    const NetworkSpec& spec = network_.spec;
    if (to == from_) {
        return {End::delivered, now + network_.topology.inside_latency(from_) * (2 * spec.round_trips + 1), SimDuration::zero()};
    }
    const double forth = luck.uniform();
    const Jitter jitter{forth, luck.uniform()};
    const Way begins = path(to, now).forth;
    if (!begins.first.valid()) return {End::refused, now, SimDuration::zero()};
    if (begins.mode == LinkMode::refused) return {End::refused, now + begins.latency_to_break * 2, SimDuration::zero()};

    TransferPlan plan{End::timed_out, now, SimDuration::zero()};
    if (!pass_dialogue(plan, to, jitter, luck, is_there)) return plan;

    plan.end = End::broken;
    SimTime& busy_until = busy_until_[begins.first.index()];
    const SimDuration queued = std::max(busy_until - now, SimDuration::zero());
    plan.queued_for_bandwidth = std::min(queued, spec.data_timeout);
    plan.at += plan.queued_for_bandwidth;
    if (queued > spec.data_timeout) return plan;
    busy_until = sent_by(begins.first, now + queued, size);

    if (pass_data(plan, to, jitter, size) && pass_flight(plan, to, spec.reply_timeout, jitter.forth, luck)) plan.end = End::delivered;
    return plan;
}

TransferPlan SendingLinks::plan_packet(SiteId to, SimTime now, RandomStream& luck) {
    if (to == from_) return {End::delivered, now + network_.topology.inside_latency(from_), SimDuration::zero()};
    const double jitter = luck.uniform();
    const Path& both = path(to, now);
    const Way& way = both.forth;
    const SimDuration again = way.loss > 0 ? tcp::retransmission_delay(way.loss, way.latency + both.back.latency, luck.uniform()) : SimDuration::zero();
    if (!way.first.valid()) return {End::refused, now, SimDuration::zero()};
    switch (way.mode) {
        case LinkMode::up: return {End::delivered, now + one_way(way, jitter) + again, SimDuration::zero(), again};
        case LinkMode::refused: return {End::refused, now + way.latency_to_break * 2, SimDuration::zero()};
        case LinkMode::black_hole: return {End::timed_out, SimTime::never(), SimDuration::zero()};
    }
    MQ_CHECK(false, "a link has one of three modes");
}

TransferPlan SendingLinks::plan_reply(SiteId to, SimTime now, SimDuration patience, RandomStream& luck) {
    if (to == from_) return {End::delivered, now + network_.topology.inside_latency(from_), SimDuration::zero()};
    const double jitter = luck.uniform();
    TransferPlan plan{End::timed_out, now, SimDuration::zero()};
    if (pass_flight(plan, to, patience, jitter, luck)) plan.end = End::delivered;
    return plan;
}

}  // namespace mailquake
