#include "sim/kernel/lookahead.hpp"

#include "tests/catch.hpp"

#include <array>

#include "sim/kernel/channel.hpp"
#include "sim/kernel/window.hpp"

using namespace mailquake;

namespace {

constexpr SimDuration kNoPath = LookaheadMatrix::unreachable();

/// 0 -> 1 (5), 1 -> 2 (7), 2 -> 0 (20), 0 -> 2 (30), 2 -> 3 (1): a cycle, a detour and a dead end.
LookaheadMatrix example() {
    LookaheadMatrix m(4);
    m.set(0, 1, 5_ns);
    m.set(1, 2, 7_ns);
    m.set(2, 0, 20_ns);
    m.set(0, 2, 30_ns);
    m.set(2, 3, 1_ns);
    m.close();
    return m;
}

}  // namespace

TEST_CASE("lookahead is the shortest sum along any path, on the diagonal the shortest cycle") {
    const LookaheadMatrix m = example();
    CHECK(m.at(0, 2) == 12_ns);
    CHECK(m.at(1, 0) == 27_ns);
    CHECK(m.at(0, 3) == 13_ns);
    CHECK(m.at(0, 0) == 32_ns);
    CHECK(m.at(2, 2) == 32_ns);
    CHECK(m.at(3, 0) == kNoPath);
    CHECK(m.at(3, 3) == kNoPath);
}

TEST_CASE("a horizon is the least of what any process can still send, oneself by way of others included") {
    const LookaheadMatrix m = example();
    const std::array next{SimTime{100}, SimTime{104}, SimTime{200}, SimTime::never()};
    std::array<SimTime, 4> out;
    horizons(next, m, SimTime{1000}, out);
    CHECK(out[0] == SimTime{131});   // 1's event at 104, by way of 2: 104 + 27; its own cycle would be 132
    CHECK(out[1] == SimTime{105});   // 0's event + 5
    CHECK(out[2] == SimTime{111});   // 1's event + 7; by 0: 112
    CHECK(out[3] == SimTime{112});
    horizons(next, m, SimTime{110}, out);
    CHECK(out[3] == SimTime{110});
    CHECK(out[1] == SimTime{105});
}

TEST_CASE("without events or paths the horizon is the end") {
    LookaheadMatrix m(2);
    m.set(0, 1, 5_ns);
    m.close();
    std::array<SimTime, 2> out;
    horizons(std::array{SimTime{3}, SimTime{4}}, m, SimTime{50}, out);
    CHECK(out[0] == SimTime{50});
    CHECK(out[1] == SimTime{8});
    horizons(std::array{SimTime::never(), SimTime::never()}, m, SimTime::never(), out);
    CHECK(out[1] == SimTime::never());
}

TEST_CASE("a lookahead of zero is refused, and a matrix is used closed") {
    LookaheadMatrix m(2);
    CHECK_THROWS_AS(m.set(0, 1, 0_ns), EngineError);
    CHECK_THROWS_AS(m.set(1, 1, 5_ns), EngineError);
    CHECK_THROWS_AS(m.set(0, 2, 5_ns), EngineError);
    std::array<SimTime, 2> out;
    CHECK_THROWS_AS(horizons(std::array{SimTime{3}, SimTime{4}}, m, SimTime{50}, out), EngineError);
}

TEST_CASE("a channel refuses what arrives before its lookahead is over, and hands over the rest once") {
    Channel<int> channel(10_ns);
    CHECK_THROWS_AS(channel.send(SimTime{100}, SimTime{109}, 1, 1), EngineError);
    channel.send(SimTime{100}, SimTime{110}, 2, 20);
    channel.send(SimTime{100}, SimTime{300}, 3, 30);
    CHECK(channel.size() == 2);
    int sum = 0;
    std::uint64_t orders = 0;
    const auto take = [&](SimTime, std::uint64_t order, int& what) { sum += what; orders += order; };
    channel.drain(take);
    channel.drain(take);
    CHECK(sum == 50);
    CHECK(orders == 5);
    CHECK(channel.empty());
    CHECK_THROWS_AS(Channel<int>(0_ns), EngineError);
}
