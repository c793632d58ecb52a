// Loading: composition, origins, identity, and what is derived from the key declarations.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "models/scenario/effective.hpp"
#include "models/scenario/load.hpp"
#include "models/scenario/perturb.hpp"
#include "models/scenario/scenario_type.hpp"
#include "models/scenario/schema.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::Scratch;
using testing::content;

namespace {

namespace fs = std::filesystem;

const std::string good = MAILQUAKE_SOURCE_DIR "/tests/models/scenario/good/";

LoadRequest request_for(const std::string& file) {
    LoadRequest request;
    request.file = file;
    return request;
}

LoadedScenario load(const LoadRequest& request) {
    Diagnostics said;
    auto scenario = load_scenario(request, said);
    INFO(said.render());
    REQUIRE(scenario);
    return std::move(*scenario);
}

std::string origin_of(const LoadedScenario& scenario, const std::string& path) {
    for (const EffectiveValue& value : effective_listing(scenario))
        if (value.path == path) return value.value + " from " + value.origin;
    return "not listed";
}

}  // namespace

TEST_CASE("the estate loads without errors and warnings, and reads as written") {
    Diagnostics said;
    const auto estate = load_scenario(request_for(good + "estate.yaml"), said);
    CHECK(said.render() == "");
    REQUIRE(estate);
    const ScenarioSpec& spec = estate->spec;
    CHECK(spec.tiers.size() == 9);
    CHECK(spec.links[0].name == "dfw--iad");
    CHECK(spec.links[0].bandwidth == Bandwidth{1e10});
    CHECK(spec.tiers[2].calls[0].name == "directory");
    CHECK(spec.tiers[2].calls[0].timeout == 1_s);
    CHECK(std::get<GammaSpec>(spec.tiers[2].service).cv == 0.5);
    CHECK(std::get<PostfixRetrySpec>(spec.tiers[2].next_hop.retry).maximal_backoff == 1_h);
    CHECK(spec.tiers[5].at == std::vector<std::string>{"dfw"});
    CHECK(std::holds_alternative<ExchangeRetrySpec>(spec.tiers[5].next_hop.retry));
    CHECK(spec.faults[1].at.at == SimTime{(90_min).ns});
    CHECK(std::get<NoAnswerFault>(spec.faults[10].body).probability == Ratio{0.5});
    CHECK(std::get<HoldWorkerFlaw>(spec.flaws[0].body).hold == 30_s);
    CHECK(spec.flaws[0].basis == Basis::inference);
    CHECK(spec.tenants[0].diurnal.size() == 24);
    CHECK(spec.tenants[0].placement[0].shares[1].share == Ratio{0.25});
    CHECK(spec.tiers[2].pos.line == 59);
    CHECK(estate->has_cut);
    CHECK(estate->variants.size() == 3);
}

TEST_CASE("later layers go over earlier ones, and every value knows its own") {
    const Scratch scratch("load");
    scratch.write("base.yaml", content(good + "small.yaml"));
    scratch.write("more.yaml", "tiers: [{name: edge, workers: 3, queue: {limit: 10}}]\nduration: 2h\n");
    const std::string top = scratch.write("top.yaml",
                                          "extends: base.yaml\ninclude: [more.yaml]\nname: top\n"
                                          "tiers: [{name: edge, queue: {limit: 20}}]\n"
                                          "variants:\n  - {name: big, tiers.edge.servers: 9, duration: 4h}\n"
                                          "test: {duration: 10min}\n");
    LoadRequest request = request_for(top);
    CHECK(load(request).spec.tiers[0].workers == 3);
    CHECK(origin_of(load(request), "tiers.edge.servers") == "2 from " + scratch.folder().string() + "/base.yaml:8:35");
    CHECK(origin_of(load(request), "tiers.edge.spread") == "shared from default");
    CHECK(origin_of(load(request), "tiers.edge.queue.limit") == "20 from " + top + ":4:37");
    CHECK(origin_of(load(request), "duration") == "2h from " + scratch.folder().string() + "/more.yaml:2:11");
    request.variants = {"big"};
    CHECK(origin_of(load(request), "tiers.edge.servers") == "9 from variant big (" + top + ":6:37)");
    request.cut = true;
    CHECK(load(request).spec.duration == 10_min);
    request.sets = {"duration=20min", "tiers.*.queue.limit=~"};
    CHECK(origin_of(load(request), "duration") == "20min from --set");
    CHECK_FALSE(load(request).spec.tiers[0].queue.limit);
}

TEST_CASE("what a variant says in vain, because the cut goes over it, is a warning") {
    const Scratch scratch("load");
    const std::string top = scratch.write("top.yaml", content(good + "small.yaml") +
                                                          "variants:\n  - {name: big, tiers.edge.servers: 9, tiers.edge.workers: 7, duration: 4h}\n"
                                                          "test: {duration: 10min, tiers.edge.servers: 1, tiers.edge.workers: 7}\n");
    LoadRequest request = request_for(top);
    const auto said = [&] {
        Diagnostics diagnostics;
        REQUIRE(load_scenario(request, diagnostics));
        return diagnostics.render();
    };
    request.variants = {"big"};
    CHECK(said().empty());
    request.cut = true;
    const std::string once = said();
    CHECK(once.find("warning: the test cut says tiers.edge.servers too, at ") != std::string::npos);
    CHECK(once.find("warning:") == once.rfind("warning:"));   // of what both say alike, and of the length, nothing
    request.sets = {"tiers.edge.servers=3"};
    CHECK(said().empty());
}

TEST_CASE("a preset lies under all that is said of its entry") {
    const Scratch scratch("load");
    const std::string top = scratch.write("top.yaml", content(good + "small.yaml"));
    LoadRequest request = request_for(top);
    request.search = {MAILQUAKE_SOURCE_DIR "/scenarios"};
    request.sets = {"tiers.edge.preset=exchange", "tiers.edge.next_hop.connections=7", "senders.world.preset=exim"};
    const LoadedScenario scenario = load(request);
    const TierSpec& edge = scenario.spec.tiers[0];
    CHECK(edge.workers == 20);
    CHECK(edge.servers == 2);                      // the file's
    CHECK(edge.next_hop.connections == 7);         // --set
    CHECK(edge.next_hop.notice_after == 4_h);
    CHECK(std::holds_alternative<ExchangeRetrySpec>(edge.next_hop.retry));
    CHECK(std::holds_alternative<EximRetrySpec>(scenario.spec.senders[0].retry));
    CHECK(origin_of(scenario, "tiers.edge.workers").starts_with("20 from preset exchange (" MAILQUAKE_SOURCE_DIR "/scenarios/presets.yaml:"));
    // Another schedule leaves nothing of the preset's; the same one is filled up.
    request.sets = {"senders.world.preset=mailgun", "senders.world.retry={schedule: custom, waits: [1min]}"};
    const auto custom = std::get<CustomRetrySpec>(load(request).spec.senders[0].retry);
    CHECK(custom.waits == std::vector<SimDuration>{1_min});
    CHECK(custom.expire == 8_h);
    request.sets = {"senders.world.preset=mailgun", "senders.world.retry=postfix"};
    CHECK(std::get<PostfixRetrySpec>(load(request).spec.senders[0].retry).expire == 5_d);
}

TEST_CASE("a preset's value that has no effect is nobody's mistake") {
    LoadRequest request = request_for(good + "small.yaml");    // one tier, which hands nothing over
    request.search = {MAILQUAKE_SOURCE_DIR "/scenarios"};
    request.sets = {"tiers.edge.preset=postfix"};
    Diagnostics said;
    CHECK(load_scenario(request, said));
    CHECK(said.render() == "");
}

TEST_CASE("an unknown preset is an error that names those there are") {
    LoadRequest request = request_for(good + "small.yaml");
    request.search = {MAILQUAKE_SOURCE_DIR "/scenarios"};
    request.sets = {"tiers.edge.preset=exchnage"};
    Diagnostics said;
    CHECK_FALSE(load_scenario(request, said));
    CHECK(said.render() == "--set:tiers.edge.preset: error: there is no preset 'exchnage' of tiers; did you mean 'exchange'?\n");
}

TEST_CASE("every preset can be loaded, and the reference names it") {
    LoadRequest request = request_for(good + "small.yaml");
    request.search = {MAILQUAKE_SOURCE_DIR "/scenarios"};
    std::istringstream lines(content(MAILQUAKE_SOURCE_DIR "/scenarios/presets.yaml"));
    std::string list, line;
    int presets = 0;
    while (std::getline(lines, line)) {
        if (line.empty() || line.front() == '#' || line.ends_with(' ')) continue;
        if (line.front() != ' ') list = line.substr(0, line.find(':'));
        else if (line[2] != ' ' && line[2] != '#') {
            const std::string name = line.substr(2, line.find(':') - 2);
            INFO(list << " " << name);
            request.sets = {list + "." + (list == "tiers" ? "edge" : "world") + ".preset=" + name};
            CHECK(origin_of(load(request), list + "." + (list == "tiers" ? "edge.next_hop" : "world") + ".retry.schedule").find("from preset " + name) != std::string::npos);
            CHECK(scenario_type().find(list)->type->find("preset")->sentence.find(name) != std::string::npos);
            ++presets;
        }
    }
    CHECK(presets == 16);
}

TEST_CASE("a new law takes the old one's own keys away") {
    LoadRequest request = request_for(good + "estate.yaml");
    request.sets = {"tiers.transport.service.law=exponential", "faults.lossy.kind=link-down"};
    const LoadedScenario scenario = load(request);
    CHECK(std::get<ExponentialSpec>(scenario.spec.tiers[2].service).mean == 30_ms);
    CHECK(std::holds_alternative<LinkDownFault>(scenario.spec.faults[2].body));
}

TEST_CASE("entries can be added and taken away by path") {
    LoadRequest request = request_for(good + "small.yaml");
    request.sets = {"faults=[{name: cut, kind: link-down, at: 5min, for: 1min, target: out--dc}]", "faults.cut.for=2min"};
    CHECK(load(request).spec.faults[0].length == 2_min);
    request.sets.push_back("faults.cut=~");
    CHECK(load(request).spec.faults.empty());
}

TEST_CASE("scenarios are found by file, folder and bundled name") {
    const Scratch scratch("load");
    scratch.write("stories/small-story/scenario.yaml", content(good + "small.yaml"));
    LoadRequest request = request_for("small-story");
    request.search = {scratch.folder() / "stories"};
    CHECK(load(request).spec.name == "small");
    CHECK(load(request_for((scratch.folder() / "stories/small-story").string())).folder == scratch.folder() / "stories/small-story");
    CHECK(bundled_scenarios(request.search) == std::vector<std::string>{"small-story"});
    request.file = "smal-story";
    Diagnostics said;
    CHECK_FALSE(load_scenario(request, said));
    CHECK(said.render() == "smal-story: error: there is no such file, folder or bundled scenario; did you mean 'small-story'?\n");
}

TEST_CASE("the canonical text is the identity: it loads again as itself, and words for people are not in it") {
    const Scratch scratch("load");
    for (const char* file : {"estate.yaml", "small.yaml"}) {
        const LoadedScenario scenario = load(request_for(good + file));
        const std::string again = scratch.write("again.yaml", "name: other\n" + scenario.canonical_text);
        CHECK(load(request_for(again)).canonical_text == scenario.canonical_text);
    }
    LoadRequest request = request_for(good + "estate.yaml");
    const std::string text = load(request).canonical_text;
    request.sets = {"description=other words", "flaws.lookup-hang.source=elsewhere", "duration=720min"};
    CHECK(load(request).canonical_text == text);
    request.sets = {"flaws.lookup-hang.hold=31s"};
    CHECK(load(request).canonical_text != text);
}

TEST_CASE("replayed arrivals are part of the identity") {
    const Scratch scratch("load");
    const std::string file = scratch.write("top.yaml", content(good + "small.yaml") + "    arrivals: {law: replay, file: at.txt}\n");
    std::string text = content(file);
    text.replace(text.find("- {name: all, count: 10, rate: 10/s, paths: {inbound: edge}}"), std::string("- {name: all, count: 10, rate: 10/s, paths: {inbound: edge}}").size(),
                 "- name: all\n    paths: {inbound: edge}");
    scratch.write("top.yaml", text);
    scratch.write("at.txt", "0\n1.5\n3\n");
    const std::string before = load(request_for(file)).canonical_text;
    const TenantClassSpec tenants = load(request_for(file)).spec.tenants[0];
    CHECK(fs::exists(std::get<ReplayArrivalsSpec>(tenants.arrivals).file));
    CHECK(tenants.rate.per_second == 3.0 / 3600);  // the load is the file's, in this run of an hour
    scratch.write("at.txt", "0\n1.5\n3\n3599.9\n3600\n9000\n");
    CHECK(load(request_for(file)).spec.tenants[0].rate.per_second == 4.0 / 3600);
    scratch.write("at.txt", "\xEF\xBB\xBF" "0\r\n 1.5 \r\n3\r\n\r\n");
    CHECK(load(request_for(file)).spec.tenants[0].rate.per_second == 3.0 / 3600);
    scratch.write("at.txt", "0\n1.5\n3\n");
    scratch.write("at.txt", "0\n1.5\n4\n");
    CHECK(load(request_for(file)).canonical_text != before);
    scratch.write("at.txt", "0\n5\n4\n");
    Diagnostics said;
    CHECK_FALSE(load_scenario(request_for(file), said));
    CHECK(said.render().find("at.txt:3: 4 is before the line above") != std::string::npos);
}

TEST_CASE("every written key has a perturbation that loads, or a reason") {
    const LoadRequest request = request_for(good + "estate.yaml");
    const auto all = perturbations(request);
    const std::string identity = load(request).canonical_text;
    CHECK(all.size() > 150);
    std::size_t skipped = 0;
    for (const Perturbation& one : all) {
        INFO(one.set());
        CHECK(one.to.empty() != one.skipped.empty());
        if (one.to.empty()) {
            ++skipped;
            continue;
        }
        LoadRequest changed = request;
        changed.sets = {one.set()};
        CHECK(load(changed).canonical_text != identity);
    }
    CHECK(skipped < 40);
    const auto names = [&](const std::string& path) { return std::any_of(all.begin(), all.end(), [&](const Perturbation& one) { return one.path == path; }); };
    CHECK(names("tiers.transport.calls.directory.timeout"));
    CHECK(names("tenants.gold.directions"));
    CHECK_FALSE(names("description"));
    CHECK_FALSE(names("tiers.edge.name"));
}

TEST_CASE("the schema knows every key, and is the one that is committed") {
    const auto schema = nlohmann::json::parse(json_schema());
    CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
    const auto& scenario = schema["definitions"]["scenario"];
    for (const char* key : {"extends", "include", "variants", "test", "tiers", "faults"}) CHECK(scenario["properties"].contains(key));
    CHECK(scenario["additionalProperties"] == false);
    CHECK(scenario["properties"]["faults"]["items"]["anyOf"][0]["oneOf"].size() == std::variant_size_v<FaultBody>);
    const fs::path committed = MAILQUAKE_SCENARIOS_DIR "/schema.json";
    if (std::getenv("MAILQUAKE_BLESS") != nullptr) std::ofstream(committed, std::ios::binary) << json_schema();
    CHECK(content(committed) == json_schema());
}

TEST_CASE("the reference in scenarios/README.md is the generated one") {
    const fs::path page = MAILQUAKE_SCENARIOS_DIR "/README.md";
    const std::string begin = "<!-- reference:begin -->\n", end = "<!-- reference:end -->";
    std::string text = content(page);
    auto from = text.find(begin);
    auto to = text.find(end);
    REQUIRE(from != std::string::npos);
    REQUIRE(to != std::string::npos);
    from += begin.size();
    if (std::getenv("MAILQUAKE_BLESS") != nullptr) {
        text.replace(from, to - from, reference_markdown());
        std::ofstream(page, std::ios::binary) << text;
        to = text.find(end);
    }
    CHECK(text.substr(from, to - from) == reference_markdown());
}

TEST_CASE("a tier of several servers that does not say whose its connections are gets a notice") {
    const Scratch scratch("load");
    const auto notices = [&](const std::string& tier, const std::string& rest = "") {
        const std::string file = scratch.write("servers.yaml", "name: servers\nduration: 1h\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 20ms}]\n"
                                               "senders: [{name: world, at: out}]\ntiers: [{name: mta, at: dc, " + tier + "}, {name: box, at: dc, servers: 9}]\n"
                                               "tenants: [{name: all, rate: 1/s, paths: {inbound: [mta, box]}}]\n" + rest);
        Diagnostics said;
        REQUIRE(load_scenario(request_for(file), said));
        return said.render();
    };
    CHECK(notices("servers: 1") == "");
    CHECK(notices("servers: 2").find("note: each server of mta has next-hop queues") != std::string::npos);
    CHECK(notices("servers: 2").find("of mta, box") == std::string::npos);  // who hands nothing on has no queues
    for (const char* per : {"server", "place"}) CHECK(notices(std::string("servers: 2, next_hop: {per: ") + per + "}") == "");
    CHECK(notices("servers: 2, hand_over: held") == "");
    CHECK(notices("sites: [{name: dc, servers: 3}]").find("note: ") != std::string::npos);
    CHECK(notices("servers: 1", "mitigations: [{name: more, kind: add-servers, target: mta, servers: 1, at: 5min}]\n").find("note: ") != std::string::npos);
}

TEST_CASE("ten thousand tenant classes and a thousand tiers load in a second") {
    const Scratch scratch("load");
    std::ostringstream text;
    text << "name: large\nduration: 1h\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 20ms}]\nsenders: [{name: world, at: out}]\ntiers:\n";
    for (int i = 0; i < 1000; ++i) text << "  - {name: tier-" << i << ", at: dc, servers: 2, service: {law: exponential, mean: 5ms}}\n";
    text << "tenants:\n";
    for (int i = 0; i < 10000; ++i) text << "  - {name: class-" << i << ", count: 3, rate: 1/s, paths: {inbound: [tier-" << i % 1000 << ", tier-" << (i + 1) % 1000 << "]}}\n";
    const std::string file = scratch.write("large.yaml", text.str());
    const auto begin = std::chrono::steady_clock::now();
    Diagnostics said;
    CHECK(load_scenario(request_for(file), said));
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    INFO("loaded in " << seconds << " s");
#ifndef __SANITIZE_ADDRESS__
    CHECK(seconds < 3);
#endif
}

}  // namespace mailquake
