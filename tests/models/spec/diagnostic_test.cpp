// Diagnostics: the place, the excerpt, the order, and the suggestion.
#include "tests/catch.hpp"

#include <fmt/format.h>

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

TEST_CASE("errors come first, then warnings, then notices, each by place, and are counted") {
    Diagnostics said;
    said.warning({"a", 9, 1}, "last");
    said.error({"a", 2, 1}, "first");
    said.notice({"a", 3, 1}, "between");
    CHECK(said.errors() == 1);
    CHECK(said.warnings() == 1);
    CHECK(said.render() == "a:2:1: error: first\na:9:1: warning: last\na:3:1: note: between\n");
    CHECK(said.total() == "1 error, 1 warning\n");
    CHECK(said.render(100, false).find("between") == std::string::npos);
    CHECK(said.render(1).find("... and 1 more") != std::string::npos);
}

TEST_CASE("errors are never cut, and warnings that are alike are one with a count") {
    Diagnostics said;
    for (int i = 1; i <= 99; ++i) said.warning({"a", i, 1}, fmt::format("link 'l{}' has {} Gbps, since it says nothing", i, i));
    for (int i = 1; i <= 200; ++i) said.error({"b", i, 1}, fmt::format("'{}' is wrong", i));
    for (int i = 1; i <= 3; ++i) said.warning({"c", i, 1}, fmt::format("'{}' is odd", i));
    const std::string text = said.render(2);
    std::size_t errors = 0;
    for (std::size_t at = 0; (at = text.find("error: ", at)) != std::string::npos; ++at) ++errors;
    CHECK(errors == 200);
    CHECK(text.starts_with("b:1:1: error: "));
    CHECK(said.render().ends_with("a:1:1: warning: link 'l1' has 1 Gbps, since it says nothing\n  ... and 98 more warnings like it\n"
                                  "c:1:1: warning: '1' is odd\nc:2:1: warning: '2' is odd\nc:3:1: warning: '3' is odd\n"));
    CHECK(said.total() == "200 errors, 102 warnings\n");
    CHECK(Diagnostics().total().empty());
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
