// House rules as a test, after TigerBeetle's tidy.zig: the size of files and functions, the comment that opens a header,
// calls that would make a run depend on the machine or the clock, and words that have no place in the repository.
//
// The length of functions is a heuristic: a brace block that follows a parenthesis outside any other function. Each rule
// has a test that shows it breaking.
#include <algorithm>
#include <regex>

#include "tests/catch.hpp"

#include "tests/style/source_text.hpp"

namespace mailquake::style {
namespace {

constexpr std::size_t file_lines_max = 500;
constexpr std::size_t function_lines_max = 70;

using Rule = Findings (*)(const SourceFile&);

std::string at(const SourceFile& file, std::size_t line) { return file.path + ":" + std::to_string(line) + ": "; }

Findings long_files(const SourceFile& file) {
    Findings findings;
    const auto lines = lines_of(file.text);
    if (lines.size() > file_lines_max) {
        findings.push_back(at(file, lines.size()) + "the file is over " + std::to_string(file_lines_max) + " lines");
    }
    return findings;
}

/// What a brace opens, by the text between it and the statement before.
enum class Block { scope, function, other };

Block block_opened_by(const std::string& head, bool in_function) {
    if (in_function) return Block::other;
    static const std::regex scope(R"(\b(namespace|class|struct|union|enum|extern)\b)");
    const std::size_t parenthesis = head.find('(');
    std::smatch match;
    const bool is_scope = std::regex_search(head, match, scope) &&
                          (parenthesis == std::string::npos || static_cast<std::size_t>(match.position()) < parenthesis);
    if (is_scope && head.find(')') == std::string::npos) return Block::scope;
    return parenthesis == std::string::npos ? Block::other : Block::function;
}

Findings long_functions(const SourceFile& file) {
    Findings findings;
    struct Open { Block kind; std::size_t line; };
    std::vector<Open> open;
    std::size_t functions = 0;   // how many of the open blocks are functions
    std::size_t line = 1;
    std::string head;
    for (const char c : without_comments_and_literals(file.text)) {
        if (c == '\n') ++line;
        if (c == '{') {
            open.push_back({block_opened_by(head, functions > 0), line});
            functions += open.back().kind == Block::function ? 1u : 0u;
            head.clear();
        } else if (c == '}' && !open.empty()) {
            const Open block = open.back();
            open.pop_back();
            head.clear();
            if (block.kind != Block::function) continue;
            --functions;
            const std::size_t length = line - block.line + 1;
            if (length > function_lines_max) {
                findings.push_back(at(file, block.line) + "the function has " + std::to_string(length) + " lines");
            }
        } else if (c == ';') {
            head.clear();
        } else {
            head += c;
        }
    }
    return findings;
}

Findings header_without_comment(const SourceFile& file) {
    if (!file.path.ends_with(".hpp")) return {};
    Findings findings;
    if (!file.text.starts_with("// ") || file.text.substr(0, file.text.find('\n')).size() < 20) {
        findings.push_back(at(file, 1) + "a header opens with a comment that says what it models");
    }
    if (file.text.find("\n#pragma once\n") == std::string::npos) {
        findings.push_back(at(file, 1) + "no #pragma once");
    }
    return findings;
}

/// A call that is banned in the files under `where`, but for those under `except`.
struct Ban {
    const char* pattern;
    const char* why;
    std::vector<std::string_view> where;
    std::vector<std::string_view> except;
};

const std::vector<Ban>& bans() {
    static const std::vector<Ban> all = {
        {R"(\b(s?rand|random_device|mt19937(_64)?|default_random_engine)\b\s*[({;\w])",
         "randomness comes from a keyed stream", {"sim/", "models/"}, {}},
        {R"(\bstd::\w+_distribution\b)",
         "std distributions differ from library to library", {"sim/", "models/"}, {}},
        {R"(\b(system_clock|steady_clock|high_resolution_clock|gettimeofday|clock_gettime|localtime|gmtime)\b|\bstd::(time|clock)\s*\()",
         "no wall clock in what is simulated", {"sim/", "models/"},
         {"sim/parallel/", "models/cli/", "models/report/", "models/results/", "models/world/wall_"}},
        {R"(\bstd::unordered_|\bboost::unordered_)", "an unordered container's order is not ours",
         {"sim/kernel/", "models/mail/", "models/net/", "models/mta/", "models/traffic/", "models/fault/", "models/world/"}, {}},
        {R"(#\s*include\s*<(iostream|format|ranges|regex)>)", "iostream, format, ranges and regex stay out of the engine",
         {"sim/", "models/spec/", "models/net/", "models/mta/", "models/traffic/", "models/fault/", "models/world/"}, {}},
        {R"(#\s*include\s*<catch2/)", "tests include tests/catch.hpp, which knows both versions of Catch2", {"tests/"}, {"tests/catch.hpp"}},
    };
    return all;
}

Findings banned_calls(const SourceFile& file) {
    Findings findings;
    const std::string plain = without_comments_and_literals(file.text);
    const auto lines = lines_of(plain);
    for (const Ban& ban : bans()) {
        if (!starts_with_any(file.path, ban.where) || starts_with_any(file.path, ban.except)) continue;
        const std::regex pattern(ban.pattern);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (std::regex_search(lines[i].begin(), lines[i].end(), pattern)) findings.push_back(at(file, i + 1) + ban.why);
        }
    }
    return findings;
}

/// Words that say that something is unfinished, or that only hold on the machine of whoever wrote them. They are put
/// together here, so that this file passes its own rule.
Findings words_out_of_place(const SourceFile& file) {
    static const std::vector<std::string> words = {
        std::string("TO") + "DO", std::string("FIX") + "ME", std::string("XX") + "X:", std::string("/ho") + "me/",
        std::string("/wo") + "rk/", std::string("/Us") + "ers/", std::string("/ro") + "ot/"};
    Findings findings;
    const auto lines = lines_of(file.text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        for (const std::string& word : words) {
            if (lines[i].find(word) != std::string_view::npos) findings.push_back(at(file, i + 1) + "'" + word + "'");
        }
    }
    return findings;
}

Findings over(const std::vector<SourceFile>& files, Rule rule) {
    Findings findings;
    for (const SourceFile& file : files) {
        const Findings more = rule(file);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    return findings;
}

const std::vector<SourceFile>& code() {
    static const std::vector<SourceFile> files = read_sources({"sim", "models", "bench", "tests"}, {".hpp", ".cpp"});
    return files;
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST_CASE("no file is too long") {
    const Findings findings = over(code(), long_files);
    INFO(joined(findings));
    CHECK(findings.empty());

    CHECK(long_files({"sim/a.cpp", repeated("int x;\n", file_lines_max)}).empty());
    CHECK(long_files({"sim/a.cpp", repeated("int x;\n", file_lines_max + 1)}).size() == 1);
}

TEST_CASE("functions fit a screen or a little more") {
    const Findings findings = over(read_sources({"sim", "models", "bench"}, {".hpp", ".cpp"}), long_functions);
    INFO(joined(findings));
    CHECK(findings.empty());

    const auto found = [](const std::string& before, std::size_t lines, const std::string& after) {
        return long_functions({"sim/a.cpp", before + repeated("    x();  // }\n", lines) + after}).size();
    };
    CHECK(found("void f() {\n", function_lines_max - 2, "}\n") == 0);
    CHECK(found("void f() {\n", function_lines_max - 1, "}\n") == 1);
    CHECK(found("namespace a {\nstruct B : C<int> {\n    int f(int x = g()) const override {\n", 100, "}\n};\n}\n") == 1);
    CHECK(found("B::B(int x) : y_{x}, z_(x) {\n", 100, "}\n") == 1);
    CHECK(found("namespace a {\nnamespace {\nclass B {\n", 100, "};\n}\n}\n") == 0);
    CHECK(found("void f() {\n    if (\"{\"[0] == '{') { g(1'000); }\n", 10, "}\n") == 0);
    CHECK(found("const char* text = R\"x({ \" )x\";\nvoid f() {\n", 10, "}\n") == 0);
}

TEST_CASE("every header opens with a comment and is included once") {
    const Findings findings = over(code(), header_without_comment);
    INFO(joined(findings));
    CHECK(findings.empty());

    CHECK(header_without_comment({"sim/a.hpp", "// What an a is, and what it leaves out.\n#pragma once\n"}).empty());
    CHECK(header_without_comment({"sim/a.hpp", "#pragma once\n"}).size() == 2);
    CHECK(header_without_comment({"sim/a.hpp", "// What an a is, and what it leaves out.\nint x;\n"}).size() == 1);
}

TEST_CASE("no call makes a run depend on the machine, the library or the clock") {
    const Findings findings = over(code(), banned_calls);
    INFO(joined(findings));
    CHECK(findings.empty());

    const auto count = [](std::string path, std::string text) {
        return banned_calls({std::move(path), std::move(text)}).size();
    };
    CHECK(count("sim/base/a.cpp", "int x = std::rand();\n") == 1);
    CHECK(count("sim/base/a.cpp", "std::random_device seed;\n") == 1);
    CHECK(count("sim/base/a.cpp", "// std::rand() is banned\nconst char* s = \"std::rand()\";\n") == 0);
    CHECK(count("models/world/a.cpp", "auto t = std::chrono::steady_clock::now();\n") == 1);
    CHECK(count("sim/parallel/a.cpp", "auto t = std::chrono::steady_clock::now();\n") == 0);
    CHECK(count("models/mta/a.cpp", "std::exponential_distribution<double> d;\n") == 1);
    CHECK(count("models/mta/a.cpp", "boost::random::exponential_distribution<double> d;\n") == 0);
    CHECK(count("models/world/a.hpp", "std::unordered_map<int, int> m;\n") == 1);
    CHECK(count("models/scenario/a.hpp", "std::unordered_map<int, int> m;\n") == 0);
    CHECK(count("models/world/a.hpp", "#include <iostream>\n") == 1);
    CHECK(count("tests/sim/base/a_test.cpp", "#include <catch2/catch.hpp>\n") == 1);
    CHECK(count("tests/catch.hpp", "#include <catch2/catch.hpp>\n") == 0);
}

TEST_CASE("nothing is left for later, and no path of somebody's machine") {
    const std::vector<SourceFile> files = read_repository();
    REQUIRE(files.size() > 30);
    const Findings findings = over(files, words_out_of_place);
    INFO(joined(findings));
    CHECK(findings.empty());

    CHECK(words_out_of_place({"README.md", std::string("see /ho") + "me/ann/mailquake\n"}).size() == 1);
    CHECK(words_out_of_place({"a.cpp", std::string("// TO") + "DO: later\n"}).size() == 1);
    CHECK(words_out_of_place({"a.cpp", "int todo_list; // a workload in a home\n"}).empty());
}

}  // namespace
}  // namespace mailquake::style
