#include "tests/models/cli/program.hpp"

#include "tests/catch.hpp"

#include <stdlib.h>
#include <sys/wait.h>

#include <fstream>
#include <sstream>

namespace mailquake::testing {

Sandbox::Sandbox() {
    std::string name = (std::filesystem::temp_directory_path() / "mailquake-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
}

Sandbox::~Sandbox() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Ran Sandbox::run(const std::string& words) const { return shell("\"$MQ\" " + words); }

Ran Sandbox::shell(const std::string& command) const {
    write(".command", command + "\n");
    const std::string line = "cd '" + folder_.string() + "' && MQ='" MAILQUAKE_PROGRAM "' bash .command > .out 2> .err < /dev/null";
    const int status = std::system(line.c_str());
    Ran ran;
    ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    ran.out = read(".out");
    ran.err = read(".err");
    return ran;
}

void Sandbox::write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
}

std::string Sandbox::read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string small_scenario() {
    return R"(name: small
start: 2014-06-24T10:00:00Z
duration: 3h
cooldown: 30min
sites:
  - name: dfw
  - {name: net, outside: true}
links:
  - {from: net, to: dfw, latency: 20ms}
tiers:
  - {name: edge, at: [dfw], workers: 20, service: {law: exponential, mean: 20ms}}
  - name: transport
    at: [dfw]
    workers: 6
    service: {law: exponential, mean: 50ms}
    calls: [{to: directory, timeout: 1s}]
  - {name: directory, at: [dfw], workers: 4, partitions: [p1, p2], service: {law: exponential, mean: 5ms}}
  - {name: mailbox, at: [dfw], workers: 20, service: {law: exponential, mean: 20ms}}
senders:
  - {name: world, at: net}
tenants:
  - name: firms
    count: 20
    rate: 2/s
    paths: {inbound: [edge, transport, mailbox]}
faults:
  - {name: p2-silent, kind: no-answer, target: directory/p2, at: 1h, for: 20min}
flaws:
  - {name: lookup-hang, kind: hold-worker, in: transport, call: directory, hold: 30s}
)";
}

}  // namespace mailquake::testing
