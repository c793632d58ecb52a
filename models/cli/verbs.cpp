#include "models/cli/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include "models/cli/options.hpp"
#include "models/cli/terminal.hpp"
#include "models/results/store.hpp"
#include "models/spec/diagnostic.hpp"
#include "sim/base/check.hpp"
#include "sim/base/instruction_set.hpp"

namespace mailquake {

namespace {

std::string program_help() {
    std::string out =
        "Usage: mailquake VERB [options]\n\n"
        "A simulator of mail queues: what a fault in one place does to tenants who had nothing to do with it.\n\nVerbs:\n";
    for (const Verb& v : verbs()) out += fmt::format("  {:<10} {}\n", v.name, v.sentence);
    out +=
        "\n  mailquake VERB --help      options and examples of a verb\n"
        "  mailquake --version        which version this is\n\n"
        "Examples:\n"
        "  mailquake run exchange-online-2014                   a bundled story\n"
        "  mailquake new my-estate                              a scenario to start from\n"
        "  mailquake check my-estate                            is it valid, and what is each tier offered?\n"
        "  mailquake run my-estate --replications 5 --json      figures with intervals, for programs\n\n"
        "Exit codes: 0 ok, 1 engine error, 2 usage, 3 invalid scenario, 4 some points failed, 98 undecided,\n"
        "99 expectation failed, 130 interrupted.\n";
    return out;
}

ExitCode unknown_verb(const std::string& word) {
    std::vector<std::string> names;
    for (const Verb& v : verbs()) names.emplace_back(v.name);
    print_note(fmt::format("mailquake: unknown verb '{}'{}\n", word, suggestion(word, names, "verbs")));
    return ExitCode::usage;
}

/// A mistake in what the environment says.
std::optional<std::string> wrong_environment() {
    const char* set = std::getenv(kInstructionSetVariable);
    if (set == nullptr || instruction_set_of(set)) return std::nullopt;
    return fmt::format("mailquake: {}={}: the vector instructions that may be used are baseline, avx2 or avx512\n", kInstructionSetVariable, set);
}

ExitCode act(const Verb& verb, const Words& args) {
    const auto say = [&](const std::string& what) { print_note(fmt::format("mailquake {}: {}\n", verb.name, what)); };
    try {
        return verb.act(args);
    } catch (const UsageError& e) {
        say(e.what());
        print_note(fmt::format("Try 'mailquake {} --help'.\n", verb.name));
        return ExitCode::usage;
    } catch (const EngineError& e) {
        say(fmt::format("engine error: {}", e.what()));
    } catch (const std::exception& e) {
        say(e.what());
    }
    return ExitCode::engine_error;
}

}  // namespace

const std::vector<Verb>& verbs() {
    static const std::vector<Verb> all{
        {"check", "validate scenarios; print the load that each tier is offered", check_verb, check_options},
        {"run", "run a scenario, once or in replications, and print what came of it", run_verb, run_options},
        {"sweep", "run a scenario at many points, and print a table", sweep_verb, sweep_options},
        {"test", "judge what scenarios expect: pass, fail or undecided", test_verb, test_options},
        {"size", "find the smallest value at which the expectations pass", size_verb, size_options},
        {"margin", "find the tipping point, from where it no longer comes back", margin_verb, margin_options},
        {"whatif", "what a change would have made, with the same luck; what would have helped; what fails worst", whatif_verb, whatif_options},
        {"explain", "say where every second of delay came from, and which queue filled which", explain_verb, explain_options},
        {"report", "write the post-incident report: one page of HTML that opens from disk", report_verb, report_options},
        {"compare", "put two results side by side", compare_verb, compare_options},
        {"schema", "print the JSON Schema of scenarios, or their reference", schema_verb, schema_options},
        {"completion", "print the completion of a shell: bash, zsh or fish", completion_verb, completion_options},
        {"new", "write a starter scenario", new_verb, new_options},
    };
    return all;
}

ExitCode command_line(const Words& args) {
    if (const auto wrong = wrong_environment()) {
        print_note(*wrong);
        return ExitCode::usage;
    }
    if (args.empty()) {
        print_note(program_help());
        return ExitCode::usage;
    }
    const std::string& first = args.front();
    if (first == "--help" || first == "-h" || first == "help") {
        print_data(program_help());
        return ExitCode::ok;
    }
    if (first == "--version") {
        print_data("mailquake " MAILQUAKE_VERSION "\n");
        return ExitCode::ok;
    }
    const auto verb = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& v) { return v.name == first; });
    if (verb == verbs().end()) return unknown_verb(first);
    return act(*verb, {args.begin() + 1, args.end()});
}

}  // namespace mailquake
