#include "sim/base/narrow.hpp"

#include <cmath>
#include <limits>

#include "tests/catch.hpp"

#include "sim/base/check.hpp"

namespace mailquake {
namespace {

template <class F>
std::string message_of(F&& f) {
    try {
        f();
    } catch (const EngineError& e) {
        return e.what();
    }
    return "";
}

TEST_CASE("a number that fits keeps its value; one that does not stops the run") {
    CHECK(narrow<std::uint16_t>(65535, "sites") == 65535);
    CHECK(narrow<std::uint16_t>(std::uint64_t{0}, "sites") == 0);
    CHECK(narrow<std::int8_t>(-128, "signs") == -128);
    CHECK(narrow<int>(std::numeric_limits<int>::min(), "numbers") == std::numeric_limits<int>::min());
    CHECK_THROWS_AS(narrow<std::uint16_t>(65536, "sites"), EngineError);
    CHECK_THROWS_AS(narrow<std::uint16_t>(-1, "sites"), EngineError);
    CHECK_THROWS_AS(narrow<std::int8_t>(128, "signs"), EngineError);
    CHECK_THROWS_AS(narrow<std::int64_t>(std::uint64_t{1} << 63, "sums"), EngineError);
    CHECK_THROWS_AS(narrow<std::uint64_t>(std::int64_t{-1}, "sizes"), EngineError);
}

TEST_CASE("what does not fit is named, with its value and its place") {
    const std::string said = message_of([] { (void)narrow<std::uint16_t>(70000, "tenant classes"); });
    CHECK(said.find("narrow_test.cpp:") != std::string::npos);
    CHECK(said.find("tenant classes: 70000") != std::string::npos);
    CHECK(said.find("16 bits") != std::string::npos);
    CHECK(message_of([] { (void)narrow<std::uint8_t>(std::int64_t{-3}, "hops"); }).find("hops: -3") != std::string::npos);
}

TEST_CASE("a counter reaches its greatest value and stops the run at the next") {
    std::uint8_t counter = 0;
    for (int i = 0; i < 255; ++i) count_up(counter, "passes");
    CHECK(counter == 255);
    CHECK(message_of([&] { count_up(counter, "passes"); }).find("passes: 255") != std::string::npos);
    CHECK(counter == 255);
}

TEST_CASE("a double becomes an integer towards zero, up to the last one that fits") {
    CHECK(whole_part<std::int64_t>(2.9, "ns") == 2);
    CHECK(whole_part<std::int64_t>(-2.9, "ns") == -2);
    CHECK(whole_part<std::uint8_t>(-0.9, "n") == 0);
    CHECK(whole_part<std::uint8_t>(255.9, "n") == 255);
    CHECK(whole_part<std::int64_t>(-0x1p63, "ns") == std::numeric_limits<std::int64_t>::min());
    const double below = std::nextafter(0x1p63, 0.0);
    CHECK(whole_part<std::int64_t>(below, "ns") == std::numeric_limits<std::int64_t>::max() - 1023);
    CHECK_THROWS_AS(whole_part<std::int64_t>(0x1p63, "ns"), EngineError);
    CHECK_THROWS_AS(whole_part<std::uint64_t>(0x1p64, "n"), EngineError);
    CHECK_THROWS_AS(whole_part<std::uint8_t>(256.0, "n"), EngineError);
    CHECK_THROWS_AS(whole_part<std::uint8_t>(-1.0, "n"), EngineError);
    CHECK_THROWS_AS(whole_part<std::int64_t>(std::nan(""), "ns"), EngineError);
}

TEST_CASE("what is saturated takes the nearest value that there is") {
    CHECK(saturated<std::uint32_t>(std::int64_t{-1}) == 0);
    CHECK(saturated<std::uint32_t>(std::int64_t{1} << 40) == 0xffff'ffff);
    CHECK(saturated<std::int8_t>(-1000) == -128);
    CHECK(saturated<std::int8_t>(17) == 17);
    CHECK(saturated<std::int64_t>(1e300) == std::numeric_limits<std::int64_t>::max());
    CHECK(saturated<std::int64_t>(-std::numeric_limits<double>::infinity()) == std::numeric_limits<std::int64_t>::min());
    CHECK(saturated<std::uint32_t>(-0.5) == 0);
    CHECK(saturated<std::uint32_t>(7.99) == 7);
    CHECK_THROWS_AS(saturated<std::int64_t>(std::nan("")), EngineError);
}

TEST_CASE("what is truncated keeps its low bits") {
    CHECK(truncated<std::uint16_t>(std::uint64_t{0x1234'5678}) == 0x5678);
    CHECK(truncated<std::uint32_t>(~std::uint64_t{0}) == 0xffff'ffff);
}

}  // namespace
}  // namespace mailquake
