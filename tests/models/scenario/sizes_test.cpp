// More than can be numbered in a run is refused, where the first one too many stands; so many as can be are taken.
#include <string>

#include "tests/catch.hpp"

#include "models/scenario/load.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {
namespace {

using testing::Scratch;

/// What is said about a scenario of this text; empty when it loads.
std::string said_of(const std::string& text) {
    const Scratch scratch("sizes");
    Diagnostics said;
    LoadRequest request;
    request.file = scratch.write("scenario.yaml", text);
    const bool loads = load_scenario(request, said).has_value();
    CHECK(loads != said.has_errors());
    const std::string all = said.render(100, false);
    const auto name = all.find("scenario.yaml:");
    return said.has_errors() && name != std::string::npos ? all.substr(name, all.find('\n') - name) : "";
}

constexpr const char* kHead =
    "name: many\nduration: 1min\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 20ms}]\n"
    "senders: [{name: world, at: out}]\n";
const std::string kService = "service: {law: constant, value: 1ms}";

/// A line for each of n tiers in a row, from line 7 on, and one class whose inbound path they are.
std::string path_of(int n) {
    std::string tiers = "tiers:\n", path;
    for (int i = 0; i < n; ++i) {
        tiers += "  - {name: t" + std::to_string(i) + ", at: dc, " + kService + "}\n";
        path += "    - t" + std::to_string(i) + "\n";
    }
    return kHead + tiers + "tenants:\n- name: acme\n  rate: 1/s\n  paths:\n   inbound:\n" + path;
}

std::string classes_of(int n) {
    std::string text = std::string(kHead) + "tiers: [{name: t, at: dc, " + kService + "}]\ntenants:\n";
    for (int i = 0; i < n; ++i) text += "- {name: c" + std::to_string(i) + ", rate: 1/d, paths: {inbound: [t]}}\n";
    return text;
}

std::string partitions_of(int n) {
    std::string text = std::string(kHead) + "tiers:\n- name: t\n  at: dc\n  " + kService + "\n  partitions:\n";
    for (int i = 0; i < n; ++i) text += "  - p" + std::to_string(i) + "\n";
    return text + "tenants: [{name: acme, rate: 1/s, paths: {inbound: [t]}}]\n";
}

std::string calls_of(int n) {
    std::string text = std::string(kHead) + "tiers:\n- {name: d, at: dc, " + kService + "}\n- name: t\n  at: dc\n  " + kService + "\n  calls:\n";
    for (int i = 0; i < n; ++i) text += "  - {name: c" + std::to_string(i) + ", to: d}\n";
    return text + "tenants: [{name: acme, rate: 1/s, paths: {inbound: [t]}}]\n";
}

TEST_CASE("a path has at most 256 tiers") {
    CHECK(said_of(path_of(256)).empty());
    // Line 6 is `tiers:`, 7 to 263 are the tiers, 264 to 268 the class; its 257th tier stands in line 525.
    CHECK(said_of(path_of(257)) == "scenario.yaml:525:7: error: 257 tiers in the inbound path of tenant class 'acme'; there may be 256");
}

TEST_CASE("there are at most 65,536 tenant classes") {
    CHECK(said_of(classes_of(65'537)) == "scenario.yaml:65544:3: error: 65537 tenant classes; there may be 65536");
}

TEST_CASE("a tier has at most 65,536 partitions") {
    CHECK(said_of(partitions_of(65'537)) == "scenario.yaml:65547:5: error: 65537 partitions of tier 't'; there may be 65536");
}

TEST_CASE("a tier has at most 125 calls, since a worker's state has 8 bits") {
    CHECK(said_of(calls_of(125)).empty());
    CHECK(said_of(calls_of(126)) ==
          "scenario.yaml:8:3: error: tier 't' has 126 calls and 0 flaws; twice the calls and the flaws may be 250 together");
}

}  // namespace
}  // namespace mailquake
