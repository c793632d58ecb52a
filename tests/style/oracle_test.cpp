// The second world (tests/oracle) is worth something only if it was written apart from the engine, and if it can be read in an hour.
// What it may share with the engine stands here, in one list: specs, and pure functions of them that have tests of their own.
#include <algorithm>
#include <array>
#include <regex>

#include "tests/catch.hpp"
#include "tests/style/source_text.hpp"

namespace mailquake::style {
namespace {

constexpr std::size_t oracle_lines_max = 3600;  // 2,500 did for what it covered before figures, the delay ledger, feedback, mitigations, clients and expiry
constexpr std::size_t oracle_function_lines_max = 40;

/// Specs by their names, and these: keyed words, laws, weighted choice, the arrival clock, sizes, the tenant directory, durations of TCP, the
/// timeline of faults, the choice among MX hosts, which servers a share of them is, the text of enumerators, the loader of scenarios.
constexpr std::array<std::string_view, 21> shared = {
    "sim/base/check.hpp",       "sim/base/time.hpp",         "sim/base/hash.hpp",
    "sim/base/random_stream.hpp", "sim/base/law.hpp", "sim/base/alias_table.hpp", "sim/base/elementary.hpp", "sim/base/special_functions.hpp", "sim/base/draw_purpose.hpp",        "models/spec/",
    "models/mail/",             "models/net/tcp.hpp",        "models/traffic/arrival_clock.hpp",
    "models/traffic/tenant_directory.hpp", "models/fault/",  "models/mta/mx_spec.hpp",  "models/mta/server_share.hpp",
    "models/scenario/scenario_spec.hpp",   "models/scenario/load.hpp", "tests/catch.hpp", "tests/oracle/"};

/// What runs both worlds, and so may see the engine's entrance and what it leaves behind.
constexpr std::array<std::string_view, 5> of_comparison = {"models/world/simulate.hpp", "models/world/outcome.hpp", "models/results/affected.hpp",
                                                           "models/results/recovery.hpp", "models/results/delay_bounds.hpp"};

bool is_shared(std::string_view included) {
    return included.ends_with("_spec.hpp") || std::any_of(shared.begin(), shared.end(), [&](std::string_view s) {
        return s.ends_with('/') ? included.starts_with(s) : included == s;
    });
}

Findings foreign_includes(const SourceFile& file) {
    static const std::regex include(R"re(^\s*#\s*include\s*"([^"]+)")re");
    Findings findings;
    std::size_t number = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        std::cmatch match;
        if (!std::regex_search(line.data(), line.data() + line.size(), match, include)) continue;
        const std::string included = match[1].str();
        const bool compares = file.path.starts_with("tests/oracle/compare") &&
                              std::find(of_comparison.begin(), of_comparison.end(), included) != of_comparison.end();
        if (!is_shared(included) && !compares)
            findings.push_back(file.path + ":" + std::to_string(number) + ": the second world must not see \"" + included + "\"");
    }
    return findings;
}

/// Blocks that open at the left margin and are no namespace or type.
Findings long_oracle_functions(const SourceFile& file) {
    Findings findings;
    std::size_t number = 0, opened = 0;
    for (const std::string_view line : lines_of(file.text)) {
        ++number;
        const bool at_margin = !line.empty() && line.front() != ' ';
        if (at_margin && line.ends_with("{") && !starts_with_any(line, {"namespace", "struct", "class", "enum"})) opened = number;
        if (at_margin && line.front() == '}' && opened > 0) {
            if (number - opened + 1 > oracle_function_lines_max)
                findings.push_back(file.path + ":" + std::to_string(opened) + ": a function of over 40 lines");
            opened = 0;
        }
    }
    return findings;
}

std::vector<SourceFile> oracle_sources() {
    std::vector<SourceFile> files = read_sources({"tests"}, {".hpp", ".cpp"});
    std::erase_if(files, [](const SourceFile& file) { return !file.path.starts_with("tests/oracle/"); });
    return files;
}

TEST_CASE("the second world sees nothing of the engine but specs and their pure functions") {
    Findings findings;
    for (const SourceFile& file : oracle_sources()) {
        const Findings more = foreign_includes(file);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    INFO(joined(findings));
    CHECK(findings.empty());
}

TEST_CASE("an include of the engine's is found in the second world") {
    const auto count = [](std::string path, std::string text) { return foreign_includes({std::move(path), std::move(text)}).size(); };
    CHECK(count("tests/oracle/world.cpp", "#include <map>\n#include \"models/mta/tier_spec.hpp\"\n") == 0);
    CHECK(count("tests/oracle/world.cpp", "#include \"models/mta/station.hpp\"\n") == 1);
    CHECK(count("tests/oracle/world.cpp", "#include \"models/mta/retry_schedule.hpp\"\n") == 1);
    CHECK(count("tests/oracle/world.cpp", "#include \"sim/kernel/event.hpp\"\n") == 1);
    CHECK(count("tests/oracle/world.cpp", "#include \"models/world/simulate.hpp\"\n") == 1);
    CHECK(count("tests/oracle/compare.cpp", "#include \"models/world/simulate.hpp\"\n") == 0);
    CHECK(count("tests/oracle/compare.cpp", "#include \"models/world/plan.hpp\"\n") == 1);
}

TEST_CASE("the second world can be read in an hour") {
    const std::vector<SourceFile> files = oracle_sources();
    REQUIRE(files.size() > 5);
    std::size_t lines = 0;
    Findings findings;
    for (const SourceFile& file : files) {
        const bool simulates = !starts_with_any(file.path, {"tests/oracle/compare", "tests/oracle/generator", "tests/oracle/expected"});
        if (simulates) lines += lines_of(file.text).size();
        const Findings more = long_oracle_functions(file);
        findings.insert(findings.end(), more.begin(), more.end());
    }
    INFO(joined(findings));
    CHECK(findings.empty());
    CHECK(lines <= oracle_lines_max);
    const std::string long_one = "void f() {\n" + std::string(39, '\n') + "}\n";
    CHECK(long_oracle_functions({"tests/oracle/a.cpp", long_one}).size() == 1);
}

}  // namespace
}  // namespace mailquake::style
