// Small choices of the generator, by a seed.
//
// Durations have a drawn part below a microsecond, so that two things seldom happen at one instant; or all are ties: multiples of 10 ms.
// Invariant: equal seeds make equal choices.
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/hash.hpp"

namespace mailquake::oracle {

class Dice {
public:
    Dice(std::uint64_t seed, bool ties) : state_(mix64(seed)), ties_(ties) {}
    std::size_t below(std::size_t n) { return static_cast<std::size_t>((state_ = mix64(state_)) % n); }
    std::size_t between(std::size_t a, std::size_t b) { return a + below(b - a + 1); }
    bool chance(unsigned percent) { return below(100) < percent; }
    std::string one_of(const std::vector<std::string>& texts) { return texts[below(texts.size())]; }
    /// Between a and b microseconds, and a part of a microsecond.
    std::string micros(std::size_t a, std::size_t b) {
        constexpr std::size_t step = 10'000'000;
        const std::size_t ns = between(a, b) * 1000 + below(1000);
        return fmt::format("{}ns", ties_ ? (ns + step - 1) / step * step : ns);
    }
    [[nodiscard]] bool ties() const { return ties_; }
    std::string millis(std::size_t a, std::size_t b) { return micros(a * 1000, b * 1000); }

private:
    std::uint64_t state_;
    bool ties_;
};

}  // namespace mailquake::oracle
