#include "tests/catch.hpp"

#include <algorithm>

#include "models/net/lookahead.hpp"
#include "sim/base/check.hpp"
#include "tests/models/net/estate.hpp"

using namespace mailquake;
using namespace mailquake::test;

namespace {

struct Found {
    Topology topology = triangle();
    LinkTimeline timeline{topology};
    SiteId a = topology.find_site("a"), b = topology.find_site("b"), c = topology.find_site("c");

    [[nodiscard]] std::string route(SimDuration when, SimDuration convergence = 5_s) const {
        return names(topology, Routes(topology, timeline, convergence).route(a, c, at(when)));
    }
};

}  // namespace

TEST_CASE("a two-way link becomes two directed ones of the same name") {
    const Topology topology = triangle();
    REQUIRE(topology.link_count() == 6);
    const auto both = topology.links_named("a--b");
    REQUIRE(both.size() == 2);
    CHECK(topology.link(both[0]).from == topology.link(both[1]).to);
    CHECK(topology.link(both[0]).to == topology.link(both[1]).from);
    CHECK(topology.links_named("b--a").empty());

    std::vector<SiteSpec> sites{site("a"), site("b")};
    LinkSpec one_way = link("a", "b", 1_ms);
    one_way.two_way = false;
    CHECK(Topology(sites, std::vector{one_way}).link_count() == 1);
}

TEST_CASE("the route is the path of least latency, not of fewest hops") {
    const Found found;
    CHECK(found.route(0_s) == "a--b b--c");
    CHECK(Routes(found.topology, found.timeline, 5_s).route(found.a, found.a, at(0_s)).empty());
    CHECK(Routes(found.topology, found.timeline, 5_s).next_change(at(0_s)) == SimTime::never());
}

TEST_CASE("routes follow a change one convergence delay later, and back") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(100_s), at(200_s));
    CHECK(found.route(100_s) == "a--b b--c");
    CHECK(found.route(105_s - 1_ns) == "a--b b--c");
    CHECK(found.route(105_s) == "a--c");
    CHECK(found.route(205_s - 1_ns) == "a--c");
    CHECK(found.route(205_s) == "a--b b--c");
    const Routes routes(found.topology, found.timeline, 5_s);
    CHECK(routes.next_change(at(0_s)) == at(105_s));
    CHECK(routes.next_change(at(105_s)) == at(205_s));
    CHECK(routes.next_change(at(205_s)) == SimTime::never());
}

TEST_CASE("a change at the very start is not known before the convergence delay") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::black_hole, at(0_s), at(50_s));
    CHECK(found.route(0_s) == "a--b b--c");
    CHECK(found.route(5_s) == "a--c");
    CHECK(found.route(0_s, 0_s) == "a--c");
}

TEST_CASE("several changes within the convergence delay shift routes as they happened") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(10_s), at(11_s));
    set_mode(found.timeline, found.topology, "a--c", LinkMode::refused, at(12_s), at(14_s));
    CHECK(found.route(14_s) == "a--b b--c");
    CHECK(found.route(15_s) == "a--c");   // as the network was at 10 s, though it is whole now
    CHECK(found.route(16_s) == "a--b b--c");
    CHECK(found.route(18_s) == "a--b b--c");
}

TEST_CASE("added latency moves a route to another path") {
    Found found;
    const LinkId forth = found.topology.links_named("b--c").front();
    LinkState slow = found.timeline.base(forth);
    slow.latency = 21_ms;
    found.timeline.change(forth, at(10_s), slow);
    CHECK(found.route(15_s) == "a--c");
    // The way back is as it was: only one direction has changed.
    const Routes routes(found.topology, found.timeline, 5_s);
    CHECK(names(found.topology, routes.route(found.c, found.a, at(15_s))) == "b--c a--b");
}

TEST_CASE("a site that is cut off has no route") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(10_s), at(20_s));
    set_mode(found.timeline, found.topology, "a--c", LinkMode::refused, at(10_s), at(20_s));
    CHECK(found.route(15_s).empty());
    CHECK(found.route(25_s) == "a--b b--c");
}

TEST_CASE("a black hole is the route where nothing leads around it") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(10_s), at(20_s));
    set_mode(found.timeline, found.topology, "a--c", LinkMode::black_hole, at(10_s), at(20_s));
    CHECK(found.route(15_s) == "a--c");
    CHECK(found.route(25_s) == "a--b b--c");
}

TEST_CASE("ties are broken by hops, then by name, never by order") {
    const std::vector<SiteSpec> sites{site("s"), site("x"), site("y"), site("t")};
    std::vector<LinkSpec> links{link("s", "x", 5_ms), link("x", "t", 5_ms), link("s", "y", 5_ms), link("y", "t", 5_ms)};
    const auto route = [&] {
        const Topology topology(sites, links);
        const Routes routes(topology, LinkTimeline(topology), 0_s);
        return names(topology, routes.route(topology.find_site("s"), topology.find_site("t"), at(0_s)));
    };
    CHECK(route() == "s--x x--t");
    std::reverse(links.begin(), links.end());
    CHECK(route() == "s--x x--t");
    links.push_back(link("s", "t", 10_ms));
    CHECK(route() == "s--t");
}

TEST_CASE("a link that flaps a thousand times gives the same two routes each time") {
    Found found;
    for (std::int64_t k = 0; k < 1000; ++k) {
        set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(1_s * (20 * k + 10)), at(1_s * (20 * k + 20)));
    }
    const Routes routes(found.topology, found.timeline, 5_s);
    for (std::int64_t k = 0; k < 1000; k += 37) {
        CHECK(names(found.topology, routes.route(found.a, found.c, at(1_s * (20 * k + 14)))) == "a--b b--c");
        CHECK(names(found.topology, routes.route(found.a, found.c, at(1_s * (20 * k + 15)))) == "a--c");
    }
}

TEST_CASE("timeline: a change holds from its instant on, and the base state before all changes") {
    Found found;
    set_mode(found.timeline, found.topology, "a--b", LinkMode::refused, at(10_s), at(20_s));
    const LinkId forth = found.topology.links_named("a--b").front();
    CHECK(found.timeline.at(forth, at(10_s) - 1_ns).mode == LinkMode::up);
    CHECK(found.timeline.at(forth, at(10_s)).mode == LinkMode::refused);
    CHECK(found.timeline.at(forth, at(20_s)).mode == LinkMode::up);
    CHECK(found.timeline.at(forth, SimTime{-5}).mode == LinkMode::up);
    CHECK(found.timeline.next_change(SimTime{-5}) == at(10_s));
    CHECK(found.timeline.next_change(at(10_s)) == at(20_s));
    CHECK(found.timeline.next_change(at(20_s)) == SimTime::never());
    CHECK(found.timeline.next_change(found.topology.links_named("b--c").front(), at(0_s)) == SimTime::never());
    CHECK(found.timeline.change_times().size() == 2);
}

TEST_CASE("timeline: latency below the base is refused, for it would void the lookahead") {
    Found found;
    const LinkId forth = found.topology.links_named("a--b").front();
    LinkState fast = found.timeline.base(forth);
    fast.latency = 9_ms;
    CHECK_THROWS_AS(found.timeline.change(forth, at(1_s), fast), EngineError);
}

TEST_CASE("lookahead is the least sum of base latencies over any path") {
    const Found found;
    const Lookahead lookahead(found.topology);
    CHECK(lookahead.min_latency(found.a, found.c) == 20_ms);
    CHECK(lookahead.min_latency(found.c, found.a) == 20_ms);
    CHECK(lookahead.min_latency(found.a, found.b) == 10_ms);
    CHECK(lookahead.min_latency(found.a, found.a) == 250_us);
    const std::vector<SiteSpec> apart{site("a"), site("b")};
    const Topology unlinked(apart, std::span<const LinkSpec>());
    CHECK(Lookahead(unlinked).min_latency(SiteId{0}, SiteId{1}) == SimDuration::max());
}
