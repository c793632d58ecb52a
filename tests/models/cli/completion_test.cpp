// Completion: what may stand where the cursor is, and that a real bash puts it there.
#include <catch2/catch.hpp>

#include <sstream>
#include <string>
#include <vector>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Sandbox;

namespace {

using Texts = std::vector<std::string>;

/// What the words (as a shell reads them; '' is the last one, still empty) may become, without what it means.
Texts offered(const Sandbox& box, const std::string& words) {
    const auto ran = box.run("completion --complete " + words);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    Texts texts;
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) texts.push_back(line.substr(0, line.find('\t')));
    return texts;
}

}  // namespace

TEST_CASE("every verb is offered, and of each all options that its help has") {
    const Sandbox box;
    const Texts verbs = offered(box, "''");
    REQUIRE(verbs.size() >= 13);
    for (const std::string& verb : verbs) {
        const std::string help = box.run(verb + " --help").out;
        CHECK(contains(box.run("--help").out, "\n  " + verb + " "));
        std::size_t in_help = 0, at = 0;
        for (const std::string& option : offered(box, verb + " --")) CHECK(contains(help, option));
        while ((at = help.find("\n  -", at)) != std::string::npos) ++in_help, ++at;
        CHECK(offered(box, verb + " --").size() == in_help);
    }
    CHECK(offered(box, "who").empty());
    CHECK(offered(box, "nothing-of-ours ''").empty());
}

TEST_CASE("operands are bundled scenarios and files; values are what the option takes") {
    const Sandbox box;
    CHECK(offered(box, "run exchange-o") == Texts{"exchange-online-2014", ":files"});
    CHECK(offered(box, "run --results ''") == Texts{":files"});
    CHECK(offered(box, "run --seed ''").empty());
    CHECK(offered(box, "schema ''").empty());
    CHECK(offered(box, "completion ''") == Texts{"bash", "zsh", "fish"});
    CHECK(offered(box, "whatif x --each s") == Texts{"sites"});
    CHECK(offered(box, "whatif x --kind link-d") == Texts{"link-down"});
    CHECK(offered(box, "sweep x -m affe") == Texts{"affected"});
}

TEST_CASE("of the scenario that the line names: variants, what is on or off, and paths step by step") {
    const Sandbox box;
    const std::string story = "exchange-online-2014";
    CHECK(offered(box, "run " + story + " --variant crash") == Texts{"crash-loop"});
    CHECK(offered(box, "run -n 3 " + story + " --variant=crash") == Texts{"--variant=crash-loop"});
    CHECK(offered(box, "whatif " + story + " --without lookup") == Texts{"lookup-hang"});
    CHECK(offered(box, "whatif " + story + " --with lookup") == Texts{"lookup-loop", "lookup-crash", "lookup-requeue"});
    CHECK(offered(box, "run " + story + " --set tiers.tr") == Texts{"tiers.transport."});
    CHECK(offered(box, "run " + story + " --set tiers.transport.ser") == Texts{"tiers.transport.servers=", "tiers.transport.service."});
    CHECK(offered(box, "run " + story + " --set tiers.transport.servers=") == Texts{"tiers.transport.servers=3"});
    CHECK(offered(box, "sweep " + story + " --vary faults.p3-silent.prob") == Texts{"faults.p3-silent.probability="});
    CHECK(offered(box, "run " + story + " --set flaws.lookup-hang.enabled=") == Texts{"flaws.lookup-hang.enabled=true", "flaws.lookup-hang.enabled=false"});
    CHECK(offered(box, "run no-such-scenario --set t").empty());
    CHECK(offered(box, "run --set t").empty());
}

// script (of Debian's bsdutils, which is everywhere) is its terminal; ^A puts `echo :` before the line, ^D ends it.
TEST_CASE("in an interactive bash, Tab completes") {
    const Sandbox box;
    box.write("rc", "mailquake() { \"$MQ\" \"$@\"; }\nsource <(mailquake completion bash)\nPS1='> '\n"
                    "bind 'set bell-style none' 'set enable-bracketed-paste off'\n");
    const auto typed = [&](const std::string& keys) {
        const auto ran = box.shell("export MQ TERM=dumb INPUTRC=/dev/null\nprintf '" + keys + "\\001echo : \\r\\004' |"
                                   " timeout 30 script -qec 'bash --noprofile --rcfile rc -i' /dev/null | tr -d '\\r' | grep -a '^: '");
        INFO(ran.out + ran.err);
        return ran.out;
    };
    CHECK(typed("mailquake wh\\t") == ": mailquake whatif\n");
    CHECK(typed("mailquake run exchange-on\\t--variant cra\\t") == ": mailquake run exchange-online-2014 --variant crash-loop\n");
    CHECK(typed("mailquake run exchange-online-2014 --set flaws.lookup-h\\ten\\tf\\t") ==
          ": mailquake run exchange-online-2014 --set flaws.lookup-hang.enabled=false\n");
}

// They are no need of a build: where they are not there, nothing is tried.
TEST_CASE("zsh and fish can read their scripts") {
    const Sandbox box;
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const auto ran = box.shell("\"$MQ\" completion " + shell + " > script && if command -v " + shell + " > /dev/null; then " + shell + " -n script; fi");
        INFO(shell << ": " << ran.err);
        CHECK(ran.exit == 0);
        CHECK(contains(box.read("script"), "completion --complete"));
    }
    const auto refused = box.run("completion tcsh");
    CHECK(refused.exit == 2);
    CHECK(contains(refused.err, "shells are: bash, zsh, fish"));
    CHECK(box.run("completion").exit == 2);
}

}  // namespace mailquake
