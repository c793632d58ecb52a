// The draw register finds what no statistic shows: two things with the same random words, and a word that serves twice.
#include <functional>
#include <string>

#include "tests/catch.hpp"

#include "sim/base/check.hpp"
#include "sim/base/draw_register.hpp"

namespace mailquake {
namespace {

const DrawPurpose kService{"service"}, kSpread{"spread"}, kShare{"share", true};

std::string error_of(const std::function<void()>& what) {
    try {
        what();
    } catch (const EngineError& e) {
        return e.what();
    }
    return "";
}

TEST_CASE("a description that is used twice stops the run unless its purpose is recomputed") {
    DrawRegister draws;
    draws.use(1, 2, 0, 7, kService);
    draws.use(1, 3, 0, 7, kService);
    draws.use(1, 2, 1, 7, kService);
    CHECK(error_of([&] { draws.use(1, 2, 1, 7, kService); }).find("'service'") != std::string::npos);
    draws.use(4, 2, 0, 7, kShare);
    CHECK(error_of([&] { draws.use(4, 2, 0, 7, kShare); }).empty());
}

TEST_CASE("one random word of two descriptions stops the run and names both") {
    DrawRegister draws;
    draws.use(1, 2, 0, 7, kService);
    const std::string other_purpose = error_of([&] { draws.use(1, 2, 0, 7, kSpread); });
    CHECK(other_purpose.find("'service'") != std::string::npos);
    CHECK(other_purpose.find("'spread'") != std::string::npos);
    draws.use(4, 2, 0, 7, kShare);
    CHECK_FALSE(error_of([&] { draws.use(4, 2, 0, 8, kShare); }).empty());  // another place
}

TEST_CASE("an attempt that is wider than its counter is told from the one that it would repeat") {
    DrawRegister draws;
    draws.use(4, 2, 5, 7, kShare);
    CHECK_FALSE(error_of([&] { draws.use(4, 2, (std::uint64_t{1} << 32) + 5, 7, kShare); }).empty());
}

TEST_CASE("two chains to one identity stop the run, and two names of one hash") {
    DrawRegister draws;
    draws.derive(100, 1, kShare, 0);
    CHECK(error_of([&] { draws.derive(100, 1, kShare, 0); }).empty());
    CHECK_FALSE(error_of([&] { draws.derive(100, 1, kShare, 1); }).empty());
    draws.name(200, "tiers/a");
    CHECK_FALSE(error_of([&] { draws.name(200, "tiers/b"); }).empty());
    CHECK_FALSE(error_of([&] { draws.name(100, "tiers/c"); }).empty());
}

TEST_CASE("registers of two processes are compared when they are merged") {
    DrawRegister one, other, third;
    one.use(1, 2, 0, 7, kService);
    other.use(1, 3, 0, 7, kService);
    one.absorb(other);
    CHECK(one.size() == 2);
    third.use(1, 3, 0, 7, kService);
    CHECK_FALSE(error_of([&] { one.absorb(third); }).empty());
}

TEST_CASE("many entries are kept apart while the table grows") {
    DrawRegister draws;
    for (std::uint64_t k = 0; k < 20'000; ++k) draws.use(1, k, 0, 7, kService);
    CHECK(draws.size() == 20'000);
    for (std::uint64_t k = 0; k < 20'000; k += 997) CHECK_FALSE(error_of([&] { draws.use(1, k, 0, 7, kService); }).empty());
}

TEST_CASE("draws of this thread are noted in the register of the innermost scope") {
    DrawRegister outer, inner;
    CHECK(DrawRegister::current() == nullptr);
    {
        const DrawRegister::Scope a(outer);
        {
            const DrawRegister::Scope b(inner);
            CHECK(DrawRegister::current() == &inner);
        }
        CHECK(DrawRegister::current() == &outer);
    }
    CHECK(DrawRegister::current() == nullptr);
}

}  // namespace
}  // namespace mailquake
