// The trace of a run is what Perfetto can read: JSON with the required fields, in order of time, slices that nest, arrows whose ends
// lie in slices.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "models/report/trace.hpp"
#include "models/scenario/load.hpp"
#include "models/world/simulate.hpp"

namespace mailquake {
namespace {

using Json = nlohmann::json;
using Track = std::pair<int, int>;

Outcome traced(const std::string& story, double sample) {
    Diagnostics said;
    const auto scenario = load_scenario(LoadRequest{.file = "scenarios/" + story, .cut = true, .search = {"scenarios"}}, said);
    INFO(said.render());
    REQUIRE(scenario);
    RunOptions options;
    options.sample = sample;
    return simulate(scenario->spec, options);
}

/// In nanoseconds, exact: a double holds no microseconds of a day to the nanosecond.
std::int64_t ns(const Json& micros) { return static_cast<std::int64_t>(micros.get<double>() * 1000 + 0.5); }

void check_fields(const Json& events) {
    std::int64_t last = 0;
    for (const Json& e : events) {
        INFO(e.dump());
        REQUIRE(e.contains("ph"));
        REQUIRE(e["ts"].is_number());
        REQUIRE(e["pid"].is_number_integer());
        REQUIRE(e["tid"].is_number_integer());
        const std::string phase = e["ph"];
        REQUIRE(std::string("MXCistf").find(phase) != std::string::npos);
        if (phase == "M") continue;
        REQUIRE(ns(e["ts"]) >= last);
        last = ns(e["ts"]);
        if (phase == "X") REQUIRE(e["dur"].get<double>() > 0);
        if (phase == "C") REQUIRE(e["args"]["value"].is_number());
    }
}

/// Slices of a track, outer ones first, never cross.
void check_nesting(const Json& events) {
    std::map<Track, std::vector<std::int64_t>> open;
    for (const Json& e : events) {
        if (e["ph"] != "X") continue;
        auto& ends = open[{e["pid"], e["tid"]}];
        const std::int64_t from = ns(e["ts"]), to = from + ns(e["dur"]);
        while (!ends.empty() && ends.back() <= from) ends.pop_back();
        INFO(e.dump());
        if (!ends.empty()) CHECK(to <= ends.back() + 100);   // doubles of microseconds
        ends.push_back(to);
    }
}

void check_flows(const Json& events) {
    std::map<Track, std::set<std::int64_t>> begins;
    for (const Json& e : events)
        if (e["ph"] == "X") begins[{e["pid"], e["tid"]}].insert(ns(e["ts"]));
    std::map<int, std::string> phases;
    for (const Json& e : events) {
        const std::string phase = e["ph"];
        if (phase != "s" && phase != "t" && phase != "f") continue;
        phases[e["id"]] += phase;
        INFO(e.dump());
        const auto& at = begins[{e["pid"], e["tid"]}];
        CHECK(at.contains(ns(e["ts"])));
    }
    CHECK(phases.size() >= 8);
    for (const auto& [id, text] : phases) {
        INFO(id << ": " << text);
        CHECK(text.size() >= 2);
        CHECK(text.front() == 's');
        CHECK(text.back() == 'f');
        CHECK(text.find_first_not_of('t', 1) == text.size() - 1);
    }
}

std::set<std::string> names(const Json& events, const std::string& phase, const std::string& of = "") {
    std::set<std::string> all;
    for (const Json& e : events)
        if (e["ph"] == phase && (of.empty() || e["name"] == of)) all.insert(of.empty() ? e["name"].get<std::string>() : e["args"]["name"].get<std::string>());
    return all;
}

}  // namespace

TEST_CASE("a trace holds what its readers require, slices nest, and arrows begin and end in slices") {
    for (const char* story : {"exchange-online-2014", "lync-online-2014"}) {
        INFO(story);
        const Outcome o = traced(story, 0.001);
        const Json trace = Json::parse(trace_json(o, About{}));
        const Json& events = trace["traceEvents"];
        CHECK(events.size() > 500);
        CHECK(trace["otherData"]["fingerprint"] == o.fingerprint.hex());
        check_fields(events);
        check_nesting(events);
        check_flows(events);
    }
}

TEST_CASE("a trace has a process for each site, tracks for tiers and faults, counters for queues, and notices") {
    const Outcome o = traced("exchange-online-2014", 0.001);
    const Json events = Json::parse(trace_json(o, About{}))["traceEvents"];
    const auto processes = names(events, "M", "process_name"), threads = names(events, "M", "thread_name"), counters = names(events, "C"), slices = names(events, "X");
    for (const char* name : {"incident", "na-east", "na-west", "internet-east"}) CHECK(processes.contains(name));
    for (const char* name : {"edge", "transport", "mailbox", "fault p3-silent", "flaw lookup-hang", "mitigation partition-away", "dashboard service-health"}) CHECK(threads.contains(name));
    for (const char* name : {"transport: waiting", "transport: oldest [s]", "transport, next hop: waiting"}) CHECK(counters.contains(name));
    for (const char* name : {"p3-silent", "published", "waits in the queue of", "time-out ignored, worker held, at"}) CHECK(slices.contains(name));
    CHECK_FALSE(threads.contains("flaw lookup-loop"));   // it is off
}

TEST_CASE("who is sampled depends on identity alone: a smaller sample is part of a larger one") {
    const auto sampled = [](double share) {
        std::set<std::uint64_t> who;
        for (const StoryLine& line : traced("exchange-online-2014", share).story) who.insert(line.message);
        return who;
    };
    const auto few = sampled(0.0005), more = sampled(0.001);
    CHECK(few.size() > 20);
    CHECK(more.size() > few.size());
    CHECK(std::includes(more.begin(), more.end(), few.begin(), few.end()));
}

}  // namespace mailquake
