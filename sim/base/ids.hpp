// Strong ids: an index into one kind of table that does not convert into an index of another kind. Ids are how the
// engine finds things; they never key randomness (sim/base/hash.hpp: names do).
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace mailquake {

/// An index with a kind. `none()` is the one named constant for "no such thing".
template <class Tag>
struct Id {
    std::uint32_t value = std::numeric_limits<std::uint32_t>::max();

    friend constexpr auto operator<=>(Id, Id) = default;
    [[nodiscard]] static constexpr Id none() { return {}; }
    [[nodiscard]] constexpr bool valid() const { return *this != none(); }
    [[nodiscard]] constexpr std::size_t index() const { return value; }
};

}  // namespace mailquake
