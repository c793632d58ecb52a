#include "tests/catch.hpp"

#include <cmath>
#include <utility>

#include "models/net/lookahead.hpp"
#include "models/net/tcp.hpp"
#include "tests/models/net/estate.hpp"

using namespace mailquake;
using namespace mailquake::test;
using End = TransferPlan::End;

namespace {

/// The triangle with a planned timeline; mail goes from a.
struct World {
    Topology topology = triangle();
    LinkTimeline timeline{topology};
    NetworkSpec spec;
    SiteId a = topology.find_site("a"), b = topology.find_site("b"), c = topology.find_site("c");

    void down(const std::string& name, LinkMode mode, SimDuration from, SimDuration to) {
        set_mode(timeline, topology, name, mode, at(from), at(to));
    }
    void all_down(LinkMode mode, SimDuration from, SimDuration to) {
        for (const char* name : {"a--b", "b--c", "a--c"}) down(name, mode, from, to);
    }
    /// Both directions of a link in another state for ever.
    template <class Change>
    void change(const std::string& name, SimDuration from, Change how) {
        for (LinkId id : topology.links_named(name)) {
            LinkState state = timeline.at(id, at(from));
            how(state);
            timeline.change(id, at(from), state);
        }
    }
    [[nodiscard]] Network network() const { return Network(topology, timeline, spec); }
    [[nodiscard]] TransferPlan mail(SiteId to, SimDuration when, Bytes size = {1250}) const {
        const Network net = network();
        RandomStream stream = luck();
        return SendingLinks(net, a).plan_mail(to, at(when), size, stream);
    }
    [[nodiscard]] TransferPlan packet(SiteId to, SimDuration when) const {
        const Network net = network();
        RandomStream stream = luck();
        return SendingLinks(net, a).plan_packet(to, at(when), stream);
    }
};

}  // namespace

TEST_CASE("a mail takes its round trips, its data and one way") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 10e6; });
    // 4 x 20 ms + 1250 octets at 10 Mbit/s = 1 ms + 10 ms
    const TransferPlan plan = world.mail(world.b, 1_s);
    CHECK(plan.end == End::delivered);
    CHECK(plan.at == at(1_s + 80_ms + 1_ms + 10_ms));
    CHECK(plan.queued_for_bandwidth == 0_s);
}

TEST_CASE("over several hops latencies add up and the least bandwidth holds") {
    World world;
    world.change("b--c", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    CHECK(world.mail(world.c, 0_s).at == at(4 * 40_ms + 10_ms + 20_ms));
}

TEST_CASE("within a site mail and packets take its inside latency") {
    const World world;
    CHECK(world.mail(world.a, 1_s).at == at(1_s + 9 * 250_us));
    CHECK(world.packet(world.a, 1_s).at == at(1_s + 250_us));
}

TEST_CASE("bandwidth is served in order at the sending site") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    const Network network = world.network();
    SendingLinks links(network, world.a);
    RandomStream stream = luck();
    const Bytes big{125'000};  // 1 s at 1 Mbit/s
    const TransferPlan first = links.plan_mail(world.b, at(10_s), big, stream);
    const TransferPlan second = links.plan_mail(world.b, at(10_s), big, stream);
    const TransferPlan third = links.plan_mail(world.b, at(10'500_ms), big, stream);
    CHECK(first.at == at(10_s + 90_ms + 1_s));
    CHECK(second.at == at(10_s + 90_ms + 2_s));
    CHECK(second.queued_for_bandwidth == 1_s);
    CHECK(third.at == at(10_s + 90_ms + 3_s));
    CHECK(third.queued_for_bandwidth == 1500_ms);
    CHECK(links.plan_mail(world.b, at(13_s), big, stream).queued_for_bandwidth == 0_s);
    // Another link is free, and so is the same one for another sender.
    CHECK(links.plan_mail(world.a, at(10_s), big, stream).queued_for_bandwidth == 0_s);
}

TEST_CASE("what waits for a link that is narrow for a while goes at the rate of each moment") {
    // 10 Mbps, a tenth of that from 10 s to 20 s. 100 kB takes 80 ms, or 800 ms: of 40 at once at 9.92 s, one is through at 10 s, 12.5 in the
    // narrow time, and the rest after it, so that the last one is through 2.12 s after it.
    World world;
    for (const auto& [when, rate] : {std::pair{1_s, 10e6}, {10_s, 1e6}, {20_s, 10e6}})
        world.change("a--b", when, [&](LinkState& state) { state.bandwidth = rate; });
    const Network network = world.network();
    SendingLinks links(network, world.a);
    TransferPlan last;
    for (std::uint64_t k = 0; k < 40; ++k) {
        RandomStream stream = luck(k);
        last = links.plan_mail(world.b, at(9'920_ms), {100'000}, stream);
        CHECK(last.end == End::delivered);
    }
    CHECK((last.at - at(0_s)).seconds() == Approx(22.12 + 0.09).margin(0.04));  // with its dialogue, data and flight
}

TEST_CASE("a mail that is limited by loss leaves the rest of the bandwidth to others") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 100e6; state.loss = 0.01; });
    const Network network = world.network();
    SendingLinks links(network, world.a);
    RandomStream stream = luck();
    const TransferPlan first = links.plan_mail(world.b, at(0_s), {1'250'000}, stream);
    const TransferPlan second = links.plan_mail(world.b, at(0_s), {1'250'000}, stream);
    const double limited = 1.25e6 * 8 / tcp::loss_limited_rate(20_ms, 0.01);
    CHECK((first.at - SimTime::zero()).seconds() >= limited);
    CHECK(limited > 1);
    CHECK(second.queued_for_bandwidth == 100_ms);  // what the first one takes of the link
}

TEST_CASE("a wait for bandwidth over the data time-out fails and takes none") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    const Network network = world.network();
    SendingLinks links(network, world.a);
    RandomStream stream = luck();
    const Bytes huge{125'000 * 181};  // 181 s
    CHECK(links.plan_mail(world.b, at(0_s), huge, stream).end == End::delivered);
    const TransferPlan late = links.plan_mail(world.b, at(0_s), {1}, stream);
    CHECK(late.end == End::broken);
    CHECK(late.at == at(80_ms + 180_s));
    CHECK(links.plan_mail(world.b, at(2_s), {1}, stream).queued_for_bandwidth == 179_s);
}

TEST_CASE("jitter only adds, and at most its largest") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.jitter = 4_ms; });
    const Network network = world.network();
    SendingLinks links(network, world.a);
    SimDuration least = SimDuration::max(), most = SimDuration::zero();
    for (std::uint64_t k = 0; k < 1000; ++k) {
        RandomStream stream = luck(k);
        const SimDuration took = links.plan_packet(world.b, at(1_s), stream).at - at(1_s);
        least = std::min(least, took);
        most = std::max(most, took);
    }
    CHECK(least >= 10_ms);
    CHECK(least < 10_ms + 100_us);
    CHECK(most < 14_ms);
    CHECK(most > 14_ms - 100_us);
}

TEST_CASE("a link that refuses tells the sender at once, or after the round trip to it") {
    World world;
    world.down("a--b", LinkMode::refused, 10_s, 100_s);
    CHECK(world.mail(world.b, 11_s).end == End::refused);
    CHECK(world.mail(world.b, 11_s).at == at(11_s));
    World far;
    far.down("b--c", LinkMode::refused, 10_s, 100_s);
    CHECK(far.mail(far.c, 11_s).end == End::refused);
    CHECK(far.mail(far.c, 11_s).at == at(11_s + 20_ms));
    CHECK(far.packet(far.c, 11_s).end == End::refused);
    CHECK(far.packet(far.c, 11_s).at == at(11_s + 20_ms));
    // After convergence both go the other way.
    CHECK(far.mail(far.c, 15_s).end == End::delivered);
    CHECK(far.packet(far.c, 15_s).at == at(15_s + 30_ms));
}

TEST_CASE("without any route mail and packets are refused at once") {
    World world;
    world.all_down(LinkMode::refused, 10_s, 1000_s);
    CHECK(world.mail(world.b, 20_s).end == End::refused);
    CHECK(world.mail(world.b, 20_s).at == at(20_s));
    CHECK(world.packet(world.b, 20_s).end == End::refused);
}

TEST_CASE("a black hole that nothing leads around lasts as long as the fault, though routes have converged") {
    World world;
    world.all_down(LinkMode::black_hole, 10_s, 1000_s);
    for (const SimDuration begun : {20_s, 500_s, 969_s}) {
        CHECK(world.mail(world.b, begun).end == End::timed_out);
        CHECK(world.mail(world.b, begun).at == at(begun + 30_s));
        CHECK(world.packet(world.b, begun).at == SimTime::never());
    }
    // It is over at 1000 s: who began at 984.5 s sends his first packet again at 985.5, 987.5, 991.5 and 999.5, then not within 30 s.
    CHECK(world.mail(world.b, 984'500_ms).end == End::timed_out);
    CHECK(world.mail(world.b, 984'500_ms).at == at(1014'500_ms));
    const TransferPlan late = world.mail(world.b, 985'500_ms);  // again at 1000.5 s
    CHECK(late.end == End::delivered);
    CHECK(late.stalled == 15_s);
    CHECK(late.at > at(1000'500_ms));
    CHECK(late.at < at(1000'700_ms));
}

TEST_CASE("a black hole holds the sender until its connect time-out") {
    World world;
    world.spec.convergence = 1000_s;
    world.down("a--b", LinkMode::black_hole, 10_s, 500_s);
    const TransferPlan plan = world.mail(world.b, 20_s);
    CHECK(plan.end == End::timed_out);
    CHECK(plan.at == at(50_s));
    CHECK(world.packet(world.b, 20_s).end == End::timed_out);
    CHECK(world.packet(world.b, 20_s).at == SimTime::never());
}

TEST_CASE("a connection comes about when routes have found a way around the black hole") {
    World world;
    world.down("a--b", LinkMode::black_hole, 10_s, 500_s);
    const TransferPlan plan = world.mail(world.b, 12_s);
    CHECK(plan.end == End::delivered);
    CHECK(plan.at > at(15_s));                  // routes follow at 15 s: a--c c--b, 40 ms
    CHECK(plan.at < at(15_s + 9 * 40_ms + 1_ms));
}

TEST_CASE("mail goes out though only the way back is broken, and times out") {
    World world;
    world.spec.convergence = 1000_s;
    const auto both = world.topology.links_named("a--b");
    const LinkId back = world.topology.link(both[0]).from == world.b ? both[0] : both[1];
    LinkState state = world.timeline.base(back);
    state.mode = LinkMode::refused;
    world.timeline.change(back, at(10_s), state);
    CHECK(world.mail(world.b, 20_s).end == End::timed_out);
    CHECK(world.mail(world.b, 20_s).at == at(50_s));
    CHECK(world.packet(world.b, 20_s).end == End::delivered);
}

TEST_CASE("a transfer stalls while its link is down, and goes on where it stood") {
    World world;
    world.spec.convergence = 1000_s;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    for (LinkId id : world.topology.links_named("a--b")) {
        LinkState state = world.timeline.at(id, at(1_s));
        const LinkState whole = state;
        state.mode = LinkMode::refused;
        world.timeline.change(id, at(10'500_ms), state);
        world.timeline.change(id, at(70'500_ms), whole);
    }
    const TransferPlan plan = world.mail(world.b, 10_s, {125'000});
    CHECK(plan.end == End::delivered);
    CHECK(std::abs((plan.at - at(70'500_ms + 590_ms)).ns) <= 2);  // 80 ms dialogue, 420 of 1000 ms data; 580 ms and 10 ms are left
}

TEST_CASE("a stall over the data time-out ends the transfer") {
    World world;
    world.spec.convergence = 1000_s;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    for (LinkId id : world.topology.links_named("a--b")) {
        LinkState state = world.timeline.at(id, at(1_s));
        state.mode = LinkMode::black_hole;
        world.timeline.change(id, at(10'500_ms), state);
    }
    const TransferPlan plan = world.mail(world.b, 10_s, {125'000});
    CHECK(plan.end == End::broken);
    CHECK(plan.at == at(10'500_ms + 180_s));
}

TEST_CASE("a last byte that is stuck waits for the reply time-out") {
    World world;
    world.spec.convergence = 10000_s;
    for (LinkId id : world.topology.links_named("a--b")) {
        LinkState state = world.timeline.base(id);
        state.mode = LinkMode::black_hole;
        world.timeline.change(id, at(10_s + 85_ms), state);  // 80 ms dialogue, 1 us data, then the flight
    }
    const TransferPlan plan = world.mail(world.b, 10_s);
    CHECK(plan.end == End::broken);
    CHECK(plan.at == at(10_s + 80_ms + 1_us + 600_s));
}

TEST_CASE("a time-out is of the connection, of the greeting, or of the session that follows") {
    for (const auto& [cut, end] : {std::pair{10_ms, End::timed_out}, {30_ms, End::not_greeted}, {50_ms, End::broken}, {79_ms, End::broken}}) {
        World world;  // a round trip takes 20 ms
        world.spec.convergence = 10000_s;
        world.down("a--b", LinkMode::black_hole, 10_s + cut, 1000_s);
        const TransferPlan plan = world.mail(world.b, 10_s);
        CHECK(plan.end == end);
        const SimDuration patience = plan.end == TransferPlan::End::not_greeted ? 300_s : 180_s;
        CHECK(plan.at == at(10_s + (cut < 20_ms ? 30_s : SimDuration{cut.ns / (20_ms).ns * (20_ms).ns} + patience)));
    }
}

TEST_CASE("a transfer finds the detour once routes have converged") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; });
    for (LinkId id : world.topology.links_named("a--b")) {
        LinkState state = world.timeline.at(id, at(1_s));
        state.mode = LinkMode::refused;
        world.timeline.change(id, at(10'500_ms), state);
    }
    const TransferPlan plan = world.mail(world.b, 10_s, {125'000});
    CHECK(plan.end == End::delivered);
    CHECK(plan.at >= at(15'500_ms + 40_ms));
    CHECK(plan.at < at(15'500_ms + 41_ms + 1_ms));  // the detour has 10 Gbit/s
}

TEST_CASE("a latency fault in the middle slows what is left") {
    World world;
    world.spec.convergence = 1000_s;
    world.change("a--b", 10_s + 40_ms, [](LinkState& state) { state.latency = 30_ms; });
    // two round trips at 20 ms, two at 60 ms, 1 us of data, 30 ms
    CHECK(world.mail(world.b, 10_s).at == at(10_s + 40_ms + 120_ms + 1_us + 30_ms));
}

TEST_CASE("a reply waits for the path to come back, up to the patience of who waits") {
    World world;
    world.spec.convergence = 1000_s;
    world.down("a--b", LinkMode::black_hole, 10_s, 100_s);
    const Network network = world.network();
    SendingLinks links(network, world.b);
    RandomStream stream = luck();
    CHECK(links.plan_reply(world.a, at(20_s), 600_s, stream).at == at(100_s + 10_ms));
    const TransferPlan lost = links.plan_reply(world.a, at(20_s), 60_s, stream);
    CHECK(lost.end == End::timed_out);
    CHECK(lost.at == at(80_s));
    CHECK(links.plan_reply(world.b, at(20_s), 60_s, stream).at == at(20_s + 250_us));
}

TEST_CASE("nothing arrives before the lookahead, whatever happens to the links") {
    World world;
    world.spec.convergence = 3_s;
    for (LinkId id : world.topology.links_named("a--b")) {
        const LinkState base = world.timeline.base(id);
        for (std::int64_t k = 0; k < 200; ++k) {
            LinkState state = base;
            state.mode = k % 3 == 0 ? LinkMode::refused : k % 3 == 1 ? LinkMode::up : LinkMode::black_hole;
            state.latency += 1_ms * (k % 7);
            state.jitter = 2_ms * (k % 5);
            state.loss = 0.1 * static_cast<double>(k % 4);
            world.timeline.change(id, at(1_s * k), state);
        }
    }
    const Network network = world.network();
    const Lookahead lookahead(network.topology);
    SendingLinks links(network, world.a);
    int delivered = 0;
    for (std::uint64_t k = 0; k < 4000; ++k) {
        const SimTime now = at(53_ms * static_cast<std::int64_t>(k));
        for (SiteId to : {world.b, world.c}) {
            RandomStream stream = luck(k);
            const TransferPlan packet = links.plan_packet(to, now, stream);
            const TransferPlan mail = links.plan_mail(to, now, {static_cast<std::int64_t>(1 + k * 100)}, stream);
            for (const TransferPlan& plan : {packet, mail}) {
                REQUIRE(plan.at >= now);
                if (plan.end != End::delivered) continue;
                ++delivered;
                REQUIRE(plan.at >= now + lookahead.min_latency(world.a, to));
            }
        }
    }
    CHECK(delivered > 8000);
}

TEST_CASE("total loss of connection attempts ends in the connect time-out") {
    World world;
    world.change("a--b", 0_s, [](LinkState& state) { state.loss = 0.99; });
    world.spec.convergence = 0_s;
    const Network network = world.network();
    SendingLinks links(network, world.a);
    int timed_out = 0;
    for (std::uint64_t k = 0; k < 200; ++k) {
        RandomStream stream = luck(k);
        const TransferPlan plan = links.plan_mail(world.b, at(0_s), {1000}, stream);
        if (plan.end == End::delivered) continue;
        ++timed_out;
        CHECK(plan.at <= at(30_s + 4 * 180_s));
    }
    CHECK(timed_out > 190);
}

TEST_CASE("loss slows mail and never loses it") {
    World clean, lossy;
    lossy.change("a--b", 0_s, [](LinkState& state) { state.loss = 0.02; });
    const Network good = clean.network(), bad = lossy.network();
    SendingLinks over_good(good, clean.a), over_bad(bad, lossy.a);
    double sum_good = 0, sum_bad = 0;
    for (std::uint64_t k = 0; k < 500; ++k) {
        RandomStream one = luck(k), other = luck(k);
        const SimTime now = at(100_s * static_cast<std::int64_t>(k));
        const TransferPlan a = over_good.plan_mail(clean.b, now, {75'000}, one);
        const TransferPlan b = over_bad.plan_mail(lossy.b, now, {75'000}, other);
        REQUIRE(b.end == End::delivered);
        sum_good += (a.at - now).seconds();
        sum_bad += (b.at - now).seconds();
    }
    // 75 kB at the loss-limited rate take 0.12 s more; each of the 4 exchanges and the last byte are sent again now and then
    const double data = 75e3 * 8 / tcp::loss_limited_rate(20_ms, 0.02);
    CHECK(sum_bad / 500 > sum_good / 500 + data);
    CHECK(sum_bad / 500 < sum_good / 500 + data + 0.2);
}

TEST_CASE("what happens to links that a transfer does not use does not move it by a nanosecond") {
    World quiet, busy;
    for (World* world : {&quiet, &busy}) {
        world->change("a--b", 0_s, [](LinkState& state) { state.bandwidth = 1e6; state.jitter = 3_ms; state.loss = 0.01; });
    }
    for (LinkId id : busy.topology.links_named("b--c")) {
        for (std::int64_t k = 0; k < 5000; ++k) {
            LinkState state = busy.timeline.base(id);
            state.loss = k % 2 == 0 ? 0.5 : 0.1;
            state.latency += 1_us * (k % 3);
            busy.timeline.change(id, at(7_ms * k + 1_ns), state);
        }
    }
    busy.spec.convergence = quiet.spec.convergence = 1_s;
    const Network one = quiet.network(), other = busy.network();
    SendingLinks over_one(one, quiet.a), over_other(other, busy.a);
    for (std::uint64_t k = 0; k < 300; ++k) {
        RandomStream first = luck(k), second = luck(k);
        const SimTime now = at(111'111'111_ns * static_cast<std::int64_t>(k));
        const Bytes size{static_cast<std::int64_t>(1 + 77 * k)};
        REQUIRE(over_one.plan_mail(quiet.b, now, size, first).at == over_other.plan_mail(busy.b, now, size, second).at);
    }
}

TEST_CASE("a plan does not depend on what was planned before, but for bandwidth") {
    World world;
    world.spec.convergence = 2_s;
    for (std::int64_t k = 0; k < 20; ++k) world.down("a--b", k % 2 == 0 ? LinkMode::refused : LinkMode::black_hole, 10_s * k + 1_s, 10_s * k + 4_s);
    const Network network = world.network();
    SendingLinks used(network, world.a);
    for (std::uint64_t k = 0; k < 500; ++k) {
        const SimTime now = at(1_ms * static_cast<std::int64_t>(k * 7919 % 200'000));  // to and fro
        RandomStream one = luck(k), other = luck(k), third = luck(k);
        const TransferPlan plan = used.plan_packet(world.b, now, one);
        const TransferPlan fresh = SendingLinks(network, world.a).plan_packet(world.b, now, other);
        REQUIRE(plan.end == fresh.end);
        REQUIRE(plan.at == fresh.at);
        (void)used.plan_reply(world.b, now, 20_s, third);
    }
}

TEST_CASE("what is lost is sent again after a round trip, however long the way back is") {
    World w;
    for (const char* name : {"a--b", "a--c"}) {
        for (LinkId id : w.topology.links_named(name)) {
            LinkState state = w.timeline.at(id, at(0_s));
            if (w.topology.link(id).to == w.a) state.latency += 3_s;  // only the way back
            else state.loss = 0.5;
            w.timeline.change(id, at(0_s), state);
        }
    }
    const Network net = w.network();
    SendingLinks links(net, w.a);
    int lost = 0;
    for (std::uint64_t k = 0; k < 40; ++k) {
        RandomStream stream = luck(k);
        const TransferPlan plan = links.plan_packet(w.b, at(1_s), stream);
        if (plan.lost == 0_s) continue;
        ++lost;
        CHECK(plan.lost > 3_s);  // twice the way there would be 200 ms, the least there is
    }
    CHECK(lost > 10);
}

TEST_CASE("a change on the path that leaves its pace as it was moves nothing by a nanosecond") {
    for (std::int64_t odd = 1; odd < 400; odd += 2) {
        World w, changes;
        const auto slow = [&](LinkState& s) { s.latency = SimDuration{100'000'000 + odd * 7'919'333}; };
        for (World* each : {&w, &changes})
            for (const char* name : {"a--b", "b--c", "a--c"}) each->change(name, 0_s, slow);
        for (int k = 1; k < 40; ++k)
            for (const char* name : {"a--b", "b--c", "a--c"}) changes.change(name, 1_s + SimDuration{k * 33'333'331}, [&](LinkState& s) { s.bandwidth = 1e9 + k; });
        const Bytes nothing{0};
        CHECK(changes.mail(w.b, 1_s, nothing).at == w.mail(w.b, 1_s, nothing).at);
    }
}
