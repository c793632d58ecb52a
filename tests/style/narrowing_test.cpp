// No static_cast to fewer bits than a count or a hash has: sim/base/narrow.hpp has conversions that say what they do with a
// number that does not fit. What is implicit, the compiler holds (-Wconversion, -Wsign-conversion in `dev` and `tidy`).
#include <algorithm>
#include <array>
#include <regex>

#include "tests/catch.hpp"

#include "tests/style/source_text.hpp"

namespace mailquake::style {
namespace {

Findings narrowing_casts(const SourceFile& file) {
    Findings findings;
    if (file.path == "sim/base/narrow.hpp") return findings;
    static const std::regex cast(R"(static_cast<(std::)?(u?int(8|16|32)_t|int|unsigned|unsigned int|short|unsigned short)>)");
    const std::string text = without_comments_and_literals(file.text);
    std::size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
        ++number;
        if (std::regex_search(line.begin(), line.end(), cast))
            findings.push_back(file.path + ":" + std::to_string(number) + ": narrow<> (or another of sim/base/narrow.hpp) says what it does");
    }
    return findings;
}

TEST_CASE("an integer shrinks by name, never by a static_cast") {
    Findings findings;
    for (const SourceFile& file : read_sources({"sim", "models"}, {".hpp", ".cpp"}))
        for (const std::string& finding : narrowing_casts(file)) findings.push_back(finding);
    INFO(joined(findings));
    CHECK(findings.empty());

    CHECK(narrowing_casts({"sim/a.cpp", "auto x = static_cast<std::uint32_t>(n);\n"}).size() == 1);
    CHECK(narrowing_casts({"sim/a.cpp", "auto x = static_cast<int>(n);\n"}).size() == 1);
    CHECK(narrowing_casts({"sim/a.cpp", "auto x = static_cast<std::uint64_t>(n), y = static_cast<interval>(n);\n"}).empty());
    CHECK(narrowing_casts({"sim/a.cpp", "// static_cast<int>(n)\n"}).empty());
    CHECK(narrowing_casts({"sim/base/narrow.hpp", "return static_cast<int>(n);\n"}).empty());
}

}  // namespace
}  // namespace mailquake::style
