// The trace of a run is what Perfetto can read: JSON with the required fields, in order of time, slices that nest, arrows whose ends
// lie in slices.
#include "tests/catch.hpp"

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

// The rules are those of the Trace Event Format, and beyond it what Perfetto's importer does with them: it takes numbers for
// doubles (so only whole microseconds are exact), names threads by `tid` alone, reads in order, and binds an arrow's end to
// the last slice that was opened on the track.

std::int64_t micros(const Json& event, const char* key) {
    INFO(event.dump());
    REQUIRE(event.contains(key));
    REQUIRE(event[key].is_number_integer());
    return event[key].get<std::int64_t>();
}

void check_fields(const Json& events) {
    const std::map<std::string, std::set<std::string>> wanted{
        {"M", {"name", "args"}}, {"X", {"name", "cat", "dur", "args"}}, {"C", {"name", "args"}}, {"i", {"name", "s"}},
        {"s", {"name", "cat", "id"}}, {"t", {"name", "cat", "id"}}, {"f", {"name", "cat", "id", "bp"}}};
    std::int64_t last = 0;
    bool metadata = true;
    for (const Json& e : events) {
        INFO(e.dump());
        const std::string phase = e.at("ph");
        REQUIRE(wanted.contains(phase));
        std::set<std::string> keys{"ph", "ts", "pid", "tid"};
        keys.insert(wanted.at(phase).begin(), wanted.at(phase).end());
        std::set<std::string> has;
        for (const auto& [key, value] : e.items()) has.insert(key);
        REQUIRE(has == keys);
        REQUIRE(micros(e, "pid") > 0);   // 0 is the idle process of a machine
        REQUIRE(micros(e, "tid") >= 0);
        REQUIRE(e["name"].get<std::string>() != "");
        metadata &= phase == "M";
        REQUIRE(metadata == (phase == "M"));   // first of all
        REQUIRE(micros(e, "ts") >= last);
        last = micros(e, "ts");
        if (phase == "X") REQUIRE(micros(e, "dur") > 0);
        if (phase == "i") REQUIRE(e["s"] == "p");
        if (phase == "f") REQUIRE(e["bp"] == "e");
        if (phase == "C") {
            REQUIRE(e["args"].size() == 1);
            REQUIRE(e["args"].begin()->is_number());
        }
    }
}

/// Every process and track that anything happens on has one name; no number of a track is in two processes.
void check_names(const Json& events) {
    std::map<int, int> named_processes, process_of;
    std::map<Track, int> named_tracks;
    for (const Json& e : events) {
        if (e["name"] == "process_name") ++named_processes[e["pid"]];
        if (e["name"] == "thread_name") {
            ++named_tracks[{e["pid"], e["tid"]}];
            CHECK(process_of.emplace(e["tid"], e["pid"]).second);
        }
        if (e["ph"] == "M") CHECK((e["args"].contains("name") ? e["args"]["name"].is_string() : e["args"]["sort_index"].is_number_integer()));
    }
    for (const auto& [pid, count] : named_processes) CHECK(count == 1);
    for (const Json& e : events) {
        INFO(e.dump());
        CHECK(named_processes.contains(e["pid"]));
        const std::string phase = e["ph"];
        if (phase != "M" && phase != "C") CHECK(named_tracks.contains({e["pid"], e["tid"]}));
    }
}

/// A reader in order of the file: slices of a track never cross, and an arrow's ends are in the slice opened last, which begins with it.
void check_slices_and_flows(const Json& events) {
    struct Open {
        std::int64_t from, to;
    };
    std::map<Track, std::vector<Open>> tracks;
    std::map<int, std::string> phases;
    for (const Json& e : events) {
        const std::string phase = e["ph"];
        const bool flow = phase == "s" || phase == "t" || phase == "f";
        if (phase != "X" && !flow) continue;
        INFO(e.dump());
        auto& open = tracks[{e["pid"], e["tid"]}];
        const std::int64_t at = micros(e, "ts");
        if (flow) {
            phases[e["id"]] += phase;
            CHECK((e["name"] == "way" && e["cat"] == "way"));   // with the id they say which arrow it is
            REQUIRE(!open.empty());
            CHECK((open.back().from == at && at < open.back().to));
            continue;
        }
        while (!open.empty() && open.back().to <= at) open.pop_back();
        const std::int64_t to = at + micros(e, "dur");
        if (!open.empty()) CHECK(to <= open.back().to);
        open.push_back({at, to});
    }
    CHECK(phases.size() >= 8);
    for (const auto& [id, text] : phases) {
        INFO(id << ": " << text);
        REQUIRE(text.size() >= 2);
        CHECK(text == "s" + std::string(text.size() - 2, 't') + "f");
    }
}

void check_counters(const Json& events) {
    std::map<std::pair<int, std::string>, std::pair<std::int64_t, std::string>> last;   // by process and name: when, and its unit
    for (const Json& e : events) {
        if (e["ph"] != "C") continue;
        INFO(e.dump());
        const std::string unit = e["args"].begin().key();
        const auto [was, first] = last.emplace(std::pair{e["pid"].get<int>(), e["name"].get<std::string>()}, std::pair{micros(e, "ts"), unit});
        if (first) continue;
        CHECK(was->second.first < micros(e, "ts"));   // one value at a time
        CHECK(was->second.second == unit);
        was->second.first = micros(e, "ts");
    }
    CHECK(last.size() > 5);
}

std::set<std::string> names(const Json& events, const std::string& phase, const std::string& of = "") {
    std::set<std::string> all;
    for (const Json& e : events)
        if (e["ph"] == phase && (of.empty() || e["name"] == of)) all.insert(of.empty() ? e["name"].get<std::string>() : e["args"]["name"].get<std::string>());
    return all;
}

}  // namespace

TEST_CASE("a trace holds what its readers require, slices nest, and arrows begin and end in slices", "[long]") {
    for (const char* story : {"exchange-online-2014", "lync-online-2014"}) {
        INFO(story);
        const Outcome o = traced(story, 0.004);
        const Json trace = Json::parse(trace_json(o, About{}));
        const Json& events = trace["traceEvents"];
        CHECK(events.size() > 500);
        CHECK(trace["otherData"]["fingerprint"] == o.fingerprint.hex());
        check_fields(events);
        check_names(events);
        check_slices_and_flows(events);
        check_counters(events);
    }
}

TEST_CASE("a trace has a process for each site, tracks for tiers and faults, counters for queues, and notices", "[long]") {
    const Outcome o = traced("exchange-online-2014", 0.004);
    const Json events = Json::parse(trace_json(o, About{}))["traceEvents"];
    const auto processes = names(events, "M", "process_name"), threads = names(events, "M", "thread_name"), counters = names(events, "C"), slices = names(events, "X");
    for (const char* name : {"incident", "na-east", "na-west", "internet-east"}) CHECK(processes.contains(name));
    for (const char* name : {"edge", "transport", "mailbox", "fault p3-silent", "flaw lookup-hang", "mitigation partition-away", "dashboard service-health"}) CHECK(threads.contains(name));
    for (const char* name :
         {"transport: waiting", "transport: oldest", "transport, next hop: waiting", "postfix-east, next hop: waiting"})
        CHECK(counters.contains(name));
    for (const char* name : {"p3-silent", "published", "waits in the queue of", "time-out ignored, worker held, at"}) CHECK(slices.contains(name));
    CHECK_FALSE(threads.contains("flaw lookup-loop"));   // it is off
}

TEST_CASE("who is sampled depends on identity alone: a smaller sample is part of a larger one", "[long]") {
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
