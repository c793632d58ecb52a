// What the rows of `check` leave out, the program says below them: each with a scenario that has it (tests/models/world/check_rows.hpp).
#include "tests/catch.hpp"

#include <string>

#include "tests/models/cli/program.hpp"
#include "tests/models/world/check_rows.hpp"

namespace mailquake {

using testing::Ran;
using testing::Sandbox;

TEST_CASE("check says in words what its rows leave out") {
    const Sandbox box;
    for (const check_rows::Gap& gap : check_rows::gaps()) {
        box.write("s.yaml", gap.yaml);
        std::string words = "check s.yaml";
        for (const std::string& set : gap.sets) words += " --set '" + set + "'";
        const Ran ran = box.run(words);
        INFO(gap.element << "\n" << ran.err << ran.out);
        CHECK(ran.exit == 0);
        const auto below = ran.out.find("NOT COUNTED ABOVE");
        CHECK(below != std::string::npos);
        CHECK(ran.out.find("  " + gap.says) > below);
        CHECK(ran.out.find("  " + gap.says) != std::string::npos);
    }
}

TEST_CASE("a tier whose callee does all that it can is said to wait for it, and the callee to be full") {
    const Sandbox box;
    box.write("s.yaml", R"(name: waits
duration: 1h
sites: [home, {name: far, outside: true}]
links: [{from: far, to: home, latency: 20ms}]
tiers:
  - {name: relay, at: home, workers: 100, service: {law: exponential, mean: 10ms}, calls: [{to: dir, timeout: 1h}]}
  - {name: dir, at: home, service: {law: exponential, mean: 150ms}}
senders: [{name: others, at: far}]
tenants: [{name: firm, count: 50, rate: 20/s, paths: {inbound: [relay]}}]
)");
    const Ran ran = box.run("check s.yaml");
    INFO(ran.err);
    CHECK(ran.err.find("s.yaml:6:5: warning: relay@home waits for dir@home, which does all that it can") != std::string::npos);
    CHECK(ran.err.find("s.yaml:7:5: warning: dir@home does all that it can, and its callers wait for it; more servers") != std::string::npos);
    CHECK(ran.err.find("relay@home is offered") == std::string::npos);   // more of its workers would only wait
}

}  // namespace mailquake
