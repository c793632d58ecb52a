// Why mail was late, by closed cases that can be worked out by hand: a single queue, calls within calls; then the bundled story.
#include "tests/catch.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/report/explanation.hpp"
#include "models/report/split.hpp"
#include "models/scenario/load.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/world/simulate.hpp"

using namespace mailquake;

namespace {

ScenarioSpec spec_of(const LoadRequest& request) {
    Diagnostics said;
    auto loaded = load_scenario(request, said);
    INFO(said.render());
    REQUIRE(loaded);
    return std::move(loaded->spec);
}

ScenarioSpec written(const std::string& yaml) {
    const auto file = std::filesystem::temp_directory_path() / fmt::format("mailquake-explain-{}.yaml", getpid());
    std::ofstream(file) << yaml;
    LoadRequest request;
    request.file = file.string();
    ScenarioSpec spec = spec_of(request);
    std::filesystem::remove(file);
    return spec;
}

Explanation explained(const ScenarioSpec& spec, std::uint64_t seed = 1) {
    RunOptions options;
    options.seed = seed;
    options.lives = true;
    return explain(spec, simulate(spec, options));
}

struct Parts {
    TimeArea all = 0, late = 0, collateral = 0;
};
template <class Is>
Parts sum(const Explanation& e, const Is& is) {
    Parts s;
    for (const DelayPart& p : e.parts) {
        if (!is(p)) continue;
        s.all += p.all;
        s.late += p.late;
        s.collateral += p.collateral;
    }
    return s;
}

void check_sums(const Explanation& e) {
    const Parts all = sum(e, [](const DelayPart&) { return true; });
    CHECK(all.all == e.mail.delay);
    CHECK(all.late == e.late.delay);
    CHECK(all.collateral == e.collateral.delay);
    for (const DelayPart& p : e.parts) {
        CHECK(p.collateral <= p.late);
        CHECK(p.late <= p.all);
    }
    for (const CollateralDelay& c : e.collaterals) {
        TimeArea neighbours = 0;
        for (const Neighbour& n : c.neighbours) neighbours += n.late;
        CHECK(neighbours == c.there);
        CHECK(c.there <= c.delay);
    }
}

/// The story's short version; of the bundled scenario.
Explanation story(const std::vector<std::string>& sets = {}) {
    LoadRequest request;
    request.file = std::string(MAILQUAKE_SCENARIOS_DIR) + "/exchange-online-2014";
    request.cut = true;
    request.sets = sets;
    return explained(spec_of(request));
}

const std::string kWorld = R"(
duration: 10min
sites: [{name: dc, latency: 0s}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
)";

}  // namespace

TEST_CASE("a sum that is divided stays whole, and nothing gets more than a nanosecond too much") {
    CHECK(split(10, {1, 1, 1}) == std::vector<TimeArea>{4, 3, 3});
    CHECK(split(7, {0, 5, 0}) == std::vector<TimeArea>{0, 7, 0});
    CHECK(split(7, {0, 0}) == std::vector<TimeArea>{7, 0});
    CHECK(split(0, {3, 4}) == std::vector<TimeArea>{0, 0});
    const TimeArea large = static_cast<TimeArea>(7'000'000'000'000'000'000) * 900;
    const auto parts = split(large, {large * 2, large, large * 3});
    CHECK(parts[0] + parts[1] + parts[2] == large);
    CHECK(static_cast<double>(parts[1]) == Approx(static_cast<double>(large) / 6));
}

TEST_CASE("in a single queue everybody waits for the service of those in front") {
    // Ten at once, one worker, a second each: the k-th waits k seconds. Late is over 5 s: those with k = 5 to 9.
    const Explanation e = explained(written("name: one\nslo: {delay: 5s}" + kWorld + R"(
tiers: [{name: box, at: dc, service: {law: deterministic, mean: 1s}}]
tenants: [{name: acme, rate: 1/d, paths: {inbound: [box]}}]
backlog: [{name: ten, at: box@dc, class: acme, count: 10, oldest: 0s}]
)"));
    check_sums(e);
    CHECK(e.mail.copies == 10);
    CHECK(e.late.copies == 5);
    const Parts queue = sum(e, [](const DelayPart& p) {
        return p.in == Whereabouts::queue && p.cause == DelayCause::service && p.at == "box@dc";
    });
    CHECK(queue.all == (45_s).ns);
    CHECK(queue.late == (35_s).ns);
    const Parts worker =
        sum(e, [](const DelayPart& p) { return p.in == Whereabouts::worker && p.cause == DelayCause::service; });
    CHECK(worker.all == (10_s).ns);
    CHECK(worker.late == (5_s).ns);
    CHECK(e.collateral.copies == 5);  // nothing of theirs was hit by a fault
    REQUIRE(e.collaterals.size() == 1);
    CHECK(e.collaterals.front().place == "box@dc");
    CHECK(e.collaterals.front().neighbours.front().tenant_class == "acme");
    CHECK(e.cascade.nodes.empty());  // no fault, no cascade
}

TEST_CASE("waiting for a callee is waiting for what the callee does, and for what that waits for") {
    // mta (one worker, 1 s) calls names (2 s), which calls disk (3 s): 6 s a copy, and the second waits for all of it.
    const Explanation e = explained(written("name: calls\nslo: {delay: 7s}" + kWorld + R"(
tiers:
  - {name: mta, at: dc, service: {law: deterministic, mean: 1s}, calls: [{to: names, timeout: 1min}]}
  - {name: names, at: dc, service: {law: deterministic, mean: 2s}, calls: [{to: disk, timeout: 1min}]}
  - {name: disk, at: dc, service: {law: deterministic, mean: 3s}}
tenants: [{name: acme, rate: 1/d, paths: {inbound: [mta]}}]
backlog: [{name: two, at: mta@dc, class: acme, count: 2, oldest: 0s}]
)"));
    check_sums(e);
    CHECK(e.mail.delay == (18_s).ns);
    CHECK(e.late.delay == (12_s).ns);
    const auto met = [&](Whereabouts in, std::vector<std::string> calls, const char* at) {
        return sum(e, [&](const DelayPart& p) {
            return p.in == in && p.calls == calls && p.at == at && p.cause == DelayCause::service;
        });
    };
    CHECK(met(Whereabouts::worker, {}, "mta@dc").all == (2_s).ns);
    CHECK(met(Whereabouts::worker, {"names"}, "names@dc").all == (4_s).ns);
    CHECK(met(Whereabouts::worker, {"names", "disk"}, "disk@dc").all == (6_s).ns);
    CHECK(met(Whereabouts::queue, {}, "mta@dc").all == (1_s).ns);
    CHECK(met(Whereabouts::queue, {"names"}, "names@dc").late == (2_s).ns);
    CHECK(met(Whereabouts::queue, {"names", "disk"}, "disk@dc").late == (3_s).ns);
    CHECK(sum(e, [](const DelayPart& p) { return p.cause == DelayCause::call; }).all ==
          0);  // the ways take no time here
}

TEST_CASE("in a call, the callee's queue and the way there are told apart") {
    // Two workers of mta ask names at once, which has one worker: one request waits 2 s. The ways take 2 x 5 ms each.
    const Explanation e = explained(written(R"(
name: queue-there
slo: {delay: 1min}
duration: 10min
sites: [{name: dc, latency: 5ms}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers:
  - {name: mta, at: dc, workers: 2, calls: [{to: names, timeout: 1min}]}
  - {name: names, at: dc, service: {law: deterministic, mean: 2s}}
tenants: [{name: acme, rate: 1/d, paths: {inbound: [mta]}}]
backlog: [{name: two, at: mta@dc, class: acme, count: 2, oldest: 0s}]
)"));
    check_sums(e);
    CHECK(sum(e, [](const DelayPart& p) { return p.at == "names@dc" && p.at_in == Whereabouts::queue; }).all ==
          (2_s).ns);
    CHECK(sum(e, [](const DelayPart& p) { return p.at == "names@dc" && p.at_in == Whereabouts::worker; }).all ==
          (4_s).ns);
    CHECK(sum(e, [](const DelayPart& p) { return p.cause == DelayCause::call; }).all == (20_ms).ns);
    CHECK(e.late.copies == 0);
    CHECK(explanation_text(e).find("no copy was late") != std::string::npos);
}

TEST_CASE("the bundled story: most of late mail's delay is the flaw's, and without the flaw nothing is", "[long]") {
    const Explanation e = story();
    check_sums(e);
    const auto by_flaw = [](const DelayPart& p) { return p.cause == DelayCause::flaw && p.name == "lookup-hang"; };
    CHECK(static_cast<double>(sum(e, by_flaw).late) > 0.5 * static_cast<double>(e.late.delay));
    CHECK(by_flaw(e.parts.front()));
    CHECK(e.parts.front().in == Whereabouts::queue);

    // The cascade begins with the fault, which wakes the flaw, which fills the transport queues.
    const auto node = [&](CascadeKind kind, const std::string& name) {
        const auto& nodes = e.cascade.nodes;
        const auto found = std::find_if(nodes.begin(), nodes.end(),
                                        [&](const CascadeNode& n) { return n.kind == kind && n.name == name; });
        REQUIRE(found != nodes.end());
        return static_cast<std::size_t>(found - nodes.begin());
    };
    const auto tree_edge = [&](std::size_t from, std::size_t to) {
        return std::find_if(e.cascade.edges.begin(), e.cascade.edges.end(), [&](const CascadeEdge& edge) {
            return edge.from == from && edge.to == to && edge.in_tree;
        });
    };
    const std::size_t fault = node(CascadeKind::fault, "p3-silent"), flaw = node(CascadeKind::flaw, "lookup-hang");
    const std::size_t queue = node(CascadeKind::queue, "transport@na-east");
    CHECK(tree_edge(fault, flaw)->way == CascadeWay::wakes);
    REQUIRE(tree_edge(flaw, queue) != e.cascade.edges.end());
    CHECK(tree_edge(flaw, queue)->way == CascadeWay::holds_workers);
    for (const CascadeEdge& edge : e.cascade.edges) CHECK(e.cascade.nodes[edge.from].at <= e.cascade.nodes[edge.to].at);

    // Those who were hit for others' trouble waited behind jobs for the silent partition.
    REQUIRE_FALSE(e.collaterals.empty());
    for (const CollateralDelay& c : e.collaterals) {
        TimeArea behind_p3 = 0;
        for (const Neighbour& n : c.neighbours)
            if (n.partition == "directory/p3") behind_p3 += n.late;
        CHECK(static_cast<double>(behind_p3) > 0.5 * static_cast<double>(c.there));
    }

    const Explanation without = story({"flaws.lookup-hang.enabled=false"});
    check_sums(without);
    CHECK(sum(without, by_flaw).all == 0);
    CHECK(std::none_of(without.cascade.nodes.begin(), without.cascade.nodes.end(),
                       [](const CascadeNode& n) { return n.kind == CascadeKind::flaw; }));
    CHECK(without.late.delay < e.late.delay / 2);
    CHECK(without.collateral.delay < e.collateral.delay / 100);
}

TEST_CASE("a downstream queue that is full fills the next-hop queue before it, and in the graph too") {
    const Explanation e = explained(written("name: full\nslo: {delay: 1min}" + std::string(R"(
duration: 40min
sites: [{name: dc}, {name: world, outside: true}]
links: [{from: world, to: dc, latency: 10ms}]
senders: [{name: others, at: world}]
tiers:
  - {name: mta, at: dc, workers: 4, service: {law: exponential, mean: 50ms}, next_hop: {connections: 5, retry: {schedule: custom, waits: [30s], expire: 5d}}}
  - {name: box, at: dc, servers: 2, service: {law: exponential, mean: 400ms}, queue: {limit: 200}}
tenants: [{name: acme, rate: 4/s, paths: {inbound: [mta, box]}}]
faults: [{name: stop, kind: server-pause, target: box, share: 50%, at: 10min, for: 10min}]
)")));
    check_sums(e);
    const auto& nodes = e.cascade.nodes;
    REQUIRE(nodes.size() >= 3);
    CHECK(nodes[0].name == "stop");
    const auto index = [&](const char* name) {
        return static_cast<std::size_t>(
            std::find_if(nodes.begin(), nodes.end(), [&](const CascadeNode& n) { return n.name == name; }) -
            nodes.begin());
    };
    const std::size_t box = index("box@dc"), behind = index("mta@dc (next hop)");
    REQUIRE(box < nodes.size());
    REQUIRE(behind < nodes.size());
    CHECK(nodes[box].at < nodes[behind].at);  // 1.5/s more come than are served, so it takes two minutes to fill
    bool found = false;
    for (const CascadeEdge& edge : e.cascade.edges)
        if (edge.from == box && edge.to == behind) {
            found = edge.way == CascadeWay::next_hop;
            CHECK(edge.lag == nodes[behind].at - nodes[box].at);
        }
    CHECK(found);
    const Parts stopped = sum(e, [](const DelayPart& p) {
        return p.place == "box@dc" && p.in == Whereabouts::queue && p.name == "stop" && p.cause == DelayCause::fault;
    });
    const Parts queue = sum(e, [](const DelayPart& p) { return p.place == "box@dc" && p.in == Whereabouts::queue; });
    CHECK(static_cast<double>(stopped.late) >
          0.2 * static_cast<double>(queue.late));  // workers that stand still, one of two, are the fault's; the queue outlasts it
    CHECK(e.collateral.copies == 0);               // their own tier at home was hit
}

TEST_CASE("an explanation as JSON has its keys, and comes back the same") {
    const Explanation e = story();
    const std::string text = explanation_json(e);
    const auto json = nlohmann::json::parse(text);
    for (const char* key : {"schema", "scenario", "start", "version", "seed", "replication", "fingerprint", "simulated",
                            "objective", "mail", "late", "collateral", "parts", "cascade", "collaterals"}) {
        INFO(key);
        CHECK(json.contains(key));
    }
    for (const char* key :
         {"class", "place", "in", "calls", "at", "at_in", "cause", "name", "all", "late", "collateral"})
        CHECK(json["parts"][0].contains(key));
    for (const char* key : {"kind", "name", "tier", "site", "next_hop", "at", "end", "oldest", "waiting"})
        CHECK(json["cascade"]["nodes"][0].contains(key));
    for (const char* key : {"from", "to", "way", "lag", "in_tree"}) CHECK(json["cascade"]["edges"][0].contains(key));
    CHECK(json["schema"] == kExplanationSchema);
    double late = 0;
    for (const auto& part : json["parts"]) late += part["late"].get<double>();
    CHECK(late == Approx(json["late"]["delay"].get<double>()).epsilon(1e-9));
    const Explanation back = read_explanation(text);
    CHECK(explanation_json(back) == text);
    CHECK(explanation_text(back) == explanation_text(e));
    CHECK_THROWS_AS(read_explanation("{}"), std::runtime_error);
    CHECK_THROWS_AS(read_explanation(R"({"schema": 99})"), std::runtime_error);
}
