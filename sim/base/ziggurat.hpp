// Exponential and normal variates by the ziggurat method: the area under a density is covered by 255 layers and a base strip of one
// area each. One word picks the layer (its lowest 8 bits) and the place in it (the other 56, rounded to 53 as a double holds
// them: no value is off by more than 2^-53 of itself). A place that lies under the layer above is the variate; 97.8 % of words
// decide an exponential one so, 98.5 % a normal one. Otherwise further words of the same stream decide. Nothing is kept between
// draws.
//
// Sources: Marsaglia and Tsang, "The ziggurat method for generating random variables", J. Stat. Software 5(8), 2000 (layer and
// place share no bits here: Doornik, "An improved ziggurat method", 2005); the normal tail by Marsaglia, Technometrics 6, 1964.
//
// Invariant: edges fall from the base's (area / height at the start of the tail) to 0, heights rise to 1.
#pragma once

#include <array>
#include <cstdint>

#include "sim/base/random_stream.hpp"

namespace mailquake {

inline constexpr std::size_t kLayers = 256;

struct Ziggurat {
    std::array<double, kLayers + 1> edge{};    // of layer i; [1] is where the tail begins
    std::array<double, kLayers + 1> height{};  // of the density at edge[i], its maximum being 1; [0] is not used
};
extern const Ziggurat exponential_ziggurat;
extern const Ziggurat normal_ziggurat;

/// The value that `word` gives in its layer of the exponential ziggurat; not yet one that is accepted.
[[nodiscard]] inline double place_in_layer(std::uint64_t word) {
    return static_cast<double>(static_cast<std::int64_t>(word >> 8)) * 0x1p-56 * exponential_ziggurat.edge[word & 0xff];
}
/// Whether that value is the variate, without a second look.
[[nodiscard]] inline bool is_inside(std::uint64_t word, double x) { return x < exponential_ziggurat.edge[(word & 0xff) + 1]; }

/// Standard normal variate.
[[nodiscard]] double draw_unit_normal(RandomStream& stream);

}  // namespace mailquake
