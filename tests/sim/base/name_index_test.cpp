// An index finds each name of its list, and no other.
#include <string>
#include <vector>

#include "tests/catch.hpp"

#include "sim/base/name_index.hpp"

namespace mailquake {
namespace {

NameIndex index_of(const std::vector<std::string>& names) {
    return {names, [](const std::string& name) -> std::string_view { return name; }};
}

TEST_CASE("a name index finds every name of its list where it stands, and no other") {
    std::vector<std::string> names;
    for (int i = 0; i < 3000; ++i) names.push_back("tier-" + std::to_string(i));
    const NameIndex index = index_of(names);
    for (std::size_t i = 0; i < names.size(); ++i) REQUIRE(index.find(names[i]) == i);
    for (int i = 3000; i < 6000; ++i) REQUIRE_FALSE(index.contains("tier-" + std::to_string(i)));
    CHECK_FALSE(index.contains(""));
}

TEST_CASE("of equal names a name index finds the first") {
    const std::vector<std::string> names{"a", "b", "a", "", "b"};
    const NameIndex index = index_of(names);
    CHECK(index.find("a") == 0);
    CHECK(index.find("b") == 1);
    CHECK(index.find("") == 3);
}

TEST_CASE("an index of nothing finds nothing") {
    const std::vector<std::string> nothing;
    CHECK_FALSE(NameIndex().contains("a"));
    CHECK_FALSE(index_of(nothing).contains("a"));
    CHECK(index_of(nothing).empty());
}

}  // namespace
}  // namespace mailquake
