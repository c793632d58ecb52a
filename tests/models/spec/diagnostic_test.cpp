// Diagnostics: the place, the excerpt, the order, and the suggestion.
#include "tests/catch.hpp"

#include "models/spec/diagnostic.hpp"

namespace mailquake {

TEST_CASE("an error shows the line above, the line, and marks the word") {
    Diagnostics said;
    said.add_source("estate.yaml", "links:\n  - name: nam-emea\n    latncy: 45ms\n");
    said.error({"estate.yaml", 3, 5}, "unknown key 'latncy' in links[nam-emea]; did you mean 'latency'?");
    CHECK(said.render() ==
          "estate.yaml:3:5: error: unknown key 'latncy' in links[nam-emea]; did you mean 'latency'?\n"
          "   2 |   - name: nam-emea\n"
          "   3 |     latncy: 45ms\n"
          "     |     ^~~~~~\n");
}

TEST_CASE("columns count characters, not octets") {
    Diagnostics said;
    said.add_source("a.yaml", "{\xc3\xbc: 1, b: 2}\n");
    said.error({"a.yaml", 1, 8}, "here");
    CHECK(said.render() == "a.yaml:1:8: error: here\n   1 | {\xc3\xbc: 1, b: 2}\n     |        ^\n");
}

TEST_CASE("a value of --set has no line and no excerpt") {
    Diagnostics said;
    said.error({"--set:tiers.edge.servers", 0, 0}, "0 is out of range");
    CHECK(said.render() == "--set:tiers.edge.servers: error: 0 is out of range\n");
}

TEST_CASE("diagnostics are shown by place and counted by severity") {
    Diagnostics said;
    said.warning({"a", 9, 1}, "last");
    said.error({"a", 2, 1}, "first");
    said.notice({"a", 3, 1}, "between");
    CHECK(said.errors() == 1);
    CHECK(said.warnings() == 1);
    CHECK(said.render() == "a:2:1: error: first\na:3:1: note: between\na:9:1: warning: last\n");
    CHECK(said.render(100, false).find("between") == std::string::npos);
    CHECK(said.render(1).find("... and 2 more") != std::string::npos);
}

TEST_CASE("the nearest name is meant, or none") {
    CHECK(did_you_mean("latncy", {"loss", "latency", "jitter"}) == "latency");
    CHECK(did_you_mean("sevrers", {"sites", "servers"}) == "servers");
    CHECK(did_you_mean("mean", {"p50", "mean_delay", "mean_wait"}) == "mean_delay");
    CHECK(did_you_mean("idle_timeout", {"attempts", "timeout"}) == "timeout");
    CHECK(did_you_mean("time", {"attempts", "timeout"}).empty());
    CHECK(did_you_mean("colour", {"loss", "latency"}).empty());
    CHECK(did_you_mean("p3", {"p1", "p2"}).empty());
    CHECK(suggestion("p3", {"p1", "p2"}, "its partitions") == "; its partitions are: p1, p2");
    CHECK(suggestion("x", {}, "names").empty());
}

}  // namespace mailquake
