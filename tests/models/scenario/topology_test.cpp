// Topologies from GraphML, GML and DOT: what becomes a site, what a link, with which figures, and what is said about the rest.
#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include <unistd.h>

#include "models/net/great_circle.hpp"
#include "models/scenario/effective.hpp"
#include "models/scenario/load.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::Scratch;

namespace {

namespace fs = std::filesystem;

const std::string topologies = MAILQUAKE_SOURCE_DIR "/tests/models/scenario/topologies/";

struct Loaded {
    std::optional<LoadedScenario> scenario;
    std::string said;
};

Loaded load(const std::string& file, const std::vector<std::string>& sets = {}) {
    Diagnostics diagnostics;
    LoadRequest request;
    request.file = file;
    request.sets = sets;
    auto scenario = load_scenario(request, diagnostics);
    return {std::move(scenario), diagnostics.render()};
}

const LinkSpec& link(const LoadedScenario& scenario, const std::string& name) {
    for (const LinkSpec& spec : scenario.spec.links)
        if (spec.name == name) return spec;
    FAIL("no link " << name);
    throw 0;
}

const std::string kMail =
    "name: t\nduration: 1h\n"
    "tiers: [{name: edge, at: new-york, service: {law: deterministic, mean: 1ms}}]\n"
    "senders: [{name: world, at: exchange}]\n"
    "sites: [{name: exchange, outside: true}]\n"
    "tenants: [{name: all, rate: 1/s, paths: {inbound: edge}}]\n";

}  // namespace

TEST_CASE("great circles are as long as atlases say, and light in fibre takes 5 us a kilometre") {
    const GeoPoint new_york{40.71427, -74.00597}, london{51.50853, -0.12574};
    CHECK(great_circle_km(new_york, london) == Approx(5570).epsilon(0.001));
    CHECK(great_circle_km({0, 0}, {0, 180}) == Approx(20015).epsilon(0.001));
    CHECK(great_circle_km(london, london) == 0);
    CHECK(fibre_latency(new_york, london, 1).seconds() == Approx(5570.2 / 199861.6).epsilon(0.001));
    CHECK(fibre_latency(new_york, london, 2).ns == Approx(2 * static_cast<double>(fibre_latency(new_york, london, 1).ns)).margin(1001));
}

TEST_CASE("a GraphML file as the Topology Zoo writes them becomes sites and links") {
    const Scratch scratch("topology");
    const std::string file = scratch.write("t.yaml", "topology: {file: " + topologies + "backbone.graphml, path_factor: 1.4x}\n" + kMail);
    const Loaded loaded = load(file);
    INFO(loaded.said);
    REQUIRE(loaded.scenario);
    const ScenarioSpec& spec = loaded.scenario->spec;
    std::vector<std::string> names;
    for (const SiteSpec& site : spec.sites) names.push_back(site.name);
    CHECK(names == std::vector<std::string>{"new-york", "london", "portland", "portland-2", "exchange"});
    CHECK(spec.sites[4].outside);  // said by the scenario file, over the topology
    REQUIRE(spec.links.size() == 4);
    const SimDuration across = fibre_latency({40.71427, -74.00597}, {51.50853, -0.12574}, 1.4);
    CHECK(link(*loaded.scenario, "new-york--london").latency == across);
    CHECK(link(*loaded.scenario, "new-york--london").bandwidth == Bandwidth{20e9});  // two edges, one link
    CHECK(link(*loaded.scenario, "new-york--portland").bandwidth == Bandwidth{2.5e9});
    CHECK(link(*loaded.scenario, "new-york--portland-2").latency == 7_ms);
    CHECK(link(*loaded.scenario, "new-york--portland-2").loss == Ratio{0.001});
    CHECK(link(*loaded.scenario, "new-york--portland-2").two_way);
    CHECK(loaded.said.find("several nodes are called 'Portland'; this one is site 'portland-2'") != std::string::npos);
    CHECK(loaded.said.find("a second edge between 'new-york' and 'london'") != std::string::npos);
    CHECK(loaded.said.find("'New York' is new-york") != std::string::npos);
}

TEST_CASE("the scenario file overrides a topology by name, and values know where they come from") {
    const Scratch scratch("topology");
    const std::string file = scratch.write("t.yaml", "topology: " + topologies + "backbone.graphml\nlinks: [{name: london--exchange, latency: 3ms}]\n" + kMail);
    const Loaded loaded = load(file, {"links.new-york--portland-2.loss=2%"});
    INFO(loaded.said);
    REQUIRE(loaded.scenario);
    CHECK(link(*loaded.scenario, "london--exchange").latency == 3_ms);
    CHECK(link(*loaded.scenario, "london--exchange").from == "london");
    CHECK(link(*loaded.scenario, "new-york--portland-2").loss == Ratio{0.02});
    for (const EffectiveValue& value : effective_listing(*loaded.scenario)) {
        if (value.path == "links.london--exchange.latency") CHECK(value.origin == file + ":2:43");
        if (value.path == "links.new-york--portland-2.latency") CHECK(value.origin == "topology (" + topologies + "backbone.graphml:22:5)");
    }
}

TEST_CASE("a directed DOT file becomes links of one direction, with groups, defaults and chains of edges") {
    const Scratch scratch("topology");
    const std::string file = scratch.write("t.yaml", "topology: " + topologies +
                                                         "rack.dot\nname: t\nduration: 1h\n"
                                                         "tiers: [{name: edge, at: ground, service: {law: deterministic, mean: 1ms}}]\n"
                                                         "senders: [{name: world, at: world}]\n"
                                                         "tenants: [{name: all, rate: 1/s, paths: {inbound: edge}}]\n");
    const Loaded loaded = load(file);
    INFO(loaded.said);
    REQUIRE(loaded.scenario);
    CHECK(loaded.scenario->spec.sites.size() == 3);
    REQUIRE(loaded.scenario->spec.links.size() == 4);
    CHECK(link(*loaded.scenario, "ground--attic").latency == 100_us);  // the same place: the least there is
    CHECK(link(*loaded.scenario, "ground--attic").bandwidth == Bandwidth{40e9});
    CHECK_FALSE(link(*loaded.scenario, "ground--attic").two_way);
    CHECK(link(*loaded.scenario, "attic--ground").latency == 30_us);
    CHECK(link(*loaded.scenario, "ground--world").latency == 20_ms);
    CHECK(link(*loaded.scenario, "world--ground").loss == Ratio{0.005});
}

TEST_CASE("of a topology in parts the largest can be taken alone, loudly") {
    const Scratch scratch("topology");
    scratch.write("parts.gv", "graph { a -- b -- c; d -- e; a [lat=1,lon=1]; b [lat=2,lon=2]; c [lat=3,lon=3]; }");
    const std::string mail =
        "name: t\nduration: 1h\nsites: [{name: c, outside: true}]\n"
        "tiers: [{name: edge, at: a, service: {law: deterministic, mean: 1ms}}]\nsenders: [{name: world, at: c}]\n"
        "tenants: [{name: all, rate: 1/s, paths: {inbound: edge}}]\n";
    const Loaded whole = load(scratch.write("whole.yaml", "topology: parts.gv\n" + mail));
    CHECK_FALSE(whole.scenario);
    CHECK(whole.said.find("falls into 2 parts: no edges join 'd', 'e' to the other 3 nodes") != std::string::npos);
    const Loaded part = load(scratch.write("part.yaml", "topology: {file: parts.gv, largest_part: true}\n" + mail));
    INFO(part.said);
    REQUIRE(part.scenario);
    CHECK(part.scenario->spec.sites.size() == 3);
    CHECK(part.said.find("they are left out") != std::string::npos);
}

TEST_CASE("a GML file becomes sites and links; what it does not say is assumed aloud") {
    const Scratch scratch("topology");
    scratch.write("net.gml",
                  "graph [\n node [ id 0 label \"Zürich\" Latitude 47.37 Longitude 8.55 ]\n node [ id 1 label \"Zurich\" Latitude 46.2 Longitude 6.1 ]\n"
                  " node [ id 2 label \"?\" Latitude 50.1 Longitude 8.7 outside 1 ]\n node [ id 3 label \"Łódź\" ]\n"
                  " edge [ source 0 target 1 LinkSpeed \"10\" LinkSpeedUnits \"G\" LinkSpeedRaw 10000000000.0 ]\n edge [ source 1 target 2 ]\n edge [ source 2 target 3 latency \"9ms\" ]\n]\n");
    const std::string mail =
        "name: t\nduration: 1h\n"
        "tiers: [{name: edge, at: zurich, service: {law: deterministic, mean: 1ms}}]\nsenders: [{name: world, at: node-2}]\n"
        "tenants: [{name: all, rate: 1/s, paths: {inbound: edge}}]\n";
    const Loaded loaded = load(scratch.write("t.yaml", "topology: net.gml\n" + mail));
    INFO(loaded.said);
    REQUIRE(loaded.scenario);
    REQUIRE(loaded.scenario->spec.sites.size() == 4);
    CHECK(loaded.scenario->spec.sites[2].outside);
    CHECK(loaded.scenario->spec.sites[3].name == "lodz");
    CHECK(link(*loaded.scenario, "zurich--zurich-2").bandwidth == Bandwidth{10e9});
    CHECK(link(*loaded.scenario, "zurich--zurich-2").latency == fibre_latency({47.37, 8.55}, {46.2, 6.1}, 1.5));
    CHECK(link(*loaded.scenario, "node-2--lodz").latency == 9_ms);
    CHECK(loaded.said.find("net.gml:3:2: warning: the names of nodes 'Zürich' and 'Zurich' are both 'zurich' for a site; this one is site 'zurich-2', the one of line 2 is 'zurich'") != std::string::npos);
    CHECK(loaded.said.find("net.gml:7:2: warning: 2 of 3 edges have no bandwidth in this file; 10Gbps is assumed for each; `topology.bandwidth` sets another") != std::string::npos);
    CHECK(loaded.said.find("2 of 3 edges have no latency in this file; it comes from the coordinates") != std::string::npos);
    CHECK(loaded.said.find("'Łódź' is lodz") != std::string::npos);
    const Loaded said = load(scratch.write("s.yaml", "topology: {file: net.gml, bandwidth: 1Gbps, path_factor: 1.5x}\n" + mail));
    REQUIRE(said.scenario);
    CHECK(link(*said.scenario, "zurich-2--node-2").bandwidth == Bandwidth{1e9});
    CHECK(said.said.find("assumed") == std::string::npos);
}

TEST_CASE("a directed graph file says how many links lead one way only, and edges of both kinds make links of each way") {
    const Scratch scratch("topology");
    const auto with = [&](const std::string& edges) {
        scratch.write("way.dot", "digraph {\n" + edges + "\n}\n");
        return load(scratch.write("t.yaml",
                                  "topology: {file: way.dot, latency: 5ms, bandwidth: 1Gbps}\nname: t\nduration: 1h\nsites: [{name: out, outside: true}]\n"
                                  "tiers: [{name: edge, at: a, service: {law: deterministic, mean: 1ms}}]\nsenders: [{name: world, at: out}]\n"
                                  "tenants: [{name: all, rate: 1/s, paths: {inbound: edge}}]\n"));
    };
    const Loaded both = with("out -> a [dir=both]; a -> b; b -> a; b -> c");
    INFO(both.said);
    REQUIRE(both.scenario);
    CHECK(link(*both.scenario, "out--a").two_way);
    CHECK(both.said.find("way.dot:2:40: note: 1 of 4 links leads one way only, 'b' to 'c' first") != std::string::npos);
    const Loaded mixed = with("a -> out [bandwidth=\"2Gbps\"]; out -> a [dir=none, bandwidth=\"3Gbps\"]");
    INFO(mixed.said);
    REQUIRE(mixed.scenario);
    CHECK_FALSE(link(*mixed.scenario, "a--out").two_way);
    CHECK(link(*mixed.scenario, "a--out").bandwidth == Bandwidth{5e9});
    CHECK(link(*mixed.scenario, "out--a").bandwidth == Bandwidth{3e9});
    CHECK(mixed.said.find("one way only") == std::string::npos);
    const Loaded no_way_back = with("out -> a");
    CHECK_FALSE(no_way_back.scenario);
    CHECK(no_way_back.said.find("no links lead from 'a' back to 'out'") != std::string::npos);
    CHECK(with("out -> a [dir=back]").said.find("no links lead to a") != std::string::npos);
}

TEST_CASE("the errors of a graph file stand before its warnings, however many these are") {
    const Scratch scratch("topology");
    std::string edges;
    for (int k = 0; k < 300; ++k) edges += "a -- a; a -- b; n" + std::to_string(k) + " -- b;\n";
    scratch.write("noisy.dot", "graph { a [lat=1, lon=1]; node [lat=2, lon=2]; edge [loss=\"1%\"]\n" + edges + "a -- b [latency=\"5 apples\"]\n}\n");
    const Loaded loaded = load(scratch.write("t.yaml", "topology: noisy.dot\n" + kMail));
    CHECK_FALSE(loaded.scenario);
    const auto error = loaded.said.find("noisy.dot:302:3: error: latency of the edge from 'a' to 'b'"), warning = loaded.said.find("warning");
    INFO(loaded.said);
    REQUIRE(error != std::string::npos);
    CHECK(error < warning);
}

TEST_CASE("a topology file that would take too much is refused at once") {
    const Scratch scratch("topology");
    std::string deep = "<graphml>", many = "graph { ";
    for (int k = 0; k < 100'000; ++k) deep += "<graph>";
    for (int k = 0; k < 100'000; ++k) many += "a" + std::to_string(k) + "; ";
    scratch.write("deep.graphml", deep);
    scratch.write("many.dot", many + "}");
    CHECK(load(scratch.write("1.yaml", "topology: deep.graphml\n" + kMail)).said.find("deeper than 64 levels") != std::string::npos);
    CHECK(load(scratch.write("3.yaml", "topology: many.dot\n" + kMail)).said.find("over 10000 nodes; at most 10000 are read") != std::string::npos);
}

}  // namespace mailquake
