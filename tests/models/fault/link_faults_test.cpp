#include "tests/catch.hpp"

#include "models/fault/link_faults.hpp"
#include "sim/base/check.hpp"
#include "tests/models/net/estate.hpp"

using namespace mailquake;
using namespace mailquake::test;

namespace {

constexpr SimTime kEnd{86'400'000'000'000};

template <class Body>
FaultSpec fault(Body body, SimDuration begin, SimDuration length, const std::string& target = "a--b") {
    FaultSpec spec;
    spec.name = "f";
    spec.at.at = at(begin);
    spec.length = length;
    spec.target = target;
    spec.body = body;
    return spec;
}

const Topology kTopology = triangle();

LinkTimeline compile(const std::vector<FaultSpec>& faults) { return build_link_timeline(kTopology, faults, kEnd); }

const LinkState& forth_at(const LinkTimeline& timeline, SimDuration t) { return timeline.at(kTopology.links_named("a--b")[0], at(t)); }
const LinkState& back_at(const LinkTimeline& timeline, SimDuration t) { return timeline.at(kTopology.links_named("a--b")[1], at(t)); }

}  // namespace

TEST_CASE("a link fault hits both directions of its link, and no other") {
    const LinkTimeline timeline = compile({fault(LinkDownFault{}, 10_s, 20_s)});
    CHECK(forth_at(timeline, 10_s).mode == LinkMode::refused);
    CHECK(back_at(timeline, 10_s).mode == LinkMode::refused);
    CHECK(forth_at(timeline, 30_s).mode == LinkMode::up);
    CHECK(forth_at(timeline, 30_s - 1_ns).mode == LinkMode::refused);
    CHECK(timeline.at(kTopology.links_named("b--c")[0], at(10_s)).mode == LinkMode::up);
}

TEST_CASE("each kind of link fault changes what it names and nothing else") {
    const LinkState base = forth_at(compile({}), 0_s);
    const auto during = [](const FaultSpec& f) { return forth_at(compile({f}), 15_s); };
    const auto with = [&](auto change) { LinkState state = base; change(state); return state; };
    CHECK(during(fault(LinkDownFault{}, 10_s, 20_s)) == with([](LinkState& s) { s.mode = LinkMode::refused; }));
    CHECK(during(fault(LinkBlackHoleFault{}, 10_s, 20_s)) == with([](LinkState& s) { s.mode = LinkMode::black_hole; }));
    CHECK(during(fault(LinkLossFault{{0.1}}, 10_s, 20_s)) == with([](LinkState& s) { s.loss = 0.1; }));
    CHECK(during(fault(LinkLatencyFault{40_ms}, 10_s, 20_s)) == with([](LinkState& s) { s.latency = 50_ms; }));
    CHECK(during(fault(LinkBandwidthFault{{1e6}}, 10_s, 20_s)) == with([](LinkState& s) { s.bandwidth = 1e6; }));
    CHECK(during(fault(LoadSurgeFault{}, 10_s, 20_s, "someone")) == base);
}

TEST_CASE("overlapping faults: the worst mode, the sum of latencies, the least bandwidth, the greatest loss") {
    const LinkTimeline timeline = compile({fault(LinkBlackHoleFault{}, 20_s, 10_s), fault(LinkDownFault{}, 10_s, 30_s),
                                           fault(LinkLatencyFault{5_ms}, 10_s, 30_s), fault(LinkLatencyFault{7_ms}, 20_s, 10_s),
                                           fault(LinkLossFault{{0.2}}, 10_s, 30_s), fault(LinkLossFault{{0.1}}, 20_s, 10_s),
                                           fault(LinkBandwidthFault{{2e6}}, 10_s, 30_s), fault(LinkBandwidthFault{{1e6}}, 20_s, 10_s)});
    CHECK(forth_at(timeline, 15_s) == LinkState{LinkMode::refused, 15_ms, 0_s, 2e6, 0.2});
    CHECK(forth_at(timeline, 25_s) == LinkState{LinkMode::black_hole, 22_ms, 0_s, 1e6, 0.2});
    CHECK(forth_at(timeline, 35_s) == LinkState{LinkMode::refused, 15_ms, 0_s, 2e6, 0.2});
    CHECK(forth_at(timeline, 40_s) == LinkState{LinkMode::up, 10_ms, 0_s, 10e9, 0});
}

TEST_CASE("a fault never improves a link") {
    std::vector<SiteSpec> sites{site("a"), site("b")};
    std::vector<LinkSpec> links{link("a", "b", 10_ms)};
    links[0].loss = {0.3};
    links[0].bandwidth = {1e6};
    const Topology weak(sites, links);
    const std::vector<FaultSpec> faults{fault(LinkLossFault{{0.1}}, 10_s, 20_s), fault(LinkBandwidthFault{{1e9}}, 10_s, 20_s)};
    const LinkState state = build_link_timeline(weak, faults, kEnd).at(LinkId{0}, at(15_s));
    CHECK(state.loss == 0.3);
    CHECK(state.bandwidth == 1e6);
}

TEST_CASE("a flap is down first, then up, and ends up even within a stretch down") {
    const LinkTimeline timeline = compile({fault(LinkFlapFault{3_s, 2_s}, 10_s, 12_s)});
    // down 10-13, up 13-15, down 15-18, up 18-20, down 20-22 (cut short by the fault's end)
    for (SimDuration down : {10_s, 12_s, 15_s, 17_s, 20_s, 21_s}) CHECK(forth_at(timeline, down).mode == LinkMode::refused);
    for (SimDuration up : {9_s, 13_s, 14_s, 18_s, 19_s, 22_s, 23_s}) CHECK(forth_at(timeline, up).mode == LinkMode::up);
    CHECK(timeline.change_times().size() == 6);
}

TEST_CASE("two faults that touch leave no gap") {
    const LinkTimeline timeline = compile({fault(LinkDownFault{}, 10_s, 10_s), fault(LinkDownFault{}, 20_s, 10_s)});
    CHECK(timeline.change_times() == std::vector<SimTime>{at(10_s), at(30_s)});
}

TEST_CASE("disabled faults and those after the end leave no trace; one that outlasts the run stays") {
    FaultSpec off = fault(LinkDownFault{}, 10_s, 20_s);
    off.enabled = false;
    CHECK(compile({off}).change_times().empty());
    CHECK(compile({fault(LinkDownFault{}, 24_h, 20_s)}).change_times().empty());
    const LinkTimeline timeline = compile({fault(LinkDownFault{}, 23_h, 20_d)});
    CHECK(timeline.change_times() == std::vector<SimTime>{at(23_h), at(23_h + 20_d)});  // replies wait for its end, beyond the run's
    CHECK(forth_at(timeline, 24_h).mode == LinkMode::refused);
}

TEST_CASE("a link fault on no link is a mistake of the program") {
    CHECK_THROWS_AS(compile({fault(LinkDownFault{}, 10_s, 20_s, "a--z")}), EngineError);
    CHECK(is_link_fault(fault(LinkFlapFault{1_s, 1_s}, 0_s, 1_s)));
    CHECK_FALSE(is_link_fault(fault(SiteDownFault{}, 0_s, 1_s)));
}
