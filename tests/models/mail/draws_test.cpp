// The list of what a run draws: few purposes are computed again, and no two have one name.
#include <fstream>
#include <map>
#include <regex>
#include <string>

#include "tests/catch.hpp"

#include "models/mail/draws.hpp"

namespace mailquake {
namespace {

TEST_CASE("at most twelve purposes are recomputed instead of stored, and each name stands once") {
    std::ifstream file(std::string(MAILQUAKE_SOURCE_DIR) + "/models/mail/draws.hpp");
    const std::regex line(R"re(inline constexpr DrawPurpose \w+\{"([^"]+)"(, \w+)?\};.*)re");
    std::map<std::string, int> names;
    std::size_t recomputed = 0;
    for (std::string text; std::getline(file, text);) {
        std::smatch found;
        if (!std::regex_match(text, found, line)) continue;
        ++names[found[1]];
        recomputed += found[2] == ", kRecomputed";
    }
    CHECK(names.size() > 50);
    CHECK(recomputed <= 12);
    for (const auto& [name, times] : names) {
        INFO(name);
        CHECK(times == 1);
    }
}

TEST_CASE("an identity depends on its parent, the kind of step and the number, each in full") {
    const std::uint64_t parent = 0x1234'5678'9abc'def0;
    const std::uint64_t one = derived(parent, draws::message, 1);
    CHECK(one == derived(parent, draws::message, 1));
    CHECK(one != derived(parent, draws::message, 2));
    CHECK(one != derived(parent, draws::message, 1 + (std::uint64_t{1} << 32)));
    CHECK(one != derived(parent, draws::copy, 1));
    CHECK(one != derived(parent + 1, draws::message, 1));
}

}  // namespace
}  // namespace mailquake
