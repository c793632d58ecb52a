// Completion: what may stand where the cursor is, and that a real bash puts it there.
#include "tests/catch.hpp"

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
}

TEST_CASE("metrics are completed with their selectors, and these with the names that the scenario has", "[long]") {
    const Sandbox box;
    const std::string story = " exchange-online-2014 ";
    CHECK(offered(box, "sweep x -m affe") == Texts{"affected", "affected(class=", "affected(tier=", "affected(partition="});
    CHECK(offered(box, "sweep" + story + "-m 'p99('") == Texts{"p99(delay)", "p99(wait)", "p99(time_to_notify)"});   // no clients that sign in
    CHECK(offered(box, "sweep lync-online-2014 -m 'p99(s'") == Texts{"p99(sign_in)", "p99(sign_in,clients="});
    CHECK(offered(box, "sweep" + story + "-m 'p99(delay, class='") ==
          Texts{"p99(delay, class=enterprise)", "p99(delay, class=mid-size)", "p99(delay, class=small)", "p99(delay, class=education)"});
    CHECK(offered(box, "compare" + story + "x -m 'late(class!=sm'") == Texts{"late(class!=small)", "late(class!=small,tier=", "late(class!=small,partition="});
    // A tier that is selected says which sites and partitions there are.
    CHECK(offered(box, "margin" + story + "--expect 'max(queue,tier=directory,site=na-e'") ==
          Texts{"max(queue,tier=directory,site=na-east)", "max(queue,tier=directory,site=na-east,partition="});
    CHECK(offered(box, "sweep" + story + "-m 'utilization(tier=transport,partition='").empty());
    CHECK(offered(box, "sweep" + story + "-m 'utilization(tier=directory,partition=p12'") ==
          Texts{"utilization(tier=directory,partition=p12)", "utilization(tier=directory,partition=p12,site="});
    CHECK(offered(box, "sweep" + story + "-m 'recovered(fault='") == Texts{"recovered(fault=p3-silent)"});
    // Of a quotient the second one; of expectations what is compared. What is whole does not go on.
    CHECK(offered(box, "sweep" + story + "-m 'p99(delay)/p50(del'") == Texts{"p99(delay)/p50(delay)", "p99(delay)/p50(delay,class="});
    CHECK(offered(box, "test" + story + "--expect 'mean(late(cl'") == Texts{"mean(late(class="});
    CHECK(offered(box, "size" + story + "--expect=late'(cl'") == Texts{"--expect=late(class="});
    CHECK(offered(box, "test" + story + "--expect 'late(class=small)'").empty());
    CHECK(offered(box, "test" + story + "--expect 'late(no-selector='").empty());
    // Every metric is offered with selectors that its reference names, and no others.
    for (const std::string& title : offered(box, "sweep" + story + "-m ''"))
        for (const std::string& longer : offered(box, "sweep" + story + "-m '" + title.substr(0, title.find(')')) + (contains(title, "(") ? "," : "(") + "'"))
            CHECK((longer.ends_with("=") || longer == title + "()"));
}

TEST_CASE("what is compared by --where are the axes of the line, or those of the scenario") {
    const Sandbox box;
    CHECK(offered(box, "sweep x --vary tiers.a.servers=1,2 --vary=faults.b.for=1h --where ''") == Texts{"tiers.a.servers", "faults.b.for"});
    CHECK(offered(box, "sweep x --vary tiers.a.servers=1,2 --vary faults.b.for=1h --where 'tiers.a.servers < f'") == Texts{"tiers.a.servers < faults.b.for"});
    CHECK_FALSE(offered(box, "sweep staffing --where ''").empty());
    CHECK(offered(box, "sweep exchange-online-2014 --where ''").empty());
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

TEST_CASE("the scenario is completed as the line has it so far: with its variants, settings and cut") {
    const Sandbox box;
    const std::string story = "exchange-online-2014";
    CHECK(offered(box, "run " + story + " --set flaws.lookup-crash.enabled=") == Texts{"flaws.lookup-crash.enabled=false", "flaws.lookup-crash.enabled=true"});
    for (const char* variant : {" --variant crash-loop", " --variant=crash-loop"})
        CHECK(offered(box, "run " + story + variant + " --set flaws.lookup-crash.enabled=") == Texts{"flaws.lookup-crash.enabled=true", "flaws.lookup-crash.enabled=false"});
    CHECK(offered(box, "whatif " + story + " --variant crash-loop --without lookup") == Texts{"lookup-crash"});
    CHECK(offered(box, "run " + story + " --set tiers.transport.servers=7 --set tiers.transport.servers=") == Texts{"tiers.transport.servers=7"});
    CHECK(offered(box, "run --cut " + story + " --set duration=") != offered(box, "run " + story + " --set duration="));
    // What is wrong with a line is told when it is run; until then the rest of it counts.
    CHECK(offered(box, "run " + story + " --variant no-such --set no.such=1 --set tiers.transport.servers=7 --set tiers.transport.servers=") ==
          Texts{"tiers.transport.servers=7"});
    // An entry that only a setting makes.
    box.write("s.yaml", testing::small_scenario() + "variants:\n  - {name: looks-up, tiers.edge.calls: [{to: directory, timeout: 1s}]}\n");
    CHECK(offered(box, "run s.yaml --set tiers.edge.calls.").empty());
    CHECK(offered(box, "run s.yaml --variant looks-up --set tiers.edge.calls.") == Texts{"tiers.edge.calls.directory."});
    CHECK(offered(box, "sweep s.yaml --set 'tiers.edge.calls=[{to: directory, timeout: 1s}]' --vary tiers.edge.calls.") == Texts{"tiers.edge.calls.directory."});
}

TEST_CASE("conditions of mitigations are completed with tiers and where they are looked at") {
    const Sandbox box;
    const std::string set = "run exchange-online-2014 --set 'mitigations.partition-away.when=";
    CHECK(offered(box, set + "queue(trans'") ==
          Texts{"mitigations.partition-away.when=queue(transport)", "mitigations.partition-away.when=queue(transport@na-east)",
                "mitigations.partition-away.when=queue(transport@na-central)", "mitigations.partition-away.when=queue(transport@na-west)",
                "mitigations.partition-away.when=queue(transport@*)"});
    CHECK(offered(box, set + "busy(mailbox@na-w'") == Texts{"mitigations.partition-away.when=busy(mailbox@na-west)"});
    CHECK(offered(box, "run exchange-online-2014 --set 'faults.p3-silent.when=queue(tr'").empty());
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
    // Quotes and backslashes, as people write parentheses.
    CHECK(typed("mailquake sweep exchange-online-2014 -m p99\\\\(delay,cl\ten\t") == ": mailquake sweep exchange-online-2014 -m p99(delay,class=enterprise)\n");
    CHECK(typed("mailquake test exchange-online-2014 --expect \"late(class=ent\t) < 1%%\"") == ": mailquake test exchange-online-2014 --expect late(class=enterprise) < 1%\n");
    CHECK(typed("mailquake sweep exchange-online-2014 --where \"a < b\" --metric=retry_p\t") == ": mailquake sweep exchange-online-2014 --where a < b --metric=retry_peak\n");
    box.write("two words.db", "");
    CHECK(typed("mailquake run exchange-online-2014 --results two\\\\ w\t") == ": mailquake run exchange-online-2014 --results two words.db\n");
}

TEST_CASE("what a scenario says is never run by an interactive bash that completes it") {
    const Sandbox box;
    const std::string nasty = "x;touch PWNED $(touch PWNED)`touch PWNED`'\"!z";
    box.write(nasty, "1\n2\n");
    box.write("nasty.yaml", "name: nasty\nduration: 1h\nsites: [dc, {name: out, outside: true}]\nlinks: [{from: out, to: dc, latency: 20ms}]\n"
                            "tiers: [{name: edge, at: dc}]\nsenders: [{name: world, at: out}]\n"
                            "tenants: [{name: b, arrivals: {law: replay, file: \"x;touch PWNED $(touch PWNED)`touch PWNED`'\\\"!z\"}, paths: {inbound: edge}}]\n");
    box.write("rc", "mailquake() { \"$MQ\" \"$@\"; }\nsource <(mailquake completion bash)\nPS1='> '\nbind 'set bell-style none' 'set enable-bracketed-paste off'\n");
    box.write("keys", "mailquake run nasty.yaml --set tenants.b.arrivals.file=x\t\001echo : \r"
                      "mailquake run nasty.yaml --set 'tenants.b.arrivals.file=x\t\001echo : \r"   // readline closes the quote
                      "mailquake run nasty.yaml --set \"tenants.b.arrivals.file=x\t\001echo : \r\004");
    const auto ran = box.shell("export MQ TERM=dumb INPUTRC=/dev/null\ntimeout 30 script -qec 'bash --noprofile --rcfile rc +H -i' /dev/null <keys | tr -d '\\r' | grep -a '^: '; ls");
    INFO(ran.out + ran.err);
    CHECK_FALSE(contains(ran.out, "\nPWNED\n"));
    std::size_t whole = 0;
    for (std::size_t at = 0; (at = ran.out.find(": mailquake run nasty.yaml --set tenants.b.arrivals.file=" + nasty + "\n", at)) != std::string::npos; ++at) ++whole;
    CHECK(whole == 3);
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
